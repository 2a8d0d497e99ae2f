import { counted, number } from '../../counted.ts';
import type { EventSink, RunEvent } from '../../events/event.ts';
import { createDraw, type Line, type Span } from '../line.ts';
import { LiveRun } from './live.ts';
import { News } from './news.ts';

export interface ProgressOptions {
  /** Whether a line can be drawn again. */
  readonly tty: boolean;
  readonly color: boolean;
  /** Columns of the terminal now, for it may be resized; default 100. */
  readonly width?: () => number;
}

/** Milliseconds of the run between two drawings of the status line. */
const REDRAW_MS = 200;
const LATE_MS = 1000;
const LONGEST_LINE = 300;
/** Below so many columns the status line says the same in fewer words. */
const NARROW = 90;
const CLEAR_LINE = '\r\u001B[2K';

/**
 * Prints a run as it goes: a line for each step that is done, and one for the first event of each
 * kind of interest. On a terminal a status line below them is drawn again and again.
 *
 * @param write Takes text as it is to appear, newlines included.
 */
export function createProgress(
  write: (text: string) => void,
  { tty, color, width = () => 100 }: ProgressOptions,
): EventSink {
  // Printed lines may wrap: they are there to be read. A log line without an end is cut anyway.
  const draw = createDraw({ color, width: LONGEST_LINE });
  // A redrawn line must not wrap, nor be as wide as the terminal: it could not be cleared.
  const drawStatus = (): string => {
    const columns = width();
    return createDraw({ color, width: columns - 1 })(statusLine(run, columns < NARROW));
  };
  const run = new LiveRun();
  const news = new News();
  let drawnAt = -Infinity;
  let shown = false;

  return (event) => {
    run.take(event);
    const lines = news.of(event, run);
    if (event.type === 'step-finished') run.forget(event.step);
    const clear = shown && lines.length > 0 ? CLEAR_LINE : '';
    if (lines.length > 0) {
      write(
        `${clear}${inOrder(lines, event, run)
          .map((line) => `${draw(line)}\n`)
          .join('')}`,
      );
      shown = false;
    }
    if (!tty) return;
    if (event.type === 'run-finished') {
      if (shown) write(CLEAR_LINE);
      shown = false;
    } else if (!shown || run.at - drawnAt >= REDRAW_MS) {
      write(`${shown ? CLEAR_LINE : ''}${drawStatus()}`);
      shown = true;
      drawnAt = run.at;
    }
  };
}

/** Each line with its time. A pause has a time on its first line only: the others are for copying. */
function inOrder(lines: readonly Line[], event: RunEvent, run: LiveRun): readonly Line[] {
  return lines.map((line, index) =>
    event.type === 'run-paused' && index > 0 ? [INDENT, ...line] : withTime(line, event, run),
  );
}

/** A line that comes long after its event says so: the times in front are in order. */
function withTime(line: Line, { at }: RunEvent, run: LiveRun): Line {
  const late = run.at - at >= LATE_MS;
  const when: Line = late ? [{ text: ` (at ${(at / 1000).toFixed(1)} s)`, style: 'faint' }] : [];
  return [clock(late ? run.at : at), ...line, ...when];
}

/** As wide as a time. */
const INDENT: Span = { text: ' '.repeat(11) };

function clock(at: number): Span {
  return { text: `${(at / 1000).toFixed(1).padStart(7)} s  `, style: 'faint' };
}

/** Counters before the step's name: that one may be cut. */
function statusLine(run: LiveRun, narrow: boolean): Line {
  const { step } = run;
  const rate = run.rate.toFixed(0);
  const objects = counted(run.objectsInFlight, run.noun);
  const parts = [
    narrow ? `${rate}/s` : `${rate} requests/s`,
    ...(run.paused ? ['paused'] : []),
    `${number(run.lost)} lost`,
    narrow ? objects : `${objects} in flight`,
    `${number(run.queueReady)} queued`,
    ...(step === undefined ? [] : [`${narrow ? '' : `${step.stage}: `}${step.id} ${step.name}`]),
  ];
  return [clock(run.at), { text: parts.join(' · ') }];
}
