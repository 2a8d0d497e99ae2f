import type { LabelQuery } from './port.ts';

/** Labels in the form of a filter of the engine's API. */
export function labelFilter(labels: LabelQuery): { label: string[] } {
  return {
    label: Object.entries(labels).map(([key, value]) => (value === null ? key : `${key}=${value}`)),
  };
}
