import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ContainerEngine } from '../../containers/port.ts';
import { RollgateError } from '../../errors.ts';
import { OUTCOMES } from '../../events/families/request.ts';
import type { Deployment } from '../../lab/deployment/deployment.ts';
import type { Probe } from '../../load/probe.ts';
import { plain } from '../../plain.ts';
import type { Plan } from '../../plan/plan.ts';
import type { AgentPlan, GuestAgent } from '../../subject/agent.ts';
import type { ControlBasics } from './load-session.ts';

const READY_MS = 60_000;
const LAST_LINES = 20;

/** The agent's output: that it begins, or how one question ended. */
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
 * Starts a guest's agent in a container of its own, and waits until it asks.
 *
 * @returns Begins to take its questions down; they are judged beside the subject's API.
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
  const probes = agent.probes(known);
  const command = await agent.command(lab, known);
  const { image } = plan.base;
  const container = await lab.startBeside('agent', { image, command }, signal);
  const over = new AbortController();
  const said: string[] = [];
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  let onPoll: (line: Extract<z.infer<typeof agentLine>, { poll: number }>) => void = () =>
    undefined;
  const reading = (async () => {
    const lines = lab.engine.logs(container, { follow: true, signal: over.signal });
    for await (const { text } of lines) {
      const line = parsed(text);
      if (line === undefined) said.push(plain(text));
      else if ('ready' in line) resolve();
      else onPoll(line);
    }
    if (over.signal.aborted) return;
    throw new RollgateError('agent-ended', `the agent in ${container} ended before the load did`, {
      detail: said.slice(-LAST_LINES).join('\n'),
    });
  })();
  reading.catch(reject);
  const limit = setTimeout(() => {
    const detail = said.slice(-LAST_LINES).join('\n');
    const why = `the agent in ${container} asked nothing within ${READY_MS / 1000} s`;
    reject(new RollgateError('agent-ended', why, { detail }));
  }, READY_MS);
  const remove = async (): Promise<void> => {
    over.abort();
    await lab.engine.remove(container);
  };
  try {
    await ready;
  } catch (error) {
    await remove();
    throw error;
  } finally {
    clearTimeout(limit);
  }
  return ({ clock, runStart, emit }) => {
    let sent = 0;
    onPoll = ({ probe, sent: at, tookMs, outcome, status, detail }) => {
      const sentAt = Math.round((clock.now() - runStart - (Date.now() - at)) * 1000) / 1000;
      // Asked before the load began.
      if (sentAt < 0) return;
      sent += 1;
      emit({
        type: 'beside-request',
        at: Math.round((sentAt + tookMs) * 1000) / 1000,
        id: `req-${randomUUID()}`,
        probe,
        operation: probes[probe] ?? probe,
        sentAt,
        outcome,
        ...(status === undefined ? {} : { status }),
        ...(detail === undefined ? {} : { detail: plain(detail) }),
      });
    };
    const done = reading.then(() => ({ due: sent, sent, dropped: 0 }));
    done.catch(() => undefined);
    return {
      name: 'agent',
      done,
      async stop() {
        // Questions under way are not waited for: the agent is a bystander.
        await remove();
        return done;
      },
    };
  };
}

export function agentPlanOf({
  topology,
  base,
  target,
}: Pick<Plan, 'topology' | 'base' | 'target'>): AgentPlan {
  const services = topology.nodes.flatMap((node) => node.services.map(({ kind }) => kind));
  return { services: new Set(services), versions: [base.version, target.version] };
}

function parsed(text: string): z.infer<typeof agentLine> | undefined {
  try {
    return agentLine.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
