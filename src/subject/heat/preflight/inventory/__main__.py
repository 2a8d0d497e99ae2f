"""Prints what rollgate compares of the Heat in an image, see `document`."""

import os
import sys

# Run as a folder: its parent makes it a package.
sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from inventory import (  # noqa: E402
    alembic,
    dependencies,
    document,
    entry_points,
    migrate,
    objects,
    options,
    paste,
    policies,
    request_context,
    resource_types,
    rpc,
    schema,
)

document.show({
    'rpc': rpc.read,
    'context': request_context.read,
    'objects': objects.read,
    'schema': lambda: schema.read(alembic, migrate),
    'configuration': options.read,
    'policy': policies.read,
    'paste': paste.read,
    'entryPoints': entry_points.read,
    'resourceTypes': resource_types.read,
    'dependencies': dependencies.read,
})
