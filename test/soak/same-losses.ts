import { fisherExact } from '../../src/verdict/statistics/binomial.ts';

/** A lost request of a probe. Times are in ms since the epoch. */
export interface Loss {
  /** As `list/new`. */
  readonly probe: string;
  readonly sentAt: number;
  /** When its outcome was known. */
  readonly at: number;
  /** The step in which its observer counts it. */
  readonly step: string;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The probes of an observer, and the requests that they lost. */
export interface Losses {
  /** Requests of each probe. */
  readonly requests: ReadonlyMap<string, number>;
  readonly lost: readonly Loss[];
}

/** Two counts of the same thing. */
export interface Pair {
  readonly run: number;
  readonly watch: number;
}

export interface Comparison {
  /** Lost in the outage, by probe. */
  readonly byProbe: ReadonlyMap<string, Pair>;
  /** Lost in the outage, by step. */
  readonly byStep: ReadonlyMap<string, Pair>;
  /** Lost at other times. */
  readonly elsewhere: Pair;
  /** How likely such a difference elsewhere is if both lose the same share. */
  readonly chance: number;
  readonly problems: readonly string[];
}

/** A smaller chance is a contradiction: one of a thousand rolls without any shows it. */
const CHANCE = 0.001;

/**
 * Compares the lost requests of two observers with the same probes at the same rates. In one
 * outage, two schedules of one period have numbers of arrivals that differ by one at most.
 *
 * @param outage From the earlier beginning to the later end.
 * @param marks The steps of the roll, as the watch knows them: a mark lasts until the next one.
 */
export function compareLosses(
  { run, watch }: { readonly run: Losses; readonly watch: Losses },
  outage: Span,
  marks: readonly (Span & { readonly step: string })[],
): Comparison {
  const markAt = (time: number): string | undefined =>
    marks.find(({ from, to }) => from <= time && time < to)?.step;
  const steps = new Set(marks.map(({ step }) => step));
  // The run counts with its script between two calls, which no mark does.
  const ofRun = run.lost.map((loss) =>
    steps.has(loss.step) ? loss : { ...loss, step: markAt(loss.sentAt) ?? loss.step },
  );
  const isWithin = ({ sentAt }: Loss): boolean => sentAt >= outage.from && sentAt <= outage.to;
  const within = { run: ofRun.filter(isWithin), watch: watch.lost.filter(isWithin) };
  const count = (key: (loss: Loss) => string): ReadonlyMap<string, Pair> => {
    const keys = new Set([...within.run, ...within.watch].map(key));
    const of = (losses: readonly Loss[], one: string): number =>
      losses.filter((loss) => key(loss) === one).length;
    return new Map(
      [...keys].map((one) => [one, { run: of(within.run, one), watch: of(within.watch, one) }]),
    );
  };
  const byProbe = count(({ probe }) => probe);
  const elsewhere = {
    run: ofRun.length - within.run.length,
    watch: watch.lost.length - within.watch.length,
  };
  const chance = fisherExact(
    { hits: elsewhere.run, runs: sum(run.requests) },
    { hits: elsewhere.watch, runs: sum(watch.requests) },
  );
  const known = [run, watch].map(({ requests }) => [...requests.keys()].toSorted().join(', '));
  return {
    byProbe,
    byStep: count(({ step }) => step),
    elsewhere,
    chance,
    problems: [
      ...(known[0] === known[1] ? [] : [`probes: ${known.join(' and ')}`]),
      ...[...byProbe].flatMap(([probe, pair]) =>
        Math.abs(pair.run - pair.watch) <= 1
          ? []
          : [`${probe}: the run lost ${pair.run}, the watch ${pair.watch} in the same outage`],
      ),
      ...ofRun.flatMap(({ step, sentAt, at }) =>
        !steps.has(step) || step === markAt(sentAt) || step === markAt(at)
          ? []
          : [`the run lost a request in ${step}, while the mark was ${markAt(sentAt) ?? 'none'}`],
      ),
      ...(chance >= CHANCE
        ? []
        : [
            `outside the outage the run lost ${elsewhere.run}, the watch ${elsewhere.watch}: p ${chance}`,
          ]),
    ],
  };
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
