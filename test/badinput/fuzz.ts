import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { RollgateError } from '../../src/errors.ts';
import { encodeEvent } from '../../src/events/codec.ts';
import { parseCatalogue } from '../../src/release/catalogue.ts';
import { bundledReleases } from '../../src/runs/bundle/read.ts';
import { invoked } from '../cli/rollgate.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { badRoll } from '../verdict/runs.ts';

/** Values in the place of others: of every type, with the names that objects have. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    '',
    ' ',
    '\u001B[31m',
    '../../x',
    '0',
    'null',
  ),
  fc.constantFrom(Infinity, -Infinity, Number.NaN, -1, 1e308, 2 ** 53),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

const scenarioKeys = [
  'name',
  'description',
  'base',
  'target',
  'topology',
  'choreography',
  'script',
  'seed',
  'load',
  'load.probes',
  'load.workload',
  'load.workload.rate',
  'load.workload.kinds',
  'durations',
  'durations.mixedSeconds',
  'config',
  'config.DEFAULT',
  'configFor',
  'configFor.0',
  'overlay',
  'overlay.target.with',
  'faults',
  'faults.0',
  'checkpoints',
  'checkpoints.mixed',
  'thresholds',
  'require',
  '__proto__',
  'nope',
] as const;

const scenario = fc.dictionary(
  fc.constantFrom(...scenarioKeys.filter((key) => !key.includes('.'))),
  anything,
  {
    maxKeys: 4,
  },
);

const topology = fc.record(
  {
    name: fc.oneof(fc.constant('t'), anything),
    nodes: fc.oneof(
      anything,
      fc.array(
        fc.record({
          name: fc.oneof(
            fc.constantFrom('node1', 'node1-2', 'mysql', 'all', '__proto__'),
            anything,
          ),
          services: fc.oneof(
            fc.array(
              fc.oneof(
                fc.constantFrom('heat-api', 'heat-engine', 'heat-api-cfn', 'constructor'),
                fc.record({ name: fc.constant('heat-engine'), count: anything }),
                anything,
              ),
            ),
            anything,
          ),
        }),
        { maxLength: 4 },
      ),
    ),
  },
  { requiredKeys: [] },
);

const option = fc.oneof(
  fc
    .tuple(fc.constantFrom(...scenarioKeys), anything)
    .map(([path, value]) => ['--set', `${path}=${JSON.stringify(value)}`]),
  fc
    .tuple(
      fc.constantFrom(
        '--from',
        '--to',
        '--seed',
        '--topology',
        '--choreography',
        '--config',
        '--env',
        '--file',
        '--with',
        '--patch',
        '--base-image',
        '--set',
      ),
      fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\0', '')),
    )
    .map(([name, value]) => [`${name}=${value}`]),
);

/** A line of a run's events with one value replaced. */
const eventLine = fc
  .tuple(fc.nat(), fc.nat(), anything)
  .map(([line, key, value]) => ({ line, key, value }));

async function refusedOrDone(args: readonly string[], statuses: readonly number[]): Promise<void> {
  const { exitCode, stderr } = await invoked(args);
  if (stderr.includes('a bug in rollgate')) throw new Error(stderr.slice(0, 500));
  if (!statuses.includes(exitCode)) throw new Error(`status ${exitCode}: ${stderr.slice(0, 500)}`);
  if (stderr.length > 50_000) throw new Error(`${stderr.length} characters on standard error`);
}

/** Declares the tests. @param numRuns Cases of each. */
export function declareFuzz(numRuns: number): void {
  const folder = temporaryFolder();
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const base = { name: 't', base: '2025.1', target: '2026.1', seed: 1 };

  test.serial(`scenarios of any form are planned or refused: ${numRuns} cases`, async (t) => {
    const planned = fc.asyncProperty(scenario, (wrong) =>
      refusedOrDone(['plan', file('scenario.yaml', stringify({ ...base, ...wrong }))], [0, 104]),
    );
    await t.notThrowsAsync(fc.assert(planned, { numRuns }));
  });

  test.serial(`topologies of any form are planned or refused: ${numRuns} cases`, async (t) => {
    const planned = fc.asyncProperty(topology, (wrong) =>
      refusedOrDone(['plan', '--topology', file('topology.yaml', stringify(wrong))], [0, 104]),
    );
    await t.notThrowsAsync(fc.assert(planned, { numRuns }));
  });

  test.serial(`options of any form are planned or refused: ${numRuns} cases`, async (t) => {
    const planned = fc.asyncProperty(fc.array(option, { minLength: 1, maxLength: 3 }), (options) =>
      refusedOrDone(['plan', ...options.flat()], [0, 104]),
    );
    await t.notThrowsAsync(fc.assert(planned, { numRuns }));
  });

  test.serial(`texts of any form are scenarios or refused: ${numRuns} cases`, async (t) => {
    const planned = fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), (text) =>
      refusedOrDone(['plan', file('text.yaml', text)], [0, 104]),
    );
    await t.notThrowsAsync(fc.assert(planned, { numRuns }));
  });

  test.serial(`catalogues of any form are read or refused: ${numRuns} cases`, (t) => {
    const read = fc.property(anything, anything, (releases, infrastructure) => {
      try {
        const data = { default: infrastructure, infrastructure, releases };
        parseCatalogue(stringify(data), 'releases.yaml');
      } catch (error) {
        if (!(error instanceof RollgateError) || error.kind !== 'usage') throw error;
      }
    });
    t.notThrows(() => fc.assert(read, { numRuns }));
  });

  test.serial(`run folders of any form are judged or refused: ${numRuns} cases`, async (t) => {
    const events = badRoll().events;
    const judged = fc.asyncProperty(
      fc.array(eventLine, { minLength: 1, maxLength: 3 }),
      (changes) => {
        const lines: unknown[] = events.map((event) => JSON.parse(encodeEvent(event)));
        for (const { line, key, value } of changes) {
          const event = lines[line % lines.length];
          if (typeof event !== 'object' || event === null) continue;
          const name = Object.keys(event)[key % Object.keys(event).length];
          if (name !== undefined) Object.assign(event, { [name]: value });
        }
        file('events.ndjson', lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
        return refusedOrDone(['judge', folder], [0, 1, 99, 104, 105]);
      },
    );
    await t.notThrowsAsync(fc.assert(judged, { numRuns }));
  });

  test.serial(
    `manifests of bundles of any form are read or refused: ${numRuns} cases`,
    async (t) => {
      const bundled = fc.asyncProperty(anything, anything, async (baseSide, format) => {
        file('bundle.json', JSON.stringify({ format, base: baseSide }) ?? '');
        try {
          await bundledReleases(folder);
        } catch (error) {
          if (!(error instanceof RollgateError) || error.kind !== 'usage') throw error;
        }
      });
      await t.notThrowsAsync(fc.assert(bundled, { numRuns }));
    },
  );
}
