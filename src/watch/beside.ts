import { RollgateError } from '../errors.ts';
import { slotsFor, startProbe, type Probe } from '../load/probe.ts';
import type { ControlBasics } from '../run/steps/load-session.ts';

const RATE = 2;
/** A user's patience with a page. */
const TIMEOUT_MS = 10_000;
/** What an application answers that works: a page, or the way to one. */
const REACHED = Array.from({ length: 200 }, (_, index) => 200 + index);

/** An address beside the cloud's API, e.g. of a server that a stack made. */
export interface Beside {
  /** `http-1`, … */
  readonly name: string;
  readonly url: URL;
}

export function besideOf(urls: readonly URL[]): readonly Beside[] {
  return urls.map((url, index) => ({ name: `http-${index + 1}`, url }));
}

/** An address without what may hold a secret. */
export function addressIn({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

/** Asks each address twice a second, over a new connection. They are judged apart. */
export function startBeside(all: readonly Beside[], common: ControlBasics): readonly Probe[] {
  return all.map(({ name, url }) =>
    startProbe({
      ...common,
      timeoutMs: TIMEOUT_MS,
      name,
      connection: 'new',
      rate: RATE,
      origin: url.origin,
      request: () => ({
        operation: addressIn(url),
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
    }),
  );
}

/** @throws RollgateError `invalid-option`. */
export function besideUrl(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new RollgateError('invalid-option', `--http: ${text} is no http(s) address`, {
    kind: 'usage',
    hint: 'Name what has to be reached all the time, e.g. http://203.0.113.10/',
  });
}
