"""The libraries that Heat asks for, and those that are there."""

import functools
import importlib.metadata
import re

from inventory import source

HEAT = 'openstack-heat'


@functools.lru_cache(maxsize=None)
def heat():
    return importlib.metadata.distribution(HEAT)


@functools.lru_cache(maxsize=None)
def required():
    """The distributions that Heat requires, each with the range that it asks for."""
    found = {}
    for line in heat().requires or []:
        requirement, _, marker = line.partition(';')
        if 'extra' in marker:
            continue
        name, asked = re.match(r'\s*([\w.-]+)\s*(?:\[[^\]]*\])?\s*\(?([^)]*)', requirement).groups()
        found[canonical(name)] = asked.strip()
    return found


def read():
    return {
        'file': source.shown(getattr(heat(), '_path', HEAT)),
        # Some packagings leave this out.
        'asked': [
            {'name': name, 'range': asked, 'fits': fits(name, asked)}
            for name, asked in sorted(required().items())
        ],
        'installed': {
            canonical(found.metadata['Name']): found.version
            for found in importlib.metadata.distributions()
            if found.metadata['Name']
        },
    }


def canonical(name):
    return re.sub(r'[-_.]+', '-', name).lower()


def fits(name, asked):
    """Null where nobody can tell."""
    try:
        from packaging import specifiers
    except ImportError:
        return None
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return specifiers.SpecifierSet(asked).contains(version, prereleases=True)
