"""Prints what rollgate compares of the Designate in an image, see `document`."""

import os
import sys

# Run as a folder: its parent makes it a package.
sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from inventory import (  # noqa: E402
    alembic,
    dependencies,
    document,
    entry_points,
    options,
    policies,
    rpc,
    schema,
)

document.show({
    'rpc': rpc.read,
    'schema': lambda: schema.read(alembic),
    'configuration': options.read,
    'policy': policies.read,
    'entryPoints': entry_points.read,
    'dependencies': dependencies.read,
})
