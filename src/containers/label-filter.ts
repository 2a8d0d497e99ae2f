import type { LabelQuery } from './port.ts';

/** Labels as the engine's API takes them in a filter. */
export function labelFilter(labels: LabelQuery): { label: string[] } {
  return {
    label: Object.entries(labels).map(([key, value]) => (value === null ? key : `${key}=${value}`)),
  };
}
