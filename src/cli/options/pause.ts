import { Option } from '@commander-js/extra-typings';
import { nearest, withNearest } from '../../document/nearest.ts';
import { RollgateError } from '../../errors.ts';
import { pausePoints } from '../../plan/pause-points.ts';
import type { Plan } from '../../plan/plan.ts';
import type { PauseWish } from '../../run/pauses.ts';
import { shortened } from '../../text/shortened.ts';
import { CAUSE_KINDS } from '../../verdict/causes/kinds.ts';

/** The values of the options that `pauseOptions` adds. */
export interface PauseOptions {
  readonly pauseAt?: readonly string[] | undefined;
  readonly pauseOn?: readonly string[] | undefined;
  readonly pausedLoad: PauseWish['load'];
}

const EVENTS = ['failure', 'lost', 'stuck'] as const;
const CAUSE = 'cause:';
/**
 * A kind may also be the name of a log line's signature, so only a near miss of a kind is a
 * mistake.
 */
const MISSPELT = 3;
const PAUSE_ON =
  'failure (anything), lost (a request), stuck (a stack), cause:KIND (a kind of cause or a signature; rollgate explain lists both)';

const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

/** Pause before a step of the printed plan. */
export function pauseAtOption() {
  return new Option(
    '--pause-at <step>',
    'hold the lab before this step (4.1) or stage (4) of the plan. May be repeated',
  ).argParser(collect);
}

/** Pause when something fails. */
export function pauseOnOption() {
  return new Option(
    '--pause-on <event>',
    `hold the lab as soon as something fails: ${PAUSE_ON}. May be repeated`,
  ).argParser(collect);
}

/** The state of the load while the lab is held. */
export function pausedLoadOption() {
  return new Option('--paused-load <state>', 'what the load does while the lab is held')
    .choices(['stopped', 'running'] as const)
    .default('stopped' as const);
}

/** @throws RollgateError `unknown-step`, `invalid-option`. */
export function pauseWish(plan: Plan, options: PauseOptions): PauseWish {
  return {
    at: pausePoints(plan, options.pauseAt ?? []),
    ...pauseOn(options.pauseOn ?? []),
    load: options.pausedLoad,
  };
}

function pauseOn(texts: readonly string[]): Pick<PauseWish, 'on' | 'causes'> {
  const causes = texts.flatMap((text) =>
    text.startsWith(CAUSE) ? [text.slice(CAUSE.length)] : [],
  );
  const events = texts.filter((text) => !text.startsWith(CAUSE));
  const on = EVENTS.filter((event) => events.includes(event));
  const unknown = events.find((text) => !EVENTS.some((event) => event === text));
  if (unknown !== undefined || causes.some((kind) => !/^[a-z][\w-]*$/.test(kind))) {
    const wrong = unknown ?? texts.find((text) => text.startsWith(CAUSE)) ?? '';
    throw new RollgateError(
      'invalid-option',
      withNearest(`--pause-on ${shortened(wrong)}: no such event`, wrong, EVENTS),
      {
        kind: 'usage',
        hint: `Name one of: ${PAUSE_ON}. Kinds are e.g. ${CAUSE_KINDS.slice(0, 3).join(', ')}, or a signature in lab/signatures.`,
      },
    );
  }
  for (const kind of causes) {
    const meant = nearest(kind, CAUSE_KINDS, MISSPELT);
    if (meant === undefined || meant === kind) continue;
    throw new RollgateError(
      'invalid-option',
      `--pause-on cause:${kind}: no such kind of cause (did you mean ${meant}?)`,
      { kind: 'usage', hint: `All kinds are: ${CAUSE_KINDS.join(', ')}.` },
    );
  }
  return { on: new Set(on), causes: new Set(causes) };
}
