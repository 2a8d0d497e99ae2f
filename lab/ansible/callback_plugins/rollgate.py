"""Reports the tasks of a playbook to a watch: each is a step of its timeline."""

DOCUMENTATION = """
name: rollgate
type: notification
short_description: Marks the tasks of a playbook for rollgate watch
description:
  - Writes a mark for each task into the folder that C(ROLLGATE_WATCH) names.
  - Does nothing where that variable is not set.
requirements:
  - enabled by C(callbacks_enabled)
"""

import json
import os
import time

from ansible.plugins.callback import CallbackBase

LOCAL = ("localhost", "127.0.0.1", "::1")


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "rollgate"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self):
        super().__init__()
        folder = os.environ.get("ROLLGATE_WATCH")
        self._file = os.path.join(folder, "marks.ndjson") if folder else None
        self._hosts = set()

    def v2_playbook_on_task_start(self, task, is_conditional):
        # Once for each batch of hosts.
        self._hosts = set()

    def v2_playbook_on_handler_task_start(self, task):
        self._hosts = set()

    def v2_runner_on_start(self, host, task):
        self._hosts.add(host.get_name())
        name = task.get_name().strip()
        if len(self._hosts) == 1:
            # The machine that runs the playbook is no node of the cloud.
            on = None if host.get_name() in LOCAL else host.get_name()
            node = host.get_vars().get("rollgate_node", on)
            service = host.get_vars().get("rollgate_service", "").partition("/")[2]
            self._mark("%s on %s" % (name, on) if on else name, node=node, service=service)
        elif len(self._hosts) == 2:
            # From here on it is under way on several.
            self._mark(name)

    def _mark(self, text, **where):
        if self._file is None:
            return
        mark = {"time": time.time() * 1000, "text": text}
        mark.update({key: value for key, value in where.items() if value})
        # One write in append mode: other writers of the file do not come between.
        with open(self._file, "a", encoding="utf-8") as file:
            file.write(json.dumps(mark) + "\n")
