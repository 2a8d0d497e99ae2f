"""The database's tables as Heat's models have them, and the migrations that lead there."""

import ast
import importlib
import re

from inventory import source
from inventory.migrations import alembic, migrate

MODELS = ('db/models.py', 'db/sqlalchemy/models.py')


def read():
    path = next(source.HEAT / name for name in MODELS if (source.HEAT / name).exists())
    tool, found = next(
        (module.TOOL, module.read()) for module in (alembic, migrate) if module.folder().exists()
    )
    return {'tool': tool, 'migrations': found, 'tables': tables(path)}


def tables(path):
    name = '.'.join(path.relative_to(source.HEAT.parent).with_suffix('').parts)
    metadata = importlib.import_module(name).BASE.metadata
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
