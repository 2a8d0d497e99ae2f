import type { RequestOutcome } from '../../events/families/request.ts';
import type { Interval } from '../history/interval.ts';
import { union, without } from '../history/interval.ts';
import type { Life } from '../history/services/life.ts';
import type { Services } from '../history/services/services.ts';
import type { StepInterval } from '../history/steps.ts';
import { slug } from '../schema/slug.ts';
import type { LostRequest } from '../schema/verdict.ts';

/**
 * A time in which no API served, because each had been asked to stop. It begins with the request to
 * stop the last one and ends when the first serves again. However many steps lie in it, it is one
 * thing that happened to users.
 */
export type ApiGap = Interval;

/** An API that ended by itself makes no gap: then the plan is not the only reason. */
export function readApiGaps({ lives }: Services, endAt: number): readonly ApiGap[] {
  const apis = lives.filter(({ role }) => role === 'api');
  const served = union(apis.flatMap((life) => servedFor(life, endAt)));
  const [first] = served;
  if (first === undefined) return [];
  return without([{ from: first.from, to: endAt }], served).filter(({ from }) =>
    lastBefore(apis, from).every(({ stoppingAt }) => stoppingAt !== null),
  );
}

function servedFor({ servingAt, stoppingAt, stoppedAt }: Life, endAt: number): readonly Interval[] {
  const to = stoppingAt ?? stoppedAt ?? endAt;
  return servingAt === null || servingAt > to ? [] : [{ from: servingAt, to }];
}

/** The last life of each API that served by then. */
function lastBefore(apis: readonly Life[], instant: number): readonly Life[] {
  const served = apis.filter(({ servingAt }) => servingAt !== null && servingAt <= instant);
  return [...Map.groupBy(served, ({ name }) => name).values()].flatMap((own) => own.slice(-1));
}

/** How a request ends if no API took it. */
const NOT_TAKEN: readonly string[] = [
  '5xx-balancer',
  'reset-before-answer',
] satisfies readonly RequestOutcome[];

/** The gap in which a request was sent that no API took. */
export function gapOf(
  gaps: readonly ApiGap[],
  { outcome, sentAt }: Pick<LostRequest, 'outcome' | 'sentAt'>,
): ApiGap | undefined {
  return NOT_TAKEN.includes(outcome)
    ? gaps.find(({ from, to }) => from <= sentAt && sentAt <= to)
    : undefined;
}

/**
 * The id of the cause for all requests of a gap.
 *
 * @param beganIn The step in which the last API was asked to stop.
 */
export function gapCauseId(beganIn: Pick<StepInterval, 'id'> | undefined): string {
  return slug('lost-no-api-step', beganIn?.id);
}
