import type { RunEvent } from '../../../events/event.ts';

/** A log line that says more than that all is well. */
export interface Finding {
  readonly at: number;
  /** `node/service`. */
  readonly on: string;
  readonly severity: 'warning' | 'error';
  readonly title: string;
}

export function findingsOf(events: readonly RunEvent[]): readonly Finding[] {
  return events.flatMap((event) => {
    if (event.type !== 'log-finding' || event.severity === 'harmless') return [];
    const { at, node, service, severity, title } = event;
    return [{ at: Math.round(at), on: `${node}/${service}`, severity, title }];
  });
}
