"""Which keys a request's context has on the wire, and what each of them carries.

to_dict and from_dict are Heat's in some releases and oslo.context's in others,
so they are not read but tried: with marks in place of values.
"""

from inventory import source

MARK = '@'
# What a context knows besides its own plain attributes: in some releases these are properties.
IDENTITY = ('user_id', 'project_id', 'domain_id', 'user_domain_id', 'project_domain_id')
# Absent, Heat asks its policy whether the user is an administrator.
ADMINISTRATOR = 'is_admin'


class Recorder(dict):
    """Has every key that it is asked for, with a mark as its value, and remembers them."""

    def __init__(self):
        super().__init__()
        self.asked = set()

    def get(self, key, default=None):
        self.asked.add(key)
        return MARK + key

    def __getitem__(self, key):
        return self.get(key)

    def __contains__(self, key):
        self.asked.add(key)
        return True


def read():
    from oslo_config import cfg
    from heat.common import context

    cfg.CONF([], project='heat', default_config_files=[], default_config_dirs=[])
    kind = context.RequestContext
    recorder = Recorder()
    preferred = carried(kind.from_dict(recorder))
    return {
        'sends': {**place('to_dict'), 'keys': sent(kind)},
        'takes': {
            **place('from_dict'),
            'keys': {key: sorted(taken(kind, key)) for key in sorted(recorder.asked)},
            # Of an attribute that several keys may carry: the one that counts.
            'preferred': {attribute: key for attribute, key in sorted(preferred.items())},
        },
    }


def attributes(context):
    """The attributes that are plain values, with them."""
    return {
        name: getattr(context, name)
        for name in {*vars(context), *IDENTITY}
        if not name.startswith('_') and is_plain(getattr(context, name))
    }


def is_plain(value):
    return value is None or isinstance(value, (str, bool, list, dict))


def sent(kind):
    """The attribute that each key carries; null where a key is made of several or of none."""
    context = kind(**{ADMINISTRATOR: True})
    marked = attributes(context)
    for name in marked:
        setattr(context, name, MARK + name)
    return {
        key: value[len(MARK):] if isinstance(value, str) and value[len(MARK):] in marked else None
        for key, value in sorted(context.to_dict().items())
    }


def taken(kind, key):
    values = {ADMINISTRATOR: True, key: MARK + key}
    return [name for name, by in carried(kind.from_dict(values)).items() if by == key]


def carried(context):
    """The key whose mark each attribute has."""
    return {
        name: value[len(MARK):]
        for name, value in attributes(context).items()
        if isinstance(value, str) and value.startswith(MARK)
    }


def place(method):
    path = source.PACKAGE / 'common' / 'context.py'
    own = source.function_in(source.class_in(path, 'RequestContext'), method)
    # Inherited from oslo.context: the class.
    node = own or source.class_in(path, 'RequestContext')
    return source.place(path, node.lineno)
