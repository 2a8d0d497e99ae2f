import type { EventOf } from '../../../events/event.ts';
import type { Reading } from '../../reading/reading.ts';

export function tookMs({ at, sentAt }: EventOf<'request'>): number {
  return at - sentAt;
}

/** Requests that were served and took longer than any of their kind in normal operation. */
export function slowerThanCalm({ events, windows }: Reading): readonly EventOf<'request'>[] {
  const served = events.filter(
    (event): event is EventOf<'request'> =>
      event.type === 'request' && event.control !== true && event.outcome === 'served',
  );
  const normal = new Map<string, number>();
  for (const request of served) {
    const { operation } = request;
    const calm = windows.baseline.some(
      ({ from, to }) => from <= request.sentAt && request.at <= to,
    );
    if (calm) normal.set(operation, Math.max(normal.get(operation) ?? 0, tookMs(request)));
  }
  return served.filter((request) => tookMs(request) > (normal.get(request.operation) ?? Infinity));
}
