import { join } from 'node:path';
import test from 'ava';
import { runScenario } from '../../src/index.ts';
import { called } from '../../src/report/called.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { limitContainersTo } from './cpu-limit.ts';

const directory = temporaryFolder();

/** Rolls that lose nothing by themselves, or require nothing. */
const HARMLESS = {
  control: { scenario: 'control' },
  none: { scenario: 'default', set: { choreography: 'none' } },
  gentle: { scenario: 'gentle' },
} as const;

for (const cores of [1, 0.5, 0.25]) {
  for (const [name, run] of Object.entries(HARMLESS)) {
    test.serial(
      `${name} with ${cores} cores for all containers is never called failed`,
      async (t) => {
        const limit = await limitContainersTo(cores);
        t.teardown(() => limit[Symbol.asyncDispose]());
        const { verdict } = await runScenario({
          ...run,
          directory: join(directory, `${name}-${cores}`),
        });
        const { api, stacks, reasons, causes, durationSeconds } = verdict;
        const first = causes.slice(0, 3).map(({ kind, title }) => `${kind}: ${title}`);
        t.log(
          JSON.stringify({ called: called(verdict), durationSeconds, reasons, api, stacks, first }),
        );
        t.not(called(verdict), 'failed');
      },
    );
  }
}
