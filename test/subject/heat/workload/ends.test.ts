import test from 'ava';
import { endOfStack } from '../../../../src/subject/heat/workload/lifecycle/ends.ts';

const end = (action: 'adopt' | 'create', status: string) =>
  endOfStack(action, { id: 's1', name: 'one', status, reason: '' });

test('an adopted stack that Heat made anew has failed', (t) => {
  t.deepEqual(end('adopt', 'CREATE_COMPLETE'), {
    outcome: 'failed',
    status: 'CREATE_COMPLETE where ADOPT_COMPLETE was due',
  });
  t.is(end('adopt', 'CREATE_IN_PROGRESS'), undefined);
  t.is(end('adopt', 'ADOPT_COMPLETE')?.outcome, 'completed');
  t.is(end('create', 'CREATE_COMPLETE')?.outcome, 'completed');
});
