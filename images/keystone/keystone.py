"""Keystone as a WSGI application, whose database is made ready before it serves.

Loading Keystone costs some seconds of CPU, more than all that its commands then do. So it is
loaded once, and each keystone-manage command is a fork of this process, with a state of its own.

OS_BOOTSTRAP_*                 as keystone-manage bootstrap knows them; no bootstrap without
ROLLGATE_BOOTSTRAP_PASSWORD    the file with the administrator's password
"""
import os
import pathlib
import sys
import traceback

from keystone.cmd import manage
from keystone.server.wsgi import initialize_public_application


def keystone_manage(*arguments):
    child = os.fork()
    if child == 0:
        status = 1
        try:
            sys.argv = ['keystone-manage', *arguments]
            manage.main()
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(bool(end.code))
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            # Not sys.exit: the rest of this process is its parent's to end.
            os._exit(status)
    _, ended = os.waitpid(child, 0)
    if ended != 0:
        raise RuntimeError(f'keystone-manage {arguments[0]} ended with {os.waitstatus_to_exitcode(ended)}')


password_file = os.environ.get('ROLLGATE_BOOTSTRAP_PASSWORD')
if password_file:
    os.environ['OS_BOOTSTRAP_PASSWORD'] = pathlib.Path(password_file).read_text().strip()
    keystone_manage('db_sync')
    keystone_manage('bootstrap')
    del os.environ['OS_BOOTSTRAP_PASSWORD']

application = initialize_public_application()
