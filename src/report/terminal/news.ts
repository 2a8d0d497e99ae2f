import type { EventOf, RunEvent } from '../../events/event.ts';
import { READINESS_REQUEST } from '../../events/families/request.ts';
import { counted } from '../../text/counted.ts';
import { seconds } from '../../text/seconds.ts';
import { seenInWords } from '../discovered-in-words.ts';
import type { Line, Style } from '../line.ts';
import { checkLines } from './checks.ts';
import type { LiveRun } from './live.ts';
import { pausedLines } from './paused.ts';
import { startLines, stepLines } from './step-lines.ts';

type EventType = RunEvent['type'];

/** The lines of one event. */
interface Item {
  readonly lines: readonly Line[];
  /** Only the first item with a key is printed. */
  readonly once?: string;
}

/** Prints a thousand lost requests as one line, so that they do not hide the next event. */
export class News {
  readonly #printed = new Set<string>();

  /** @param run The state including the event. */
  of<T extends EventType>(event: EventOf<T>, run: LiveRun): readonly Line[] {
    const reading: NewsLine<T> = READINGS[event.type];
    return [reading(event, run) ?? []].flat().flatMap(({ once, lines }) => {
      if (once === undefined) return lines;
      if (this.#printed.has(once)) return [];
      this.#printed.add(once);
      return lines;
    });
  }
}

type NewsLine<T extends EventType> = (
  event: EventOf<T>,
  run: LiveRun,
) => Item | readonly Item[] | undefined;

const NO_LINE = (): undefined => undefined;

const READINGS: { readonly [T in EventType]: NewsLine<T> } = {
  'run-started': (event) => ({ lines: startLines(event) }),
  'run-paused': (event, run) => ({ lines: pausedLines(event, run) }),
  'run-resumed': ({ seconds }) => strong(`▶ goes on after ${seconds.toFixed(0)} s`),
  'run-finished': ({ outcome, error }) =>
    strong(`run ${outcome}${error === undefined ? '' : `: ${error.message}`}`),

  'step-started': NO_LINE,
  'step-finished': (event, run) => ({ lines: stepLines(event, run) }),
  'step-note': ({ text }) => faint(`  ${text}`),
  'check-started': NO_LINE,
  'check-case': NO_LINE,
  'check-finished': (event) => ({ lines: checkLines(event) }),
  'fault-began': ({ fault, on }) => warning(`fault begins: ${fault} on ${on}`),
  'fault-ended': ({ fault, on }) => warning(`fault ends: ${fault} on ${on}`),

  request: lostRequest,
  'request-unobserved': ({ why }) => first(`unobserved ${why}`, 'warn', `not observed: ${why}`),
  'beside-request': ({ outcome, probe, operation }) =>
    outcome === 'served'
      ? undefined
      : first(`beside ${probe} ${outcome}`, 'warn', `${operation} not reached: ${outcome}`),
  'arrivals-dropped': droppedArrival,
  'load-left-out': ({ what, why }) => warning(`${what} left out: ${why}`),
  'harness-delay': NO_LINE,
  'crossing-wanted': NO_LINE,

  'operation-accepted': NO_LINE,
  'operation-settled': ({ outcome, action, object, status }) =>
    outcome === 'completed'
      ? undefined
      : first(`settled ${outcome}`, 'bad', `first ${action} ${outcome}: ${object}, ${status}`),
  'integrity-checked': ({ ok, check, object, detail }) =>
    ok
      ? undefined
      : first(`integrity ${check}`, 'bad', `${check} does not hold: ${object}, ${detail}`),
  'integrity-left-out': ({ check, why }) => warning(`${check} was not judged, since ${why}`),
  'revival-ended': ({ object, by, outcome, status, seconds }) =>
    faint(
      `  ${object}, which was stuck, ${by === 'update' ? 'updated' : 'deleted'} again: ${outcome}, ${status} (${seconds.toFixed(1)} s)`,
    ),

  'service-stopping': NO_LINE,
  'service-stopped': stoppedService,
  'service-started': NO_LINE,
  'service-serving': NO_LINE,
  'service-moved': NO_LINE,
  'service-reloaded': NO_LINE,
  'infrastructure-stopping': NO_LINE,
  'infrastructure-serving': NO_LINE,
  'container-changed': changedContainer,
  'log-finding': finding,
  'work-observed': NO_LINE,

  'message-dropped': ({ node, service, version }) =>
    first(
      `message ${node}/${service} ${version}`,
      'bad',
      `${node}/${service} ${version} took messages off its queue and dropped them`,
    ),
  'call-unanswered': ({ node, service, version, method }) =>
    first(
      `unanswered ${node}/${service} ${version} ${method ?? ''}`,
      'bad',
      `${node}/${service} ${version} never answered a call${method === undefined ? '' : `: ${method}`}`,
    ),
  'reply-misdelivered': ({ node, service, caller }) =>
    first(
      `reply ${node}/${service} ${caller}`,
      'bad',
      `${node}/${service} took a reply that ${caller} waits for: they share a reply queue`,
    ),
  'reply-queue-shared': ({ queue, consumers }) =>
    first(`reply queue ${queue}`, 'warn', `${consumers} consumers on reply queue ${queue}`),
  'rpc-observed': NO_LINE,
  'call-taken': NO_LINE,
  'queue-sampled': NO_LINE,
  'queues-left': NO_LINE,

  'watch-gap': ({ watch, text }) =>
    first(`gap ${watch} ${text}`, 'warn', `${watch} not seen: ${text}`),
  'endpoint-found': NO_LINE,
  'answer-seen': newlySeen,
  'balancer-logged': NO_LINE,
  'balancer-sampled': NO_LINE,
  'engines-listed': NO_LINE,
  'locks-sampled': NO_LINE,
  'usage-sampled': NO_LINE,

  'preflight-found': NO_LINE,
  'preflight-missing': NO_LINE,
  'schema-seen': NO_LINE,
  'database-loaded': NO_LINE,
  'table-locked': ({ table, from, at, queries }) =>
    warning(
      `the table ${table} was locked for ${seconds(at - from)}: ${counted(queries, 'query', 'queries')} waited`,
    ),
  'code-changed': NO_LINE,
  'code-ran': NO_LINE,
  'code-watched': ({ unknown }) =>
    unknown === undefined
      ? undefined
      : first('code', 'warn', `changed lines that run are not seen: ${unknown}`),
};

function lostRequest(
  { control, outcome, status, server, operation }: EventOf<'request'>,
  { step }: LiveRun,
): Item | undefined {
  if (control === true || outcome === 'served') return undefined;
  const where = step === undefined ? '' : ` in step ${step.id}`;
  const answer = status === undefined ? '' : ` ${status}`;
  const from = server === undefined ? '' : ` from ${server}`;
  const text = `first request lost${where}: ${outcome}${answer}${from}, ${operation}`;
  return first(`lost ${step?.id}`, 'bad', text);
}

function droppedArrival({ reason, probe }: EventOf<'arrivals-dropped'>): Item {
  return reason === 'no-slot'
    ? first(
        `no-slot ${probe}`,
        'warn',
        `probe ${probe} has every slot waiting for an answer: the load is less than asked for`,
      )
    : first(
        'late',
        'warn',
        `the harness was too late to send an arrival (probe ${probe}): the load is less than asked for`,
      );
}

/** The first round is printed as a whole; after it, each value that an address had not shown. */
function newlySeen({ service, url, round, shown }: EventOf<'answer-seen'>): readonly Item[] {
  return shown.flatMap(({ fact, value, releases }) => {
    if (value === undefined) return [];
    const once = `seen ${service} ${url} ${fact} ${value}`;
    const text = `${service} shows something new: ${seenInWords({ fact, value, releases })}`;
    return [{ once, lines: round === 'first' ? [] : [marked('strong', text)] }];
  });
}

function stoppedService(event: EventOf<'service-stopped'>): Item | undefined {
  const { node, service, version, exitCode, outOfMemory } = event;
  if (exitCode === 0 && !outOfMemory) return undefined;
  return warning(
    `${node}/${service} ${version} exited with status ${exitCode}${outOfMemory ? ', out of memory' : ''}`,
  );
}

function changedContainer(
  { container, change, exitCode }: EventOf<'container-changed'>,
  run: LiveRun,
): Item | undefined {
  if (change === 'out-of-memory') {
    return first(`memory ${container}`, 'bad', `${container} ran out of memory`);
  }
  const expected = exitCode === undefined || exitCode === 0 || run.isStopping(container);
  if (change !== 'exited' || expected) return undefined;
  return first(
    `exit ${container} ${exitCode}`,
    'bad',
    `${container} exited with status ${exitCode} without a request to stop`,
  );
}

function finding(event: EventOf<'log-finding'>): Item | undefined {
  const { severity, request, signature, node, service, version, title } = event;
  // rollgate sent requests to a service that did not serve yet: the verdict reports it if it never
  // serves.
  if (severity !== 'error' || request === READINESS_REQUEST) return undefined;
  return first(
    `log ${signature} ${service} ${version}`,
    'bad',
    `${node}/${service} ${version}: ${title}`,
  );
}

function first(once: string, style: Style, text: string): Item {
  return { once, lines: [marked(style, text)] };
}

function warning(text: string): Item {
  return { lines: [marked('warn', text)] };
}

function strong(text: string): Item {
  return { lines: [[{ text, style: 'strong' }]] };
}

function faint(text: string): Item {
  return { lines: [[{ text, style: 'faint' }]] };
}

function marked(style: Style, text: string): Line {
  return [{ text: '! ', style }, { text }];
}
