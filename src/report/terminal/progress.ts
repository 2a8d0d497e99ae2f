import type { EventSink, RunEvent } from '../../events/event.ts';
import { counted, number } from '../../text/counted.ts';
import { createDraw, type Line, type Span } from '../line.ts';
import { LiveRun } from './live.ts';
import { News } from './news.ts';

export interface ProgressOptions {
  /** Whether a line can be redrawn. */
  readonly tty: boolean;
  readonly color: boolean;
  /** The current columns of the terminal, which may be resized; default 100. */
  readonly width?: () => number;
}

/** Milliseconds of the run between two updates of the status line. */
const REDRAW_MS = 200;
const LATE_MS = 1000;
const LONGEST_LINE = 300;
/** Below this many columns the status line uses fewer words. */
const NARROW = 90;
const CLEAR_LINE = '\r\u001B[2K';

/**
 * Prints a run in progress: a line for each finished step, and one for the first event of each
 * relevant kind. On a terminal a status line below them is redrawn repeatedly.
 *
 * @param write Gets the final text, including newlines.
 */
export function createProgress(
  write: (text: string) => void,
  { tty, color, width = () => 100 }: ProgressOptions,
): EventSink {
  // Printed lines may wrap, because they are for reading. An endless log line is still cut.
  const draw = createDraw({ color, width: LONGEST_LINE });
  // A redrawn line must neither wrap nor be as wide as the terminal, because it could not be
  // cleared.
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

/**
 * Each line with its time. A pause has a time only on its first line: the others are for copying.
 */
function inOrder(lines: readonly Line[], event: RunEvent, run: LiveRun): readonly Line[] {
  return lines.map((line, index) =>
    event.type === 'run-paused' && index > 0 ? [INDENT, ...line] : withTime(line, event, run),
  );
}

/**
 * A line that comes long after its event says so, because the times at the beginning of lines are
 * in order.
 */
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

/** Counters come before the step's name, which may be cut. */
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
