"""Designate's API as a WSGI application.

The script designate-api-wsgi is in releases up to 2026.1 only, the module designate.wsgi.api in
later ones only. Both call this function.
"""

from designate.api.wsgi import init_application

application = init_application()
