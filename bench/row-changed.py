"""Deletes stacks while other threads change their rows, with Heat's own functions of the database.

bench/row-changed.sh runs it in Heat's images, against MariaDB.
"""

import collections
import sys
import threading
import time
import uuid

from heat.common import config  # noqa: F401: registers the options
from heat.common import context
from heat.db import api as db
from oslo_config import cfg

DELETERS = 4
CHANGERS = 2

cfg.CONF(["--config-file", sys.argv[1]], project="heat")
total = int(sys.argv[2])


def request():
    return context.RequestContext(project_id="p", is_admin=True, user_id="u")


def make(template):
    values = {
        "id": str(uuid.uuid4()),
        "name": uuid.uuid4().hex,
        "raw_template_id": template.id,
        "username": "u",
        "tenant": "p",
        "action": "DELETE",
        "status": "IN_PROGRESS",
        "status_reason": "",
        "timeout": 1,
        "disable_rollback": False,
        "stack_user_project_id": "q",
    }
    return db.stack_create(request(), values).id


template = db.raw_template_create(request(), {"template": {}, "files": {}})
stacks = [make(template) for _ in range(total)]
ended = collections.Counter()
current = {}
over = threading.Event()


def change():
    changes = 0
    while not over.is_set():
        for stack in list(current.values()):
            changes += 1
            try:
                db.stack_update(request(), stack, {"status_reason": str(changes)})
            except Exception as error:
                # NotFound: it has been deleted.
                ended["change: " + type(error).__name__] += 1


def delete(worker):
    for stack in stacks[worker::DELETERS]:
        current[worker] = stack
        time.sleep(0.005)
        try:
            db.stack_delete(request(), stack)
            ended["deleted"] += 1
        except Exception as error:
            code = " 1020" if "1020" in str(error) else ""
            ended["delete: " + type(error).__name__ + code] += 1


begun = time.monotonic()
changers = [threading.Thread(target=change) for _ in range(CHANGERS)]
deleters = [threading.Thread(target=delete, args=(one,)) for one in range(DELETERS)]
for thread in changers + deleters:
    thread.start()
for thread in deleters:
    thread.join()
over.set()
for thread in changers:
    thread.join()

left = sum(1 for stack in stacks if db.stack_get(request(), stack) is not None)
print(f"{total} stacks, rows left: {left}, {dict(ended)}, {time.monotonic() - begun:.0f} s")
