import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeTemporaryFolder } from '../src/files/temporary.ts';
import { fisherExact } from '../src/verdict/statistics/binomial.ts';
import type { Pair } from '../test/soak/same-losses.ts';
import {
  apart,
  contradictions,
  readObservers,
  rollBesideWatch,
  type Observation,
  type TwoObservers,
} from '../test/soak/two-observers.ts';

/**
 * Compares a watch that knows only the endpoint with the run that rolls the lab. A shell script
 * takes all APIs of the lab down at once, ROLLS times; prints a row for each roll. Ends with 1 if
 * the two contradict each other.
 *
 * Usage: `node bench/two-observers.ts [ROLLS] [FOLDER]`; a roll takes about two minutes. Rolls that
 * are already in FOLDER are judged again, and count; one that was broken off does not.
 */
const ROLLS = Number(process.argv[2] ?? 10);
const directory = process.argv[3] ?? makeTemporaryFolder('two-observers-');

const COLUMNS = [
  'roll',
  'lost in the outage',
  'most apart in a probe',
  'by step',
  'lost elsewhere',
  'outage',
  'begin apart',
  'end apart',
  'length apart',
  'one interval each',
  'stacks harmed',
  'agree',
];

const problems: string[] = [];
const all: TwoObservers[] = [];
console.log(`folders: ${directory}\n\nTwo figures are the run's and the watch's.\n`);
console.log(`| ${COLUMNS.join(' | ')} |`);
console.log(`|${COLUMNS.map(() => '---').join('|')}|`);
for (let roll = 1; all.length < ROLLS; roll += 1) {
  const name = `observer-${roll}`;
  const parts = ['run', 'watch'].map((one) => join(directory, `${name}-${one}`));
  const isThere = parts.every((part) => existsSync(join(part, 'verdict.json')));
  // A roll that was broken off.
  if (!isThere && parts.some((part) => existsSync(part))) continue;
  const two = isThere
    ? await readObservers(directory, name)
    : await rollBesideWatch(directory, name);
  all.push(two);
  const { run, watch, comparison } = two;
  const { begin, end, length, bound } = apart(two);
  const wrong = contradictions(two);
  problems.push(...wrong.map((problem) => `roll ${roll}: ${problem}`));
  const byProbe = [...comparison.byProbe.values()];
  const row = [
    roll,
    pairOf(sum(byProbe)),
    Math.max(0, ...byProbe.map((pair) => Math.abs(pair.run - pair.watch))),
    [...comparison.byStep].map(([step, pair]) => `${step}: ${pairOf(pair)}`).join('; '),
    pairOf(comparison.elsewhere),
    `${seconds(run.outage.seconds * 1000)}, ${seconds(watch.outage.seconds * 1000)}`,
    seconds(begin),
    seconds(end),
    seconds(length),
    seconds(bound),
    `${run.harmed}, ${watch.harmed}`,
    wrong.length === 0 ? 'yes' : 'no',
  ];
  console.log(`| ${row.join(' | ')} |`);
}
const elsewhere = sum(all.map(({ comparison }) => comparison.elsewhere));
const requests = sum(
  all.map(({ run, watch }) => ({ run: requestsOf(run), watch: requestsOf(watch) })),
);
const chance = fisherExact(
  { hits: elsewhere.run, runs: requests.run },
  { hits: elsewhere.watch, runs: requests.watch },
);
console.log(
  `\nElsewhere, all rolls: ${pairOf(elsewhere)} of ${pairOf(requests)} requests; p ${chance.toFixed(2)}.`,
);
console.log(problems.length === 0 ? 'They agree.' : problems.join('\n'));
if (problems.length > 0) process.exitCode = 1;

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function pairOf({ run, watch }: Pair): string {
  return `${run}, ${watch}`;
}

/** Of the probes. */
function requestsOf({ losses }: Observation): number {
  return [...losses.requests.values()].reduce((total, count) => total + count, 0);
}

function sum(pairs: readonly Pair[]): Pair {
  return pairs.reduce(
    (total, { run, watch }) => ({ run: total.run + run, watch: total.watch + watch }),
    { run: 0, watch: 0 },
  );
}
