import type { EventOf, RunEvent } from '../../../events/event.ts';
import type { RequestId } from '../../../events/fields.ts';
import { slug } from '../../schema/slug.ts';
import type { Group } from '../group.ts';
import type { Life } from '../services/life.ts';
import type { Services } from '../services/services.ts';
import type { StepInterval, Steps } from '../steps.ts';
import { waitedAt, type Waiting } from './waiting.ts';

/** A message that a service acknowledged but never worked on, and the life of the service. */
export interface DroppedMessage {
  readonly event: EventOf<'message-dropped'>;
  readonly life: Life;
}

export interface DroppedMessages {
  readonly all: readonly DroppedMessage[];
  /** The dropped messages of an API request. */
  of(request: RequestId): readonly DroppedMessage[];
  /** The dropped message to which a lost request belongs. */
  lostWith(request: Waiting): DroppedMessage | undefined;
}

/** Messages that a service acknowledged and never took up, in order of time. */
export function readDropped(events: readonly RunEvent[], services: Services): DroppedMessages {
  const all = events
    .filter((event) => event.type === 'message-dropped')
    .sort((a, b) => a.at - b.at)
    .flatMap((event): readonly DroppedMessage[] => {
      const life = services.of(event);
      return life === undefined ? [] : [{ event, life }];
    });
  const byRequest = Map.groupBy(all, ({ event }) => event.request);
  const of = (request: RequestId): readonly DroppedMessage[] => byRequest.get(request) ?? [];
  return {
    all,
    of,
    // A message can stay unread until long after its caller gave up, so the time of sending counts.
    lostWith: (request) =>
      of(request.id).find(({ event }) => waitedAt(request, event.sentAt ?? event.at)),
  };
}

export const DROPPING = 'work-dropped-by-stopping-engine';

/** The id of the cause for everything that was lost when these services stopped together. */
export function droppingCauseId(lives: Group<Life>, steps: Steps): string {
  const [{ label: version }] = lives;
  const names = lives.map(({ name }) => name);
  return slug(DROPPING, ...names, version, 'step', stopStep(lives[0], steps)?.id);
}

/** The step in which a service was asked to stop, or in which it ended by itself. */
export function stopStep(life: Life, steps: Steps): StepInterval | undefined {
  return steps.at(life.stoppingAt ?? life.stoppedAt ?? life.startedAt, life.node);
}
