import type { Page } from '../report/html/document.ts';
import { problemPage } from '../report/html/served/served-page.ts';

/** The answer to a request. */
export interface ServedAnswer {
  readonly status: number;
  readonly type: string;
  readonly policy: string;
  readonly body: string | Uint8Array | AsyncIterable<string>;
  readonly headers?: Readonly<Record<string, string>>;
}

export function pageAnswer({ html, policy }: Page, status = 200): ServedAnswer {
  // A page's own element cannot set this.
  const framed = `${policy}; frame-ancestors 'none'`;
  return { status, type: 'text/html; charset=utf-8', policy: framed, body: html };
}

/** Any file as text, so that a browser runs no part of it. */
export function textAnswer(body: Uint8Array): ServedAnswer {
  return { status: 200, type: 'text/plain; charset=utf-8', policy: SANDBOX, body };
}

/** Server-sent events. */
export function streamAnswer(body: AsyncIterable<string>): ServedAnswer {
  return { status: 200, type: 'text/event-stream; charset=utf-8', policy: SANDBOX, body };
}

const SANDBOX = `default-src 'none'; sandbox; frame-ancestors 'none'`;

export function problemAnswer(
  status: number,
  title: string,
  message: string,
  hint?: string,
): ServedAnswer {
  return pageAnswer(problemPage(title, message, hint), status);
}
