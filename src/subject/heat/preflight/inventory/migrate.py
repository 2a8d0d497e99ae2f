"""sqlalchemy-migrate's numbered files, which Heat had up to 20. What they do is not read."""

import ast
import re

from inventory import source

TOOL = 'sqlalchemy-migrate'


def folder():
    return source.PACKAGE / 'db' / 'sqlalchemy' / 'migrate_repo' / 'versions'


def read():
    found = []
    for path in source.files(folder()):
        number = re.match(r'(\d+)_', path.name)
        if number is None:
            continue
        found.append({
            'revision': str(int(number.group(1))),
            'after': found[-1]['revision'] if found else None,
            'title': path.stem.split('_', 1)[1].replace('_', ' '),
            **source.place(path, 1),
            'operations': operations(source.tree(path)),
        })
    return found


def operations(tree):
    upgrade = source.function_in(tree, 'upgrade')
    if upgrade is None or all(isinstance(node, ast.Pass) for node in upgrade.body):
        return []
    return [{
        'operation': 'unread',
        'table': None,
        'line': upgrade.lineno,
        'columns': [],
        'nullable': None,
        'retyped': False,
        'renamed': False,
        'unique': False,
        'references': [],
        'sets': [],
    }]
