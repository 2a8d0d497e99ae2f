import { counted } from '../../text/counted.ts';
import type { PolicyRule } from '../inventory.ts';
import { byKey, evidence, listed, type Difference, type Half, type Rule } from '../sides.ts';

type Policy = Half<'policy'>;

interface RuleChange {
  readonly was: PolicyRule;
  readonly now: PolicyRule;
  /** Checks that were enough but no longer are, and the reverse. */
  readonly lost: readonly string[];
  readonly won: readonly string[];
}

/** Rules whose default allows other users than before; equal changes together. */
export const comparePolicy: Rule<'policy'> = (base, target) => {
  const before = byKey(base.found, ({ name }) => name);
  const after = byKey(target.found, ({ name }) => name);
  const kept = target.found.flatMap((now): readonly RuleChange[] => {
    const was = before.get(now.name);
    if (was === undefined) return [];
    const [old, current] = [alternatives(was, before), alternatives(now, after)];
    const lost = [...old].filter((one) => !current.has(one));
    return [{ was, now, lost, won: [...current].filter((one) => !old.has(one)) }];
  });
  const narrower = kept.filter(({ lost }) => lost.length > 0);
  const wider = kept.filter(({ lost, won }) => lost.length === 0 && won.length > 0);
  return [
    ...alike(narrower, ({ lost }) => lost.join(', nor ')).map(([lost, changes], index) =>
      differencesOf(base, target, changes, {
        id: `policy-narrower-${index + 1}`,
        severity: 'risk',
        title: `${rules(changes)} no longer allow ${lost}`,
      }),
    ),
    ...scopes(base, target, kept),
    ...alike(wider, ({ won }) => won.join(', ')).map(([won, changes], index) =>
      differencesOf(base, target, changes, {
        id: `policy-wider-${index + 1}`,
        severity: 'info',
        title: `${rules(changes)} allow ${won} too`,
      }),
    ),
    ...listOf(
      'gone',
      base,
      base.found.filter(({ name }) => !after.has(name)),
    ),
    ...listOf(
      'new',
      target,
      target.found.filter(({ name }) => !before.has(name)),
    ),
  ];
};

function alike(
  changes: readonly RuleChange[],
  key: (change: RuleChange) => string,
): readonly (readonly [string, readonly RuleChange[]])[] {
  return [...Map.groupBy(changes, key)].map(([key, own]) => [key === '' ? 'anybody' : key, own]);
}

function rules(changes: readonly RuleChange[]): string {
  return `The defaults of ${listed(
    changes.map(({ now }) => now.name),
    4,
  )}`;
}

function differencesOf(
  base: Policy,
  target: Policy,
  changes: readonly RuleChange[],
  about: Pick<Difference, 'id' | 'severity' | 'title'>,
): Difference {
  return {
    ...about,
    area: 'policy',
    evidence: changes.flatMap(({ was, now }) => [
      evidence(base, was, `${was.name}: ${wording(was)}`),
      evidence(target, now, `${now.name}: ${wording(now)}`),
    ]),
    hazard: about.severity === 'info' ? 'none' : 'target-runs',
  };
}

function scopes(base: Policy, target: Policy, kept: readonly RuleChange[]): readonly Difference[] {
  const lostScopes = ({ was, now }: RuleChange): readonly string[] =>
    now.scopes.length === 0 ? [] : was.scopes.filter((scope) => !now.scopes.includes(scope));
  const changed = kept.filter((change) => lostScopes(change).length > 0);
  return alike(changed, (change) => lostScopes(change).join(', ')).map(([lost, changes]) =>
    differencesOf(base, target, changes, {
      id: `policy-scope-${lost}`,
      severity: 'risk',
      title: `${rules(changes)} no longer take tokens of scope ${lost}`,
    }),
  );
}

/**
 * Any of these is enough; a reference to another rule means that rule's checks. The old check also
 * counts if new defaults are not enforced.
 */
function alternatives(
  { name, check, formerCheck }: PolicyRule,
  all: ReadonlyMap<string, PolicyRule>,
): ReadonlySet<string> {
  const parts = [check, formerCheck ?? check].flatMap(either);
  return new Set(
    parts.flatMap((part) => {
      const other = all.get(part.replace(/^rule:/, ''));
      return !part.startsWith('rule:') || other === undefined || other.name === name
        ? [part]
        : [...alternatives(other, all)];
    }),
  );
}

/** The parts of a check's outermost `or` (oslo_policy/_parser.py; upper or lower case). */
export function either(check: string): readonly string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const token of bare(check).split(/(\(|\)|\s+or\s+)/i)) {
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (depth === 0 && /^\s+or\s+$/i.test(token)) parts.push('');
    else parts.push(`${parts.pop() ?? ''}${token}`);
  }
  return parts.length === 1 ? [bare(check)] : parts.flatMap(either);
}

/** Without surrounding spaces and parentheses. */
function bare(check: string): string {
  const trimmed = check.trim();
  if (!trimmed.startsWith('(') || !trimmed.endsWith(')')) return trimmed;
  let depth = 0;
  for (const [index, letter] of trimmed.split('').entries()) {
    if (letter === '(') depth += 1;
    // This includes the parentheses of `%(project_id)s`, which are balanced.
    if (letter === ')') depth -= 1;
    if (depth === 0 && index < trimmed.length - 1) return trimmed;
  }
  return bare(trimmed.slice(1, -1));
}

function wording({ check, formerCheck }: PolicyRule): string {
  const shown = check === '' ? 'anybody' : check;
  return formerCheck === null || formerCheck === check
    ? shown
    : `${shown} or, as before, ${formerCheck}`;
}

function listOf(
  what: 'gone' | 'new',
  half: Policy,
  all: readonly PolicyRule[],
): readonly Difference[] {
  if (all.length === 0) return [];
  return [
    {
      id: `policy-${what}`,
      area: 'policy',
      severity: 'info',
      title: `${counted(all.length, `${what} rule`)}: ${listed(all.map(({ name }) => name))}`,
      evidence: all.map((rule) => evidence(half, rule, `${rule.name}: ${wording(rule)}`)),
      hazard: 'none',
    },
  ];
}
