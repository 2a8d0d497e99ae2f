import { seriesInWords } from '../../upgrade-in-words.ts';
import type { ListedRun } from './listed-run.ts';

/** Values by which the list can be filtered. */
export const FILTER_KEYS = ['outcome', 'upgrade', 'choreography'] as const;
type FilterKey = (typeof FILTER_KEYS)[number];

/** An empty value lets everything through. */
export type Filter = Readonly<Record<FilterKey | 'text', string>>;

/** The filter of a list's address: `?text=…&outcome=failed`. */
export function filterOf(query: URLSearchParams): Filter {
  const value = (key: string): string => query.get(key) ?? '';
  return {
    text: value('text'),
    outcome: value('outcome'),
    upgrade: value('upgrade'),
    choreography: value('choreography'),
  };
}

export function filtered(runs: readonly ListedRun[], filter: Filter): readonly ListedRun[] {
  const text = filter.text.trim().toLowerCase();
  return runs.filter(
    (run) =>
      FILTER_KEYS.every((key) => filter[key] === '' || valueOf(run, key) === filter[key]) &&
      textOf(run).toLowerCase().includes(text),
  );
}

/** The values that runs have, for a choice. */
export function filterValues(runs: readonly ListedRun[], key: FilterKey): readonly string[] {
  return [...new Set(runs.flatMap((run) => valueOf(run, key) ?? []))].toSorted();
}

function valueOf({ content }: ListedRun, key: FilterKey): string | undefined {
  if (content.kind === 'unread') return key === 'outcome' ? 'being read' : undefined;
  if (content.kind === 'unreadable') return key === 'outcome' ? 'unreadable' : undefined;
  const { verdict, progress } = content;
  switch (key) {
    case 'outcome':
      return progress === 'ended' ? verdict.outcome : progress.replace('-', ' ');
    case 'upgrade':
      return seriesInWords(verdict);
    case 'choreography':
      return verdict.choreography;
    default:
      return key satisfies never;
  }
}

/** The text that a search looks through. */
function textOf({ id, content }: ListedRun): string {
  if (content.kind === 'unread') return id;
  if (content.kind === 'unreadable') return `${id} ${content.why}`;
  const { scenario, topology, choreography, causes, reasons } = content.verdict;
  return [
    id,
    scenario,
    topology,
    choreography,
    ...reasons,
    ...causes.flatMap(({ kind, title, nodes, service }) => [kind, title, ...nodes, service ?? '']),
  ].join(' ');
}
