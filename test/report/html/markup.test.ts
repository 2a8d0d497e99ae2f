import test from 'ava';
import { h, toHtml, toScriptJson } from '../../../src/report/html/markup.ts';

test('text and attributes never become markup', (t) => {
  t.is(
    toHtml(h('p', { title: `"><script>'` }, '<img src=x onerror=alert(1)>', h('br'), 3)),
    '<p title="&quot;&gt;&lt;script&gt;&#39;">&lt;img src=x onerror=alert(1)&gt;<br>3</p>',
  );
});

test('a missing attribute is left out, and an attribute without a value has only its name', (t) => {
  t.is(toHtml(h('details', { open: true, hidden: false, id: null })), '<details open></details>');
});

test('data in a script element can neither end it nor begin a comment, and is unchanged', (t) => {
  const data = { text: '</script><!--<script>&\u2028\u2029' };
  const json = toScriptJson(data);
  t.notRegex(json, /[<>&\u2028\u2029]/);
  t.deepEqual(JSON.parse(json), data);
});
