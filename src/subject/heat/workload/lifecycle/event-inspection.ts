import type { HttpResult } from '../../../../load/http/request.ts';
import type { StackEvent, StackIdentity, StackResource } from '../../api/answers.ts';
import type { HeatApi } from '../../api/api.ts';
import { likeCheck, type Check, type Likeness } from './likeness.ts';

const CREATED = 'CREATE_COMPLETE';

interface Asking {
  readonly api: Pick<HeatApi, 'events' | 'event'>;
  /** The base's descriptions of other stacks. */
  readonly likeness: Likeness;
  readonly record: (result: HttpResult) => void;
}

/**
 * Each resource of the stack itself has an event of its completion: an engine stores it before the
 * stack is complete (heat/engine/resource.py, `state_set`).
 */
export async function inspectEvents(
  stack: StackIdentity,
  resources: readonly StackResource[],
  asking: Asking,
): Promise<readonly Check[]> {
  const { api, likeness, record } = asking;
  const { result, value: events } = await api.events(stack);
  record(result);
  if (events === undefined) return [];
  const own = resources.filter(({ parent }) => parent === undefined);
  const announced = new Set(events.flatMap(({ name, status }) => (status === CREATED ? name : [])));
  const missing = own.filter(({ name }) => !announced.has(name)).map(({ name }) => name);
  const types = new Map(own.map(({ name, type }) => [name, type]));
  return [
    {
      check: 'events-of-creation',
      ok: missing.length === 0,
      detail:
        missing.length === 0 ? `${events.length} events` : `no ${CREATED} of ${missing.join(' ')}`,
    },
    likeCheck(likeness.events(result.body, (name) => types.get(name))),
    ...(await inspectOne(stack, events, asking)),
  ];
}

/** A single event shows the properties with which its resource was made. */
async function inspectOne(
  stack: StackIdentity,
  events: readonly StackEvent[],
  { api, likeness, record }: Asking,
): Promise<readonly Check[]> {
  const one = events.find(({ name, status }) => name === 'random' && status === CREATED);
  if (one === undefined) return [];
  const { result, value } = await api.event(stack, one);
  record(result);
  return value === undefined ? [] : [likeCheck(likeness.event(result.body))];
}
