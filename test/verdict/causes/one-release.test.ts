import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import { NEW, OLD, Story } from '../stream.ts';

type Side = 'old' | 'new';
interface Deleted {
  readonly by: Side;
  readonly ended: 'completed' | 'stuck';
}

/**
 * Node 1 is at the target from 10 s on, node 2 stays at the base. Long after the swap each snapshot
 * is deleted, through an engine of one release.
 */
function deletions(...deleted: readonly Deleted[]): Story {
  const story = new Story({ swap: ['1.1 swap'] }).at(5).requests(20).step('1.1');
  story.at(10).swapped('node1/heat-engine').at(15);
  for (const [index, { by, ended }] of deleted.entries()) {
    const name = `stack${index}`;
    story.at(60 + index).accepted('delete-snapshot', name);
    const accepted = story.events.findLast((event) => event.type === 'operation-accepted');
    const engine = by === 'new' ? 'node1/heat-engine' : 'node2/heat-engine';
    const version = by === 'new' ? NEW.version : OLD.version;
    story.taken(accepted?.request ?? 'req-none', engine, version, 'delete_snapshot');
    story.at(90 + index).settled('delete-snapshot', name, ended);
  }
  return story;
}

function causesOf(story: Story): readonly string[] {
  return judge(story.events).causes.map(
    ({ kind, count, version }) => `${kind} ${count} ${version}`,
  );
}

test('an operation that only one release never completes is attributed to that release', (t) => {
  const story = deletions(
    { by: 'old', ended: 'completed' },
    { by: 'new', ended: 'stuck' },
    { by: 'new', ended: 'stuck' },
  );
  t.deepEqual(causesOf(story), [`work-halted-in-release 2 ${NEW.version}`]);
  const [cause] = judge(story.events).causes;
  t.is(
    cause?.title,
    `delete-snapshot came to a halt wherever heat-engine ${NEW.version} had taken the call`,
  );
  t.regex(cause?.evidence.join('\n') ?? '', /completed none; the other release completed 1 of 1/);
});

test('the operation is not attributed to a release that completed one', (t) => {
  const story = deletions(
    { by: 'old', ended: 'completed' },
    { by: 'new', ended: 'completed' },
    { by: 'new', ended: 'stuck' },
  );
  t.deepEqual(causesOf(story), ['stuck-unexplained 1 null']);
});

test('if the other release took none, two of two are enough, and one of one is not', (t) => {
  t.deepEqual(causesOf(deletions({ by: 'new', ended: 'stuck' })), ['stuck-unexplained 1 null']);
  const story = deletions({ by: 'new', ended: 'stuck' }, { by: 'new', ended: 'stuck' });
  t.deepEqual(causesOf(story), [`work-halted-in-release 2 ${NEW.version}`]);
  const [cause] = judge(story.events).causes;
  t.regex(cause?.evidence.join('\n') ?? '', /completed none; the other release got none/);
});

test('the operation is not attributed to one release if the other completed none either', (t) => {
  t.deepEqual(causesOf(deletions({ by: 'old', ended: 'stuck' }, { by: 'new', ended: 'stuck' })), [
    'stuck-unexplained 2 null',
  ]);
});
