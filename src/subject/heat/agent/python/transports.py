"""The ways in which a guest and Heat exchange configuration and signals."""

import base64
import hashlib
import hmac
import json
import urllib.parse
import xml.etree.ElementTree

from asking import SETTINGS, Login, ask


class Transport:
    """A way in which a guest and Heat exchange configuration and signals."""

    def __init__(self, server):
        self.server = server
        # The signals of one deployment are checked; the other gets those that come meanwhile.
        self.checked = server + "-checked"
        self.other = server + "-other"
        # The texts of the checked deployment's signals since it was last complete.
        self.sent = set()
        # What Heat gives os-collect-config; the inputs of each deployment, by its name.
        self.found, self.inputs = {}, {}

    def configure(self, metadata):
        """With the metadata of its server's resource (heat/engine/resources/server_base.py)."""
        collectors = metadata.get("os-collect-config", {})
        if self.collector in collectors:
            self.found = collectors[self.collector]
            self.inputs = dict(map(named, metadata.get("deployments", [])))

    def problem(self):
        """What is wrong with the metadata that the guest polls; None if nothing is."""
        deployments = self.metadata().get("deployments", [])
        mine = [one for one in deployments if one.get("config") == SETTINGS["config"]]
        if {name for name, _ in map(named, mine)} == self.inputs.keys():
            return None
        return "its configuration is not in the metadata"

    def send(self, name, text):
        """Signals that a deployment is done, as heat-config-notify does (heat-agents)."""
        if name == self.checked:
            self.sent.add(text)
        self.deliver(self.inputs[name], {"deploy_stdout": text, "deploy_status_code": 0})


class OverHeat(Transport):
    """POLL_SERVER_HEAT and HEAT_SIGNAL: both over Heat's own API, as users of the stack's domain."""

    poll, signal, probe, collector = "POLL_SERVER_HEAT", "HEAT_SIGNAL", "agent", "heat"
    # How many times longer than the usual period.
    slower = 1

    def __init__(self, server):
        super().__init__(server)
        # By the resource: the server's, and each deployment's.
        self.logins = {}

    def ask(self, given, path, method="GET", body=None):
        """As the user of a resource."""
        name = given["resource_name"]
        user = {"id": given["user_id"], "password": given["password"]}
        login = Login(given["auth_url"], user, given["project_id"])
        path = "/stacks/%s/resources/%s/%s" % (given["stack_id"], name, path)
        return self.logins.setdefault(name, login).ask(path, method, body)

    def metadata(self):
        return self.ask(self.found, "metadata")["metadata"]

    def deliver(self, inputs, body):
        given = {key.removeprefix("deploy_"): value for key, value in inputs.items()}
        self.ask(given, "signal", "POST", body)


class OverCfn(Transport):
    """POLL_SERVER_CFN and CFN_SIGNAL: both over heat-api-cfn, with EC2 signatures."""

    poll, signal, probe, collector = "POLL_SERVER_CFN", "CFN_SIGNAL", "agent-cfn", "cfn"
    # For each request heat-api-cfn logs in at Keystone, and asks it for a token (ec2token.py).
    slower = 2

    def metadata(self):
        """As os_collect_config/cfn.py."""
        wanted = {
            "Action": "DescribeStackResource",
            "StackName": self.found["stack_name"],
            "LogicalResourceId": self.found["path"].split(".")[0],
        }
        keys = self.found["access_key_id"], self.found["secret_access_key"]
        _, answer = ask(signed(self.found["metadata_url"], wanted, *keys), read=from_xml)
        path = "DescribeStackResourceResult/StackResourceDetail/Metadata"
        return json.loads(answer.findtext(path))

    def deliver(self, inputs, body):
        # Heat signed the address.
        ask(inputs["deploy_signal_id"], inputs["deploy_signal_verb"], body, read=bytes)


def named(deployment):
    """The name and the inputs of a deployment, as Heat gives them to a guest
    (heat/engine/resources/openstack/heat/software_deployment.py).
    """
    inputs = {one["name"]: one.get("value") for one in deployment["inputs"]}
    return inputs["deploy_resource_name"], inputs


def from_xml(text):
    try:
        return xml.etree.ElementTree.fromstring(text)
    except xml.etree.ElementTree.ParseError as error:
        raise ValueError("no XML: %s" % error) from error


def signed(url, wanted, access, secret):
    """An address with EC2's signature, version 2 (keystoneclient/contrib/ec2/utils.py)."""
    parts = urllib.parse.urlsplit(url)
    query = dict(
        wanted, AWSAccessKeyId=access, SignatureMethod="HmacSHA256", SignatureVersion="2"
    )
    pairs = ["%s=%s" % (key, quoted(query[key])) for key in sorted(query)]
    text = "\n".join(["GET", parts.netloc, parts.path, "&".join(pairs)])
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
    return "%s?%s&Signature=%s" % (url, "&".join(pairs), quoted(base64.b64encode(digest).decode()))


def quoted(text):
    return urllib.parse.quote(text, safe="-_~")


TRANSPORTS = [OverHeat("guest")]
if SETTINGS["cfn"]:
    TRANSPORTS.append(OverCfn("cfn-guest"))
