import { z } from 'zod';
import type { RequestSpec } from '../../../../src/load/http/request.ts';

export { scriptedClient, type Script } from '../../scripted-client.ts';

export const STACK_ID = '11111111-2222-3333-4444-555555555555';

/** The answer of Heat's API to the request that made a stack. */
export function createdBody({ body = '' }: RequestSpec, id = STACK_ID) {
  const { stack_name: name } = z.object({ stack_name: z.string() }).parse(JSON.parse(body));
  return {
    status: 201,
    headers: { location: `http://heat/v1/p/stacks/${name}/${id}` },
    body: { stack: { id } },
  };
}

/** A stack as Heat's API shows it. */
export function stackBody(status: string, name = 'rollgate-1-0') {
  return { id: STACK_ID, stack_name: name, stack_status: status, outputs: [] };
}
