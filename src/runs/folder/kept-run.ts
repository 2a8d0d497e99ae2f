import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { RollgateError } from '../../errors.ts';
import { readStarted } from '../../events/codec.ts';
import type { RunEvent } from '../../events/event.ts';
import { MIB, readTextIfThere } from '../../files/read.ts';
import { RUN_FOLDER } from '../../run-folder.ts';
import type { ScenarioInput } from '../../scenario/schema.ts';

const SCENARIO = { what: 'scenario file', limitBytes: 4 * MIB };

/**
 * The events of a run of this scenario that is already in a folder, so that an interrupted series
 * of runs can continue. `undefined` if it still has to be run. A run that did not reach its end is
 * renamed to `DIR-unfinished-N`, so that nothing is lost.
 *
 * @throws RollgateError `another-run` if the folder has the run of another scenario.
 */
export async function keptRun(
  scenario: ScenarioInput,
  directory: string,
): Promise<readonly RunEvent[] | undefined> {
  if (!existsSync(join(directory, RUN_FOLDER.events))) return undefined;
  const events = await readStarted(directory);
  const ended = events.findLast((event) => event.type === 'run-finished');
  const unfinished = ended === undefined || ended.outcome === 'aborted';
  // An error outside the plan's steps is the harness's: the run showed nothing of the upgrade.
  if (unfinished || (ended.error !== undefined && ended.error.step === undefined)) {
    await setAside(directory);
    return undefined;
  }
  const was = await readTextIfThere(join(directory, RUN_FOLDER.scenario), SCENARIO);
  if (was === stringify(scenario)) return events;
  throw new RollgateError('another-run', `${directory} holds a run of another scenario`, {
    kind: 'usage',
    hint: 'Name another folder with --out: only the same series goes on in a folder.',
  });
}

/**
 * The same for consecutive runs in one lab, which are only kept together. They end with the first
 * that did not complete. Otherwise the whole `directory` is renamed.
 */
export async function keptChain(
  runs: readonly { readonly scenario: ScenarioInput; readonly directory: string }[],
  directory: string,
): Promise<readonly (readonly RunEvent[])[] | undefined> {
  const kept: (readonly RunEvent[])[] = [];
  for (const run of runs) {
    const events = await keptRun(run.scenario, run.directory);
    if (events === undefined) {
      if (kept.length > 0) await setAside(directory);
      return undefined;
    }
    kept.push(events);
    const ended = events.findLast((event) => event.type === 'run-finished');
    if (ended?.outcome !== 'completed') break;
  }
  return kept;
}

async function setAside(directory: string): Promise<void> {
  let number = 1;
  while (existsSync(`${directory}-unfinished-${number}`)) number += 1;
  await rename(directory, `${directory}-unfinished-${number}`);
}
