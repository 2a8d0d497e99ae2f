import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import { NEW, OLD, Story } from '../stream.ts';

/** Both apis are swapped, and serve so many seconds after their start; the base's after six. */
function rolled(seconds: readonly [number, number], base: number | null = 6) {
  const services = ['node1', 'node2'].map((node) => ({
    node,
    service: 'heat-api',
    role: 'api' as const,
    series: OLD.series,
    version: OLD.version,
    ...(base === null ? {} : { startSeconds: base }),
  }));
  const story = new Story({}, { services });
  for (const [index, node] of (['node1', 'node2'] as const).entries()) {
    story.at(10 + 60 * index);
    story.stopping(`${node}/heat-api`).stopped(`${node}/heat-api`).started(`${node}/heat-api`);
    const took = seconds[index] ?? 0;
    story.at(10 + 60 * index + took).add({
      type: 'service-serving',
      at: (10 + 60 * index + took) * 1000,
      node,
      service: 'heat-api',
      ...NEW,
      side: 'target',
      seconds: took,
    });
  }
  return judge(story.events).causes.filter(({ kind }) => kind === 'service-serves-late');
}

test('a service of the target that serves late at every start is named, and fails no tag', (t) => {
  const [cause, ...others] = rolled([46, 44]);
  t.deepEqual(others, []);
  t.like(cause, {
    title: 'heat-api 26.0.1 serves 44.0 s after its start, the base’s after 6.0 s',
    harm: 'slowed',
    nodes: ['node1', 'node2'],
    service: 'heat-api',
  });
});

test('one late start is the machine’s, and so is a base that starts as late', (t) => {
  t.deepEqual(rolled([46, 9]), []);
  t.deepEqual(rolled([46, 44], 30), []);
});

test('without the base’s own start, nothing is late', (t) => {
  const story = rolled([46, 44], null);
  t.deepEqual(story, []);
});
