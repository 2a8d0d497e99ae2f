"""Prints what rollgate compares of the Heat in an image, as one JSON document.

Runs in a container of that image with its Python (3.9 or newer) and what Heat
itself needs. Calls no service, reads no deployment's configuration.
"""

import json
import logging
import os
import sys
import warnings

# Run as a folder: its parent makes it a package.
sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from inventory import (  # noqa: E402
    dependencies,
    entry_points,
    objects,
    options,
    paste,
    policies,
    request_context,
    resource_types,
    rpc,
    schema,
)

AREAS = {
    'rpc': rpc.read,
    'context': request_context.read,
    'objects': objects.read,
    'schema': schema.read,
    'configuration': options.read,
    'policy': policies.read,
    'paste': paste.read,
    'entryPoints': entry_points.read,
    'resourceTypes': resource_types.read,
    'dependencies': dependencies.read,
}


def read(area):
    """What is in an area, or why it could not be read: the others can all the same."""
    try:
        return {'found': area()}
    except Exception as error:
        return {'error': '%s: %s' % (type(error).__name__, error)}


def main():
    # Importing Heat logs and warns of much that is no matter here.
    logging.disable(logging.CRITICAL)
    warnings.simplefilter('ignore')
    inventory = {
        'format': 1,
        'version': dependencies.heat().version,
        'python': '%d.%d.%d' % sys.version_info[:3],
        **{name: read(area) for name, area in AREAS.items()},
    }
    # Indented, since a log driver breaks lines of 16 KiB.
    print('\n' + json.dumps(inventory, indent=1), flush=True)
    # Whatever was imported may have started threads.
    os._exit(0)


main()
