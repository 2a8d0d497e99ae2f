import type { PreflightStatus } from '../schema/verdict.ts';

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
