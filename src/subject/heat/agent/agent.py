"""A guest's agent, in the way of os-collect-config: asks Heat again and again what its server is
to do, and prints a line of JSON for each question. The last argument is its settings,
as JSON. Only the standard library is used: it runs in the image of any release.
"""

import base64
import hashlib
import hmac
import http.client
import json
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

SETTINGS = json.loads(sys.argv[-1])
PRINTING = threading.Lock()
TOKEN = {"id": None}
EC2 = {"access": None, "secret": None}
STACK = SETTINGS["server"]
RESOURCE = "guest"


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


def make_stack():
    """A stack with a resource whose metadata a guest polls over heat-api-cfn, and with the guest's
    login: a user of the stack's own domain, with EC2 credentials.
    """
    template = {
        "heat_template_version": "2018-08-31",
        "resources": {
            RESOURCE: {
                "type": "OS::Heat::Value",
                "properties": {"value": RESOURCE},
                "metadata": {"deployments": [{"config": SETTINGS["config"]}]},
            },
            "user": {"type": "AWS::IAM::User"},
            "key": {
                "type": "AWS::IAM::AccessKey",
                "properties": {"UserName": {"get_resource": "user"}},
            },
        },
        "outputs": {
            "access": {"value": {"get_resource": "key"}},
            "secret": {"value": {"get_attr": ["key", "SecretAccessKey"]}},
        },
    }
    stacks = SETTINGS["heat"] + "/stacks"
    body = {"stack_name": STACK, "template": template}
    _, made = ask(stacks, "POST", body, TOKEN["id"], expect=(201,))
    status = "CREATE_IN_PROGRESS"
    while status == "CREATE_IN_PROGRESS":
        time.sleep(1)
        _, shown = ask("%s/%s/%s" % (stacks, STACK, made["stack"]["id"]), token=TOKEN["id"])
        status = shown["stack"]["stack_status"]
    if status != "CREATE_COMPLETE":
        raise ValueError("%s is %s: %s" % (STACK, status, shown["stack"]["stack_status_reason"]))
    outputs = shown["stack"]["outputs"]
    EC2.update({one["output_key"]: one["output_value"] for one in outputs})


def signed(url, wanted):
    """An address with EC2's signature, version 2 (keystoneclient/contrib/ec2/utils.py)."""
    parts = urllib.parse.urlsplit(url)
    query = dict(
        wanted,
        AWSAccessKeyId=EC2["access"],
        SignatureMethod="HmacSHA256",
        SignatureVersion="2",
        Timestamp=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    )
    pairs = ["%s=%s" % (key, quoted(query[key])) for key in sorted(query)]
    text = "\n".join(["GET", parts.netloc, parts.path, "&".join(pairs)])
    digest = hmac.new(EC2["secret"].encode(), text.encode(), hashlib.sha256).digest()
    return "%s?%s&Signature=%s" % (url, "&".join(pairs), quoted(base64.b64encode(digest).decode()))


def quoted(text):
    return urllib.parse.quote(text, safe="-_~")


def over_heat():
    """As the deployments of a server show it, over Heat's own API."""
    url = "%s/software_deployments/metadata/%s" % (SETTINGS["heat"], SETTINGS["server"])
    _, answer = ask(url, token=TOKEN["id"])
    return answer["metadata"]


def over_cfn():
    """As a resource's metadata shows it, over heat-api-cfn."""
    wanted = {
        "Action": "DescribeStackResource",
        "ContentType": "JSON",
        "LogicalResourceId": RESOURCE,
        "StackName": STACK,
        "Version": "2010-05-15",
    }
    _, answer = ask(signed(SETTINGS["cfn"], wanted))
    result = answer["DescribeStackResourceResponse"]["DescribeStackResourceResult"]
    found = result["StackResourceDetail"]["Metadata"]
    # A text in XML and in AWS's JSON; an object in Heat's.
    return (json.loads(found) if isinstance(found, str) else found)["deployments"]


def metadata(deployments):
    """How one question ended: an outcome as in rollgate's events, the status, a detail."""
    try:
        if any(one.get("config") == SETTINGS["config"] for one in deployments()):
            return "served", 200, None
        return "wrong-body", 200, "its configuration is not in the metadata"
    except urllib.error.HTTPError as error:
        if error.code < 500:
            return "unexpected-status", error.code, error.reason
        # HAProxy names the server that answered; its own answers have none.
        own = error.headers.get(SETTINGS["serverHeader"]) is not None
        return "5xx-service" if own else "5xx-balancer", error.code, error.reason
    except TimeoutError:
        return "timeout", None, "no answer within %d s" % SETTINGS["timeoutSeconds"]
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            return "timeout", None, str(error.reason)
        return "connect-refused", None, str(error.reason)
    except (ConnectionError, http.client.HTTPException) as error:
        return "reset-before-answer", None, repr(error)
    except (ValueError, KeyError, TypeError) as error:
        return "wrong-body", None, repr(error)


def poll(number, probe, deployments):
    sent = time.time()
    began = time.monotonic()
    outcome, status, detail = metadata(deployments)
    if status == 401 and deployments is over_heat:
        # As a guest whose token has run out.
        try:
            log_in()
            outcome, status, detail = metadata(deployments)
        except Exception as error:  # What keeps it from a token keeps it from its metadata.
            detail = repr(error)
    took = (time.monotonic() - began) * 1000
    said = {"probe": probe, "poll": number, "sent": sent * 1000, "tookMs": took, "outcome": outcome}
    if status is not None:
        said["status"] = status
    if detail is not None:
        said["detail"] = detail
    say(said)


def main():
    log_in()
    deploy()
    ways = {"agent": over_heat}
    if SETTINGS["cfn"] is not None:
        make_stack()
        ways["agent-cfn"] = over_cfn
    say({"ready": True})
    period = SETTINGS["periodSeconds"]
    start = time.monotonic()
    number = 0
    while True:
        time.sleep(max(0, start + number * period - time.monotonic()))
        # Each has a thread: one that gets no answer keeps no other from being asked.
        for probe, deployments in ways.items():
            threading.Thread(target=poll, args=(number, probe, deployments), daemon=True).start()
        number += 1


main()
