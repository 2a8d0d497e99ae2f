import { setTimeout as delay } from 'node:timers/promises';
import { RollgateError } from '../../errors.ts';
import type { Database } from '../../infra/mysql.ts';
import { backlogOf, type QueueSource } from '../../observe/watches/queues.ts';
import type { Step } from '../../plan/step.ts';
import type { Subject } from '../../subject/subject.ts';
import type { RunContext } from '../context.ts';
import type { RunState } from '../state.ts';

const BETWEEN_LOOKS_MS = 1000;

type Quiesce = Extract<Step, { kind: 'quiesce' }>;

/** The parts of a run that this step needs. */
export interface QuiesceContext extends Pick<RunContext, 'emit' | 'now' | 'signal'> {
  readonly state: Pick<RunState, 'engines'>;
  readonly lab: {
    readonly broker: Pick<QueueSource, 'queues'>;
    readonly subject: Pick<Subject, 'isIdleQueue' | 'locks'>;
    readonly database: Database;
  };
}

/**
 * Checks a vhost until it was quiet the required number of times in a row. See `Action`. @throws
 * RollgateError `not-quiet` after the step's limit, except if the step is to go on.
 */
export async function quiesce(
  step: Quiesce,
  context: QuiesceContext,
  everyMs = BETWEEN_LOOKS_MS,
): Promise<void> {
  const { emit, now, signal } = context;
  const deadline = now() + step.limitSeconds * 1000;
  const note = (text: string): void => emit({ type: 'step-note', at: now(), step: step.id, text });
  for (let quiet = 0; ;) {
    const busy = await busyWith(step, context);
    quiet = busy.length === 0 ? quiet + 1 : 0;
    if (quiet >= step.samples) return note(`vhost ${step.vhost} was quiet ${quiet} times in a row`);
    if (now() > deadline) {
      const seen =
        busy.length === 0
          ? `it was quiet only ${quiet} of ${step.samples} times in a row`
          : busy.join(', ');
      const text = `vhost ${step.vhost} was not quiet within ${step.limitSeconds} s (${seen})`;
      if (step.otherwise === 'fail') throw new RollgateError('not-quiet', text);
      return note(`${text}; going on, as an operator would`);
    }
    await delay(everyMs, undefined, { signal });
  }
}

/** The reasons why a vhost is not quiet, each as a phrase. */
async function busyWith(
  { vhost, of }: Quiesce,
  { lab, state, signal }: QuiesceContext,
): Promise<readonly string[]> {
  const queues = await lab.broker.queues(vhost, signal);
  const messages = backlogOf(queues, (queue) => lab.subject.isIdleQueue(queue)).busy.map(
    ({ name, ready, unacknowledged }) => `${name}: ${ready}+${unacknowledged}`,
  );
  if (of === 'queues') return messages;
  const running = new Map(
    [...state.engines].flatMap(([name, engine]) =>
      engine.vhost === vhost ? [[engine.engineId, name] as const] : [],
    ),
  );
  const { locks, held } = await lab.subject.locks(lab.database, signal);
  const by = (engineId: string, what: string): readonly string[] => {
    const name = running.get(engineId);
    return name === undefined ? [] : [`${name} ${what}`];
  };
  return [
    ...messages,
    ...locks.flatMap(({ engineId, object }) => by(engineId, `locks ${object}`)),
    ...held.flatMap(({ engineId, count }) => by(engineId, `works on ${count}`)),
  ];
}
