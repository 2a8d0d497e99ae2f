import type { Life } from '../../history/services/life.ts';
import { slug } from '../../schema/slug.ts';
import { gapCauseId } from '../api-gaps.ts';
import type { Outage } from '../outages.ts';
import { ANSWERED, type Answerer } from './answerers.ts';
import type { Loss } from './loss.ts';

/** Prefix of ids if the server was stopping or starting. */
export const SWAPPING = 'lost-swapping';

/** Losses with the same id have one cause. */
export function causeIdOf({
  request,
  server,
  life,
  state,
  step,
  outage,
  outageStep,
  apiGap,
  gapStep,
  reason,
  answerer,
}: Loss): string {
  const { outcome, status } = request;
  // For every kind of loss: the server was stopping or starting.
  if (life !== undefined && state !== null) return slug(SWAPPING, life.name, 'step', step?.id);
  if (outage !== undefined) return outageCauseId(outage, outageStep?.id ?? null);
  if (apiGap !== undefined) return gapCauseId(gapStep);
  // Grouped by the logged error, regardless of node, step or status.
  if (reason !== undefined) return reason.causeId;
  // An API makes the headers itself, in the same way for every answer.
  if (ANSWERED.includes(outcome) || outcome === 'wrong-headers') {
    return answeredCauseId(request, answerer, life);
  }
  return slug('lost', outcome, status, life?.name ?? server, 'step', step?.id);
}

/** The id of the cause for all losses of an outage. */
export function outageCauseId({ on, how }: Outage, step: string | null): string {
  return slug('outage', on, how, 'step', step ?? undefined);
}

/**
 * The cause of wrong answers with the same status and from the same service.
 *
 * @param api Its kind, and its version as the verdict names it.
 */
export function answeredCauseId(
  { outcome, status }: { readonly outcome: string; readonly status?: number | null | undefined },
  answerer: Answerer | undefined,
  api: Pick<Life, 'kind' | 'label'> | undefined,
): string {
  const asked = answerer?.how === 'always' ? undefined : api;
  const { engine } = answerer ?? {};
  const faulty = [asked, engine].flatMap((life) => (life ? [life.kind, life.label] : []));
  const answer = outcome === 'wrong-headers' ? undefined : (status ?? undefined);
  return slug('lost', outcome, answer, ...faulty);
}
