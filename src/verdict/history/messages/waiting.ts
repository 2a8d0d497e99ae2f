import type { LostRequest } from '../../schema/verdict.ts';

/** A request that got no answer, or the answer of a service that got none itself. */
export type Waiting = Pick<LostRequest, 'id' | 'sentAt' | 'at'> & { readonly outcome: string };

/** The times of a log are the times at which its lines were read. */
const SLACK_MS = 2_000;
/** Outcomes of a request whose service got no reply. */
const UNANSWERED: readonly string[] = ['timeout', '5xx-service', '5xx-balancer'];

/** Whether a request ended as one whose service got no reply. */
export function isUnanswered({ outcome }: Pick<Waiting, 'outcome'>): boolean {
  return UNANSWERED.includes(outcome);
}

/** Whether a request waited in vain at a moment, in milliseconds since the start of the run. */
export function waitedAt(request: Waiting, moment: number): boolean {
  const { sentAt, at } = request;
  return isUnanswered(request) && moment >= sentAt - SLACK_MS && moment <= at + SLACK_MS;
}
