import type { EventOf } from '../../../events/event.ts';
import { readInstanceName } from '../../../scenario/topology/topology.ts';
import type { LostRequest } from '../../schema/verdict.ts';
import { causeIdOf } from './cause-id.ts';
import type { LoggedReason } from './logged.ts';
import { lossInWords } from './loss-in-words.ts';
import { examine, type LossSurroundings } from './loss.ts';

/**
 * The address of a request that was not served. The server is the one that answered, otherwise the
 * one in the load balancer's log, otherwise it is derived from the stops at that time. Without a
 * server the node is the step's. The step is the first of these that applies:
 *
 * 1. During an outage (a fault, swapped infrastructure), if no stop or start of the server explains
 *    the loss: the step in which the outage began.
 * 2. While no API served, because each had been asked to stop: the step in which the last one was.
 * 3. If the server was asked to stop while the request was in progress: the step of that stop.
 * 4. In a watch, whose steps are another tool's marks: the step at the request's end. The
 *    connection must have broken, or the load balancer answered in the API's place (502, 503; not
 *    504).
 * 5. The step in which the request was sent.
 *
 * @param logged A service's log line about it, if no other reason is known.
 */
export function addressOf(
  request: EventOf<'request'>,
  logged: LoggedReason | undefined,
  surroundings: LossSurroundings,
): Omit<LostRequest, 'noise'> {
  const loss = examine(request, logged, surroundings);
  const { server, life, node, step, outage, outageStep, gapStep, termination } = loss;
  return {
    id: request.id,
    probe: request.probe,
    connection: request.connection,
    operation: request.operation,
    sentAt: request.sentAt,
    at: request.at,
    outcome: request.outcome,
    status: request.status ?? null,
    node,
    service: life?.service ?? readInstanceName(server ?? '')?.service ?? null,
    container: life?.container ?? null,
    version: life?.label ?? null,
    step: (outage === undefined ? (gapStep ?? step) : outageStep)?.id ?? null,
    cause: lossInWords(loss),
    causeId: causeIdOf(loss),
    termination,
    detail: request.detail ?? null,
  };
}
