import { Option } from '@commander-js/extra-typings';
import { z } from 'zod';
import { jsonIn } from '../../../json.ts';
import { checkLabName } from '../../../lab/labels.ts';
import { SOCKET } from '../../../run/script/protocol.ts';
import { POINTS } from '../../../scenario/own-files/checkpoint.ts';
import { defaultSubject } from '../../../subject/registry.ts';
import type { CliContext } from '../../context.ts';
import { countIn } from '../../options/count.ts';
import { table } from '../../table.ts';
import type { Program } from '../verb.ts';
import { askRun, callRun, notARun } from './call.ts';

const SERVICES = 'e.g. node1/heat-engine; or a node’s name, for all of its services';
/** Enough for a call of Heat to an engine that does not answer, which ends after 60 s. */
const DRAIN_SECONDS = 90;

const to = () =>
  new Option('--to <side>', 'the release')
    .choices(['base', 'target'] as const)
    .default('target' as const);
const lab = () =>
  new Option(
    '--lab <name>',
    'the name of a running lab, outside a run. Default: ROLLGATE_LAB',
  ).argParser((name: string): string => {
    checkLabName(name);
    return name;
  });
const release = () =>
  new Option('--release <release>', 'with --lab: the target release. Default: ROLLGATE_TARGET');
const vhost = () =>
  new Option('--vhost <name>', 'the broker vhost').default(defaultSubject.shape.baseVhost);

/** `rollgate node`: a script's actions on the lab of the run that it drives. */
export function addNode(program: Program, context: CliContext): void {
  const node = program
    .command('node')
    .description(
      'list, stop, start, swap and drain the services of the run that started the script',
    );
  node
    .command('list')
    .description('list the services of each node')
    .option('--json', 'print JSON by node and service: series, version, vhost, state')
    .addOption(lab())
    .action(async ({ json, ...standing }) => {
      const nodes = await askRun({ call: 'list' }, context, standing);
      const { success, data } = nodesSchema.safeParse(jsonIn(nodes));
      if (!success) throw notARun(context.env[SOCKET]);
      context.stdout(json === true ? nodes : renderNodes(data));
    });
  node
    .command('stop')
    .description('stop services gracefully')
    .argument('<service...>', SERVICES)
    .addOption(lab())
    .action((on, standing) => callRun({ call: 'stop', on }, context, standing));
  for (const call of ['start', 'swap'] as const) {
    node
      .command(call)
      .description(`${call} services, and wait until they serve`)
      .argument('<service...>', SERVICES)
      .addOption(to())
      .addOption(vhost())
      .addOption(lab())
      .addOption(release())
      .action((on, { to: side, vhost, ...standing }) =>
        callRun({ call, on, to: side, vhost }, context, standing),
      );
  }
  node
    .command('drain')
    .description('take APIs out of rotation, and wait until they have no requests')
    .argument('<service...>', SERVICES)
    .option('--limit <seconds>', 'how long to wait', secondsIn, DRAIN_SECONDS)
    .addOption(lab())
    .action((on, { limit, ...standing }) =>
      callRun({ call: 'drain', on, limitSeconds: limit }, context, standing),
    );
  node
    .command('undrain')
    .description('put APIs back into rotation, and wait until the load balancer reports them UP')
    .argument('<service...>', SERVICES)
    .addOption(lab())
    .action((on, standing) => callRun({ call: 'undrain', on }, context, standing));
}

/** By node and service. */
const nodesSchema = z.record(
  z.string(),
  z.record(
    z.string(),
    z.object({ series: z.string(), version: z.string(), vhost: z.string(), state: z.string() }),
  ),
);

/** One line per service, beginning with the name for the other verbs. */
function renderNodes(nodes: z.output<typeof nodesSchema>): string {
  const lines = Object.entries(nodes).flatMap(([node, services]) =>
    Object.entries(services).map(([service, { series, version, vhost, state }]) => [
      `${node}/${service}`,
      series,
      version,
      vhost,
      state,
    ]),
  );
  return table([['service', 'series', 'version', 'vhost', 'state'], ...lines]);
}

function secondsIn(text: string): number {
  return countIn('--limit', text);
}

/** `rollgate db-sync` */
export function addDbSync(program: Program, context: CliContext): void {
  program
    .command('db-sync')
    .description('migrate the database schema of the run to a release')
    .addOption(to())
    .addOption(lab())
    .addOption(release())
    .action(({ to: side, ...standing }) =>
      callRun({ call: 'db-sync', to: side }, context, standing),
    );
}

/** `rollgate vhost create` */
export function addVhost(program: Program, context: CliContext): void {
  program
    .command('vhost')
    .description('make broker vhosts in the run that started the script')
    .command('create')
    .description('make a broker vhost that the lab’s user may use')
    .argument('<name>')
    .addOption(lab())
    .action((name, standing) => callRun({ call: 'create-vhost', vhost: name }, context, standing));
}

/** `rollgate checkpoint` */
export function addCheckpoint(program: Program, context: CliContext): void {
  program
    .command('checkpoint')
    .description('run the scenario’s checks of one point of the roll')
    .addArgument(program.createArgument('<point>', POINTS.join(', ')).choices(POINTS))
    .action((point) => callRun({ call: 'checkpoint', point }, context));
}
