"""The options of the subject's configuration, its own and those of the libraries that it uses."""

import functools
import importlib.metadata
import re

from inventory import dependencies, source, subject

# Whose options others list as theirs.
HANDED_ON = ('oslo_db', 'keystoneauth1')
DEFINITION = re.compile(r'\b\w*Opt\(\s*(?:name=)?[\'"]([\w-]+)[\'"]')


def read():
    adjust_defaults()
    found = {}
    for entry in namespaces():
        for group, options in entry.load()():
            for option in options:
                listed = described(option, group_name(group), entry)
                found.setdefault((listed['group'], listed['name']), listed)
    return [found[key] for key in sorted(found)]


def adjust_defaults():
    """A subject changes some defaults of its libraries."""
    for entry in entries(dependencies.distribution(), 'oslo.config.opts.defaults'):
        entry.load()()


def namespaces():
    """Its own first: what a library has too, it may have changed. Not those of its tests."""
    own = [
        entry
        for entry in entries(dependencies.distribution(), 'oslo.config.opts')
        if entry.name.split('.')[0] == source.NAME
    ]
    libraries = [
        entry
        for distribution in importlib.metadata.distributions()
        for entry in entries(distribution, 'oslo.config.opts')
        if entry.name in subject.LIBRARIES
    ]
    return own + libraries


def entries(distribution, group):
    return [entry for entry in distribution.entry_points if entry.group == group]


def group_name(group):
    return 'DEFAULT' if group is None else getattr(group, 'name', group)


def described(option, group, entry):
    found = place(option.name, entry)
    return {
        'group': group,
        'name': option.dest,
        'namespace': entry.name,
        'type': kind(option),
        'default': shown(option),
        # What an auth plugin requires is required only where that plugin is chosen.
        'required': bool(option.required)
        and option.default is None
        and not found['file'].startswith('keystoneauth1/'),
        'deprecated': bool(option.deprecated_for_removal),
        'formerly': [
            {'group': old.group or group, 'name': (old.name or option.dest).replace('-', '_')}
            for old in option.deprecated_opts
        ],
        **found,
    }


def kind(option):
    name = type(option.type).__name__
    choices = getattr(option.type, 'choices', None)
    return {
        'name': name,
        'choices': sorted(str(choice) for choice in choices) if choices else None,
        **{
            end: limit
            for end in ('min', 'max')
            if isinstance(limit := getattr(option.type, end, None), (int, float))
        },
    }


def shown(option):
    """As the sample configuration has it, which is the same on every machine."""
    value = option.default if option.sample_default is None else option.sample_default
    return None if value is None else str(value)


def place(name, entry):
    """Where it is defined: in the package that lists it, or in one whose options that hands on."""
    module = entry.value.split(':')[0]
    for package in (module.split('.')[0], *HANDED_ON):
        found = definitions(package).get(name)
        if found is not None:
            return found
    return {'file': module.replace('.', '/') + '.py', 'line': None}


@functools.lru_cache(maxsize=None)
def definitions(package):
    """Where the options of a package are defined, by name."""
    found = {}
    for path in source.files(source.package(package)):
        text = source.text(path)
        if 'Opt(' not in text:
            continue
        for match in DEFINITION.finditer(text):
            line = text.count('\n', 0, match.start(1)) + 1
            found.setdefault(match.group(1), source.place(path, line))
    return found
