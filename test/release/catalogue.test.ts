import test from 'ava';
import { RollgateError } from '../../src/errors.ts';
import { loadCatalogue, parseCatalogue } from '../../src/release/catalogue.ts';
import { loadReleases, subjectNamed } from '../../src/subject/registry.ts';

const VALID = `default: { base: a, target: a }
infrastructure: { suite: trixie }
releases:
  - series: a
    version: 1.2.3
    suite: sid
    slurp: false
    workerRpc: "1.4"
    database: { tool: alembic, head: abc }
    python: "3.13"
    packages: { oslo.service: 4.1.1 }
    eventlet: true
    wsgi: scripts
`;

test('the shipped catalogue names five releases, oldest first', async (t) => {
  const catalogue = await loadCatalogue();
  t.deepEqual(catalogue.series, ['victoria', 'zed', '2025.1', '2026.1', '2026.2']);
  t.is(catalogue.release('2026.1').version, '26.0.1');
  t.is(catalogue.release('2026.1').suite, 'forky');
  t.deepEqual(catalogue.default, { base: '2025.1', target: '2026.1' });
});

test('an error about an unknown series lists the known ones', async (t) => {
  const catalogue = await loadCatalogue();
  const error = t.throws(() => catalogue.release('2025.2'), { instanceOf: RollgateError });
  t.is(error.code, 'unknown-series');
  t.is(error.kind, 'usage');
  t.regex(error.message, /2025\.2/);
  t.regex(error.hint ?? '', /victoria, zed, 2025\.1, 2026\.1, 2026\.2/);
});

test('an upgrade names the SLURP releases that it skips', async (t) => {
  const heat = await loadCatalogue();
  t.deepEqual(heat.slurpsBetween('2025.1', '2026.1'), []);
  t.deepEqual(heat.slurpsBetween('2026.1', '2026.2'), []);
  t.deepEqual(heat.slurpsBetween('2025.1', '2026.2'), ['2026.1']);
  t.deepEqual(heat.slurpsBetween('2026.2', '2025.1'), []);
  t.deepEqual(heat.slurpsBetween('mine', '2026.2'), []);
  t.deepEqual(heat.slurpsBetween('2025.1', 'source'), []);
});

test('a SLURP release that cannot be built also counts as skipped', async (t) => {
  const designate = await loadReleases(subjectNamed('designate'));
  t.deepEqual(designate.series, ['2025.1', '2026.2']);
  t.deepEqual(designate.slurpsBetween('2025.1', '2026.2'), ['2026.1']);
  t.deepEqual(designate.slurpsBetween('2025.1', '2025.1'), []);
});

test('an error about a missing catalogue names its path', async (t) => {
  const error = await t.throwsAsync(loadCatalogue('/nowhere/releases.yaml'), {
    instanceOf: RollgateError,
  });
  t.is(error.code, 'invalid-catalogue');
  t.is(error.place?.file, '/nowhere/releases.yaml');
});

const refused = test.macro<[string, number, number, RegExp]>({
  title: (what) => `a catalogue with ${what} is refused at its place`,
  exec(t, text, line, column, message) {
    const error = t.throws(() => parseCatalogue(text, 'r.yaml'), { instanceOf: RollgateError });
    t.is(error.code, 'invalid-catalogue');
    t.is(error.kind, 'usage');
    t.deepEqual(error.place, { file: 'r.yaml', line, column });
    t.regex(error.message, message);
  },
});

test(
  'an unknown key',
  refused,
  VALID.replace('slurp:', 'slrup:'),
  4,
  5,
  /slrup: unknown key.*known keys: series/s,
);
test('a version that is a range', refused, VALID.replace('1.2.3', '1.x'), 5, 14, /version/);
test(
  'a series that was not quoted',
  refused,
  VALID.replace('series: a', 'series: 2025.1'),
  4,
  13,
  /expected text; found 2025\.1/,
);
test('no releases', refused, VALID.replace(/releases:[^]*/, 'releases: []'), 3, 11, /at least 1/);
test(
  'a default that is not in it',
  refused,
  VALID.replace('target: a', 'target: b'),
  1,
  29,
  /expected one of a; found b/,
);
test(
  'a series twice',
  refused,
  VALID + VALID.slice(VALID.indexOf('  - series')),
  14,
  13,
  /series a twice/,
);
test('bad syntax', refused, 'default: [', 1, 11, /not valid YAML/);
