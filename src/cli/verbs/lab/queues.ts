import type { Queue } from '../../../infra/rabbitmq.ts';
import type { CliContext } from '../../context.ts';
import { labNameOption } from '../../options/lab-name.ts';
import { table } from '../../table.ts';
import type { Program } from '../verb.ts';
import { attached } from './attached.ts';

/** A vhost with its queues at this moment. */
export interface VhostQueues {
  readonly vhost: string;
  readonly queues: readonly Queue[];
}

/** `rollgate queues`: the broker at this moment. */
export function addQueues(program: Program, context: CliContext): void {
  program
    .command('queues')
    .description('print the queues of each broker vhost: messages and consumers')
    .addOption(labNameOption('the lab; not needed if there is only one'))
    .option('--all', 'also the queues that carry no work: fanout and reply queues')
    .option('--json', 'print JSON: an array with one object per vhost')
    .action(async ({ name, all, json }) => {
      const { broker, subject } = await attached(name, context);
      const vhosts = await Promise.all(
        (await broker.vhosts()).map(async (vhost) => ({
          vhost,
          queues: (await broker.queues(vhost)).filter(
            (queue) => all === true || !subject.isIdleQueue(queue.name),
          ),
        })),
      );
      context.stdout(json === true ? JSON.stringify(vhosts, null, 2) : renderQueues(vhosts));
    });
}

/** Queues with messages first. */
export function renderQueues(vhosts: readonly VhostQueues[]): string {
  const rows = vhosts.flatMap(({ vhost, queues }) =>
    queues
      .toSorted((one, other) => waiting(other) - waiting(one) || one.name.localeCompare(other.name))
      .map(({ name, ready, unacknowledged, consumers }) => [
        vhost,
        name,
        ...[ready, unacknowledged, consumers].map(String),
        consumers === 0 ? 'no consumer' : '',
      ]),
  );
  if (rows.length === 0) return 'there is no queue';
  return table([['vhost', 'queue', 'ready', 'unacknowledged', 'consumers', ''], ...rows]);
}

function waiting({ ready, unacknowledged }: Queue): number {
  return ready + unacknowledged;
}
