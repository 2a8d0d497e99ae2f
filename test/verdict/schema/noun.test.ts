import test from 'ava';
import { renderStepSummary } from '../../../src/report/github/step-summary.ts';
import { renderHtml } from '../../../src/report/html/report.ts';
import { renderVerdict } from '../../../src/report/terminal/summary/summary.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { TAGS, type Verdict } from '../../../src/verdict/schema/verdict.ts';
import { cleanRoll, roll } from '../runs.ts';
import type { Story } from '../stream.ts';

const start = { subject: 'ironic', noun: 'machine' };

/** A roll in which objects are stuck, failed and lost. */
function harmed(): Story {
  return roll(start)
    .at(31)
    .accepted('create', 'failing')
    .accepted('update', 'held')
    .accepted('create', 'gone')
    .at(45)
    .settled('create', 'failing', 'failed', { status: 'CREATE_FAILED: why' })
    .settled('update', 'held', 'stuck', { status: 'UPDATE_IN_PROGRESS' })
    .settled('create', 'gone', 'lost', { status: 'gone' })
    .finished();
}

/** The parts of a verdict for people; keys and kinds are the same for every subject. */
function textsOf({ reasons, tags, causes }: Verdict): string {
  return [
    ...reasons,
    ...TAGS.flatMap((name) =>
      tags[name].clauses.flatMap(({ title, evidence }) => [title, ...evidence]),
    ),
    ...causes.flatMap(({ title, evidence }) => [title, ...evidence]),
  ].join('\n');
}

function visible(html: string): string {
  return html.replaceAll(/<(script|style)[\s\S]*?<\/\1>/g, '').replaceAll(/<[^>]*>/g, ' ');
}

for (const [title, story] of [
  ['a roll that harms', harmed()],
  ['a clean roll', cleanRoll(start)],
] as const) {
  test(`verdict and reports of ${title} use the noun of its subject`, (t) => {
    const verdict = judge(story.events);
    t.is(verdict.noun, 'machine');
    const texts = {
      verdict: textsOf(verdict),
      terminal: renderVerdict(verdict, { width: 100, color: false }),
      github: renderStepSummary(verdict, 'runs/x'),
      html: visible(renderHtml(story.events, verdict)),
    };
    for (const [name, text] of Object.entries(texts)) {
      t.notRegex(text, /stack/i, name);
      t.regex(text, /machines?\b/i, name);
    }
  });
}

test('a run whose events lack the noun is a run of stacks', (t) => {
  const verdict = judge(roll().finished().events);
  t.is(verdict.noun, 'stack');
  t.regex(renderVerdict(verdict, { width: 100, color: false }), /^Stacks /m);
});
