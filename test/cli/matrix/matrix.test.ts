import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { XMLParser } from 'fast-xml-parser';
import { cellsOf, parseMatrix } from '../../../src/cli/matrix/read-matrix.ts';
import { matrixRow, matrixTable } from '../../../src/cli/verbs/many-runs/matrix.ts';
import { worstExit } from '../../../src/cli/verbs/run/run.ts';
import { renderMatrixJunit } from '../../../src/report/files/matrix-junit.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { badRoll } from '../../verdict/runs.ts';
import { invoked } from '../rollgate.ts';

const TEXT = `
pairs: [{ from: 2025.1, to: 2026.1 }, { from: 2026.1, to: 2026.2 }]
choreographies: [guide, gentle]
topologies: [2x2, 3x3]
without: [{ choreography: gentle, topology: 3x3 }]
`;

test('a matrix has every pair with every choreography on every topology, except the excluded ones', (t) => {
  const cells = cellsOf(parseMatrix(TEXT, 'm.yaml'));
  t.is(cells.length, 6);
  t.deepEqual(cells[0], {
    from: '2025.1',
    to: '2026.1',
    choreography: 'guide',
    topology: '2x2',
  });
  t.false(cells.some((cell) => cell.choreography === 'gentle' && cell.topology === '3x3'));
});

test('an error in a matrix file names its place', (t) => {
  const error = t.throws(() => parseMatrix('pairs: []\nchoreographie: [x]\n', 'm.yaml'), {
    code: 'invalid-matrix',
  });
  t.regex(error.message, /m\.yaml:2:1.*choreographie/);
  t.throws(
    () => parseMatrix(`${TEXT}  - { from: 2025.1 }\n  - {}\n`.replace('without: [', 'x: ['), 'm'),
    {
      code: 'invalid-matrix',
    },
  );
});

async function matrixFile(text: string): Promise<{ file: string; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'rollgate-matrix-'));
  const file = join(folder, 'm.yaml');
  await writeFile(file, text);
  return { file, folder };
}

test('every cell is planned before anything starts', async (t) => {
  const { file, folder } = await matrixFile(`${TEXT}runs: 2\n`);
  t.teardown(() => rm(folder, { recursive: true }));
  const { stdout, exitCode } = await invoked(['matrix', file, '--plan']);
  t.is(exitCode, 0);
  t.is(stdout.split('\n').length, 12);
  t.regex(stdout, /^2026\.1 → 2026\.2 +gentle on 2x2, seed 2$/m);
  await writeFile(file, TEXT.replaceAll('gentle', 'gentel'));
  const wrong = await invoked(['matrix', file, '--plan']);
  t.is(wrong.exitCode, 104);
  t.regex(wrong.stderr, /m\.yaml: the cell 2025\.1 → 2026\.1, gentel/);
});

test('a matrix finds its scenario and its topology in the folder of its file', async (t) => {
  const { file, folder } = await matrixFile(
    'scenario: own.yaml\npairs: [{ from: 2025.1, to: 2026.1 }]\nchoreographies: [guide]\ntopologies: [./two.yaml]\n',
  );
  t.teardown(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'own.yaml'), 'name: own\nbase: 2025.1\ntarget: 2026.1\nseed: 7\n');
  await writeFile(
    join(folder, 'two.yaml'),
    'name: two\nnodes: [{ name: n, services: [heat-api, heat-engine] }]\n',
  );
  const { stdout, stderr } = await invoked(['matrix', file, '--plan']);
  t.regex(stdout, /^2025\.1 → 2026\.1 +guide on two, seed 7$/m, stderr);
});

test('the table has one line for each run, and JUnit has one case', (t) => {
  const verdict = judge(badRoll().events);
  const run = { pair: '2025.1 → 2026.1', name: 'guide on 2x2, seed 1', verdict };
  const text = matrixTable([matrixRow(run)]);
  t.regex(text, /2025\.1 → 2026\.1 {2}guide on 2x2, seed 1 +failed/);
  t.regex(text, /0 of 1 passed$/);
  const xml = new XMLParser({ ignoreAttributes: false }).parse(renderMatrixJunit([run]));
  t.is(xml.testsuites['@_failures'], '1');
  t.is(xml.testsuites.testsuite.testcase['@_name'], 'guide on 2x2, seed 1');
  t.truthy(xml.testsuites.testsuite.testcase.failure);
});

test('a matrix ends with the worst status of its runs', (t) => {
  t.is(worstExit([0, 99, 0]), 99);
  t.is(worstExit([99, 1, 0]), 1);
  t.is(worstExit([0, 0]), 0);
});
