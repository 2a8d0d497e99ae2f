import type { EventOf, RunEvent } from '../../events/event.ts';
import { counted, some } from '../../text/counted.ts';
import type { Interval } from '../history/interval.ts';
import type { ChangedCode } from '../schema/verdict.ts';

type Statement = EventOf<'code-changed'>['statements'][number];

/** At most this many functions are named. */
const MOST_NAMED = 100;

/**
 * Which changed statements of the target's source ran, and which of them while base and target ran
 * side by side. `null` if the target's source is not followed.
 */
export function readChangedCode(
  events: readonly RunEvent[],
  mixed: readonly Interval[],
): ChangedCode | null {
  const changed = events.find((event) => event.type === 'code-changed');
  if (changed === undefined) return null;
  const { omitted } = changed;
  const statements = thatShow(changed.statements);
  const watched = events.filter((event) => event.type === 'code-watched');
  const unknown = watched.some((one) => one.unknown === undefined)
    ? null
    : (watched[0]?.unknown ?? 'no process of the target reported what ran');
  const ranAt = firstTimes(events);
  const mixedUntil = mixed.at(-1)?.to ?? -Infinity;
  const firstAt = ({ path, lines }: Statement): number =>
    Math.min(...lines.map((line) => ranAt.get(`${path}:${line}`) ?? Infinity));
  const ran = statements.filter((one) => firstAt(one) < Infinity);
  const rest = statements.filter((one) => firstAt(one) > mixedUntil);
  const notMet = [...Map.groupBy(rest, (one) => `${one.file} ${one.function ?? ''}`).values()].map(
    (own) => ({
      file: own[0]?.file ?? '',
      function: own[0]?.function ?? null,
      lines: own.map(({ line }) => line),
    }),
  );
  const ranWhileMixed = (path: string, lines: readonly number[]): boolean =>
    lines.some((line) => (ranAt.get(`${path}:${line}`) ?? Infinity) <= mixedUntil);
  const functions = functionsOf(changed.statements);
  const notEntered = functions.filter(
    (own) =>
      own.every(({ beyond }) => beyond !== true) &&
      !own.some(({ path, lines, entry = [] }) => ranWhileMixed(path, [...lines, ...entry])),
  );
  return {
    statements: statements.length,
    ran: ran.length,
    met: statements.length - rest.length,
    notMet: notMet.slice(0, MOST_NAMED),
    functions: functions.length,
    entered: functions.length - notEntered.length,
    notEntered: notEntered.slice(0, MOST_NAMED).map(([one]) => one?.function ?? ''),
    omitted,
    unknown,
  };
}

/**
 * A statement outside functions, such as an import, runs when its module is loaded, whether used or
 * not. It proves something only if no function of the base changed. A new function that nothing calls
 * changes nothing.
 */
function thatShow(statements: readonly Statement[]): readonly Statement[] {
  const inFunctions = statements.filter((one) => one.function !== null);
  return inFunctions.some(({ added }) => added !== true) ? inFunctions : statements;
}

/** The base's functions that changed, each with its changed statements. */
function functionsOf(statements: readonly Statement[]): readonly (readonly Statement[])[] {
  const own = statements.filter((one) => one.function !== null && one.added !== true);
  // A lambda has a name of its own, and is entered with its function.
  const key = ({ file, function: name, entry }: Statement): string =>
    `${file} ${entry === undefined ? name : entry.join()}`;
  return [...Map.groupBy(own, key).values()];
}

/** When each changed line ran for the first time, by `path:line`. */
function firstTimes(events: readonly RunEvent[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const event of events) {
    if (event.type !== 'code-ran') continue;
    const place = `${event.path}:${event.line}`;
    times.set(place, Math.min(event.at, times.get(place) ?? Infinity));
  }
  return times;
}

/** `heat/engine/service.py:1021, 1025 (EngineService.snapshot_stack)`; empty where all ran. */
export function unmetInWords({ notMet }: Pick<ChangedCode, 'notMet'>, most = 5): string {
  return some(
    notMet.map(({ file, function: name, lines }) => {
      const where = `${file}:${some(lines.map(String), 3)}`;
      return name === null ? where : `${where} (${name})`;
    }),
    most,
  );
}

/** `4 of 6 changed statements ran in the mixed state; not run: …`. */
export function changedCodeInWords(changed: ChangedCode): string {
  const { met, omitted, statements, unknown } = changed;
  if (unknown !== null) return `it is not known which changed statements ran: ${unknown}`;
  const rest = unmetInWords(changed);
  return [
    `${met} of ${counted(statements, 'changed statement')} ran in the mixed state`,
    ...(rest === '' ? [] : [`not run: ${rest}`]),
    ...(omitted === 0 ? [] : [`${omitted} more were not followed`]),
  ].join('; ');
}
