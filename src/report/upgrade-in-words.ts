import type { Verdict } from '../verdict/schema/verdict.ts';
import { some } from '../verdict/words/wording.ts';

type Upgrade = Pick<Verdict, 'subject' | 'base' | 'target' | 'configurationChanges' | 'watched'>;

/**
 * `heat 2025.1 (24.0.0) → 2026.1 (26.0.1)`; of a change of configuration
 * `heat 2026.1 (26.0.1), configuration A → B (DEFAULT.num_engine_workers)`; of a watched cloud
 * `heat at https://cloud:8004`.
 */
export function upgradeInWords(upgrade: Upgrade): string {
  const { subject, base, target, configurationChanges, watched } = upgrade;
  if (watched !== null) return `${subject} at ${watched.endpoint}`;
  return configurationChanges === null
    ? `${subject} ${base.series} (${base.version}) → ${target.series} (${target.version})`
    : `${subject} ${base.series} (${base.version}), configuration A → B (${some(configurationChanges)})`;
}

/** The same in short, without versions: `2025.1 → 2026.1`, `2026.1, configuration A → B`. */
export function seriesInWords({
  base,
  target,
  configurationChanges,
}: Pick<Verdict, 'base' | 'target' | 'configurationChanges'>): string {
  return configurationChanges === null
    ? `${base.series} → ${target.series}`
    : `${base.series}, configuration A → B`;
}
