import { join } from 'node:path';
import type { Override } from '../src/document/overrides.ts';
import { makeTemporaryFolder } from '../src/files/temporary.ts';
import { loadCorpus } from '../src/hunts/mutants/corpus.ts';
import { trialOverrides } from '../src/hunts/mutants/run-trial.ts';
import { trialsOf } from '../src/hunts/mutants/trial.ts';
import { called } from '../src/report/called.ts';
import { keptRun } from '../src/runs/folder/kept-run.ts';
import { runHops } from '../src/runs/hops.ts';
import { preparePlan } from '../src/runs/prepare.ts';
import { scenarioInput } from '../src/scenario/write-scenario.ts';
import { defaultSubject, planningFor } from '../src/subject/registry.ts';
import { judge } from '../src/verdict/judge.ts';
import type { Verdict } from '../src/verdict/schema/verdict.ts';
import { SECOND_LOADS, secondLoad, type SecondLoad } from './second-load.ts';

/**
 * Runs that change nothing for users, or lose nothing by themselves, on a machine with a second
 * load: a compiler in the odd rounds, a disk copy in the even ones. Prints a row for each run, then
 * the sums. Ends with 1 if a run was called failed.
 *
 * Usage: `node bench/loaded-series.ts [ROUNDS] [FOLDER] [SECONDS]`; a round is four runs of two to
 * four minutes. Runs that are already in FOLDER are judged again, and count. No run begins after
 * SECONDS.
 */
const ROUNDS = Number(process.argv[2] ?? 1);
const directory = process.argv[3] ?? makeTemporaryFolder('loaded-series-');
const LIMIT_MS = Number(process.argv[4] ?? Infinity) * 1000;

interface Kind {
  readonly name: string;
  readonly scenario: string;
  readonly overrides: readonly Override[];
}

async function kinds(): Promise<readonly Kind[]> {
  const harmless = trialsOf(await loadCorpus(), { singly: false }).filter(
    ({ expected }) => expected === undefined,
  );
  return [
    {
      name: 'none',
      scenario: 'default',
      overrides: [{ option: 'choreography', path: ['choreography'], value: 'none' }],
    },
    { name: 'gentle', scenario: 'gentle', overrides: [] },
    { name: 'gentle-in-place', scenario: 'gentle-in-place', overrides: [] },
    ...harmless.map((trial) => ({
      name: trial.name,
      scenario: trial.scenario,
      overrides: trialOverrides(trial),
    })),
  ];
}

async function verdictOf(
  { scenario, overrides }: Kind,
  load: SecondLoad,
  folder: string,
): Promise<Verdict> {
  const prepared = await preparePlan({
    scenario,
    overrides,
    ...(await planningFor(defaultSubject)),
  });
  const written = scenarioInput(prepared);
  const kept = await keptRun(written, folder);
  if (kept !== undefined) return judge(kept);
  await using _ = secondLoad(load);
  const [result] = await runHops([{ plan: prepared.plan, scenario: written }], {
    directory: folder,
    preflight: false,
  });
  if (result === undefined) throw new Error(`${scenario} ended without a result`);
  return result.verdict;
}

console.log(`folders: ${directory}\n`);
const COLUMNS = ['run', 'second load', 'called', 'requests lost', 'stacks harmed', 'noise', 's'];
console.log(`| ${COLUMNS.join(' | ')} |`);
console.log(`|${COLUMNS.map(() => '---').join('|')}|`);
const counts = new Map<string, number>();
for (let round = 1; round <= ROUNDS; round += 1) {
  const load = SECOND_LOADS[(round - 1) % SECOND_LOADS.length] ?? 'compile';
  for (const kind of await kinds()) {
    if (performance.now() > LIMIT_MS) break;
    const folder = join(directory, `${kind.name.replaceAll(' ', '-')}-${round}`);
    const verdict = await verdictOf(kind, load, folder);
    const { api, stacks, noise, durationSeconds } = verdict;
    const name = called(verdict);
    counts.set(name, (counts.get(name) ?? 0) + 1);
    const harmed = stacks.accepted - stacks.completed;
    const cells = [
      kind.name,
      load,
      name,
      `${api.lost.length} of ${api.requests}`,
      `${harmed} of ${stacks.accepted}`,
      `${(noise.share * 100).toFixed(0)} %`,
      durationSeconds.toFixed(0),
    ];
    console.log(`| ${cells.join(' | ')} |`);
    const [first] = verdict.causes;
    if (first !== undefined) console.log(`  ${first.kind}: ${first.title}`);
  }
}
console.log(`\n${[...counts].map(([name, count]) => `${name}: ${count}`).join(', ')}`);
process.exitCode = counts.has('failed') ? 1 : 0;
