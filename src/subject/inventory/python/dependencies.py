"""The libraries that the subject asks for, and those that are there."""

import functools
import importlib.metadata
import re

from inventory import source, subject


@functools.lru_cache(maxsize=None)
def distribution():
    return importlib.metadata.distribution(subject.DISTRIBUTION)


@functools.lru_cache(maxsize=None)
def required():
    """The distributions that the subject requires, each with the range that it asks for."""
    found = {}
    for line in distribution().requires or []:
        requirement, _, marker = line.partition(';')
        if 'extra' in marker:
            continue
        name, asked = re.match(r'\s*([\w.-]+)\s*(?:\[[^\]]*\])?\s*\(?([^)]*)', requirement).groups()
        found[canonical(name)] = asked.strip()
    return found


def read():
    return {
        'file': source.shown(getattr(distribution(), '_path', subject.DISTRIBUTION)),
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
    """Null where it is unknown."""
    try:
        from packaging import specifiers
    except ImportError:
        return None
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return specifiers.SpecifierSet(asked).contains(version, prereleases=True)
