"""The stack of the guest: Heat gives it a server and deployments."""

import time

from asking import OWNER, SETTINGS
from transports import TRANSPORTS

STACK = SETTINGS["stack"]


def template():
    """A server that exists already (OS::Heat::DeployedServer, which needs no Nova) for each
    transport, and deployments on it that wait for its signals.
    """
    resources = {
        "config": {
            "type": "OS::Heat::SoftwareConfig",
            "properties": {
                "group": "script",
                "config": SETTINGS["config"],
                "outputs": [{"name": "deploy_stdout"}],
            },
        }
    }
    for transport in TRANSPORTS:
        resources[transport.server] = {
            "type": "OS::Heat::DeployedServer",
            "properties": {"software_config_transport": transport.poll},
        }
        for name in transport.checked, transport.other:
            resources[name] = {
                "type": "OS::Heat::SoftwareDeployment",
                "properties": {
                    "config": {"get_resource": "config"},
                    "server": {"get_resource": transport.server},
                    "signal_transport": transport.signal,
                },
            }
    checked = [transport.checked for transport in TRANSPORTS]
    outputs = {name: {"value": {"get_resource": name}} for name in checked}
    return {"heat_template_version": "2018-08-31", "resources": resources, "outputs": outputs}


def start_guest():
    """A stack that is complete because its guest signalled: the paths of its checked deployments,
    in Heat's API.
    """
    made = OWNER.ask("/stacks", "POST", {"stack_name": STACK, "template": template()}, (201,))
    path = "/stacks/%s/%s" % (STACK, made["stack"]["id"])
    begun = set()
    while True:
        time.sleep(1)
        stack = OWNER.ask(path)["stack"]
        if stack["stack_status"] != "CREATE_IN_PROGRESS":
            break
        for transport in TRANSPORTS:
            # A cloud gives a new server its login; a deployed server gets it from its owner.
            found = OWNER.ask("%s/resources/%s/metadata" % (path, transport.server))["metadata"]
            transport.configure(found)
            for name in transport.inputs.keys() - begun:
                transport.send(name, "begun")
                begun.add(name)
    if stack["stack_status"] != "CREATE_COMPLETE":
        why = (STACK, stack["stack_status"], stack["stack_status_reason"])
        raise ValueError("%s is %s: %s" % why)
    ids = {one["output_key"]: one["output_value"] for one in stack["outputs"]}
    return {one: "/software_deployments/%s" % ids[one.checked] for one in TRANSPORTS}
