import picocolors from 'picocolors';
import { openEngine } from '../gate/provision.ts';
import { attach } from '../lab/attach.ts';
import { findLabs, type LabSummary } from '../lab/find.ts';
import { labStatus, type LabStatus } from '../lab/status.ts';
import type { ContainerEngine } from '../engine/port.ts';
import { RollgateError } from '../errors.ts';
import { heat } from '../subject/heat/index.ts';
import type { CliContext } from './context.ts';
import { chosenLab } from './lab-name.ts';
import { table } from './table.ts';
import type { Program } from './verb.ts';

/** `rollgate status`: the labs of this engine. */
export function addStatus(program: Program, context: CliContext): void {
  program
    .command('status')
    .description('show the labs that are there: nodes, releases, what answers')
    .option('--name <name>', 'only this lab')
    .option('--json', 'an array with a lab each')
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
    return await labStatus(lab, await attach(engine, heat, lab.name));
  } catch (error) {
    if (!(error instanceof RollgateError)) throw error;
    return labStatus(lab, undefined);
  }
}

/** A block a lab. */
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
    each.container,
    each.seen,
  ]);
  const infrastructure = lab.infrastructure.map(({ service, container }) => [service, container]);
  const endpoints = Object.entries(lab.endpoints);
  return [
    `${bold(`lab ${lab.name}`)}${whose}`,
    table(
      [['node', 'service', 'series', 'version', 'vhost', 'container', 'seen as'], ...services],
      '  ',
    ),
    ...(infrastructure.length === 0 ? [] : ['', table(infrastructure, '  ')]),
    ...(endpoints.length === 0 ? [] : ['', table(endpoints, '  ')]),
  ].join('\n');
}
