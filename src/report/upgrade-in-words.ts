import type { Verdict } from '../verdict/schema/verdict.ts';

type Upgrade = Pick<Verdict, 'subject' | 'base' | 'target' | 'watched'>;

/** `heat 2025.1 (24.0.0) → 2026.1 (26.0.1)`; of a watched cloud `heat at https://cloud:8004`. */
export function upgradeInWords({ subject, base, target, watched }: Upgrade): string {
  return watched === null
    ? `${subject} ${base.series} (${base.version}) → ${target.series} (${target.version})`
    : `${subject} at ${watched.endpoint}`;
}
