import * as fc from 'fast-check';
import type { RequestId } from '../../../src/events/fields.ts';
import { roll } from '../runs.ts';
import { NEW, OLD, type Story } from '../stream.ts';

/** Something that goes wrong in a roll, or seems to. */
export type Incident = (story: Story) => void;

const NODES = ['node1', 'node2'] as const;
const END = 100;

const place = fc.record({
  node: fc.constantFrom(...NODES),
  // A time of the roll's steps again and again: events of one time are likely.
  at: fc.oneof(
    fc.constantFrom(9, 10, 11, 13, 20, 24, 30, 40),
    fc.integer({ min: 10, max: 480 }).map((tenths) => tenths / 10),
  ),
});

const OUTCOMES = [
  ['connect-refused', undefined],
  ['reset-before-answer', undefined],
  ['timeout', undefined],
  ['5xx-balancer', 502],
  ['5xx-balancer', 503],
  ['5xx-balancer', 504],
  ['5xx-service', 500],
  ['unexpected-status', 404],
  ['wrong-body', 200],
] as const;

/** The engine's release at a time of the roll. */
function releaseOf(node: string, at: number): typeof OLD {
  return at < (node === 'node1' ? 11.5 : 21.5) ? OLD : NEW;
}

const lost = fc
  .record({
    place,
    how: fc.constantFrom(...OUTCOMES),
    probe: fc.constantFrom('list', 'show', 'calls'),
    count: fc.integer({ min: 1, max: 4 }),
    took: fc.constantFrom(0, 0.1, 2, 30),
    reason: fc.constantFrom('none', 'logged', 'dropped', 'taken', 'misdelivered', 'balancer'),
  })
  .map(({ place: { node, at }, how: [outcome, status], probe, count, took, reason }): Incident => {
    return (story) => {
      for (let index = 0; index < count; index += 1) {
        const sentAt = at + index / 4;
        const id: RequestId = `req-lost-${node}-${at}-${probe}-${outcome}-${status}-${took}-${reason}-${index}`;
        story.at(sentAt + took).request(
          outcome,
          {
            id,
            probe,
            server: `${node}/heat-api`,
            ...(status === undefined ? {} : { status }),
          },
          took,
        );
        const engine = `${node}/heat-engine`;
        const { version } = releaseOf(node, sentAt);
        story.at(sentAt);
        if (reason === 'logged') story.logged(engine, version, { request: id });
        if (reason === 'dropped') story.droppedMessage(engine, { request: id, version });
        if (reason === 'taken') story.taken(id, engine, version);
        if (reason === 'misdelivered') story.misdelivered(engine, { request: id, version });
        if (reason === 'balancer') story.balanced(id, { server: `${node}/heat-api` });
      }
    };
  });

const operation = fc
  .record({
    place,
    action: fc.constantFrom('create', 'update', 'delete'),
    outcome: fc.constantFrom('stuck', 'failed', 'lost', 'completed'),
    progress: fc.constantFrom(0, 1, 4),
    stalled: fc.option(fc.constantFrom(0, 3), { nil: undefined }),
    neverBegun: fc.boolean(),
    about: fc.constantFrom('none', 'logged', 'dropped', 'taken', 'refused'),
  })
  .map(
    ({ place: { node, at }, action, outcome, progress, stalled, neverBegun, about }): Incident => {
      return (story) => {
        const name = `stack-${node}-${at}-${action}-${outcome}-${about}-${neverBegun}`;
        const engine = `${node}/heat-engine`;
        const { version } = releaseOf(node, at);
        const request: RequestId = `req-${action}-${name}`;
        story.at(at).accepted(action, name, `${node}/heat-api`);
        if (about === 'logged') story.at(at + 1).logged(engine, version, { request });
        if (about === 'dropped') story.at(at + 1).droppedMessage(engine, { request, version });
        if (about === 'taken') story.taken(request, engine, version, `${action}_stack`);
        if (about === 'refused') story.at(at + 1).refused(engine, version);
        story.at(END).settled(action, name, outcome, {
          lastProgressAt: (at + progress) * 1000,
          ...(stalled === undefined ? {} : { stalledAt: (at + stalled) * 1000 }),
          ...(neverBegun && outcome === 'stuck' ? { neverBegun: true } : {}),
        });
      };
    },
  );

const logLine = fc
  .record({
    place,
    service: fc.constantFrom('heat-engine', 'heat-api'),
    signature: fc.constantFrom('traceback-value-error', 'child-died', 'api-queue-full', 'amqp'),
    severity: fc.constantFrom('error' as const, 'warning' as const),
  })
  .map(({ place: { node, at }, service, signature, severity }): Incident => {
    const { version } = releaseOf(node, at);
    return (story) => {
      story.at(at).logged(`${node}/${service}`, version, {
        signature,
        title: signature,
        severity,
        sample: `${signature} at ${at}`,
      });
    };
  });

const trouble = fc
  .record({
    place,
    kind: fc.constantFrom('slow', 'lost', 'late'),
    took: fc.constantFrom(1.13, 2.83),
  })
  .map(({ place: { at }, kind, took }): Incident => {
    return (story) => {
      story.at(at);
      if (kind === 'slow') story.control('served', took);
      if (kind === 'lost') story.control('timeout', took);
      // Delays from before the run are not counted.
      if (kind === 'late') story.at(Math.max(at, 5)).delayed(took * 1000);
    };
  });

const container = fc
  .record({
    place,
    on: fc.constantFrom('node1/heat-engine', 'node2/heat-engine', 'rabbitmq', 'mysql'),
    how: fc.constantFrom('frozen', 'exited'),
    seconds: fc.constantFrom(1, 4),
  })
  .map(({ place: { at }, on, how, seconds }): Incident => {
    return (story) => {
      const [begin, end] =
        how === 'frozen' ? (['paused', 'resumed'] as const) : (['exited', 'started'] as const);
      const exitCode = how === 'exited' ? { exitCode: 1 } : {};
      story.add({
        type: 'container-changed',
        at: at * 1000,
        container: on,
        change: begin,
        ...exitCode,
      });
      story.add({
        type: 'container-changed',
        at: (at + seconds) * 1000,
        container: on,
        change: end,
      });
    };
  });

const check = fc
  .record({ place, ok: fc.boolean() })
  .map(({ place: { at, node }, ok }): Incident => {
    return (story) => {
      story.at(at).checked('random string unchanged', `object-${node}-${at}`, ok);
    };
  });

export const incidents = fc.array(
  fc.oneof(
    { arbitrary: lost, weight: 4 },
    { arbitrary: operation, weight: 4 },
    { arbitrary: logLine, weight: 2 },
    trouble,
    container,
    check,
  ),
  { maxLength: 7 },
);

/** The number of runs with which a property is tried. */
export const RUNS = { numRuns: 60 };

/** Numbers from 0 to 1, to draw from. */
export const chances = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
  minLength: 97,
  maxLength: 97,
});

/** A completed roll of four services in which all of these happen. */
export function rollWith(happening: readonly Incident[]): Story {
  const story = roll({ require: ['supports-zero-downtime-upgrade'] });
  for (const incident of happening) incident(story);
  return story
    .at(END + 1)
    .done('3.1', 60)
    .finished();
}
