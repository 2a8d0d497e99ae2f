import type { Side } from '../../../release/release.ts';
import type { ServiceInstance } from '../../../scenario/topology/topology.ts';
import type { Draft } from '../../draft.ts';

/**
 * How long an api may still have requests: a call of Heat's to an engine that does not answer ends
 * after 60 s (oslo.messaging, `rpc_response_timeout`).
 */
const SESSIONS_SECONDS = 90;

/** An api that gets no new request, and has answered those in progress. */
export function drain(target: ServiceInstance): Draft {
  return {
    kind: 'drain',
    target,
    how: 'drain',
    limitSeconds: SESSIONS_SECONDS,
    otherwise: 'fail',
  };
}

/** An api swapped while it is drained. */
export function swapDrained(
  target: ServiceInstance,
  to: { readonly side: Side; readonly vhost: string },
): readonly Draft[] {
  return [drain(target), { kind: 'swap', target, ...to }, { kind: 'undrain', target }];
}

/** An engine as it is, an api while it is drained. */
export function swapGently(
  target: ServiceInstance,
  to: { readonly side: Side; readonly vhost: string },
): readonly Draft[] {
  return target.role === 'api' ? swapDrained(target, to) : [{ kind: 'swap', target, ...to }];
}
