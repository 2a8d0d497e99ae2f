import { withNearest } from '../document/nearest.ts';
import { RollgateError } from '../errors.ts';
import { isLabName, LAB_NAME_RULE } from '../lab/labels.ts';
import { SETUPS } from '../runs/provision.ts';
import { shortened } from '../text/shortened.ts';

/**
 * The type that an option's value must have. JavaScript callers are not checked by the compiler.
 */
interface ValueRule {
  readonly expected: string;
  readonly holds: (value: unknown) => boolean;
}

const aFunction: ValueRule = {
  expected: 'a function',
  holds: (value) => typeof value === 'function',
};
const text = (expected: string): ValueRule => {
  return { expected, holds: (value) => typeof value === 'string' && value !== '' };
};

const aSwitch: ValueRule = {
  expected: 'true or false',
  holds: (value) => typeof value === 'boolean',
};

/** Options that belong to no scenario, so a scenario's schema would refuse them. */
const RULES: Readonly<Record<string, ValueRule>> = {
  series: text("a release as text, such as '2025.1'"),
  to: text("a release as text, such as '2026.1'"),
  script: { expected: "an object such as { run: './roll.sh' }", holds: isObject },
  name: {
    expected: LAB_NAME_RULE,
    holds: (value) => typeof value === 'string' && isLabName(value),
  },
  setup: {
    expected: `one of ${SETUPS.join(', ')}`,
    holds: (value) => SETUPS.some((one) => one === value),
  },
  directory: text('the path of a folder'),
  subject: text('the name of a subject'),
  keep: aSwitch,
  goOn: aSwitch,
  preflight: aSwitch,
  set: { expected: 'an object', holds: isObject },
  scenario: {
    expected: 'a scenario’s name, the path of a YAML file, or a scenario',
    holds: (value) => (typeof value === 'string' && value !== '') || isObject(value),
  },
  roll: aFunction,
  onProgress: aFunction,
  onEvent: aFunction,
  // Checked by its shape: a test runner may have its own realm, and so its own AbortSignal.
  signal: {
    expected: 'an AbortSignal',
    holds: (value) => isObject(value) && 'aborted' in value && 'addEventListener' in value,
  },
};

/** The arguments of a call. */
export interface CallOptions {
  /** All known option names. */
  readonly known: readonly string[];
  /** Options that the call requires and that no schema checks. */
  readonly needed?: readonly string[];
  /** What to do about options that are not `known`. */
  readonly elsewhere?: Readonly<Record<string, string>>;
  /** A working default. */
  readonly example: string;
}

/**
 * Refuses unknown options, because a misspelt one would otherwise be ignored, and wrong values that
 * no scenario's schema checks. It runs before a lab starts, and names the caller's options.
 *
 * @throws RollgateError `invalid-options`, with the nearest name.
 */
export function checkOptions(call: string, options: unknown, its: CallOptions): void {
  const { known, needed = [], elsewhere = {}, example } = its;
  if (!isObject(options)) {
    throw invalid(
      `${call}: expected an object with options; found ${valueInWords(options)}`,
      example,
    );
  }
  const given = new Map<string, unknown>(Object.entries(options));
  const problems = [
    ...needed
      .filter((key) => given.get(key) === undefined)
      .map((key) => `${call}: ${key}: missing; expected ${RULES[key]?.expected ?? 'a value'}`),
    ...[...given].flatMap(([key, value]) => {
      if (!known.includes(key)) {
        return Object.hasOwn(elsewhere, key)
          ? [`${call}: ${key}: unknown option; ${elsewhere[key]}`]
          : [`${call}: ${key}: ${withNearest('unknown option', key, known)}`];
      }
      const rule = Object.hasOwn(RULES, key) ? RULES[key] : undefined;
      if (value === undefined || rule === undefined || rule.holds(value)) return [];
      return [`${call}: ${key}: expected ${rule.expected}; found ${valueInWords(value)}`];
    }),
  ];
  if (problems.length === 0) return;
  const isNameWrong = [...given.keys()].some((key) => !known.includes(key));
  throw invalid(problems.join('\n'), isNameWrong ? `Known options: ${known.join(', ')}` : example);
}

/** @throws RollgateError `invalid-name` for something that cannot be the name of a lab. */
export function checkAttached(name: unknown): void {
  if (typeof name === 'string' && isLabName(name)) return;
  throw new RollgateError(
    'invalid-name',
    `Lab.attach: expected a lab’s name; found ${valueInWords(name)}`,
    {
      kind: 'usage',
      hint: "For example: Lab.attach('lab'). `rollgate status` lists the existing labs; `rollgate up` starts one.",
    },
  );
}

function invalid(message: string, hint: string): RollgateError {
  return new RollgateError('invalid-options', message, { kind: 'usage', hint });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value in words. */
export function valueInWords(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'then' in value ? 'a promise' : 'an object';
  return shortened(JSON.stringify(value) ?? 'a symbol');
}
