import type { EventOf, RunEvent } from '../../../events/event.ts';

/**
 * A log line about a problem, a message that a service dropped, or a reply that it took from
 * another.
 */
export interface TimelineFinding {
  readonly at: number;
  /** `node/service`. */
  readonly on: string;
  readonly severity: 'warning' | 'error';
  readonly title: string;
}

export function findingsOf(events: readonly RunEvent[]): readonly TimelineFinding[] {
  return events.flatMap((event) => {
    if (event.type === 'message-dropped') return [dropped(event)];
    if (event.type === 'call-unanswered') return [unanswered(event)];
    if (event.type === 'reply-misdelivered') return [misdelivered(event)];
    if (event.type !== 'log-finding' || event.severity === 'harmless') return [];
    const { at, node, service, severity, title } = event;
    return [{ at: Math.round(at), on: `${node}/${service}`, severity, title }];
  });
}

function dropped({ at, node, service }: EventOf<'message-dropped'>): TimelineFinding {
  const title = 'a message was taken off its queue and dropped';
  return { at: Math.round(at), on: `${node}/${service}`, severity: 'error', title };
}

function unanswered({
  at,
  node,
  service,
  method = 'a call',
}: EventOf<'call-unanswered'>): TimelineFinding {
  const title = `${method} was taken and never answered`;
  return { at: Math.round(at), on: `${node}/${service}`, severity: 'error', title };
}

function misdelivered({
  at,
  node,
  service,
  caller,
}: EventOf<'reply-misdelivered'>): TimelineFinding {
  const title = `a reply was taken that ${caller} waits for`;
  return { at: Math.round(at), on: `${node}/${service}`, severity: 'error', title };
}
