import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import type { Finding } from '../../../src/events/finding.ts';
import { renderPreflight, renderPreflightSummary } from '../../../src/report/terminal/preflight.ts';
import { isGolden } from '../golden.ts';
import { HOSTILE } from '../hostile.ts';

function finding(given: Partial<Finding>): Finding {
  return {
    id: 'a',
    area: 'rpc',
    severity: 'info',
    title: 'A is another',
    evidence: [
      { release: 'target', file: 'heat/b.py', line: 2, text: 'b' },
      { release: 'base', file: 'heat/a.py', line: null, text: 'a' },
    ],
    endangers: [],
    avoidedBy: null,
    ...given,
  };
}

const FINDINGS: readonly Finding[] = [
  finding({
    id: 'rpc',
    severity: 'blocking',
    title:
      '26.0.1 casts check_resource on engine_worker with RPC version 1.9; 24.0.0 takes no higher than 1.4: the work is lost',
    avoidedBy: ['cold', 'guide'],
  }),
  finding({ id: 'schema', area: 'schema', severity: 'risk', avoidedBy: ['cold'] }),
  finding({ id: 'scripts', area: 'scripts', severity: 'risk', title: 'No script heat-api' }),
  finding({ id: 'object', area: 'objects' }),
  finding({ id: 'object-2', area: 'schema', title: 'The schema stays as it is' }),
];

function report(findings: readonly Finding[], choreography = 'guide') {
  const release = (series: string, version: string) => ({
    series,
    version,
    image: `heat:${series}`,
  });
  return {
    findings,
    base: release('2025.1', '24.0.0'),
    target: release('2026.1', '26.0.1'),
    choreography,
    seconds: 5.04,
  };
}

const STYLE = { color: false, width: 100, all: false };

test('a comparison for people, by area, the worst first', async (t) => {
  const text = renderPreflight(report(FINDINGS), STYLE);
  await isGolden(t, 'preflight', `${text}\n`);
  const colored = renderPreflight(report(FINDINGS), { ...STYLE, color: true });
  t.not(colored, text);
  t.is(stripVTControlCharacters(colored).replaceAll(/ +$/gm, ''), text, 'colour adds no text');
});

test('the full comparison has every finding', async (t) => {
  await isGolden(
    t,
    'preflight-all',
    `${renderPreflight(report(FINDINGS), { ...STYLE, all: true })}\n`,
  );
});

test('before a run: the worst three findings that its choreography does not avoid, and where they are', async (t) => {
  await isGolden(t, 'preflight-summary', renderPreflightSummary(report(FINDINGS, 'kolla'), STYLE));
  t.is(renderPreflightSummary(report(FINDINGS), STYLE).split('\n')[1], '  guide avoids 1 of them');
  const many = FINDINGS.flatMap((one) => [one, one, one]);
  t.is(renderPreflightSummary(report(many, 'kolla'), STYLE).match(/blocking  /g)?.length, 3);
  t.is(renderPreflightSummary(report([]), STYLE).split('\n').length, 1);
});

test('a source tree is named only by its version', (t) => {
  const target = { series: 'source', version: '26.0.1+d1a2b3c4', image: 'heat-source:a' };
  t.regex(
    renderPreflightSummary({ ...report([]), target }, STYLE),
    / → 26\.0\.1\+d1a2b3c4: 0 blocking/,
  );
});

test('text from an image cannot command the terminal', (t) => {
  for (const text of Object.values(HOSTILE)) {
    const drawn = renderPreflight(
      report([
        finding({ title: text, evidence: [{ release: 'base', file: text, line: 1, text }] }),
      ]),
      { ...STYLE, all: true },
    );
    // oxlint-disable-next-line no-control-regex -- to find control characters is its purpose
    t.notRegex(drawn.replaceAll('\n', ''), /[\u0000-\u001f\u007f-\u009f]/);
  }
});
