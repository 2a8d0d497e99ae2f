import { nearest } from '../document/nearest.ts';
import { shortened } from '../text/shortened.ts';
import type { ConfigOption } from './inventory.ts';
import { byKey, type Difference, type Half } from './sides.ts';

/** One line that sets an option in a configuration file of oslo.config. */
export interface Setting {
  readonly group: string;
  readonly name: string;
  readonly value: string;
  /** 1-based. */
  readonly line: number;
}

/** A user's own configuration file. */
export interface OwnConfiguration {
  /** Its path, as the user named it. */
  readonly file: string;
  readonly settings: readonly Setting[];
}

/** A line that is neither a section, a setting, a comment nor the continuation of a value. */
export class NotASetting extends Error {
  readonly line: number;
  /** Its problem, as the end of a sentence. */
  readonly why: string;

  constructor(line: number, text: string, why = 'is not a setting') {
    super(text);
    this.line = line;
    this.why = why;
  }
}

/**
 * Reads a file as oslo.config does (oslo_config/iniparser.py): `[section]`, `key = value` or
 * `key: value`, comments that begin with `#` or `;`, and values that continue in indented lines.
 *
 * @throws NotASetting
 */
export function readSettings(text: string): readonly Setting[] {
  const settings: Setting[] = [];
  if (text.startsWith('\uFEFF')) throw new NotASetting(1, '', 'begins with a byte order mark');
  let group: string | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    if (raw.trim() === '' || /^[#;]/.test(raw)) continue;
    if (/^\s/.test(raw)) {
      const last = settings.at(-1);
      if (last === undefined) throw new NotASetting(line, raw.trim());
      settings[settings.length - 1] = { ...last, value: `${last.value} ${raw.trim()}`.trim() };
      continue;
    }
    const section = /^\[(?<name>[^\]]+)\]/.exec(raw)?.groups?.['name'];
    if (section !== undefined) {
      group = section.trim();
      continue;
    }
    const setting = /^(?<name>[^=:]+?)\s*[=:]\s*(?<value>.*)$/.exec(raw)?.groups;
    if (setting === undefined) throw new NotASetting(line, raw.trim());
    // As in oslo.config, which has no default section before the first.
    if (group === undefined) throw new NotASetting(line, raw.trim(), 'is before any [section]');
    const { name = '', value = '' } = setting;
    settings.push({ group, name: name.replaceAll('-', '_'), value: value.trim(), line });
  }
  return settings;
}

/**
 * How the target treats a user's own settings. Options that it reads unchanged are left out.
 */
export function compareOwnConfiguration(
  { file, settings }: OwnConfiguration,
  base: Half<'configuration'>,
  target: Half<'configuration'>,
): readonly Difference[] {
  const before = byKey(base.found, keyOf);
  const after = byKey(target.found, keyOf);
  const renamed = byKey(
    target.found.flatMap((now) => now.formerly.map((old) => ({ now, key: keyOf(old) }))),
    ({ key }) => key,
  );
  return settings.flatMap((setting): readonly Difference[] => {
    const key = keyOf(setting);
    const now = after.get(key);
    const fate =
      now === undefined
        ? unknownFate(setting, {
            moved: renamed.get(key)?.now,
            wasKnown: before.has(key),
            base,
            target,
          })
        : knownFate(setting, { now, taken: before.get(key), base, target });
    return fate === undefined ? [] : [differenceOf(file, setting, fate)];
  });
}

/** How the target treats a setting: the name of the difference, and why it matters. */
interface Fate {
  readonly severity: Difference['severity'];
  readonly what: string;
  readonly why: string;
}

interface Halves {
  readonly base: Half<'configuration'>;
  readonly target: Half<'configuration'>;
}

function differenceOf(file: string, setting: Setting, { severity, what, why }: Fate): Difference {
  const { line } = setting;
  return {
    id: `own-${what}-${line}`,
    area: 'configuration',
    severity,
    title: `${file}:${line}: ${why}`,
    // Without its value, which may be a password.
    evidence: [{ release: 'target', file, line, text: keyOf(setting) }],
    hazard: severity === 'risk' ? 'target-runs' : 'none',
  };
}

/** The target has the option `now`, and the base had `taken`. */
function knownFate(
  setting: Setting,
  {
    now,
    taken,
    base,
    target,
  }: Halves & { readonly now: ConfigOption; readonly taken: ConfigOption | undefined },
): Fate | undefined {
  const key = keyOf(setting);
  const refusal = refused(setting, now);
  if (refusal === undefined) {
    const why = `${key} is deprecated in ${target.label}`;
    return now.deprecated ? { severity: 'info', what: 'deprecated', why } : undefined;
  }
  const also = taken !== undefined && refused(setting, taken) !== undefined;
  const by = also ? `${base.label} and ${target.label} refuse` : `${target.label} refuses`;
  const why = `${by} ${key} = ${shortened(setting.value)}: ${refusal}`;
  return { severity: 'risk', what: 'refused', why };
}

/** @param moved The target's option that has the setting's name as an old one. */
function unknownFate(
  setting: Setting,
  {
    moved,
    wasKnown,
    target,
  }: Halves & { readonly moved: ConfigOption | undefined; readonly wasKnown: boolean },
): Fate {
  const key = keyOf(setting);
  if (moved !== undefined) {
    const why = `${key} is now ${keyOf(moved)}; the old name is still read`;
    return { severity: 'info', what: 'renamed', why };
  }
  if (wasKnown) return { severity: 'risk', what: 'gone', why: `${target.label} ignores ${key}` };
  const meant = nearest(
    setting.name,
    target.found.filter(({ group }) => group === setting.group).map(({ name }) => name),
    MISSPELT,
  );
  return meant === undefined
    ? {
        severity: 'info',
        what: 'unlisted',
        why: `neither release lists ${key}: a plug-in may read it`,
      }
    : { severity: 'risk', what: 'unknown', why: `no release knows ${key}; did you mean ${meant}?` };
}

/** Letters that may differ: `rabbit_quorum_queues` is meant to be `rabbit_quorum_queue`. */
const MISSPELT = 2;

function keyOf({ group, name }: { readonly group: string; readonly name: string }): string {
  return `[${group}] ${name}`;
}

/** Why an option does not accept a value; oslo.config's substitutions (`$name`) are not checked. */
function refused({ value }: Setting, { type }: ConfigOption): string | undefined {
  if (value.includes('$')) return undefined;
  if (type.choices !== null && !type.choices.includes(value)) {
    return `it takes ${type.choices.join(', ')}`;
  }
  if (type.name === 'Boolean' && !/^(?:true|1|on|yes|false|0|off|no)$/i.test(value)) {
    return 'it takes true or false';
  }
  if (type.name !== 'Integer' && type.name !== 'Float' && type.name !== 'Port') return undefined;
  const number = Number(value);
  if (value === '' || !Number.isFinite(number)) return 'it takes a number';
  const { min = null, max = null } = type;
  if (min !== null && number < min) return `it takes ${min} at least`;
  if (max !== null && number > max) return `it takes ${max} at most`;
  return undefined;
}
