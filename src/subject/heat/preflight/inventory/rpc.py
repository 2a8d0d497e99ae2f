"""What Heat's services send each other, and what they take."""

import ast

from inventory import messages, source

# A topic, who serves it and who sends to it: heat/engine/service.py,
# heat/engine/worker.py, heat/rpc/; the same in 15 to 27.
ENDPOINTS = (
    ('engine', 'engine/service.py', 'EngineService', 'rpc/client.py', 'EngineClient'),
    ('worker', 'engine/worker.py', 'WorkerService', 'rpc/worker_client.py', 'WorkerClient'),
    (
        'listener',
        'engine/service.py',
        'EngineListener',
        'rpc/listener_client.py',
        'EngineListenerClient',
    ),
)
# The engine talks to another one's listener past its client.
REMOTE_CALL = '_remote_call'


def read():
    return [endpoint(*names) for names in ENDPOINTS]


def endpoint(name, server_file, server_class, client_file, client_class):
    server_path, client_path = source.PACKAGE / server_file, source.PACKAGE / client_file
    server = source.class_in(server_path, server_class)
    client = source.class_in(client_path, client_class)
    sent = sent_by(client, client_path)
    if name == 'listener':
        sent += remote_calls(source.class_in(server_path, 'EngineService'), server, server_path)
    # Only an API or an engine sends to the topic that APIs ask; the others are among engines.
    senders = callers(client) if name == 'engine' else {}
    for each in sent:
        each['callers'] = senders.get(each['function'], []) if name == 'engine' else ['engine']
        del each['function']
    return {
        'name': name,
        'topic': topic(client, client_path),
        # heat/common/messaging.py has it that no private method can be called.
        'server': messages.server(server_path, server_class, *served_version(server, server_path)),
        'messages': sent,
    }


def topic(client, path):
    for call in source.calls_in(client):
        if source.callee(call) == 'get_rpc_client':
            return source.resolve(source.keyword(call, 'topic'), path, client)
    raise LookupError('no topic in %s' % source.shown(path))


def served_version(server, path):
    """The version of the class's target, and its line; oslo.messaging takes 1.0 where there is none."""
    for call in source.calls_in(server):
        if source.callee(call) == 'Target' and source.keyword(call, 'server') is not None:
            version = source.resolve(source.keyword(call, 'version'), path, server)
            return version or '1.0', call.lineno
    raise LookupError('no target in %s' % source.shown(path))


def sent_by(client, path):
    """What a client sends: `self.call(ctxt, self.make_msg('method', key=…), version='1.4')`."""
    found = []
    for function in messages.functions(client):
        if function.name in ('call', 'cast', 'make_msg'):
            continue
        for call in source.calls_in(function):
            if source.callee(call) == 'make_msg':
                found.append(message(function, call, call.args[0], path, client))
            # Without make_msg: `self._client.call(ctxt, 'listening')`.
            elif source.callee(call) in ('call', 'cast') and len(call.args) == 2:
                if isinstance(call.args[1], ast.Constant):
                    found.append(message(function, call, call.args[1], path, client))
    return found


def callers(client):
    """Which services call each function of the client of topic engine: `api`, `engine`.

    A function is called on something whose name has `rpc_client` in it, in
    every release from 15 to 27: `req.context`'s controllers have
    `self.rpc_client`, resources `self.rpc_client()`.
    """
    names = {node.name for node in messages.functions(client)}
    found = {name: set() for name in names}
    for role in ('api', 'engine'):
        for path in source.files(source.PACKAGE / role):
            if 'rpc_client' not in source.text(path):
                continue
            for call in source.calls_in(source.tree(path)):
                function = call.func
                if not isinstance(function, ast.Attribute) or function.attr not in names:
                    continue
                if 'rpc_client' in ast.unparse(function.value):
                    found[function.attr].add(role)
    # `create_stack` goes through `_create_stack`, which sends the message.
    for node in messages.functions(client):
        for call in source.calls_in(node):
            function = call.func
            inner = getattr(function, 'attr', None)
            if inner in names and ast.unparse(function) == 'self.%s' % inner:
                found[inner] |= found[node.name]
    return {name: sorted(roles) for name, roles in found.items()}


def message(function, call, method, path, client):
    sender = '%s.%s' % (client.name, function.name)
    version = version_named(function, path, client)
    return {
        'function': function.name,
        **messages.message(source.literal(method), call, path, sender, version),
        'kind': kind(function),
    }


def version_named(function, path, client):
    """Of the call itself or of `prepare`; else the version that the client was made with."""
    for call in source.calls_in(function):
        version = source.keyword(call, 'version')
        if source.callee(call) != 'get_rpc_client' and version is not None:
            return source.resolve(version, path, client)
    return source.constants(client.body).get('BASE_RPC_API_VERSION') or '1.0'


def kind(function):
    names = {
        node.attr
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and node.attr in ('call', 'cast')
    }
    return 'either' if len(names) == 2 else names.pop() if names else 'call'


def remote_calls(engine, listener, path):
    """`self._remote_call(cnxt, engine_id, timeout, self.listener.SEND, stack_identity=…)`."""
    function = source.function_in(engine, REMOTE_CALL)
    if function is None:
        return []
    names = source.constants(listener.body)
    found = []
    for call in source.calls_in(engine):
        if source.callee(call) == REMOTE_CALL and isinstance(call.args[3], ast.Attribute):
            method = names[call.args[3].attr]
            version = version_named(function, path, engine)
            found.append({
                'function': REMOTE_CALL,
                **messages.message(method, call, path, 'EngineService', version),
                'kind': 'call',
            })
    return found
