"""What APIs send to conductors, and what conductors take: ironic/conductor/rpcapi.py, manager.py."""

import ast
import re

from inventory import source

CLIENT, CLIENT_CLASS = 'conductor/rpcapi.py', 'ConductorAPI'
SERVER, SERVER_CLASS = 'conductor/manager.py', 'ConductorManager'
# ironic/common/rpc.py, MANAGER_TOPIC; the topic of a conductor ends with its host.
TOPIC = 'ironic.conductor_manager'


def read():
    client_path, server_path = source.PACKAGE / CLIENT, source.PACKAGE / SERVER
    client = source.class_in(client_path, CLIENT_CLASS)
    server = source.class_in(server_path, SERVER_CLASS)
    asked = asked_by_api()
    return [{
        'name': 'conductor',
        'topic': TOPIC,
        'server': {
            **source.place(server_path, server.lineno),
            'class': SERVER_CLASS,
            'version': source.constants(server.body)['RPC_API_VERSION'],
            'versionLine': version_line(server),
            'methods': methods(server, server_path),
        },
        'messages': [
            told
            for function in client.body
            if isinstance(function, ast.FunctionDef)
            for told in messages(function, client_path, asked)
        ],
    }]


def version_line(server):
    for node in server.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], 'id', '') == 'RPC_API_VERSION':
            return node.lineno
    return server.lineno


def methods(server, path):
    return [
        {'name': node.name, **source.place(path, node.lineno), **signature(node.args)}
        for node in server.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith('_')
    ]


def signature(arguments):
    names = [argument.arg for argument in arguments.args]
    optional = names[len(names) - len(arguments.defaults):] if arguments.defaults else []
    # After self and the request's context.
    parameters = [{'name': name, 'required': name not in optional} for name in names[2:]]
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults):
        parameters.append({'name': argument.arg, 'required': default is None})
    return {'parameters': parameters, 'variadic': arguments.kwarg is not None}


def asked_by_api():
    """The functions of the client that the API calls: `api.request.rpcapi.update_node(…)`."""
    return {
        name
        for path in source.files(source.PACKAGE / 'api')
        for name in re.findall(r'\brpcapi\.(\w+)', source.text(path))
    }


def messages(function, path, asked):
    """`cctxt = self._prepare_call(topic=topic, version='1.36')`, `cctxt.call(context, 'create_node', …)`.

    Where a version is chosen by what may be sent, it is the highest that is named.
    """
    prepared = None
    for call in source.calls_in(function):
        if source.callee(call) in ('_prepare_call', 'prepare'):
            prepared = version_of(source.keyword(call, 'version'), function)
        elif source.callee(call) in ('call', 'cast') and len(call.args) == 2:
            method = source.literal(call.args[1])
            if isinstance(method, str):
                yield {
                    'method': method,
                    **source.place(path, call.lineno),
                    'sender': '%s.%s' % (CLIENT_CLASS, function.name),
                    # oslo.messaging takes the target's, 1.0, where there is none.
                    'version': prepared or '1.0',
                    'kind': source.callee(call),
                    'callers': ['api'] if function.name in asked else [],
                    'arguments': [key.arg for key in call.keywords if key.arg is not None],
                    'variadic': any(key.arg is None for key in call.keywords),
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
