"""A guest's agent, in the way of os-collect-config: asks Heat again and again what its server is
to do, and prints a line of JSON for each question. The last argument is its settings,
as JSON. Only the standard library is used: it runs in the image of any release.
"""

import base64
import functools
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
STACK = SETTINGS["server"]
RESOURCE = "guest"
# The signals of one are checked; the other gets those that come meanwhile.
CHECKED, OTHER = "checked", "other"
EC2 = {"access": None, "secret": None}


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


class Login:
    """A user of Keystone in a project. Its requests of Heat's API are below `heat`."""

    def __init__(self, auth_url, user, project_id):
        # Heat's has a slash at its end, and Keystone redirects a doubled one.
        self.auth_url = auth_url.rstrip("/")
        self.user = user
        self.project_id = project_id
        self.heat = "%s/%s" % (SETTINGS["heat"], project_id)
        self.token = None

    def log_in(self):
        identity = {"methods": ["password"], "password": {"user": self.user}}
        scope = {"project": {"id": self.project_id}}
        body = {"auth": {"identity": identity, "scope": scope}}
        headers, _ = ask(self.auth_url + "/auth/tokens", "POST", body, expect=(201,))
        self.token = headers["x-subject-token"]

    def ask(self, path, method="GET", body=None, expect=(200,)):
        """As `ask`; with a new token if the old one has run out."""
        url = self.heat + path
        try:
            if self.token is None:
                self.log_in()
            return ask(url, method, body, self.token, expect)[1]
        except urllib.error.HTTPError as error:
            if error.code != 401 or error.url != url:
                raise
        self.log_in()
        return ask(url, method, body, self.token, expect)[1]


OWNER = Login(
    SETTINGS["keystone"] + "/v3",
    {"name": SETTINGS["user"], "password": SETTINGS["password"], "domain": {"id": "default"}},
    SETTINGS["projectId"],
)


def template():
    """Deployments that wait for their server's signals, and, for heat-api-cfn, a resource whose
    metadata a guest polls and the guest's login: a user of the stack's own domain, with EC2
    credentials.
    """
    deployment = {
        "type": "OS::Heat::SoftwareDeployment",
        "properties": {
            "config": {"get_resource": "config"},
            "server": SETTINGS["server"],
            "signal_transport": "HEAT_SIGNAL",
        },
    }
    resources = {
        "config": {
            "type": "OS::Heat::SoftwareConfig",
            "properties": {
                "group": "script",
                "config": SETTINGS["config"],
                "outputs": [{"name": "deploy_stdout"}],
            },
        },
        CHECKED: deployment,
        OTHER: deployment,
    }
    outputs = {CHECKED: {"value": {"get_resource": CHECKED}}}
    if SETTINGS["cfn"] is not None:
        resources[RESOURCE] = {
            "type": "OS::Heat::Value",
            "properties": {"value": RESOURCE},
            "metadata": {"deployments": [{"config": SETTINGS["config"]}]},
        }
        resources["user"] = {"type": "AWS::IAM::User"}
        resources["key"] = {
            "type": "AWS::IAM::AccessKey",
            "properties": {"UserName": {"get_resource": "user"}},
        }
        outputs["access"] = {"value": {"get_resource": "key"}}
        outputs["secret"] = {"value": {"get_attr": ["key", "SecretAccessKey"]}}
    return {"heat_template_version": "2018-08-31", "resources": resources, "outputs": outputs}


class Deployment:
    """A software deployment of this server, whose transport is HEAT_SIGNAL."""

    def __init__(self, inputs):
        """With the inputs that Heat gives to such a deployment
        (heat/engine/resources/openstack/heat/software_deployment.py).
        """
        user = {"id": inputs["deploy_user_id"], "password": inputs["deploy_password"]}
        self.name = inputs["deploy_resource_name"]
        self.login = Login(inputs["deploy_auth_url"], user, inputs["deploy_project_id"])
        self.path = "/stacks/%s/resources/%s/signal" % (inputs["deploy_stack_id"], self.name)
        # The texts of its signals since it was last complete.
        self.sent = set()

    def deployments(self):
        """The deployments of this server, over Heat's own API."""
        path = "/software_deployments/metadata/%s" % SETTINGS["server"]
        return self.login.ask(path)["metadata"]

    def signal(self, text):
        self.sent.add(text)
        self.login.ask(self.path, "POST", {"deploy_stdout": text, "deploy_status_code": 0})


def start_guest():
    """A stack that is complete because its guest signalled: its deployments by name."""
    made = OWNER.ask("/stacks", "POST", {"stack_name": STACK, "template": template()}, (201,))
    path = "/stacks/%s/%s" % (STACK, made["stack"]["id"])
    guest = {}
    while True:
        time.sleep(1)
        stack = OWNER.ask(path)["stack"]
        if stack["stack_status"] != "CREATE_IN_PROGRESS":
            break
        # A cloud gives a new server its login; here its owner looks it up.
        waiting = OWNER.ask("/software_deployments/metadata/%s" % SETTINGS["server"])
        for one in waiting["metadata"]:
            deployment = Deployment({put["name"]: put.get("value") for put in one["inputs"]})
            if deployment.name not in guest:
                guest[deployment.name] = deployment
                deployment.signal("begun")
    if stack["stack_status"] != "CREATE_COMPLETE":
        why = (STACK, stack["stack_status"], stack["stack_status_reason"])
        raise ValueError("%s is %s: %s" % why)
    outputs = {one["output_key"]: one["output_value"] for one in stack["outputs"]}
    EC2.update(outputs)
    return guest, "/software_deployments/%s" % outputs[CHECKED]


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


def outcome_of(request):
    """How a request ended: an outcome as in rollgate's events, the status, a detail."""
    try:
        problem = request()
        return ("served" if problem is None else "wrong-body"), 200, problem
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


def report(number, probe, request):
    """Makes a request, and prints how it ended."""
    sent = time.time()
    began = time.monotonic()
    outcome, status, detail = outcome_of(request)
    took = (time.monotonic() - began) * 1000
    said = {"probe": probe, "poll": number, "sent": sent * 1000, "tookMs": took, "outcome": outcome}
    if status is not None:
        said["status"] = status
    if detail is not None:
        said["detail"] = detail
    say(said)


def instructed(deployments):
    """Whether the answer holds the guest's configuration."""

    def request():
        if any(one.get("config") == SETTINGS["config"] for one in deployments()):
            return None
        return "its configuration is not in the metadata"

    return request


def until_answered(request):
    """The owner's part, which is no guest's: what it costs the owner, the load measures."""
    while True:
        try:
            return request()
        except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
            time.sleep(SETTINGS["periodSeconds"])


class Signals:
    """Signals that a deployment is done. heat-engine answers before it works on a signal
    (`resource_signal` in heat/engine/service.py), so one counts once Heat has its outputs.
    """

    def __init__(self, guest, path):
        """@param path The checked deployment's, in Heat's API."""
        self.guest = guest
        self.path = path
        # Whether the checked deployment waits for a signal that is not on its way yet.
        self.due = threading.Event()

    def again(self):
        """Its owner deploys once more."""
        body = {"status": "IN_PROGRESS", "action": "UPDATE"}
        until_answered(lambda: OWNER.ask(self.path, "PUT", body))
        self.due.set()

    def send(self, number):
        text = "signal %d" % number
        if not self.due.is_set():
            report(number, "agent-signal", lambda: self.guest[OTHER].signal(text))
            return
        self.due.clear()
        accepted = []

        def request():
            self.guest[CHECKED].signal(text)
            accepted.append(True)
            return self.problem()

        report(number, "agent-signal", request)
        if accepted:
            self.again()
        else:
            # It still waits for one.
            self.due.set()

    def problem(self):
        """What is wrong with an accepted signal of the checked deployment; None if nothing is."""
        sent = self.guest[CHECKED].sent
        limit = time.monotonic() + SETTINGS["timeoutSeconds"]
        while True:
            asked = time.monotonic()
            now = until_answered(lambda: OWNER.ask(self.path))["software_deployment"]
            if now["status"] == "COMPLETE":
                got = (now["output_values"] or {}).get("deploy_stdout")
                # One that came late completes it too; Heat ignores the signals after that.
                ours = got in sent
                sent.clear()
                return None if ours else "accepted, but Heat has %s" % got
            if asked > limit:
                return "accepted, but %d s later Heat had no outputs" % SETTINGS["timeoutSeconds"]
            time.sleep(SETTINGS["periodSeconds"] / 5)


def keep(period, request):
    """Calls `request` with a number again and again. Each call has a thread: one that gets no
    answer keeps no other from being sent.
    """
    start = time.monotonic()
    number = 0
    while True:
        time.sleep(max(0, start + number * period - time.monotonic()))
        threading.Thread(target=request, args=(number,), daemon=True).start()
        number += 1


def main():
    guest, path = start_guest()
    signals = Signals(guest, path)
    signals.again()
    polls = {"agent": instructed(guest[CHECKED].deployments)}
    if SETTINGS["cfn"] is not None:
        polls["agent-cfn"] = instructed(over_cfn)
    say({"ready": True})
    threading.Thread(target=keep, args=(SETTINGS["signalSeconds"], signals.send)).start()
    for probe, request in polls.items():
        poll = functools.partial(report, probe=probe, request=request)
        threading.Thread(target=keep, args=(SETTINGS["periodSeconds"], poll)).start()


main()
