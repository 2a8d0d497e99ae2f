"""What a manager takes of oslo.messaging, and what a client sends.

oslo.messaging dispatches a message by the version that its sender names, by
its method and by its keyword arguments (oslo_messaging/rpc/dispatcher.py), so
these are read of both ends.
"""

import ast

from inventory import source


def functions(node):
    return [child for child in node.body if isinstance(child, ast.FunctionDef)]


def server(path, name, version=None, line=None):
    """A manager: its public methods take messages, at the version of its RPC_API_VERSION.

    Where it has no such constant, version and line say which version and where.
    """
    node = source.class_in(path, name)
    return {
        **source.place(path, node.lineno),
        'class': name,
        'version': version or source.constants(node.body)['RPC_API_VERSION'],
        'versionLine': version_line(node) or line or node.lineno,
        'methods': [
            {'name': function.name, **source.place(path, function.lineno), **signature(function.args)}
            for function in functions(node)
            if not function.name.startswith('_')
        ],
    }


def version_line(node):
    for child in node.body:
        if isinstance(child, ast.Assign) and getattr(child.targets[0], 'id', '') == 'RPC_API_VERSION':
            return child.lineno
    return None


def signature(arguments):
    names = [argument.arg for argument in arguments.args]
    optional = names[len(names) - len(arguments.defaults):] if arguments.defaults else []
    # After self and the request's context.
    parameters = [{'name': name, 'required': name not in optional} for name in names[2:]]
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults):
        parameters.append({'name': argument.arg, 'required': default is None})
    return {'parameters': parameters, 'variadic': arguments.kwarg is not None}


def message(method, call, path, sender, version):
    """What a call of a client sends; its keywords are the message's arguments."""
    return {
        'method': method,
        **source.place(path, call.lineno),
        'sender': sender,
        'version': version,
        'arguments': [argument.arg for argument in call.keywords if argument.arg is not None],
        'variadic': any(argument.arg is None for argument in call.keywords),
    }
