import type { SubjectCloud } from '../../../subject/subject.ts';
import { CONNECTIONS } from '../../../words.ts';

/** Requests per second of all probes together, without `--rate`. Each is sent over both connections. */
export function usualRate({ watchLoad }: Pick<SubjectCloud, 'watchLoad'>): number {
  return watchLoad.probes.reduce((sum, { rate }) => sum + CONNECTIONS.length * rate, 0);
}

/** The rate of the probes, compared with the usual one. */
export function factorOf(
  side: Pick<SubjectCloud, 'watchLoad'>,
  { rate }: { readonly rate?: number | undefined },
): number {
  const usual = usualRate(side);
  return (rate ?? usual) / usual;
}
