"""api-paste.ini as the image has it, and what Heat has that such a file may name."""

import ast
import pathlib

from inventory import source

FILE = pathlib.Path('/etc/heat/api-paste.ini')


def read():
    return {'file': str(FILE), 'sections': sections(), 'offered': offered()}


def sections():
    found = []
    for number, line in enumerate(FILE.read_text().splitlines(), start=1):
        line = line.strip()
        if line.startswith('['):
            found.append({'name': line.strip('[]'), 'line': number, 'settings': []})
        elif '=' in line and not line.startswith('#') and found:
            key, value = (part.strip() for part in line.split('=', 1))
            found[-1]['settings'].append({'key': key, 'value': value, 'line': number})
    return found


def offered():
    """`module:name` of what a module of the API or of its middleware defines."""
    return sorted(
        '%s:%s' % (module(path), node.name)
        for folder in ('api', 'common')
        for path in source.files(source.PACKAGE / folder)
        for node in source.tree(path).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    )


def module(path):
    parts = path.relative_to(source.PACKAGE.parent).with_suffix('').parts
    return '.'.join(parts[:-1] if parts[-1] == '__init__' else parts)
