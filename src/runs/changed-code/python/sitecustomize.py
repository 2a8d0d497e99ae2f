"""Says once of each changed line that it ran: `rollgate-ran PATH:LINE` on standard error.

Python imports it at its start, in each service of the target. ROLLGATE_CHANGED names a JSON file
with the lines of each path. sys.monitoring (PEP 669) calls back once for each function and once
for each line of those that have changed lines, so what runs often costs nothing.
"""

import json
import os
import sys


def report(text):
    try:
        os.write(2, ('rollgate-ran %s\n' % text).encode())
    except OSError:
        pass


def watch(path):
    monitoring = getattr(sys, 'monitoring', None)
    if monitoring is None:
        report('unknown: Python %d.%d has no sys.monitoring' % sys.version_info[:2])
        return
    with open(path, encoding='utf-8') as file:
        changed = {name: set(lines) for name, lines in json.load(file).items()}
    # Of the six tool ids, 4 is the last without a conventional owner.
    tool = 4
    monitoring.use_tool_id(tool, 'rollgate')
    events = monitoring.events
    said = set()

    def start(code, _):
        lines = changed.get(code.co_filename)
        if lines and any(line in lines for _, _, line in code.co_lines()):
            monitoring.set_local_events(tool, code, events.LINE)
        return monitoring.DISABLE

    def line(code, number):
        place = (code.co_filename, number)
        if number in changed.get(code.co_filename, ()) and place not in said:
            said.add(place)
            report('%s:%d' % place)
        return monitoring.DISABLE

    monitoring.register_callback(tool, events.PY_START, start)
    monitoring.register_callback(tool, events.LINE, line)
    monitoring.set_events(tool, events.PY_START)
    report('watches')


if os.environ.get('ROLLGATE_CHANGED'):
    try:
        watch(os.environ['ROLLGATE_CHANGED'])
    except Exception as error:
        report('unknown: %r' % error)
