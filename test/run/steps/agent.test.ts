import test from 'ava';
import type { LogLine } from '../../../src/containers/port.ts';
import type { RunEvent } from '../../../src/events/event.ts';
import { systemClock } from '../../../src/load/clock.ts';
import { startAgent, type AgentLab } from '../../../src/run/steps/agent.ts';

/** A lab whose agent prints these lines, and goes on or ends. */
function lab(lines: readonly unknown[], { ends = false } = {}) {
  const removed: string[] = [];
  const engine: AgentLab['engine'] = {
    async *logs(_, { signal }): AsyncIterable<LogLine> {
      for (const line of lines) {
        yield { time: '', text: typeof line === 'string' ? line : JSON.stringify(line) };
        await Promise.resolve();
      }
      if (ends) return;
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
    },
    remove: async (name) => void removed.push(name),
  };
  const { keystone, secrets } = {} as AgentLab;
  const startBeside = async (title: string): Promise<string> => `rollgate-lab-${title}`;
  return { removed, lab: { engine, startBeside, keystone, secrets } };
}

const RELEASE = { series: 'x', version: '26.0.1', image: 'heat' };
const OPTIONS = {
  plan: { topology: { name: 'none', nodes: [] }, base: RELEASE, target: RELEASE },
  signal: new AbortController().signal,
};
const agent = {
  probes: () => ({ agent: 'metadata' }),
  program: async () => ({ command: ['agent'], files: [] }),
};

test('each question of the agent is an event beside the API, at the time at which it was sent', async (t) => {
  const sent = Date.now();
  const runStart = systemClock.now() - 60_000;
  const poll = { probe: 'agent', sent, tookMs: 12.5, outcome: 'served', status: 200 };
  const { lab: one, removed } = lab([
    'a warning of Python',
    { ready: true },
    { ...poll, poll: 0, sent: sent - 3_600_000 },
    { ...poll, poll: 1 },
    { ...poll, poll: 2, outcome: 'connect-refused', status: undefined, detail: 'refused\u001B[2J' },
  ]);
  const listen = await startAgent(one, agent, OPTIONS);
  const events: RunEvent[] = [];
  const common = { clock: systemClock, runStart, timeoutMs: 1000, standstill: undefined };
  const probe = listen({ ...common, emit: (event) => events.push(event) });
  await new Promise((resolve) => setImmediate(resolve));
  t.like(await probe.stop(), { sent: 2, dropped: 0 });
  t.deepEqual(removed, ['rollgate-lab-agent']);
  t.is(events.length, 2, 'what was asked before the load began is none of it');
  t.like(events[0], { type: 'beside-request', probe: 'agent', outcome: 'served', status: 200 });
  t.like(events[1], { outcome: 'connect-refused', detail: 'refused' });
  const [first] = events;
  if (first?.type !== 'beside-request') return t.fail();
  t.true(Math.abs(first.sentAt - 60_000) < 100, String(first.sentAt));
  t.is(Math.round((first.at - first.sentAt) * 10) / 10, 12.5);
});

test('an agent that never begins is reported with its output', async (t) => {
  const { lab: one, removed } = lab(['Traceback', 'HTTP Error 500'], { ends: true });
  const error = await t.throwsAsync(startAgent(one, agent, OPTIONS), { code: 'agent-ended' });
  t.regex(String((error as { detail?: string }).detail), /HTTP Error 500/);
  t.deepEqual(removed, ['rollgate-lab-agent']);
});

test('an agent that ends before the load is an error: its gaps are not known', async (t) => {
  const { lab: one } = lab([{ ready: true }, 'killed'], { ends: true });
  const listen = await startAgent(one, agent, OPTIONS);
  const common = { clock: systemClock, runStart: 0, timeoutMs: 1000, standstill: undefined };
  const probe = listen({ ...common, emit: () => undefined });
  await new Promise((resolve) => setImmediate(resolve));
  await t.throwsAsync(probe.stop(), { code: 'agent-ended' });
});
