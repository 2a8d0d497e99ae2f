"""Requests of Heat and Keystone. Only the standard library is used: it runs in the image of any
release.
"""

import http.client
import json
import pathlib
import time
import urllib.error
import urllib.request

SETTINGS = json.loads(pathlib.Path(__file__).with_name("settings.json").read_text())


def ask(url, method="GET", body=None, token=None, expect=(200,), read=json.loads):
    headers = {"accept": "application/json", "content-type": "application/json"}
    if token is not None:
        headers["x-auth-token"] = token
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=SETTINGS["timeoutSeconds"]) as answer:
        if answer.status not in expect:
            raise ValueError("%s %s: %d" % (method, url, answer.status))
        text = answer.read()
        return answer.headers, read(text) if text else None


class Login:
    """A user of Keystone in a project. Its requests of Heat's API are below `heat`."""

    def __init__(self, auth_url, user, project_id):
        # Heat's may have a slash at its end, or no version; Keystone redirects a doubled slash.
        self.auth_url = auth_url.rstrip("/").removesuffix("/v3") + "/v3"
        self.user = user
        self.project_id = project_id
        self.heat = "%s/%s" % (SETTINGS["heat"], project_id)
        self.token = None

    def log_in(self):
        identity = {"methods": ["password"], "password": {"user": self.user}}
        scope = {"project": {"id": self.project_id}}
        body = {"auth": {"identity": identity, "scope": scope}}
        headers, _ = ask(self.auth_url + "/auth/tokens", "POST", body, expect=(201,))
        self.token = headers["x-subject-token"]

    def ask(self, path, method="GET", body=None, expect=(200,)):
        """As `ask`; with a new token if the old one has run out."""
        url = self.heat + path
        try:
            if self.token is None:
                self.log_in()
            return ask(url, method, body, self.token, expect)[1]
        except urllib.error.HTTPError as error:
            if error.code != 401 or error.url != url:
                raise
        self.log_in()
        return ask(url, method, body, self.token, expect)[1]


OWNER = Login(
    SETTINGS["keystone"],
    {"name": SETTINGS["user"], "password": SETTINGS["password"], "domain": {"id": "default"}},
    SETTINGS["projectId"],
)


def until_answered(request):
    """The owner's part, which is no guest's: what it costs the owner, the load measures."""
    while True:
        try:
            return request()
        except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
            time.sleep(SETTINGS["periodSeconds"])
