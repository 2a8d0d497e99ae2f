import { counted } from '../../text/counted.ts';

/** The printed form of an order; hunts find it. */
interface PrintedOrder {
  readonly title: string;
  readonly conclusion: 'necessary' | 'not-necessary' | 'unclear' | 'open';
  readonly onPaper: {
    readonly findings: readonly {
      readonly id: string;
      readonly severity: string;
      readonly title: string;
    }[];
  };
  readonly breaking: PrintedCount | null;
  readonly keeping: PrintedCount | null;
}

interface PrintedCount {
  readonly runs: number;
  readonly harmed: number;
  readonly requestsLost: number;
  readonly objectsHarmed: number;
  readonly causes: readonly string[];
}

export interface PrintedOrders {
  readonly orders: readonly PrintedOrder[];
  readonly base: { readonly series: string };
  readonly target: { readonly series: string };
  readonly topology: string;
}

const WORDS = {
  necessary: '✔ necessary',
  'not-necessary': '· no harm seen',
  unclear: '? unclear',
  open: '? open',
} as const;

/** The necessary orders, with their evidence. */
export function renderOrders({ orders, base, target, topology }: PrintedOrders): string {
  return [
    `Orders on one broker vhost, ${base.series} → ${target.series}, topology ${topology}`,
    ...orders.flatMap((order) => [
      '',
      `${WORDS[order.conclusion].padEnd(16)}${order.title}`,
      ...linesOf(order),
    ]),
  ].join('\n');
}

function linesOf({ onPaper, breaking, keeping }: PrintedOrder): readonly string[] {
  const paper = onPaper.findings.map(
    ({ severity, id, title }) => `  on paper, ${severity}: ${id}: ${title}`,
  );
  const ran = [
    ...(breaking === null ? [] : [`  broken: ${inWords(breaking)}`]),
    ...(keeping === null ? [] : [`  kept: ${inWords(keeping)}`]),
  ];
  const lines = [...paper, ...ran];
  return lines.length === 0 ? ['  preflight has no forecast, and nothing was run'] : lines;
}

function inWords({ runs, harmed, requestsLost, objectsHarmed, causes }: PrintedCount): string {
  const harm = `${harmed} of ${counted(runs, 'run')} did harm`;
  if (harmed === 0) return harm;
  const listed = causes.length === 0 ? '' : `: ${causes.join(', ')}`;
  return `${harm} (${counted(requestsLost, 'request')} and ${counted(objectsHarmed, 'object')} lost)${listed}`;
}
