import test from 'ava';
import { markdown } from '../../../src/report/github/markdown.ts';
import { renderStepSummary } from '../../../src/report/github/step-summary.ts';
import { plain } from '../../../src/text/plain.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { badRoll, cleanRoll } from '../../verdict/runs.ts';
import { isGolden } from '../golden.ts';
import { hostileRun } from '../hostile-run.ts';
import { HOSTILE } from '../hostile.ts';

const THRESHOLDS = [
  { metric: 'api_failed', expression: 'rate<0.000001' },
  { metric: 'stacks_lost', expression: 'count==0' },
];

for (const [name, story] of [
  ['summary-passed', cleanRoll({ require: ['supports-zero-downtime-upgrade'] })],
  ['summary-failed', badRoll({ thresholds: THRESHOLDS })],
] as const) {
  test(`the summary of a workflow’s step is unchanged: ${name}`, async (t) => {
    await isGolden(t, name, renderStepSummary(judge(story.events), 'runs/1'));
  });
}

test('causes come first, then tags, figures, thresholds, and where to look', (t) => {
  const text = renderStepSummary(judge(badRoll({ thresholds: THRESHOLDS }).events), 'runs/1');
  t.deepEqual(
    text.match(/^##+ [\w ]+/gm)?.map((line) => line.replace(/^#+ /, '')),
    ['Causes', 'Tags', 'Requests and stacks', 'Thresholds', 'Where to look'],
  );
  t.regex(text, /^## ❌ FAILED/);
});

/** The text that a browser shows. */
function shown(text: string): string {
  return text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

for (const [what, text] of Object.entries(HOSTILE)) {
  test(`text with hostile ${what} stays text in Markdown`, (t) => {
    const escaped = markdown(text);
    // Letters, digits, and what means nothing in Markdown, HTML, tables and references.
    t.regex(escaped, /^(?:[\p{L}\p{N} ,;/%]|\P{ASCII}|&#\d+;)*$/u);
    const visible = shown(escaped);
    t.is(visible.replaceAll('\u200b', ''), plain(text));
    t.notRegex(visible, /@\w|#\d|GH-\d|:\/\/|www\./i);
  });

  test(`a whole summary of text with hostile ${what} has the same form as any other`, (t) => {
    const form = (one: string): readonly string[] =>
      renderStepSummary(judge(hostileRun(one).events), one)
        .split('\n')
        // Nothing but the characters that are markup.
        .map((line) => line.replaceAll(/&#\d+;/g, '').replaceAll(/[^|<>*_`#[\]~\\]/g, ''));
    t.deepEqual(form(text), form('benign'));
  });
}

test('the escaping is needed: without it a hostile text is markup', (t) => {
  t.notRegex(plain(HOSTILE.markdown), /^(?:[\p{L}\p{N} ,;/%]|\P{ASCII}|&#\d+;)*$/u);
});
