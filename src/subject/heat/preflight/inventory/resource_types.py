"""The resource types that templates may use, with their properties and attributes."""

from inventory import source


def read():
    from heat.engine import environment, resources

    registry = resources.global_env().registry._registry
    return [
        described(name, registry[name].value)
        for name in sorted(registry)
        if isinstance(registry[name], environment.ClassResourceInfo)
    ]


def described(name, kind):
    return {
        'name': name,
        'status': kind.support_status.status,
        **place(kind),
        'properties': [
            {
                'name': key,
                'required': bool(schema.required),
                'updateAllowed': bool(schema.update_allowed),
                'status': schema.support_status.status,
            }
            for key, schema in sorted(kind.properties_schema.items())
        ],
        'attributes': sorted(kind.attributes_schema),
    }


def place(kind):
    # Heat loads its plugins under names of their own, which need not be in sys.modules.
    parts = kind.__module__.split('.')[1:]
    path = source.PACKAGE.joinpath(*parts).with_suffix('.py')
    if not path.exists():
        path = source.PACKAGE.joinpath(*parts, '__init__.py')
    return source.line_of(path, r'^class %s\b' % kind.__name__)
