import { join } from 'node:path';
import { Readable } from 'node:stream';
import { RollgateError, isMissing } from '../errors.ts';
import { encodeEvent, readStarted } from '../events/codec.ts';
import type { EventOf, RunEvent } from '../events/event.ts';
import { writeStream } from '../files/write.ts';
import { RUN_FOLDER } from '../run-folder.ts';
import { MARKED_STAGE } from '../run/mark.ts';
import { MARK } from '../words.ts';
import type { OpenStep } from './timeline.ts';

/** What a killed watch left in its folder. Its events stay there. */
export interface BrokenWatch {
  readonly start: EventOf<'run-started'>;
  /** Of its last event, in milliseconds since its start. */
  readonly lastAt: number;
  /** The number of the next step. */
  readonly nextStep: number;
  /** The step that was marked last. */
  readonly marked: OpenStep | undefined;
  /** How many marks it has reported. */
  readonly marks: number;
  /** Its other steps in progress. */
  readonly open: readonly OpenStep[];
  /** Accepted operations without a known end. */
  readonly unsettled: readonly EventOf<'operation-accepted'>[];
}

/**
 * The interrupted watch in a folder.
 *
 * @param name The name of the watch that continues.
 * @returns `undefined` if the folder has no watch, or a finished one.
 * @throws RollgateError `another-watch` for a watch of another name; `invalid-events`.
 */
export async function readBroken(
  directory: string,
  name: string,
): Promise<BrokenWatch | undefined> {
  let events: readonly RunEvent[];
  try {
    events = await readStarted(directory);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  const [start] = events;
  if (start?.type !== 'run-started' || start.watched === undefined) return undefined;
  if (events.some(({ type }) => type === 'run-finished')) return undefined;
  if (start.lab !== name) {
    throw new RollgateError('another-watch', `${directory} holds a watch named ${start.lab}`, {
      kind: 'usage',
      hint: `To go on with it, add --name ${start.lab}; else name another folder with --out.`,
    });
  }
  const steps = openSteps(events);
  const marked = steps.findLast(({ isMark }) => isMark);
  return {
    start,
    lastAt: events.reduce((latest, { at }) => Math.max(latest, at), start.at),
    nextStep: 1 + events.filter(({ type }) => type === 'step-started').length,
    marked,
    marks: events.filter((event) => event.type === 'step-started' && isMarked(event)).length,
    open: steps.filter((step) => step !== marked),
    unsettled: unsettledIn(events),
  };
}

function isMarked({ what }: EventOf<'step-started'>): boolean {
  return what?.kind === MARK && what.stage === MARKED_STAGE;
}

function openSteps(events: readonly RunEvent[]): readonly (OpenStep & { isMark: boolean })[] {
  const finished = new Set(
    events.flatMap((event) => (event.type === 'step-finished' ? [event.step] : [])),
  );
  return events.flatMap((event) =>
    event.type === 'step-started' && !finished.has(event.step)
      ? [{ id: event.step, from: event.at, isMark: isMarked(event) }]
      : [],
  );
}

function unsettledIn(events: readonly RunEvent[]): readonly EventOf<'operation-accepted'>[] {
  const settled = new Set(
    events.flatMap((event) => (event.type === 'operation-settled' ? [event.operation] : [])),
  );
  return events
    .filter((event) => event.type === 'operation-accepted')
    .filter(({ operation }) => !settled.has(operation));
}

/** Rewrites the events, because the last line of a killed writer may be incomplete. */
export async function mendEvents(directory: string): Promise<void> {
  const events = await readStarted(directory);
  await writeStream(join(directory, RUN_FOLDER.events), Readable.from(encoded(events)));
}

function* encoded(events: readonly RunEvent[]): Iterable<string> {
  for (const event of events) yield encodeEvent(event);
}
