import { makeTemporaryFolder } from '../src/files/temporary.ts';
import { apart, contradictions, rollBesideWatch } from '../test/soak/two-observers.ts';

/**
 * Compares a watch that knows only the endpoint with the run that rolls the lab. A shell script
 * takes all APIs of the lab down at once, ROLLS times; prints a row for each roll. Ends with 1 if
 * the two contradict each other.
 *
 * Usage: `node bench/two-observers.ts [ROLLS]`; a roll takes about two minutes.
 */
const ROLLS = Number(process.argv[2] ?? 10);

const COLUMNS = [
  'roll',
  'run: lost',
  'watch: lost',
  'run: outage',
  'watch: outage',
  'begin apart',
  'end apart',
  'length apart',
  'one interval each',
  'stacks harmed',
  'agree',
];

const directory = makeTemporaryFolder('two-observers-');
const problems: string[] = [];
console.log(`folders: ${directory}\n`);
console.log(`| ${COLUMNS.join(' | ')} |`);
console.log(`|${COLUMNS.map(() => '---').join('|')}|`);
for (let roll = 1; roll <= ROLLS; roll += 1) {
  const two = await rollBesideWatch(directory, `observer-${roll}`);
  const { run, watch } = two;
  const { begin, end, length, bound } = apart(two);
  const wrong = contradictions(two);
  problems.push(...wrong.map((problem) => `roll ${roll}: ${problem}`));
  const row = [
    roll,
    `${run.lost} of ${run.requests}`,
    `${watch.lost} of ${watch.requests}`,
    seconds(run.outage.seconds * 1000),
    seconds(watch.outage.seconds * 1000),
    seconds(begin),
    seconds(end),
    seconds(length),
    seconds(bound),
    `${run.harmed}, ${watch.harmed}`,
    wrong.length === 0 ? 'yes' : 'no',
  ];
  console.log(`| ${row.join(' | ')} |`);
}
console.log(`\n${problems.length === 0 ? 'They agree.' : problems.join('\n')}`);
if (problems.length > 0) process.exitCode = 1;

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
