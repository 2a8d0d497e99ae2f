import test from 'ava';
import { NEW, OLD, Story } from '../stream.ts';
import { clauseIn } from './read.ts';

const TAG = 'supports-rolling-upgrade';

/** Base and target side by side from 13 s on. */
function mixed(): Story {
  return new Story({ swap: ['1.1 swap'] }).at(10).swapped('node1/heat-api').at(20);
}

test('mixed-served, mixed-worked: either release alone proves nothing', (t) => {
  const served = (...servers: readonly string[]): string | undefined => {
    const story = mixed();
    for (const server of servers) story.requests(5, { server });
    return clauseIn(story.at(40).finished(), TAG, 'mixed-served')?.status;
  };
  t.is(served('node1/heat-api', 'node2/heat-api'), 'proven');
  t.is(served('node1/heat-api'), 'not-proven');
  t.is(served('node2/heat-api'), 'not-proven');
  const worked = (...engines: readonly string[]): string | undefined => {
    const story = new Story().at(10).swapped('node1/heat-engine').at(20);
    for (const engine of engines) story.worked(engine, NEW.version, 1);
    return clauseIn(story.at(40).finished(), TAG, 'mixed-worked')?.status;
  };
  t.is(worked('node1/heat-engine', 'node2/heat-engine'), 'proven');
  t.is(worked('node1/heat-engine'), 'not-proven');
  t.is(worked('node2/heat-engine'), 'not-proven');
});

test('mixed-served: a lost request, a control’s request and an earlier request show no release at work', (t) => {
  const status = (write: (story: Story) => Story): string | undefined =>
    clauseIn(write(mixed().requests(5)).at(40).finished(), TAG, 'mixed-served')?.status;
  const old = { server: 'node2/heat-api' };
  t.is(
    status((story) => story.request('served', old)),
    'proven',
  );
  t.is(
    status((story) => story.request('5xx-service', old)),
    'not-proven',
  );
  t.is(
    status((story) => story.request('served', { ...old, control: true })),
    'not-proven',
  );
  t.is(
    status((story) => story.at(5).request('served', old)),
    'not-proven',
  );
});

test('mixed-worked: of work counted from before the mixed state on, the last piece is in the mixed state', (t) => {
  const pieces = (at: number): string =>
    clauseIn(
      new Story()
        .at(10)
        .swapped('node1/heat-engine')
        .at(at)
        .worked('node2/heat-engine', OLD.version, 7)
        .at(40)
        .finished(),
      TAG,
      'mixed-worked',
    )?.evidence[0] ?? '';
  t.regex(pieces(14.1), /did 7 pieces of work/);
  t.regex(pieces(13.5), /did 1 piece of work/);
});

test('the mixed state lasts until the last service of the base has exited, not until it is asked to', (t) => {
  const story = new Story({}, { services: [] }).at(0);
  for (const name of ['node1/heat-engine', 'node2/heat-engine']) {
    story.at(0).started(name, OLD).serving(name, OLD);
  }
  story.at(10).swapped('node1/heat-engine').at(20).stopping('node2/heat-engine');
  story.at(30).stopped('node2/heat-engine').at(40);
  t.regex(clauseIn(story.finished(), TAG, 'mixed-worked')?.evidence[0] ?? '', /^In 17\.0 s/);
});
