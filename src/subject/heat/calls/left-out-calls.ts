import { MISSING, call, get, of, once, refused, steady } from './build.ts';
import { has, lists, type CallObjects, type HeatCall } from './call.ts';

/** Calls about stacks that lists do not show: hidden and deleted ones. */
export function leftOutCalls({ hidden, gone, project }: CallObjects): readonly HeatCall[] {
  const stacks = `/${project}/stacks`;
  const ofGone = `${stacks}/${gone.name}/${gone.id}`;
  const list = (operation: string, query: string, due: readonly string[]): HeatCall =>
    call(
      operation,
      'list_stacks',
      steady(get(`${stacks}?${query}`, lists('stacks', 'stack_name', due))),
    );
  return [
    list('GET stacks without hidden ones', `name=${hidden.name}`, []),
    list('GET stacks with hidden ones', `name=${hidden.name}&show_hidden=true`, [hidden.name]),
    list('GET stacks without deleted ones', `name=${gone.name}`, []),
    list('GET stacks with deleted ones', `name=${gone.name}&show_deleted=true`, [gone.name]),
    call('GET stack, deleted', 'show_stack', steady(get(ofGone, has('stack')))),
    refused(
      'GET stack by name, deleted',
      'identify_stack',
      404,
      MISSING,
      of('GET', `${stacks}/${gone.name}`),
    ),
    call(
      'GET resources of a deleted stack',
      'list_stack_resources',
      steady(get(`${ofGone}/resources`, lists('resources', 'resource_name', []))),
    ),
  ].map(once);
}
