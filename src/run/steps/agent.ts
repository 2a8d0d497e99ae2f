import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ContainerEngine } from '../../containers/port.ts';
import { RollgateError } from '../../errors.ts';
import { OUTCOMES } from '../../events/families/request.ts';
import { jsonIn } from '../../json.ts';
import type { Deployment } from '../../lab/deployment/deployment.ts';
import { sinceStart } from '../../load/clock.ts';
import type { Probe } from '../../load/probe.ts';
import type { Plan } from '../../plan/plan.ts';
import { servicesOf } from '../../scenario/topology/topology.ts';
import type { AgentPlan, GuestAgent } from '../../subject/agent.ts';
import { plain } from '../../text/plain.ts';
import type { ControlBasics } from './load-session.ts';

const READY_MS = 60_000;
const LAST_LINES = 20;

/** The agent's output: that it begins, or how one request ended. */
const agentLine = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({
    probe: z.string(),
    poll: z.int(),
    /** Milliseconds since the epoch: the container's clock is the machine's. */
    sent: z.number(),
    tookMs: z.number(),
    outcome: z.enum(OUTCOMES),
    status: z.int().optional(),
    detail: z.string().optional(),
  }),
]);

/** The parts of a lab that an agent needs. */
export interface AgentLab extends Pick<Deployment, 'startBeside' | 'keystone' | 'secrets'> {
  readonly engine: Pick<ContainerEngine, 'logs' | 'remove'>;
}

/**
 * Starts a guest's agent in a separate container, and waits for its first request.
 *
 * @returns Begins to record its requests, which are judged separately from the subject's API.
 * @throws RollgateError `agent-ended` with its last lines.
 */
export async function startAgent(
  lab: AgentLab,
  agent: GuestAgent,
  {
    plan,
    signal,
  }: {
    readonly plan: Pick<Plan, 'topology' | 'base' | 'target'>;
    readonly signal: AbortSignal;
  },
): Promise<(common: ControlBasics) => Probe> {
  const known = agentPlanOf(plan);
  const operations = agent.probes(known);
  const program = await agent.program(lab, known);
  const { image } = plan.base;
  const container = await lab.startBeside('agent', { image, ...program }, signal);
  const output = readOutput(lab.engine, container);
  const remove = async (): Promise<void> => {
    output.stop();
    await lab.engine.remove(container);
  };
  try {
    await output.ready;
  } catch (error) {
    await remove();
    throw error;
  }
  return (common) => record(output, { operations, common, remove });
}

/** Records the requests that are sent from now on. */
function record(
  output: AgentOutput,
  {
    operations,
    common: { clock, runStart, emit },
    remove,
  }: {
    /** By the probe's name. */
    readonly operations: Readonly<Record<string, string>>;
    readonly common: ControlBasics;
    readonly remove: () => Promise<void>;
  },
): Probe {
  let sent = 0;
  output.onPoll(({ probe, sent: at, tookMs, outcome, status, detail }) => {
    const began = clock.now() - (Date.now() - at);
    const sentAt = sinceStart(began, runStart);
    // Sent before the load began.
    if (sentAt < 0) return;
    sent += 1;
    emit({
      type: 'beside-request',
      at: sinceStart(began + tookMs, runStart),
      id: `req-${randomUUID()}`,
      probe,
      operation: operations[probe] ?? probe,
      sentAt,
      outcome,
      ...(status === undefined ? {} : { status }),
      ...(detail === undefined ? {} : { detail: plain(detail) }),
    });
  });
  const done = output.ended.then(() => ({ due: sent, sent, dropped: 0 }));
  done.catch(() => undefined);
  return {
    name: 'agent',
    done,
    async stop() {
      // Requests in progress are not awaited: the agent is only an observer.
      await remove();
      return done;
    },
  };
}

/** How one request of the agent ended. */
type Poll = Extract<z.infer<typeof agentLine>, { poll: number }>;

/** The output of an agent, line by line. */
interface AgentOutput {
  /** Resolves at its first request. @throws RollgateError `agent-ended`. */
  readonly ready: Promise<void>;
  /** Resolves after `stop`. @throws RollgateError `agent-ended` if it ends before. */
  readonly ended: Promise<void>;
  /** Passes on requests that end from now on. */
  onPoll(listener: (poll: Poll) => void): void;
  stop(): void;
}

function readOutput(engine: AgentLab['engine'], container: string): AgentOutput {
  const over = new AbortController();
  const said: string[] = [];
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  const fail = (why: string): RollgateError =>
    new RollgateError('agent-ended', `the agent in ${container} ${why}`, {
      detail: said.slice(-LAST_LINES).join('\n'),
    });
  const limit = setTimeout(
    () => reject(fail(`sent no request within ${READY_MS / 1000} s`)),
    READY_MS,
  );
  let onPoll: (poll: Poll) => void = () => undefined;
  const ended = (async () => {
    try {
      for await (const { text } of engine.logs(container, { follow: true, signal: over.signal })) {
        const line = agentLine.safeParse(jsonIn(text)).data;
        if (line === undefined) said.push(plain(text));
        else if ('ready' in line) {
          clearTimeout(limit);
          resolve();
        } else onPoll(line);
      }
    } finally {
      clearTimeout(limit);
    }
    if (!over.signal.aborted) throw fail('ended before the load did');
  })();
  ended.catch(reject);
  return {
    ready,
    ended,
    onPoll: (listener) => void (onPoll = listener),
    stop: () => over.abort(),
  };
}

export function agentPlanOf({
  topology,
  base,
  target,
}: Pick<Plan, 'topology' | 'base' | 'target'>): AgentPlan {
  const services = servicesOf(topology).map(({ kind }) => kind);
  return { services: new Set(services), versions: [base.version, target.version] };
}
