import type { EventOf } from '../../events/event.ts';
import { isRequestId } from '../../events/fields.ts';
import { given } from '../../given.ts';
import { sinceStart } from '../clock.ts';
import type { HttpResult } from './request.ts';

export interface RequestContext {
  /** The probe's name, or `workload`. */
  readonly probe: string;
  /** The object that it should make, change or remove. */
  readonly object?: string | undefined;
  /** The clock's value at the start of the run, in milliseconds. */
  readonly runStart: number;
  /** The clock's value at its scheduled time; left out for a request without a schedule. */
  readonly scheduledAt?: number;
  /** It bypasses the subject. */
  readonly control?: boolean;
}

/** The event of a request's end. */
export function requestEvent(
  result: HttpResult,
  context: RequestContext,
): EventOf<'request' | 'request-unobserved'> {
  const { id, operation, status, server, detail, unobserved } = result;
  const sentAt = sinceStart(result.sentAt, context.runStart);
  const at = sinceStart(result.doneAt, context.runStart);
  if (unobserved !== undefined) {
    return {
      type: 'request-unobserved',
      at,
      id,
      probe: context.probe,
      operation,
      sentAt,
      ...given({ status }),
      why: unobserved,
    };
  }
  return {
    type: 'request',
    at,
    id,
    probe: context.probe,
    operation,
    ...given({ object: context.object }),
    connection: result.connection,
    scheduledAt:
      context.scheduledAt === undefined
        ? sentAt
        : sinceStart(context.scheduledAt, context.runStart),
    sentAt,
    outcome: result.outcome,
    ...given({ status, server, detail }),
    ...answeredAs(result),
    ...(context.control === true ? { control: true } : {}),
    ...(result.reauthenticated === true ? { reauthenticated: true } : {}),
  };
}

/**
 * oslo.middleware gives each request its own id in addition to the client's, and returns it in the
 * answer (oslo_middleware/request_id.py). Some services log only that id.
 */
function answeredAs({ id, outcome, headers }: HttpResult): Pick<EventOf<'request'>, 'answeredAs'> {
  const own = headers['x-openstack-request-id'];
  if (outcome === 'served' || typeof own !== 'string' || own === id || !isRequestId(own)) return {};
  return { answeredAs: own };
}
