import type { TagName } from '../../scenario/tag.ts';
import type { Status, Verdict } from '../schema/verdict.ts';

/** The results of several runs of one choreography, together: a row of `rollgate compare`. */
export interface ComparedChoreography {
  readonly choreography: string;
  /** The deployer whose settings the lab had; `null` for the lab's own. */
  readonly deployer: string | null;
  /** The users' objects, e.g. `stack`. */
  readonly noun: string;
  readonly runs: number;
  /** Runs that did not reach their end; they are in no other figure. */
  readonly unfinished: number;
  readonly requests: number;
  readonly requestsLost: number;
  /** Seconds in which no request was served, of all runs. */
  readonly downtimeSeconds: number;
  readonly stacksAccepted: number;
  readonly stacksStuck: number;
  readonly stacksFailed: number;
  readonly stacksLost: number;
  /** From the first step after the baseline to the last before the load ends; the mean. */
  readonly seconds: number | null;
  /** In how many runs each tag was proven, failed, or not proven. */
  readonly tags: Readonly<Record<TagName, Readonly<Record<Status, number>>>>;
}

/** One row for each choreography and deployer, in the order of their first runs. */
export function compareChoreographies(
  verdicts: readonly Verdict[],
): readonly ComparedChoreography[] {
  const rows = Map.groupBy(verdicts, ({ choreography, deployer }) =>
    JSON.stringify([choreography, deployer?.name ?? null]),
  );
  return [...rows.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const ended = own.filter((verdict) => verdict.ended === 'completed');
    const total = (count: (verdict: Verdict) => number): number =>
      ended.reduce((sum, verdict) => sum + count(verdict), 0);
    const rolls = ended.flatMap((verdict) => rollSeconds(verdict) ?? []);
    return [
      {
        choreography: first.choreography,
        deployer: first.deployer?.name ?? null,
        noun: first.noun,
        runs: own.length,
        unfinished: own.length - ended.length,
        requests: total(({ api }) => api.requests),
        requestsLost: total(({ api }) => api.failed),
        downtimeSeconds: tenth(
          total(({ api }) =>
            api.together.all
              .filter(({ noise }) => !noise)
              .reduce((sum, { seconds }) => sum + seconds, 0),
          ),
        ),
        stacksAccepted: total(({ stacks }) => stacks.accepted),
        stacksStuck: total(({ stacks }) => stacks.stuck),
        stacksFailed: total(({ stacks }) => stacks.failed),
        stacksLost: total(({ stacks }) => stacks.lost),
        seconds:
          rolls.length === 0
            ? null
            : tenth(rolls.reduce((sum, one) => sum + one, 0) / rolls.length),
        tags: tagsOf(ended),
      },
    ];
  });
}

/** The stages that the frame adds around a choreography's own. */
const FRAME: readonly string[] = ['baseline', 'after'];

function rollSeconds({ steps }: Verdict): number | undefined {
  const own = steps.filter(({ stage }) => !FRAME.includes(stage));
  const starts = own.flatMap(({ startedAt }) => startedAt ?? []);
  const ends = own.flatMap(({ startedAt, seconds }) =>
    startedAt === null || seconds === null ? [] : [startedAt + seconds * 1000],
  );
  if (starts.length === 0 || ends.length === 0) return undefined;
  return (Math.max(...ends) - Math.min(...starts)) / 1000;
}

function tagsOf(verdicts: readonly Verdict[]): ComparedChoreography['tags'] {
  const count = (tag: TagName): Record<Status, number> => {
    const of = (status: Status): number =>
      verdicts.filter(({ tags }) => tags[tag].status === status).length;
    return { proven: of('proven'), failed: of('failed'), 'not-proven': of('not-proven') };
  };
  return {
    'supports-upgrade': count('supports-upgrade'),
    'supports-accessible-upgrade': count('supports-accessible-upgrade'),
    'supports-rolling-upgrade': count('supports-rolling-upgrade'),
    'supports-zero-downtime-upgrade': count('supports-zero-downtime-upgrade'),
    'supports-zero-impact-upgrade': count('supports-zero-impact-upgrade'),
  };
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
