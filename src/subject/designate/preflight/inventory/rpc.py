"""What services send to centrals and workers, and what those take.

A message is sent with the version of its client's target, unless it is prepared with another one
(designate/central/rpcapi.py, designate/worker/rpcapi.py).
"""

import ast
import re

from inventory import source

SERVICES = ('api', 'central', 'worker', 'producer', 'mdns')
# Every service sends it as its heartbeat (designate/heartbeat_emitter.py).
HEARTBEAT = 'update_service_status'


def read():
    return [endpoint('central', 'CentralAPI'), endpoint('worker', 'WorkerAPI')]


def endpoint(name, client_class):
    client_path = source.PACKAGE / name / 'rpcapi.py'
    server_path = source.PACKAGE / name / 'service.py'
    client = source.class_in(client_path, client_class)
    server = source.class_in(server_path, 'Service')
    version = target_version(client, client_path)
    senders = senders_to(name)
    return {
        'name': name,
        # designate/conf, [service:NAME] topic.
        'topic': name,
        'takenBy': 'designate-' + name,
        'server': {
            **source.place(server_path, server.lineno),
            'class': 'Service',
            'version': source.constants(server.body)['RPC_API_VERSION'],
            'versionLine': version_line(server),
            'methods': methods(server, server_path),
        },
        'messages': [
            told
            for function in client.body
            if isinstance(function, ast.FunctionDef)
            for told in messages(function, client_path, client_class, version, senders)
        ],
    }


def target_version(client, path):
    """`messaging.Target(topic=self.topic, version=self.RPC_API_VERSION)`."""
    target = next(call for call in source.calls_in(client) if source.callee(call) == 'Target')
    return source.resolve(source.keyword(target, 'version'), path, client)


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


def senders_to(name):
    """The services whose code names a function of the client: `self.central_api.find_zones(…)`.

    A producer hands the function itself to a loop. A central's heartbeat is left out: what another
    central refuses of it costs no user anything, and the next one follows in seconds.
    """
    found = {}
    for service in SERVICES:
        for path in source.files(source.PACKAGE / service):
            if path.name == 'rpcapi.py':
                continue
            for function in re.findall(r'\b%s_api\.(\w+)' % name, source.text(path)):
                found.setdefault(function, set()).add(service)
    if name == 'central':
        found.setdefault(HEARTBEAT, set()).update(set(SERVICES) - {'central'})
    return found


def messages(function, path, client_class, version, senders):
    """`return self.client.call(context, 'get_zone', zone_id=zone_id)`."""
    services = sorted(senders.get(function.name, ()))
    prepared = version
    for call in source.calls_in(function):
        if source.callee(call) == 'prepare':
            prepared = source.literal(source.keyword(call, 'version')) or version
        if source.callee(call) not in ('call', 'cast') or len(call.args) != 2:
            continue
        method = source.literal(call.args[1])
        if isinstance(method, str):
            yield {
                'method': method,
                **source.place(path, call.lineno),
                'sender': '%s.%s' % (client_class, function.name),
                'version': prepared,
                'kind': source.callee(call),
                'callers': sorted({'api' if name == 'api' else 'engine' for name in services}),
                'services': ['designate-' + name for name in services],
                'arguments': [key.arg for key in call.keywords if key.arg is not None],
                'variadic': any(key.arg is None for key in call.keywords),
            }
