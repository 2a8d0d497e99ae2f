import type { RunEvent } from '../../events/event.ts';
import type { PreflightStatus } from '../schema/verdict.ts';

/** Whether the images were compared; `null` if the events do not say. */
export function readPreflight(events: readonly RunEvent[]): PreflightStatus | null {
  const missing = events.find((event) => event.type === 'preflight-missing');
  if (missing !== undefined) return { status: missing.reason, why: missing.why };
  return events.some(({ type }) => type === 'preflight-found')
    ? { status: 'made', why: null }
    : null;
}

/** Why a run has no forecasts, in one phrase. */
export function withoutForecasts({ status, why }: PreflightStatus): string {
  switch (status) {
    case 'failed':
      return `the images could not be compared: ${why ?? ''}`;
    case 'not-wanted':
    case 'not-supported':
      return why ?? '';
    case 'made':
      return '';
    default:
      return status satisfies never;
  }
}
