import test from 'ava';
import { renderHtml } from '../../../src/report/html/report.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { hostileRun } from '../hostile-run.ts';
import { HOSTILE } from '../hostile.ts';

/** The document's tags with the names of their attributes, in order; scripts without their text. */
function tagsOf(text: string): readonly string[] {
  const { events } = hostileRun(text);
  const html = renderHtml(events, judge(events));
  const markup = html.replaceAll(/(<(script|style)\b[^>]*>).*?(<\/\2>)/gs, '$1$3');
  return Array.from(markup.matchAll(/<(\/?[a-z!][\w-]*)((?:[^>"]|"[^"]*")*)>/gi), ([, tag, rest]) =>
    [tag, ...(rest ?? '').matchAll(/[\w-]+(?==")/g)].join(' '),
  );
}

const BENIGN = tagsOf('benign');

for (const [what, text] of Object.entries(HOSTILE)) {
  test(`text with hostile ${what} stays text in HTML`, (t) => {
    t.true(BENIGN.length > 100);
    // Stories may come in another order, but are made of the same.
    const tags = tagsOf(text);
    t.deepEqual(new Set(tags), new Set(BENIGN));
    for (const tag of ['/script', '/style', '/details', '/table', '/a']) {
      t.is(
        tags.filter((one) => one === tag).length,
        BENIGN.filter((one) => one === tag).length,
        tag,
      );
    }
  });
}
