import picocolors from 'picocolors';
import type { ContainerEngine } from '../../../containers/port.ts';
import { RollgateError } from '../../../errors.ts';
import { attach } from '../../../lab/attach.ts';
import { findLabs, type LabSummary } from '../../../lab/find.ts';
import { labStatus, type LabStatus } from '../../../lab/status.ts';
import { LOAD_IN_WORDS } from '../../../report/terminal/paused.ts';
import { openEngine } from '../../../runs/provision.ts';
import type { InFlight } from '../../../subject/records.ts';
import { plain } from '../../../text/plain.ts';
import type { CliContext } from '../../context.ts';
import { chosenLab, labNameOption } from '../../options/lab-name.ts';
import { table } from '../../table.ts';
import type { Program } from '../verb.ts';

/** `rollgate status`: the labs of this engine. */
export function addStatus(program: Program, context: CliContext): void {
  program
    .command('status')
    .description(
      'show the running labs: nodes, releases, answering services, queues, work in flight',
    )
    .addOption(labNameOption('only this lab'))
    .option('--json', 'print JSON: an array with one object per lab')
    .action(async ({ name, json }) => {
      const engine = await openEngine((line) => context.stderr(line));
      const labs = name === undefined ? await findLabs(engine) : [await chosenLab(engine, name)];
      const statuses = await Promise.all(labs.map((lab) => statusOf(engine, lab)));
      context.stdout(
        json === true ? JSON.stringify(statuses, null, 2) : renderStatus(statuses, context.color),
      );
    });
}

async function statusOf(engine: ContainerEngine, lab: LabSummary): Promise<LabStatus> {
  try {
    return await labStatus(lab, await attach(engine, lab.name));
  } catch (error) {
    if (!(error instanceof RollgateError)) throw error;
    return labStatus(lab, undefined);
  }
}

/** One block per lab. */
export function renderStatus(labs: readonly LabStatus[], color: boolean): string {
  if (labs.length === 0) return 'there is no lab; start one with: rollgate up';
  const paint = picocolors.createColors(color);
  return labs.map((lab) => renderLab(lab, paint.bold)).join('\n\n');
}

function renderLab(lab: LabStatus, bold: (text: string) => string): string {
  const whose = lab.kept ? '' : '  (belongs to a running command)';
  const services = lab.services.map((each) => [
    each.node,
    each.service,
    each.series,
    each.version,
    each.vhost,
    plain(each.container),
    plain(each.seen),
  ]);
  const infrastructure = lab.infrastructure.map(({ service, container }) => [
    service,
    plain(container),
  ]);
  const endpoints = Object.entries(lab.endpoints);
  const vhosts = lab.vhosts.map((each) => [
    each.vhost,
    ...[each.queues, each.consumers, each.ready, each.unacknowledged].map(String),
  ]);
  return [
    `${bold(`lab ${lab.name}`)}${whose}`,
    ...pauseLines(lab),
    table(
      [['node', 'service', 'series', 'version', 'vhost', 'container', 'seen as'], ...services],
      '  ',
    ),
    ...(infrastructure.length === 0 ? [] : ['', table(infrastructure, '  ')]),
    ...(endpoints.length === 0 ? [] : ['', table(endpoints, '  ')]),
    ...(vhosts.length === 0 ? [] : ['', table([VHOST_HEAD, ...vhosts], '  ')]),
    ...lab.vhosts.flatMap(unservedLines),
    ...(lab.vhosts.length === 0 ? [] : ['', ...stackLines(lab.inFlight)]),
    ...lab.unseen.map((text) => `  not seen: ${plain(text)}`),
  ].join('\n');
}

function pauseLines({ name, paused }: LabStatus): readonly string[] {
  if (paused === null) return [];
  const { next, why, load, folder } = paused;
  return [
    `  paused at ${next ?? 'its end'}; ${LOAD_IN_WORDS[load]}`,
    ...why.map((reason) => `    ${reason}`),
    `  its events and logs so far: ${folder}`,
    `  goes on with: rollgate resume --name ${name}`,
    '',
  ];
}

function unservedLines({ vhost, unserved }: LabStatus['vhosts'][number]): readonly string[] {
  return unserved.map(
    ({ name, ready, unacknowledged }) =>
      `  no consumer of ${name} (${vhost}), which holds messages: ${ready + unacknowledged}`,
  );
}

const VHOST_HEAD = ['broker vhost', 'queues', 'consumers', 'ready', 'unacknowledged'];
/** For a chain of fifty, the first unfinished ones are enough. */
const MOST_PARTS = 6;

function stackLines(stacks: readonly InFlight[]): readonly string[] {
  if (stacks.length === 0) return ['  nothing is in flight'];
  const stuck = stacks.filter((stack) => stack.stuck).length;
  return [
    `  ${stacks.length} in flight, ${stuck} of them stuck`,
    ...stacks.flatMap(({ object, status, silentSeconds, stuck, lockedBy, unfinished }) => [
      `  ${object}  ${status}, ${stuck ? 'stuck: ' : ''}no event for ${silentSeconds} s${lockedBy === undefined ? '' : `, locked by ${lockedBy}`}`,
      ...partLines(unfinished),
    ]),
  ];
}

/** Parts in the same state with the same holder share a line. */
function partLines(unfinished: InFlight['unfinished']): readonly string[] {
  const alike = Map.groupBy(
    unfinished,
    ({ status, heldBy }) => `${status}, held by ${heldBy ?? 'no engine'}`,
  );
  return [...alike].map(([state, parts]) => {
    const names = parts.slice(0, MOST_PARTS).map(({ part }) => part);
    const more = parts.length > MOST_PARTS ? ` and ${parts.length - MOST_PARTS} more` : '';
    return `    ${names.join(', ')}${more}: ${state}`;
  });
}
