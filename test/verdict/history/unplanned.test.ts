import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import { Story } from '../stream.ts';

test('a script’s call is a step after the script’s own, and its swap counts like any other', (t) => {
  const what = { name: 'swap heat-api on node1', kind: 'swap', stage: 'script', node: 'node1' };
  const story = new Story({ script: ['1.1 script up.sh'], after: ['2.1 settle'] })
    .at(1)
    .step('1.1')
    .add({ type: 'step-started', at: 2000, step: '1.1.1', what })
    .at(2)
    .swapped('node1/heat-api')
    .done('1.1.1', 3)
    .request('5xx-balancer', { status: 502 }, 2)
    .done('1.1')
    .at(6)
    .step('2.1')
    .done('2.1')
    .finished();
  const { steps, api } = judge(story.events);
  t.deepEqual(
    steps.map(({ id, name, stage, status }) => [id, name, stage, status]),
    [
      ['1.1', 'script up.sh', 'script', 'done'],
      ['1.1.1', 'swap heat-api on node1', 'script', 'done'],
      ['2.1', 'settle', 'after', 'done'],
    ],
  );
  t.is(api.lost[0]?.step, '1.1.1');
});

test('a script that failed is the upgrade’s failure, not the harness’s', (t) => {
  const story = new Story({ script: ['1.1 script up.sh'] })
    .at(1)
    .step('1.1')
    .broke('1.1', 'script-failed', 'up.sh ended with status 3')
    .finished('failed', {
      code: 'script-failed',
      message: 'up.sh ended with status 3',
      step: '1.1',
    });
  const { outcome, reasons } = judge(story.events);
  t.is(outcome, 'failed');
  t.deepEqual(reasons, ['script-failed in step 1.1: up.sh ended with status 3']);
});
