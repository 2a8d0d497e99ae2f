import type { EventOf, RunEvent } from '../../events/event.ts';
import { instanceName, kindOf } from '../../scenario/topology/topology.ts';
import { slug } from '../schema/slug.ts';
import { waitedAt, type Waiting } from './messages/waiting.ts';
import type { Services } from './services/services.ts';

/** Signatures of log lines about a process of a service that exited by itself and lost its work. */
export const PROCESS_ENDED: readonly string[] = ['child-died', 'child-killed'];

export const LOST_WITH_PROCESS = 'work-lost-with-process';

/** A log line about a process of an engine that ended by itself. */
export type Death = EventOf<'log-finding'>;

/** A call that was lost with a process, and its unanswered request. */
export interface LostCall {
  readonly death: Death;
  /** The service that waited for it, as `node/service`. */
  readonly sender: string;
  /** When it was sent, and when its request ended; in milliseconds since the start of the run. */
  readonly sentAt: number;
  readonly until: number;
}

/**
 * Exits of engines' processes. An exit while the service was being stopped counts under the stop.
 */
export interface Deaths {
  /** The calls that lost requests belong to. */
  readonly calls: readonly LostCall[];
  /** In order of time. */
  readonly all: readonly Death[];
  /**
   * The exit to which a lost request belongs. An engine took the request's last call, and a process
   * of that engine exited before the request ended. No line says which process of the engine had
   * the call. If the engine logged an error for the request, it was another process.
   */
  lostWith(request: Waiting): Death | undefined;
}

/** Processes of engines that exited by themselves, and the calls and requests that they took with them. */
export function readDeaths(events: readonly RunEvent[], services: Services): Deaths {
  const findings = events.filter((event) => event.type === 'log-finding');
  const all = findings
    .filter((finding) => {
      if (!PROCESS_ENDED.includes(finding.signature)) return false;
      const life = services.of(finding);
      return life?.role !== 'api' && (life?.stoppingAt ?? Infinity) > finding.at;
    })
    .sort((a, b) => a.at - b.at);
  if (all.length === 0) return { all, calls: [], lostWith: () => undefined };
  const calls = Map.groupBy(
    events.filter((event) => event.type === 'call-taken'),
    ({ request }) => request,
  );
  const answered = new Set(
    findings
      .filter((finding) => services.of(finding)?.role === 'engine')
      .map(({ request }) => request),
  );
  const lossOf = (request: Waiting): LostCall | undefined => {
    if (answered.has(request.id)) return undefined;
    const taken = calls.get(request.id)?.reduce((last, call) => (call.at >= last.at ? call : last));
    if (taken === undefined) return undefined;
    const life = services.of(taken);
    const death = all.find(
      (one) =>
        instanceName(one) === instanceName(taken) &&
        one.at >= taken.at &&
        waitedAt(request, one.at) &&
        services.of(one) === life,
    );
    const { sender, at: sentAt } = taken;
    return death && { death, sender, sentAt, until: request.at };
  };
  return {
    all,
    calls: events.flatMap((event) => (event.type === 'request' ? (lossOf(event) ?? []) : [])),
    lostWith: (request) => lossOf(request)?.death,
  };
}

/** The cause for all losses with processes of one kind of service, version and way of ending. */
export function deathCauseId({ signature, service, version }: Death): string {
  return slug(LOST_WITH_PROCESS, signature, kindOf(service), version);
}
