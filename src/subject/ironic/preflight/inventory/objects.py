"""Ironic's versioned objects, and in which versions a conductor sends them.

The versions that are sent are not read in the source but tried: each object is
serialized as a conductor does it, without a pin and with each pin that the
release knows. It holds other objects where it has fields for them.
"""

import inspect
import re

from inventory import source


def read():
    from ironic import objects
    from ironic.common import release_mappings
    from ironic.conf import CONF

    objects.register_all()
    classes = sent_classes()
    # What an operator names: 2025.1. The others are numbers of single releases.
    pins = [pin for pin in release_mappings.RELEASE_VERSIONS if re.match(r'20\d\d\.\d$', pin)]
    sent = []
    for pin in [None, *sorted(pins)]:
        CONF.set_override('pin_release_version', pin)
        sent.append({'pin': pin, 'objects': as_sent(classes)})
    CONF.clear_override('pin_release_version')
    return {
        'onTheWire': True,
        'classes': [described(cls) for cls in classes],
        'pins': {
            **source.line_of(source.PACKAGE / 'common/release_mappings.py', '^RELEASE_MAPPING ='),
            'sent': sent,
        },
    }


def sent_classes():
    """Those of messages to services: notifications go to others, and no pin holds them."""
    from ironic.objects import base, notification

    apart = (notification.NotificationBase, notification.NotificationPayloadBase,
             notification.EventType, notification.NotificationPublisher)
    found = base.IronicObjectRegistry.obj_classes()
    newest = (found[name][0] for name in sorted(found))
    return [cls for cls in newest if not issubclass(cls, apart)]


def described(cls):
    path, line = inspect.getsourcefile(cls), inspect.getsourcelines(cls)[1]
    return {
        'name': cls.obj_name(),
        **source.place(path, line),
        'version': cls.VERSION,
        'fields': [
            {'name': name, 'type': kind(field), 'line': None}
            for name, field in sorted(cls.fields.items())
        ],
    }


def kind(field):
    inner = objects_in(field)
    return type(field).__name__ + (' of %s' % inner if inner else '') + (
        ', nullable' if field.nullable else '')


def objects_in(field):
    """The name of the objects that a field holds; None where it holds none."""
    found = getattr(field, '_type', None)
    element = getattr(found, '_element_type', None)
    found = getattr(element, '_type', found)
    return getattr(found, '_obj_name', None)


def as_sent(classes):
    """Each object by itself, and each object within another one that is sent, with its version."""
    from ironic.objects import base

    by_name = {cls.obj_name(): cls for cls in classes}
    found = {}
    for cls in classes:
        serializer = base.IronicObjectSerializer(is_server=True)
        primitive = serializer.serialize_entity(None, made(cls, by_name))
        for name, version in versions_in(primitive):
            found[name, None if name == cls.obj_name() else cls.obj_name()] = version
    return [
        {'name': name, 'within': within, 'version': version}
        for (name, within), version in sorted(found.items(), key=str)
    ]


def made(cls, by_name):
    """An object with others in it, wherever it can hold some."""
    one = cls()
    for name, field in cls.fields.items():
        inner = by_name.get(objects_in(field))
        if inner is not None:
            value = made(inner, by_name)
            setattr(one, name, value if type(field).__name__ == 'ObjectField' else [value])
    return one


def versions_in(primitive):
    if isinstance(primitive, dict):
        name = primitive.get('ironic_object.name')
        if name is not None:
            yield name, primitive['ironic_object.version']
        for value in primitive.values():
            yield from versions_in(value)
    elif isinstance(primitive, list):
        for value in primitive:
            yield from versions_in(value)
