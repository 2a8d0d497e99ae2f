"""Puts rollgate's start programs and Heat's files where a lab expects them, in an image of a user's own.

adapt.py USER, as root, with the Python that has Heat. Prints one line "rollgate-found: {json}": what
was found, and in `missing` what keeps a service of the lab from running.
"""

import importlib.metadata
import importlib.util
import json
import os
import pathlib
import pwd
import shutil
import subprocess
import sys

# First in PATH, see src/containers/own-image/adapt.ts.
PROGRAMS = pathlib.Path('/usr/local/lib/rollgate/bin')
CONFIGURATION = pathlib.Path('/etc/heat')
STATE = pathlib.Path('/var/lib/heat')
# Its name in setup.cfg, and the module with its main program.
SCRIPTS = {'heat-engine': 'heat.cmd.engine', 'heat-manage': 'heat.cmd.manage'}
API_SCRIPTS = {'heat-api': 'heat.cmd.api', 'heat-api-cfn': 'heat.cmd.api_cfn'}
WSGI = ({'script': 'heat-wsgi-api', 'module': 'heat.wsgi.api'},
        {'script': 'heat-wsgi-api-cfn', 'module': 'heat.wsgi.cfn'})
LIBRARIES = {'pymysql': 'PyMySQL, with which Heat talks to the lab’s database'}
WSGI_LIBRARY_NOTE = 'python-memcached is missing: topologies with memcached do not work with it'
LOADED = 'rollgate-uwsgi-loads-heat'
# As many seconds as a busy machine needs to start a program that only loads Python.
LIMIT_SECONDS = 60


def has(module):
    try:
        return importlib.util.find_spec(module) is not None
    except ImportError:
        return False


def write(name, text):
    PROGRAMS.mkdir(parents=True, exist_ok=True)
    file = PROGRAMS / name
    file.write_text(text)
    file.chmod(0o755)


def quoted(words):
    return ' '.join("'%s'" % word for word in words)


def find(name):
    return shutil.which(name, path=os.pathsep.join(
        [os.path.dirname(sys.executable), os.environ.get('PATH', ''), '/usr/sbin', '/usr/bin']))


def script(name, module):
    """The image's own script, or one that does the same."""
    if find(name) or not has(module):
        return find(name)
    write(name, '#!%s\nimport sys\nfrom %s import main\nsys.exit(main())\n'
          % (sys.executable, module))
    return str(PROGRAMS / name)


def wsgi_applications():
    return all(find(each['script']) or has(each['module']) for each in WSGI)


def find_uwsgi():
    """A uWSGI that loads Heat with this Python, and the options that this takes."""
    environment = ['--virtualenv', sys.prefix] if sys.prefix != sys.base_prefix else []
    program = PROGRAMS / 'load.py'
    program.write_text('import heat, pbr\nprint("%s", flush=True)\n' % LOADED)
    refusals = []
    places = [os.path.join(os.path.dirname(sys.executable), 'uwsgi'), find('uwsgi'),
              '/usr/sbin/uwsgi', '/usr/bin/uwsgi']
    try:
        for place in dict.fromkeys(filter(None, places)):
            if not os.access(place, os.X_OK):
                continue
            # From PyPI it has Python in it; from a distribution Python is a plug-in.
            for plugin in ([], ['--plugin', 'python3'], ['--plugin', 'python']):
                command = [place, *plugin, *environment]
                done = subprocess.run(
                    [*command, '--pyrun', str(program)], text=True, timeout=LIMIT_SECONDS,
                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                if LOADED in done.stdout:
                    return command, []
                refusals.append('%s: %s' % (quoted(command), last_line(done.stdout)))
    finally:
        program.unlink()
    return None, refusals


def last_line(text):
    return (text.strip().splitlines() or ['no output'])[-1][:200]


def find_apache():
    return next((place for name in ('httpd', 'apache2') if (place := find(name))), None)


def serve(missing):
    """How the APIs are served, in the order of preference."""
    command, refusals = find_uwsgi()
    if command and wsgi_applications():
        # The start program of rollgate's own images names Debian's plug-in.
        write('uwsgi', '#!/bin/sh\nshift 2 # --plugin python3\nexec %s "$@"\n' % quoted(command))
        return {'by': 'uwsgi', 'program': command[0]}
    if all(script(name, module) for name, module in API_SCRIPTS.items()):
        return {'by': 'script', 'program': script('heat-api', API_SCRIPTS['heat-api'])}
    if command:
        missing.append('Heat’s WSGI applications: neither heat-wsgi-api nor heat.wsgi.api')
    elif refusals:
        missing.append('a uWSGI that loads Heat: %s' % '; '.join(refusals))
    else:
        apache = find_apache()
        missing.append('uWSGI, which serves the APIs%s' % (
            '' if apache is None else '; rollgate does not serve them with %s' % apache))
    return None


def choose_user(named):
    if named.split(':')[0] not in ('', 'root', '0'):
        return named
    return 'heat' if any(each.pw_name == 'heat' for each in pwd.getpwall()) else 'root'


def uid_of(user):
    name = user.split(':')[0]
    if name.isdigit():
        return int(name)
    return next((each.pw_uid for each in pwd.getpwall() if each.pw_name == name), None)


def install_files(user, missing):
    CONFIGURATION.mkdir(parents=True, exist_ok=True)
    # The lab puts its own in; another would hide that it did not.
    (CONFIGURATION / 'heat.conf').unlink(missing_ok=True)
    places = [pathlib.Path(sys.prefix, 'etc/heat'), pathlib.Path('/usr/share/heat')]
    for name in ('api-paste.ini', 'environment.d', 'templates'):
        if (CONFIGURATION / name).exists():
            continue
        stem, dot, ending = name.partition('.')
        for source in (place / each for place in places
                       for each in (name, '%s-dist%s%s' % (stem, dot, ending))):
            if source.is_dir():
                shutil.copytree(source, CONFIGURATION / name)
                break
            if source.is_file():
                shutil.copy(source, CONFIGURATION / name)
                break
    if not (CONFIGURATION / 'api-paste.ini').is_file():
        missing.append('api-paste.ini, in %s' % ', '.join(map(str, [CONFIGURATION, *places])))
    STATE.mkdir(parents=True, exist_ok=True)
    uid = uid_of(user)
    if uid is not None:
        os.chown(STATE, uid, -1)
    # The lab's files are everybody's.
    CONFIGURATION.chmod(0o755)


def main(named):
    missing, notes = [], []
    user = choose_user(named)
    # Not a link: Python looks for its virtual environment beside the name that it was called by.
    write('python3', '#!/bin/sh\nexec %s "$@"\n' % quoted([sys.executable]))
    for name, module in SCRIPTS.items():
        if not script(name, module):
            missing.append('%s, as a script or as module %s' % (name, module))
    missing += [text for module, text in LIBRARIES.items() if not has(module)]
    if not has('memcache'):
        notes.append(WSGI_LIBRARY_NOTE)
    served = serve(missing)
    install_files(user, missing)
    print('rollgate-found: ' + json.dumps({
        'version': importlib.metadata.version('openstack-heat'),
        'interpreter': sys.executable,
        'python': '%d.%d.%d' % sys.version_info[:3],
        'user': user,
        'folder': os.path.dirname(sys.executable),
        'served': served,
        'missing': missing,
        'notes': notes,
    }))


main(sys.argv[1])
