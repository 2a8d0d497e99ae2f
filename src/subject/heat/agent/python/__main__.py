"""A guest's agent, in the way of os-collect-config: requests again and again what its server is
to do, signals that it is done, and prints a line of JSON for each request.
"""

import functools
import http.client
import json
import threading
import time
import urllib.error

from asking import OWNER, SETTINGS, until_answered
from guest import start_guest
from transports import TRANSPORTS

PRINTING = threading.Lock()


def say(what):
    with PRINTING:
        print(json.dumps(what), flush=True)


def outcome_of(request):
    """How a request ended: an outcome as in rollgate's events, the status, a detail."""
    try:
        problem = request()
        return ("served" if problem is None else "wrong-body"), 200, problem
    except urllib.error.HTTPError as error:
        if error.code < 500:
            return "unexpected-status", error.code, error.reason
        # HAProxy names the server that answered; its own answers have none.
        own = error.headers.get(SETTINGS["serverHeader"]) is not None
        return "5xx-service" if own else "5xx-balancer", error.code, error.reason
    except TimeoutError:
        return "timeout", None, "no answer within %d s" % SETTINGS["timeoutSeconds"]
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            return "timeout", None, str(error.reason)
        return "connect-refused", None, str(error.reason)
    except (ConnectionError, http.client.HTTPException) as error:
        return "reset-before-answer", None, repr(error)
    except (ValueError, KeyError, TypeError) as error:
        return "wrong-body", None, repr(error)


def report(number, probe, request):
    """Makes a request, and prints how it ended."""
    sent = time.time()
    began = time.monotonic()
    outcome, status, detail = outcome_of(request)
    took = (time.monotonic() - began) * 1000
    said = {"probe": probe, "poll": number, "sent": sent * 1000, "tookMs": took, "outcome": outcome}
    if status is not None:
        said["status"] = status
    if detail is not None:
        said["detail"] = detail
    say(said)


class Signals:
    """Signals that a deployment is done. heat-engine answers before it works on a signal
    (`resource_signal` in heat/engine/service.py), so one counts once Heat has its outputs.
    """

    def __init__(self, transport, path):
        """@param path The checked deployment's, in Heat's API."""
        self.transport = transport
        self.path = path
        # Whether the checked deployment waits for a signal that is not on its way yet.
        self.due = threading.Event()

    def again(self):
        """Its owner deploys once more."""
        body = {"status": "IN_PROGRESS", "action": "UPDATE"}
        until_answered(lambda: OWNER.ask(self.path, "PUT", body))
        self.due.set()

    def send(self, number):
        text = "signal %d" % number
        probe = self.transport.probe + "-signal"
        if not self.due.is_set():
            report(number, probe, lambda: self.transport.send(self.transport.other, text))
            return
        self.due.clear()
        accepted = []

        def request():
            self.transport.send(self.transport.checked, text)
            accepted.append(True)
            return self.problem()

        report(number, probe, request)
        if accepted:
            self.again()
        else:
            # It still waits for one.
            self.due.set()

    def problem(self):
        """What is wrong with an accepted signal of the checked deployment; None if nothing is."""
        sent = self.transport.sent
        limit = time.monotonic() + SETTINGS["timeoutSeconds"]
        while True:
            asked = time.monotonic()
            now = until_answered(lambda: OWNER.ask(self.path))["software_deployment"]
            if now["status"] == "COMPLETE":
                got = (now["output_values"] or {}).get("deploy_stdout")
                # One that came late completes it too; Heat ignores the signals after that.
                ours = got in sent
                sent.clear()
                return None if ours else "accepted, but Heat has %s" % got
            if asked > limit:
                return "accepted, but %d s later Heat had no outputs" % SETTINGS["timeoutSeconds"]
            time.sleep(SETTINGS["periodSeconds"] / 5)


def keep(period, request):
    """Calls `request` with a number again and again. Each call has a thread: one that gets no
    answer keeps no other from being sent.
    """
    start = time.monotonic()
    number = 0
    while True:
        time.sleep(max(0, start + number * period - time.monotonic()))
        threading.Thread(target=request, args=(number,), daemon=True).start()
        number += 1


def main():
    paths = start_guest()
    signals = {one: Signals(one, path) for one, path in paths.items()}
    for one in signals.values():
        one.again()
    say({"ready": True})
    for transport in TRANSPORTS:
        poll = functools.partial(report, probe=transport.probe, request=transport.problem)
        send = signals[transport].send
        for seconds, request in (SETTINGS["periodSeconds"], poll), (SETTINGS["signalSeconds"], send):
            threading.Thread(target=keep, args=(seconds * transport.slower, request)).start()


main()
