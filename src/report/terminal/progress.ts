import { counted, number } from '../../counted.ts';
import type { EventOf, EventSink, RunEvent } from '../../events/event.ts';
import { READINESS_REQUEST } from '../../events/families/request.ts';
import { createDraw, type Line, type Span, type Style } from '../line.ts';
import { upgradeInWords } from '../upgrade-in-words.ts';
import { checkLines } from './checks.ts';
import { LiveRun } from './live.ts';
import { pausedLines } from './paused.ts';

export interface ProgressOptions {
  /** Whether a line can be drawn again. */
  readonly tty: boolean;
  readonly color: boolean;
  /** Columns of the terminal now, for it may be resized; default 100. */
  readonly width?: () => number;
}

/** Milliseconds of the run between two drawings of the status line. */
const REDRAW_MS = 200;
const TOLD_LATE_MS = 1000;
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
    const lines = [...stepLines(event, run), ...news.of(event, run)];
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
  const late = run.at - at >= TOLD_LATE_MS;
  const when: Line = late ? [{ text: ` (at ${(at / 1000).toFixed(1)} s)`, style: 'faint' }] : [];
  return [clock(late ? run.at : at), ...line, ...when];
}

/** As wide as a time. */
const INDENT: Span = { text: ' '.repeat(11) };

function clock(at: number): Span {
  return { text: `${(at / 1000).toFixed(1).padStart(7)} s  `, style: 'faint' };
}

const MARK = {
  done: { text: '✔', style: 'good' },
  failed: { text: '✘', style: 'bad' },
  aborted: { text: '✘', style: 'warn' },
} as const satisfies Record<
  EventOf<'step-finished'>['status'],
  { readonly text: string; readonly style: Style }
>;

function stepLines(event: RunEvent, run: LiveRun): readonly Line[] {
  if (event.type === 'run-started') {
    const { watched = null, configurationChanges = null, choreography, topology, seed } = event;
    const infrastructure = (event.infrastructure ?? []).map(({ service, suite }) => ({
      service,
      from: '',
      to: `Debian ${suite}`,
    }));
    const text = `${upgradeInWords({ ...event, watched, configurationChanges, infrastructure })}, ${choreography} on ${topology}, seed ${seed}`;
    return [[{ text, style: 'strong' }]];
  }
  if (event.type !== 'step-finished') return [];
  const step = run.running(event.step);
  // Its parts have their own lines; `together` only gives their order in time.
  if (step?.kind === 'together' && event.status === 'done') return [];
  const requests = run.requests - (step?.requestsBefore ?? 0);
  const lost = run.lost - (step?.lostBefore ?? 0);
  const counters = [
    ...(requests === 0 ? [] : [`${counted(requests, 'request')}, ${number(lost)} lost`]),
    ...(run.objectsInFlight === 0 ? [] : [`${counted(run.objectsInFlight, run.noun)} in flight`]),
  ];
  const line: Line = [
    MARK[event.status],
    { text: ` ${event.step} ${step?.name ?? ''}` },
    { text: ` (${event.seconds.toFixed(1)} s)`, style: 'faint' },
    ...(counters.length === 0
      ? []
      : [{ text: `: ${counters.join('; ')}`, ...(lost > 0 ? { style: 'bad' as const } : {}) }]),
  ];
  const { error } = event;
  if (error === undefined) return [line];
  return [
    line,
    [{ text: `  ${error.code}: ${error.message}`, style: 'bad' }],
    ...(error.hint === undefined ? [] : [[{ text: `  ${error.hint}` }]]),
  ];
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

/** Faults that end a container. */
const ENDING: readonly string[] = ['kill', 'stop'];

/** Lines that are printed once, so that a thousand lost requests do not hide the next event. */
class News {
  readonly #printed = new Set<string>();
  /** Containers that a step or a fault stops: their exits are expected. */
  readonly #stopping = new Set<string>();

  of(event: RunEvent, run: LiveRun): readonly Line[] {
    switch (event.type) {
      case 'request': {
        if (event.control === true || event.outcome === 'served') return [];
        const where = run.step === undefined ? '' : ` in step ${run.step.id}`;
        const status = event.status === undefined ? '' : ` ${event.status}`;
        const server = event.server === undefined ? '' : ` from ${event.server}`;
        const text = `first request lost${where}: ${event.outcome}${status}${server}, ${event.operation}`;
        return this.#once(`lost ${run.step?.id}`, 'bad', text);
      }
      case 'log-finding':
        // rollgate asked a service that did not serve yet: the verdict has it if it never does.
        if (event.severity !== 'error' || event.request === READINESS_REQUEST) return [];
        return this.#once(
          `log ${event.signature} ${event.service} ${event.version}`,
          'bad',
          `${event.node}/${event.service} ${event.version}: ${event.title}`,
        );
      case 'operation-settled':
        if (event.outcome === 'completed') return [];
        return this.#once(
          `settled ${event.outcome}`,
          'bad',
          `first ${event.action} ${event.outcome}: ${event.object}, ${event.status}`,
        );
      case 'integrity-checked':
        if (event.ok) return [];
        return this.#once(
          `integrity ${event.check}`,
          'bad',
          `${event.check} does not hold: ${event.object}, ${event.detail}`,
        );
      case 'service-stopped':
        if (event.exitCode === 0 && !event.outOfMemory) return [];
        return warn(
          `${event.node}/${event.service} ${event.version} exited with status ${event.exitCode}${event.outOfMemory ? ', out of memory' : ''}`,
        );
      case 'arrivals-dropped':
        return event.reason === 'no-slot'
          ? this.#once(
              `no-slot ${event.probe}`,
              'warn',
              `probe ${event.probe} has every slot waiting for an answer: the load is less than asked for`,
            )
          : this.#once(
              'late',
              'warn',
              `the harness was too late to send an arrival (probe ${event.probe}): the load is less than asked for`,
            );
      case 'step-note':
        return [[{ text: `  ${event.text}`, style: 'faint' }]];
      case 'revival-ended': {
        const { object, by, outcome, status, seconds } = event;
        const text = `  ${object}, which was stuck, ${by === 'update' ? 'updated' : 'deleted'} again: ${outcome}, ${status} (${seconds.toFixed(1)} s)`;
        return [[{ text, style: 'faint' }]];
      }
      case 'run-finished': {
        const why = event.error === undefined ? '' : `: ${event.error.message}`;
        return [[{ text: `run ${event.outcome}${why}`, style: 'strong' }]];
      }
      case 'check-finished':
        return checkLines(event);
      case 'run-paused':
        return pausedLines(event, run);
      case 'run-resumed':
        return [[{ text: `▶ goes on after ${event.seconds.toFixed(0)} s`, style: 'strong' }]];
      case 'fault-began':
        if (ENDING.includes(event.fault)) this.#stopping.add(event.on);
        return warn(`fault begins: ${event.fault} on ${event.on}`);
      case 'fault-ended':
        return warn(`fault ends: ${event.fault} on ${event.on}`);
      case 'message-dropped': {
        const { node, service, version } = event;
        const text = `${node}/${service} ${version} took messages off its queue and dropped them`;
        return this.#once(`message ${node}/${service} ${version}`, 'bad', text);
      }
      case 'reply-misdelivered': {
        const { node, service, caller } = event;
        const text = `${node}/${service} took a reply that ${caller} waits for: they share a reply queue`;
        return this.#once(`reply ${node}/${service} ${caller}`, 'bad', text);
      }
      case 'load-left-out':
        return warn(`${event.what} left out: ${event.why}`);
      case 'reply-queue-shared':
        return this.#once(
          `reply queue ${event.queue}`,
          'warn',
          `${event.consumers} consumers on reply queue ${event.queue}`,
        );
      case 'container-changed':
        return this.#container(event);
      case 'service-stopping':
        this.#stopping.add(`${event.node}/${event.service}`);
        return [];
      case 'service-started':
        this.#stopping.delete(`${event.node}/${event.service}`);
        return [];
      case 'request-unobserved':
        return this.#once(`unobserved ${event.why}`, 'warn', `not observed: ${event.why}`);
      case 'infrastructure-stopping':
        this.#stopping.add(event.service);
        return [];
      case 'infrastructure-serving':
        this.#stopping.delete(event.service);
        return [];
      case 'watch-gap':
        return this.#once(
          `gap ${event.watch} ${event.text}`,
          'warn',
          `${event.watch} not seen: ${event.text}`,
        );
      case 'beside-request':
        return event.outcome === 'served'
          ? []
          : this.#once(
              `beside ${event.probe} ${event.outcome}`,
              'warn',
              `${event.operation} not reached: ${event.outcome}`,
            );
      case 'code-watched':
        return event.unknown === undefined
          ? []
          : this.#once('code', 'warn', `changed lines that run are not seen: ${event.unknown}`);
      case 'run-started':
      case 'code-changed':
      case 'code-ran':
      case 'check-started':
      case 'check-case':
      case 'preflight-found':
      case 'step-started':
      case 'step-finished':
      case 'service-serving':
      case 'service-moved':
      case 'harness-delay':
      case 'operation-accepted':
      case 'work-observed':
      case 'rpc-observed':
      case 'call-taken':
      case 'crossing-wanted':
      case 'queue-sampled':
      case 'queues-left':
      case 'schema-seen':
      case 'database-loaded':
      case 'balancer-logged':
      case 'balancer-sampled':
      case 'engines-listed':
      case 'locks-sampled':
      case 'usage-sampled':
        return [];
      default:
        return event satisfies never;
    }
  }

  #container({ container, change, exitCode }: EventOf<'container-changed'>): readonly Line[] {
    if (change === 'started') this.#stopping.delete(container);
    if (change === 'out-of-memory') {
      return this.#once(`memory ${container}`, 'bad', `${container} ran out of memory`);
    }
    const expected = exitCode === undefined || exitCode === 0 || this.#stopping.has(container);
    if (change !== 'exited' || expected) return [];
    return this.#once(
      `exit ${container} ${exitCode}`,
      'bad',
      `${container} exited with status ${exitCode} without a request to stop`,
    );
  }

  #once(key: string, style: Style, text: string): readonly Line[] {
    if (this.#printed.has(key)) return [];
    this.#printed.add(key);
    return [[{ text: '! ', style }, { text }]];
  }
}

function warn(text: string): readonly Line[] {
  return [[{ text: '! ', style: 'warn' }, { text }]];
}
