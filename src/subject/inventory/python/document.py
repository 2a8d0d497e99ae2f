"""Prints what is compared of the subject in an image, as one JSON document.

Runs in a container of that image with its Python (3.9 or newer) and what the
subject itself needs. Calls no service, reads no deployment's configuration.
"""

import json
import logging
import os
import sys
import warnings

from inventory import dependencies


def show(areas):
    """Never returns. An area is a function without arguments."""
    # Importing a service logs and warns of much that is no matter here.
    logging.disable(logging.CRITICAL)
    warnings.simplefilter('ignore')
    inventory = {
        'format': 1,
        'version': dependencies.distribution().version,
        'python': '%d.%d.%d' % sys.version_info[:3],
        **{name: read(area) for name, area in areas.items()},
    }
    # Indented, since a log driver breaks lines of 16 KiB.
    print('\n' + json.dumps(inventory, indent=1), flush=True)
    # Whatever was imported may have started threads.
    os._exit(0)


def read(area):
    """What is in an area, or why it could not be read: the others can all the same."""
    try:
        return {'found': area()}
    except Exception as error:
        return {'error': '%s: %s' % (type(error).__name__, error)}
