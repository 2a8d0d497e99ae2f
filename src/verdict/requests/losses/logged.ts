import type { RunEvent, LogFinding } from '../../../events/event.ts';
import type { RequestId } from '../../../events/fields.ts';
import { kindOf } from '../../../scenario/topology/topology.ts';
import { labelOf, type Services } from '../../history/services/services.ts';
import { slug } from '../../schema/slug.ts';

/** Why a request was lost, according to the log of a service. */
export interface LoggedReason {
  readonly finding: LogFinding;
  /** The cause for all requests that one kind of service lost because of one kind of error. */
  readonly causeId: string;
}

/** Errors that services logged with the id of the API request on which they worked. */
export interface LoggedReasons {
  /**
   * The error that an engine logged for a request, otherwise the first error of an API. The API's
   * lines about a failed call follow from the engine's error, whichever line was read first.
   */
  of(request: RequestId): LoggedReason | undefined;
  /** Every line of an error that is the reason for one of these losses, or a consequence of it. */
  linesOf(requests: ReadonlySet<string>): readonly LogFinding[];
}

/** For each request, an error that a service logged about it: an engine's, if there is one. */
export function readLogged(events: readonly RunEvent[], services: Services): LoggedReasons {
  const errors = events
    .filter((event) => event.type === 'log-finding')
    .filter(({ severity }) => severity === 'error')
    .sort((a, b) => a.at - b.at);
  const clients = new Map(
    events.flatMap((event) =>
      event.type === 'request' && event.answeredAs !== undefined
        ? [[event.answeredAs, event.id] as const]
        : [],
    ),
  );
  const requestOf = ({ request, localRequest }: LogFinding): RequestId | undefined =>
    request ?? (localRequest === undefined ? undefined : clients.get(localRequest));
  const byRequest = Map.groupBy(errors, requestOf);
  const alike = (one: LogFinding): string =>
    slug(one.signature, kindOf(one.service), labelOf(one, services));
  const isOfEngine = (one: LogFinding): boolean => services.of(one)?.role === 'engine';
  return {
    of: (request) => {
      const own = byRequest.get(request);
      const finding = own?.find(isOfEngine) ?? own?.[0];
      return finding && { finding, causeId: slug('lost', 'logged', alike(finding)) };
    },
    linesOf: (requests) => {
      const kinds = new Set(
        errors
          .filter((finding) => {
            const request = requestOf(finding);
            return request !== undefined && requests.has(request);
          })
          .map(alike),
      );
      return errors.filter((one) => kinds.has(alike(one)));
    },
  };
}
