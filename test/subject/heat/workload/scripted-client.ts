export { scriptedClient, type Script } from '../../scripted-client.ts';

export const STACK_ID = '11111111-2222-3333-4444-555555555555';

/** A stack as Heat's API shows it. */
export function stackBody(status: string, name = 'rollgate-1-0') {
  return { id: STACK_ID, stack_name: name, stack_status: status, outputs: [] };
}
