/**
 * Texts that a log, a body or a name may contain, by the kind of attack. A report must show them as
 * text.
 */
export const HOSTILE = {
  markup: '</testcase></system-out><script>alert(1)</script><img src=x onerror=alert(1)>',
  entity: '&lt;b&gt; &amp;amp; &#0; &#x1b; &undefined;',
  cdata: ']]> <![CDATA[ <!-- --> <?xml version="1.0"?>',
  doctype: '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
  quotes: `"double" 'single' \`back\``,
  controls:
    'nul \u0000 bell \u0007 backspace \u0008 escape \u001b[2J\u001b[31mred\u001b[0m del \u007f c1 \u009b31m',
  noncharacters: 'surrogate \ud800 and \udfff, \ufffe, \uffff',
  title: '\u001b]0;owned\u0007title and \u001b]8;;https://evil.example/\u0007link\u001b]8;;\u0007',
  bidi: 'a\u202egnp.exe\u2066 \u200b\u200f',
  lines: 'first\r\nsecond\rthird\u2028fourth\u0085fifth',
  table: '| a | b |\n|---|---|\n| \\| escaped \\\\| |',
  markdown:
    '# head\n* **bold** _it_ ~~no~~ [link](https://evil.example) ![i](https://evil.example/i.png)\n1. one\n> quote\n---\n```\ncode\n``` https://evil.example www.evil.example',
  mention: '@octocat @org/team #12 owner/repo#3 GH-4 cc @octocat',
  html: '<details><summary>x</summary></details><!-- hidden --><a href="https://evil.example">x</a>',
  command:
    '::error file=x,line=1::owned\n::set-output name=x::y\n::stop-commands::token\n##[error]owned',
  percent: '100% %0A%0D%25 ::notice title=a:b,c::d',
  formula: '=HYPERLINK("https://evil.example")',
} as const satisfies Readonly<Record<string, string>>;
