import { createHash } from 'node:crypto';
import { h, toHtml, toScriptJson, type Markup } from './markup.ts';

/** A document, and the Content-Security-Policy that it also contains itself. */
export interface Page {
  readonly html: string;
  readonly policy: string;
}

export interface PageParts {
  readonly title: string;
  readonly style: string;
  /** A `body` element. */
  readonly body: Markup;
  readonly script?:
    | {
        readonly text: string;
        /** Embedded in the page as JSON, in the element with this id. */
        readonly data: { readonly id: string; readonly value: unknown };
      }
    | undefined;
  /** Whether forms and scripts may ask the server that the page is from. */
  readonly ownServer: boolean;
}

/** A HTML document that loads nothing. The same parts give the same bytes. */
export function renderPage({ title, style, body, script, ownServer }: PageParts): Page {
  const policy = [
    `default-src 'none'`,
    `style-src ${hash(style)}`,
    `script-src ${script === undefined ? `'none'` : hash(script.text)}`,
    ...(ownServer ? [`connect-src 'self'`] : []),
    `base-uri 'none'`,
    `form-action ${ownServer ? `'self'` : `'none'`}`,
  ].join('; ');
  const scripts =
    script === undefined
      ? ''
      : `<script type="application/json" id="${script.data.id}">${toScriptJson(script.data.value)}</script>
<script>${script.text}</script>
`;
  return {
    policy,
    html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${toHtml(h('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }))}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${toHtml(h('title', {}, title))}
<style>${style}</style>
</head>
${toHtml(body).replace(/<\/body>$/, '')}
${scripts}</body>
</html>
`,
  };
}

function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
