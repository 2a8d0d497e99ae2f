import { slotsFor, startProbe, type Probe } from '../../load/probe.ts';
import type { ControlBasics } from '../../run/steps/load-session.ts';

const RATE = 2;
/** A user's patience with a page. */
const TIMEOUT_MS = 10_000;
/** Answers of an application that works: a page, or a redirection to one. */
const REACHED = Array.from({ length: 200 }, (_, index) => 200 + index);

/** Requests a page twice a second, over a new connection each time. */
export function startHttp(
  { name, address, url }: { readonly name: string; readonly address: string; readonly url: URL },
  common: ControlBasics,
): Probe {
  return startProbe({
    ...common,
    timeoutMs: TIMEOUT_MS,
    name,
    connection: 'new',
    rate: RATE,
    origin: url.origin,
    request: () => ({
      operation: address,
      method: 'GET',
      path: `${url.pathname}${url.search}`,
      headers: {},
      expect: REACHED,
    }),
    maxInFlight: slotsFor(RATE, TIMEOUT_MS),
    emit: (event) => {
      if (event.type !== 'request') return common.emit(event);
      const { at, id, probe, operation, sentAt, outcome, status, detail } = event;
      return common.emit({
        type: 'beside-request',
        at,
        id,
        probe,
        operation,
        sentAt,
        outcome,
        ...(status === undefined ? {} : { status }),
        ...(detail === undefined ? {} : { detail }),
      });
    },
  });
}
