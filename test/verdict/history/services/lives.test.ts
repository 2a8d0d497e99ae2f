import test from 'ava';
import type { EventOf, RunEvent } from '../../../../src/events/event.ts';
import { readServices, type Services } from '../../../../src/verdict/history/services/services.ts';
import { judge } from '../../../../src/verdict/judge.ts';
import { NEW, OLD, Story } from '../../stream.ts';

// When a service ran, on which side, and the result of its end.

const ENGINE = 'node1/heat-engine';

function read({ events }: Story): Services {
  const [start] = events;
  return readServices(start as EventOf<'run-started'>, events);
}

function exited(at: number, exitCode: number): RunEvent {
  return { type: 'container-changed', at, container: ENGINE, change: 'exited', exitCode };
}

test('a stop that was asked for ends with its own event, not with the engine’s', (t) => {
  const story = new Story().at(10).stopping(ENGINE).add(exited(11_000, 0));
  story.at(12).stopped(ENGINE, OLD, 3);
  t.like(read(story).at(ENGINE, 13_000), { stoppedAt: 12_000, exitCode: 3 });
  const unasked = new Story().add(exited(11_000, 139));
  t.like(read(unasked).at(ENGINE, 13_000), { stoppingAt: null, stoppedAt: 11_000, exitCode: 139 });
});

test('a service on one side with a version other than that side’s belongs to neither', (t) => {
  const story = new Story().at(10).stopping(ENGINE).at(11).stopped(ENGINE).at(12);
  const place = { node: 'node1', service: 'heat-engine', image: 'x', series: 'y' } as const;
  story.add({ type: 'service-started', at: 12_000, ...place, side: 'target', version: '9.9' });
  t.is(read(story).at(ENGINE, 13_000)?.side, 'other');
  story.at(14).serving(ENGINE, NEW);
  t.is(read(story).at(ENGINE, 15_000)?.side, 'target');
});

test('a service serves from the first time that it was seen serving', (t) => {
  const story = new Story().at(10).swapped(ENGINE).at(30).serving(ENGINE);
  t.is(read(story).at(ENGINE, 31_000)?.servingAt, 13_000);
});

test('if the only swapped service never served, no swap ended', (t) => {
  const story = new Story().at(10).stopping(ENGINE).at(11).stopped(ENGINE).at(12).started(ENGINE);
  t.like(read(story), { firstSwapAt: 10_000, lastSwapAt: null });
});

test('work of an engine is not lost with a process of an API', (t) => {
  const halted = (name: string): string | undefined => {
    const story = new Story({ swap: ['1.1 swap'] }).at(5).swapped(ENGINE).at(20);
    story.accepted('create', 'a').at(30).logged(name, OLD.version, { signature: 'child-died' });
    story.at(90).settled('create', 'a', 'stuck', { lastProgressAt: 30_000 });
    return judge(story.events).causes.find(({ harm }) => harm === 'stacks-stuck')?.kind;
  };
  t.is(halted('node2/heat-engine'), 'work-lost-with-process');
  t.is(halted('node2/heat-api'), 'stuck-unexplained');
});

test('a message that was dropped before a request was sent does not explain its loss', (t) => {
  const lostWith = (sentAt: number): string | undefined => {
    const story = new Story().at(5).stopping(ENGINE).at(6).stopped(ENGINE).at(80);
    story.request('timeout', { id: 'req-1' }, 50);
    story.at(5.5).droppedMessage(ENGINE, { request: 'req-1', sentAt });
    return judge(story.events).causes.find(({ harm }) => harm === 'requests-lost')?.kind;
  };
  t.is(lostWith(30_000), 'work-dropped-by-stopping-engine');
  t.is(lostWith(27_000), 'requests-lost');
});

test('a lost stack with a stuck operation counts as lost', (t) => {
  const story = new Story().at(1).accepted('create', 'a').at(9).settled('create', 'a', 'stuck');
  story.accepted('delete', 'a').at(20).settled('delete', 'a', 'lost');
  t.like(judge(story.events).stacks, { lost: 1, stuck: 0 });
  const open = new Story().at(1).accepted('create', 'b').settled('create', 'b');
  t.like(judge(open.accepted('update', 'b').events).stacks, { unsettled: 1, completed: 0 });
});

test('the time after the swaps begins after the mixed state, if that was longer', (t) => {
  const story = new Story().at(10).swapped('node1/heat-api').at(12);
  // The last service of the base is stopped long after the last one of the target served.
  for (const name of ['node2/heat-api', 'node2/heat-engine', ENGINE]) story.stopping(name);
  story.at(40);
  for (const name of ['node2/heat-api', 'node2/heat-engine', ENGINE]) story.stopped(name);
  story.at(20).requests(10).at(50).requests(10);
  const { stages } = judge(story.at(60).finished().events).api.latency;
  t.is(stages.mixed.all?.requests, 10);
  t.is(stages.after.all?.requests, 10);
});
