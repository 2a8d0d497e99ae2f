import type { z } from 'zod';
import { RollgateError } from '../errors.ts';
import { shortened } from '../text/shortened.ts';

/** A server that goes wrong may send without an end. */
const MOST_BYTES = 128 * 2 ** 20;

/**
 * Sends a request to a service of the lab. A redirection is an answer like all others: a request
 * carries a password or a token, which is nobody else's. The answer is not compressed: between
 * containers that only costs CPU time.
 */
export function sendTo(url: string, request: RequestInit): Promise<Response> {
  const headers = new Headers(request.headers);
  headers.set('accept-encoding', 'identity');
  return fetch(url, { ...request, headers, redirect: 'manual' });
}

/** The body of an answer. @throws Error if it is cut off or has no end. */
export async function bodyOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MOST_BYTES) throw new Error(`an answer of more than ${MOST_BYTES} bytes`);
  }
  return Buffer.concat(chunks, length).toString();
}

/**
 * The value of an answer in JSON.
 *
 * @param what The request, for the message.
 * @throws RollgateError `unexpected-answer`.
 */
export function valueIn<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  what: string,
): z.output<Schema> {
  let value: unknown;
  try {
    value = text === '' ? undefined : JSON.parse(text);
  } catch (cause) {
    throw unexpected(what, `not JSON: ${text}`, cause);
  }
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  const place = issue?.path.join('.') ?? '';
  throw unexpected(what, [place, issue?.message ?? ''].filter(Boolean).join(': '), error);
}

function unexpected(what: string, why: string, cause: unknown): RollgateError {
  return new RollgateError('unexpected-answer', `${what}: ${shortened(why)}`, {
    hint: 'Does another program answer at its port?',
    cause,
  });
}
