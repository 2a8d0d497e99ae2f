import test from 'ava';
import { errorIn, outcomeOfAnswer } from '../../../src/load/http/outcome.ts';

const HEAT = {
  code: 400,
  title: 'Bad Request',
  explanation: 'The server could not comply with the request since it is malformed.',
  error: { type: 'StackValidationFailed', traceback: null, message: "Duplicate names {'a'}" },
};

test('an error of an OpenStack API is shown by its type and message', (t) => {
  t.is(errorIn(JSON.stringify(HEAT)), "StackValidationFailed: Duplicate names {'a'}");
  const keystone = { error: { code: 401, title: 'Unauthorized', message: 'Log in.' } };
  t.is(errorIn(JSON.stringify(keystone)), 'Unauthorized: Log in.');
  t.is(
    errorIn(JSON.stringify({ error_message: { faultcode: 'Client', faultstring: 'No node' } })),
    'No node',
  );
  t.is(
    errorIn(JSON.stringify({ code: 404, type: 'zone_not_found', message: 'No zone' })),
    'zone_not_found: No zone',
  );
});

for (const body of ['', '<html>503</html>', '{', '[]', '{"stack":{}}', '{"error":"x"}']) {
  test(`any other body is shown unchanged: ${JSON.stringify(body)}`, (t) => {
    t.is(errorIn(body), undefined);
    const answer = { status: 400, headers: {}, fromServer: true, body };
    t.like(outcomeOfAnswer(answer, { expect: [200] }), {
      outcome: 'unexpected-status',
      detail: body,
    });
  });
}
