import { some } from '../text/counted.ts';
import type { Verdict } from '../verdict/schema/verdict.ts';

type DescribedUpgrade = Pick<
  Verdict,
  'subject' | 'base' | 'target' | 'configurationChanges' | 'watched' | 'skips'
> & {
  readonly infrastructure: readonly {
    readonly service: string;
    /** Empty if it is not known yet. */
    readonly from: string;
    readonly to: string | null;
  }[];
};

/**
 * `heat 2025.1 (24.0.0) → 2026.1 (26.0.1)`; for a change of configuration
 * `heat 2026.1 (26.0.1), configuration A → B (DEFAULT.num_engine_workers)`; for infrastructure
 * `heat 2026.1 (26.0.1), rabbitmq 4.0.5 → 4.3.6`; for a watched cloud `heat at https://cloud:8004`.
 */
export function upgradeInWords(upgrade: DescribedUpgrade): string {
  const {
    subject,
    base,
    target,
    configurationChanges,
    watched,
    infrastructure,
    skips = [],
  } = upgrade;
  if (watched !== null) return `${subject} at ${watched.endpoint}`;
  const around = infrastructure.map(({ service, from, to }) =>
    [service, from, '→', to ?? '?'].filter(Boolean).join(' '),
  );
  const from = `${subject} ${base.series} (${base.version})`;
  const own =
    configurationChanges !== null
      ? `${from}, configuration A → B (${some(configurationChanges)})`
      : around.length > 0 && base.image === target.image
        ? from
        : `${from} → ${target.series} (${target.version})`;
  const past = skips.length === 0 ? [] : [`skipping SLURP ${skips.join(' and ')}`];
  return [own, ...past, ...around].join(', ');
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
