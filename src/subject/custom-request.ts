import type { RequestSpec } from '../load/http/request.ts';
import { bodyCheck, type CustomProbe } from '../scenario/custom/probe.ts';

/** Replaced with the id of the project of the load's stacks. */
const PROJECT = '{project}';

/** The request of a user's own probe, as the load’s ordinary user. */
export function customRequest(
  { name, request, expect, check: written }: CustomProbe,
  token: { readonly id: string; readonly projectId: string },
): RequestSpec {
  const filled = (text: string): string => text.replaceAll(PROJECT, token.projectId);
  const { method, path, headers, body } = request;
  const check = bodyCheck(written);
  return {
    operation: `${method} ${name}`,
    method,
    path: filled(path),
    headers: {
      'x-auth-token': token.id,
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined
      ? {}
      : { body: filled(typeof body === 'string' ? body : JSON.stringify(body)) }),
    expect,
    ...(check === undefined ? {} : { check }),
  };
}
