"""What services send to centrals and workers, and what those take.

A message is sent with the version of its client's target, unless it is prepared with another one
(designate/central/rpcapi.py, designate/worker/rpcapi.py).
"""

import re

from inventory import messages, source

SERVICES = ('api', 'central', 'worker', 'producer', 'mdns')
# Every service sends it as its heartbeat (designate/heartbeat_emitter.py).
HEARTBEAT = 'update_service_status'


def read():
    return [endpoint('central', 'CentralAPI'), endpoint('worker', 'WorkerAPI')]


def endpoint(name, client_class):
    path = source.PACKAGE / name / 'rpcapi.py'
    client = source.class_in(path, client_class)
    version = target_version(client, path)
    senders = senders_to(name)
    return {
        'name': name,
        # designate/conf, [service:NAME] topic.
        'topic': name,
        'takenBy': 'designate-' + name,
        'server': messages.server(source.PACKAGE / name / 'service.py', 'Service'),
        'messages': [
            message
            for function in messages.functions(client)
            for message in sent_by(function, path, client_class, version, senders)
        ],
    }


def target_version(client, path):
    """`messaging.Target(topic=self.topic, version=self.RPC_API_VERSION)`."""
    target = next(call for call in source.calls_in(client) if source.callee(call) == 'Target')
    return source.resolve(source.keyword(target, 'version'), path, client)


def senders_to(name):
    """The services whose code names a function of the client: `self.central_api.find_zones(…)`.

    A producer hands the function itself to a loop. A central's heartbeat is left out: what another
    central refuses of it costs no user anything, and the next one follows in seconds.
    """
    found = {}
    for service in SERVICES:
        for path in source.files(source.PACKAGE / service):
            if path.name == 'rpcapi.py':
                continue
            for function in re.findall(r'\b%s_api\.(\w+)' % name, source.text(path)):
                found.setdefault(function, set()).add(service)
    if name == 'central':
        found.setdefault(HEARTBEAT, set()).update(set(SERVICES) - {'central'})
    return found


def sent_by(function, path, client_class, version, senders):
    """`return self.client.call(context, 'get_zone', zone_id=zone_id)`."""
    services = sorted(senders.get(function.name, ()))
    sender = '%s.%s' % (client_class, function.name)
    prepared = version
    for call in source.calls_in(function):
        if source.callee(call) == 'prepare':
            prepared = source.literal(source.keyword(call, 'version')) or version
        if source.callee(call) not in ('call', 'cast') or len(call.args) != 2:
            continue
        method = source.literal(call.args[1])
        if isinstance(method, str):
            yield {
                **messages.message(method, call, path, sender, prepared),
                'kind': source.callee(call),
                'callers': sorted({'api' if name == 'api' else 'engine' for name in services}),
                'services': ['designate-' + name for name in services],
            }
