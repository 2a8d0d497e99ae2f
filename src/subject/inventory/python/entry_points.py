"""What the subject's distribution offers by name: scripts and plugins."""

import pathlib

from inventory import dependencies, source

FILE = 'entry_points.txt'


def read():
    path = file()
    lines = source.text(path).splitlines() if path else []
    return [
        {
            'group': entry.group,
            'name': entry.name,
            'value': entry.value,
            'file': source.shown(path) if path else FILE,
            'line': line_of(lines, entry),
        }
        for entry in sorted(dependencies.distribution().entry_points, key=lambda entry: (entry.group, entry.name))
    ]


def file():
    folder = getattr(dependencies.distribution(), '_path', None)
    path = None if folder is None else pathlib.Path(folder) / FILE
    return path if path is not None and path.exists() else None


def line_of(lines, entry):
    group = None
    for number, line in enumerate(lines, start=1):
        if line.startswith('['):
            group = line.strip('[] ')
        elif group == entry.group and line.split('=')[0].strip() == entry.name:
            return number
    return None
