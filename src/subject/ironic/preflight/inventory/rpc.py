"""What APIs send to conductors, and what conductors take: ironic/conductor/rpcapi.py, manager.py."""

import ast
import re

from inventory import messages, source

CLIENT, CLIENT_CLASS = 'conductor/rpcapi.py', 'ConductorAPI'
SERVER, SERVER_CLASS = 'conductor/manager.py', 'ConductorManager'
# ironic/common/rpc.py, MANAGER_TOPIC; the topic of a conductor ends with its host.
TOPIC = 'ironic.conductor_manager'


def read():
    path = source.PACKAGE / CLIENT
    client = source.class_in(path, CLIENT_CLASS)
    asked = asked_by_api()
    return [{
        'name': 'conductor',
        'topic': TOPIC,
        'server': messages.server(source.PACKAGE / SERVER, SERVER_CLASS),
        'messages': [
            message
            for function in messages.functions(client)
            for message in sent_by(function, path, asked)
        ],
    }]


def asked_by_api():
    """The functions of the client that the API calls: `api.request.rpcapi.update_node(…)`."""
    return {
        name
        for path in source.files(source.PACKAGE / 'api')
        for name in re.findall(r'\brpcapi\.(\w+)', source.text(path))
    }


def sent_by(function, path, asked):
    """`cctxt = self._prepare_call(topic=topic, version='1.36')`, `cctxt.call(context, 'create_node', …)`.

    Where a version is chosen by what may be sent, it is the highest that is named.
    """
    prepared = None
    sender = '%s.%s' % (CLIENT_CLASS, function.name)
    for call in source.calls_in(function):
        if source.callee(call) in ('_prepare_call', 'prepare'):
            prepared = version_of(source.keyword(call, 'version'), function)
        elif source.callee(call) in ('call', 'cast') and len(call.args) == 2:
            method = source.literal(call.args[1])
            if isinstance(method, str):
                yield {
                    # oslo.messaging takes the target's, 1.0, where there is none.
                    **messages.message(method, call, path, sender, prepared or '1.0'),
                    'kind': source.callee(call),
                    'callers': ['api'] if function.name in asked else [],
                }


def version_of(node, function):
    if isinstance(node, ast.Name):
        named = [
            source.literal(child.value)
            for child in ast.walk(function)
            if isinstance(child, ast.Assign) and getattr(child.targets[0], 'id', '') == node.id
        ]
        versions = [version for version in named if isinstance(version, str)]
        return max(versions, key=lambda version: [int(part) for part in version.split('.')], default=None)
    return None if node is None else source.literal(node)
