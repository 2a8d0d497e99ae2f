"""A guest's agent, in the way of os-collect-config: asks Heat again and again what its server is
to do, and prints a line of JSON for each question. The last argument is its settings,
as JSON. Only the standard library is used: it runs in the image of any release.
"""

import json
import http.client
import sys
import threading
import time
import urllib.error
import urllib.request

SETTINGS = json.loads(sys.argv[-1])
PRINTING = threading.Lock()
TOKEN = {"id": None}


def say(what):
    with PRINTING:
        print(json.dumps(what), flush=True)


def ask(url, method="GET", body=None, token=None, expect=(200,)):
    headers = {"accept": "application/json", "content-type": "application/json"}
    if token is not None:
        headers["x-auth-token"] = token
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=SETTINGS["timeoutSeconds"]) as answer:
        if answer.status not in expect:
            raise ValueError("%s %s: %d" % (method, url, answer.status))
        text = answer.read()
        return answer.headers, json.loads(text) if text else None


def log_in():
    scope = {"project": {"name": SETTINGS["project"], "domain": {"id": "default"}}}
    user = {
        "name": SETTINGS["user"],
        "password": SETTINGS["password"],
        "domain": {"id": "default"},
    }
    identity = {"methods": ["password"], "password": {"user": user}}
    body = {"auth": {"identity": identity, "scope": scope}}
    headers, _ = ask(SETTINGS["keystone"] + "/v3/auth/tokens", "POST", body, expect=(201,))
    TOKEN["id"] = headers["x-subject-token"]


def deploy():
    """Says to Heat what the server is to do."""
    own = {"name": SETTINGS["server"], "group": "script", "config": SETTINGS["config"]}
    _, made = ask(SETTINGS["heat"] + "/software_configs", "POST", own, TOKEN["id"])
    deployment = {
        "config_id": made["software_config"]["id"],
        "server_id": SETTINGS["server"],
        "action": "CREATE",
        "status": "COMPLETE",
    }
    ask(SETTINGS["heat"] + "/software_deployments", "POST", deployment, TOKEN["id"])


def metadata():
    """How one question ended: an outcome as in rollgate's events, the status, a detail."""
    url = "%s/software_deployments/metadata/%s" % (SETTINGS["heat"], SETTINGS["server"])
    try:
        _, answer = ask(url, token=TOKEN["id"])
        if any(one.get("config") == SETTINGS["config"] for one in answer["metadata"]):
            return "served", 200, None
        return "wrong-body", 200, "its configuration is not in the metadata"
    except urllib.error.HTTPError as error:
        if error.code == 401:
            return "unexpected-status", 401, None
        if error.code < 500:
            return "unexpected-status", error.code, error.reason
        own = error.headers.get("x-openstack-request-id") is not None
        return "5xx-service" if own else "5xx-balancer", error.code, error.reason
    except TimeoutError:
        return "timeout", None, "no answer within %d s" % SETTINGS["timeoutSeconds"]
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            return "timeout", None, str(error.reason)
        return "connect-refused", None, str(error.reason)
    except (ConnectionError, http.client.HTTPException) as error:
        return "reset-before-answer", None, repr(error)
    except (ValueError, KeyError) as error:
        return "wrong-body", None, repr(error)


def poll(number):
    sent = time.time()
    began = time.monotonic()
    outcome, status, detail = metadata()
    if status == 401:
        # As a guest whose token has run out.
        try:
            log_in()
            outcome, status, detail = metadata()
        except Exception as error:  # What keeps it from a token keeps it from its metadata.
            detail = repr(error)
    took = (time.monotonic() - began) * 1000
    said = {"poll": number, "sent": sent * 1000, "tookMs": took, "outcome": outcome}
    if status is not None:
        said["status"] = status
    if detail is not None:
        said["detail"] = detail
    say(said)


def main():
    log_in()
    deploy()
    say({"ready": True})
    period = SETTINGS["periodSeconds"]
    start = time.monotonic()
    number = 0
    while True:
        time.sleep(max(0, start + number * period - time.monotonic()))
        # Each has a thread: one that gets no answer keeps no other from being asked.
        threading.Thread(target=poll, args=(number,), daemon=True).start()
        number += 1


main()
