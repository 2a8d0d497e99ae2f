"""The database's tables as the subject's models have them, and the migrations that lead there."""

import ast
import importlib
import re

from inventory import source, subject


def read(*tools):
    """With the first of the tools whose migrations are there."""
    models = (source.PACKAGE / name for name in subject.MODELS)
    path = next(path for path in models if path.exists())
    tool, found = next((tool.TOOL, tool.read()) for tool in tools if tool.folder().exists())
    return {'tool': tool, 'migrations': found, 'tables': tables(path)}


def tables(path):
    name = '.'.join(path.relative_to(source.PACKAGE.parent).with_suffix('').parts)
    metadata = getattr(importlib.import_module(name), subject.MODELS_BASE).metadata
    places = {table: node for node, table in classes(path)}
    return [
        {
            'name': table.name,
            **source.place(path, places[table.name].lineno if table.name in places else 1),
            'columns': [
                column_of(column, places.get(table.name)) for column in table.columns
            ],
        }
        for table in sorted(metadata.tables.values(), key=lambda table: table.name)
    ]


def classes(path):
    for node in source.tree(path).body:
        if isinstance(node, ast.ClassDef):
            table = source.constants(node.body).get('__tablename__')
            if table is not None:
                yield node, table


def column_of(column, node):
    return {
        'name': column.name,
        'type': re.sub(r'\s+object at .*', '', repr(column.type)),
        'nullable': bool(column.nullable),
        'line': line_of(column.name, node),
        'references': [
            {'table': key.target_fullname.split('.')[0], 'onDelete': key.ondelete}
            for key in column.foreign_keys
        ],
    }


def line_of(name, node):
    for child in node.body if node else []:
        if isinstance(child, ast.Assign) and getattr(child.targets[0], 'id', '') == name:
            return child.lineno
    return None if node is None else node.lineno
