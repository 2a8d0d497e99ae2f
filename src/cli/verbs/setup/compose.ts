import { AUTHORITY_FILE } from '../../../infra/authority.ts';
import { KEYSTONE_PORT } from '../../../infra/keystone.ts';
import { composeFile, seriesVariable } from '../../../lab/compose/file.ts';
import { PUBLIC_SECRETS } from '../../../lab/compose/public-secrets.ts';
import { type LabDesign } from '../../../lab/specs.ts';
import { releaseLabel, type ReleaseRef } from '../../../release/release.ts';
import { networkAlias, servicesOf } from '../../../scenario/topology/topology.ts';
import { defaultSubject } from '../../../subject/registry.ts';
import type { CliContext } from '../../context.ts';
import { designOfLab, labOptions, type LabFlags } from '../../options/lab.ts';
import type { Program } from '../verb.ts';

/** `rollgate compose`: the lab as a Compose file, for users who start it without rollgate. */
export function addCompose(program: Program, context: CliContext): void {
  labOptions(program.command('compose'))
    .description('print the lab of `rollgate up` as a Docker Compose file')
    .action(async (options) => {
      const { release, topology, serveSeconds } = await designOfLab(options);
      const blueprint = { subject: defaultSubject, topology, secrets: PUBLIC_SECRETS };
      context.stdout(
        [
          ...header(options, blueprint, release).map((line) => `# ${line}`.trimEnd()),
          '',
          composeFile(blueprint, release, serveSeconds).trimEnd(),
        ].join('\n'),
      );
    });
}

function header(
  { series, topology }: LabFlags,
  blueprint: LabDesign,
  release: ReleaseRef,
): readonly string[] {
  const { user, password, project } = blueprint.subject.user(blueprint.secrets);
  const compose = `  docker compose -f compose/${blueprint.topology.name}.yaml`;
  const [first] = servicesOf(blueprint.topology).map(networkAlias);
  const variable = seriesVariable(blueprint, release);
  return [
    `${blueprint.subject.shape.title} ${releaseLabel(release)} on the topology ${blueprint.topology.name}, for trying things by hand.`,
    'Generated; do not edit. Made by:',
    `  rollgate compose --series ${series} --topology ${topology}`,
    '',
    'Needs Docker Compose 2.23.1 or newer, and the images, which are built once:',
    '  rollgate images build',
    `${compose} up --detach --wait`,
    `${compose} exec ${first} openstack \\`,
    `    --os-auth-url http://keystone:${KEYSTONE_PORT}/v3 \\`,
    ...(blueprint.topology.tls === true ? [`    --os-cacert ${AUTHORITY_FILE} \\`] : []),
    `    --os-username ${user} --os-password ${password} --os-project-name ${project} \\`,
    '    --os-user-domain-id default --os-project-domain-id default stack list',
    `${compose} down`,
    ...(variable === undefined
      ? []
      : [
          `With ${variable} in the environment, "up" starts another series; "up --no-deps SERVICE"`,
          'gives it to that service alone.',
        ]),
    '',
    'Its passwords are fixed and public. They are fit for nothing but a lab on a machine of one’s',
    'own, whose ports are published on loopback alone; `rollgate up` draws random ones.',
  ];
}
