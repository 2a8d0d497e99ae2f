import test from 'ava';
import { requestEvent } from '../../../src/load/http/request-event.ts';
import type { HttpResult } from '../../../src/load/http/request.ts';

const OWN = 'req-11111111-2222-3333-4444-555555555555';
const RESULT: HttpResult = {
  id: 'req-1',
  operation: 'GET zones',
  connection: 'new',
  outcome: '5xx-service',
  status: 500,
  headers: { 'x-openstack-request-id': OWN },
  body: '',
  sentAt: 1000,
  doneAt: 2000,
};

/** The event of a result that differs so. */
function eventOf(more: Partial<HttpResult>) {
  return requestEvent({ ...RESULT, ...more }, { probe: 'list', runStart: 0 });
}

test('a request that was not served has the id that the api gave it', (t) => {
  t.like(eventOf({}), { type: 'request', id: 'req-1', answeredAs: OWN });
});

test('a served request, or one logged by the api under the client’s id, has no second id', (t) => {
  t.false('answeredAs' in eventOf({ outcome: 'served', status: 200 }));
  t.false('answeredAs' in eventOf({ headers: { 'x-openstack-request-id': 'req-1' } }));
  t.false('answeredAs' in eventOf({ headers: {} }));
});
