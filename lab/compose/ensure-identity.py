"""Makes what is not in Keystone yet of a plan: `ensure-identity.py PLAN.json`.

What src/infra/identity.ts does for a lab of rollgate, for one that Docker
Compose starts. Run again it changes nothing. Only Python's own library, so that
any image with Python will do.
"""

import json
import sys
import urllib.parse
import urllib.request


class Keystone:
    def __init__(self, origin, login):
        self.origin = origin
        in_default = {'domain': {'id': 'default'}}
        user = {'name': login['user'], 'password': login['password'], **in_default}
        _, headers = self.call('POST', '/auth/tokens', {'auth': {
            'identity': {'methods': ['password'], 'password': {'user': user}},
            'scope': {'project': {'name': login['project'], **in_default}},
        }})
        self.token = headers['x-subject-token']

    token = None

    def call(self, method, path, body=None):
        headers = {'content-type': 'application/json'}
        if self.token is not None:
            headers['x-auth-token'] = self.token
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f'{self.origin}/v3{path}', data, headers, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            text = answer.read()
            return (json.loads(text) if text else None), answer.headers

    def find(self, collection, identity):
        answer, _ = self.call('GET', f'/{collection}?{urllib.parse.urlencode(identity)}')
        return next((row['id'] for row in answer[collection]), None)

    def create(self, collection, attributes):
        entity = collection[:-1]
        answer, _ = self.call('POST', f'/{collection}', {entity: attributes})
        return answer[entity]['id']


def main(file):
    with open(file) as plan_file:
        plan = json.load(plan_file)
    keystone = Keystone(plan['keystone'], plan['administrator'])
    ids, collections = {}, {}

    def resolved(values):
        return {
            name: value if isinstance(value, str) else ids[value['idOf']]
            for name, value in values.items()
        }

    for entity in plan['entities']:
        key, collection = entity['key'], entity['collection']
        identity = resolved(entity['identity'])
        found = keystone.find(collection, identity)
        if found is None:
            print(f'{key}: made')
            found = keystone.create(
                collection, {**identity, **resolved(entity.get('attributes', {}))})
        ids[key], collections[key] = found, collection
    for grant in plan['grants']:
        on, user, role = grant['on'], grant['user'], grant['role']
        keystone.call(
            'PUT', f'/{collections[on]}/{ids[on]}/users/{ids[user]}/roles/{ids[role]}')


main(sys.argv[1])
