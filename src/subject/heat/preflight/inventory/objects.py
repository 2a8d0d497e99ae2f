"""The versioned objects of heat/objects, with their versions and fields, and what one column holds."""

import ast

from inventory import source


def read():
    return {
        # Heat sends plain JSON: its objects are no part of its messages.
        'onTheWire': 'VersionedObjectSerializer' in source.text(source.PACKAGE / 'common' / 'messaging.py'),
        'syncPoint': sync_point(),
        'classes': [
            found
            for path in source.files(source.PACKAGE / 'objects')
            for node in source.tree(path).body
            if isinstance(node, ast.ClassDef)
            for found in described(node, path)
        ],
    }


def described(node, path):
    for child in node.body:
        if isinstance(child, ast.Assign) and getattr(child.targets[0], 'id', '') == 'fields':
            if isinstance(child.value, ast.Dict):
                yield {
                    'name': node.name,
                    **source.place(path, node.lineno),
                    # oslo_versionedobjects/base.py: VERSION of who does not say it.
                    'version': source.constants(node.body).get('VERSION') or '1.0',
                    'fields': [
                        {
                            'name': source.literal(key),
                            'type': ast.unparse(value),
                            'line': key.lineno,
                        }
                        for key, value in zip(child.value.keys, child.value.values)
                    ],
                }


def sync_point():
    """How a sync point names a resource that has reported to it; engines of both releases write it."""
    from heat.engine import stack, sync_point

    node = stack.ConvergenceNode(1, True)
    written = sync_point.serialize_input_data({node: None})
    return {
        **source.line_of(source.PACKAGE / 'engine' / 'sync_point.py', r'^def str_pack_tuple'),
        'text': next(iter(written['input_data'])),
    }
