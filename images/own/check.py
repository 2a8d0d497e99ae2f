"""Fails if Heat cannot run as this user, in an image that adapt.py has prepared: says why."""

import os
import sys

PASTE = '/etc/heat/api-paste.ini'
STATE = '/var/lib/heat'

problems = []
try:
    open(PASTE, encoding='utf-8').close()
except OSError as error:
    problems.append('%s cannot be read: %s' % (PASTE, error.strerror))
if not os.access(STATE, os.W_OK):
    problems.append('%s cannot be written' % STATE)
try:
    import heat.cmd.engine
    import heat.engine.service
except Exception as error:
    problems.append('Heat does not load: %r' % error)
for problem in problems:
    print('rollgate-problem: ' + problem)
sys.exit(1 if problems else 0)
