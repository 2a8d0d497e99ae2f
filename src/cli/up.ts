import { provision } from '../gate/provision.ts';
import { deploy } from '../lab/deploy.ts';
import { findLab } from '../lab/find.ts';
import { labStatus } from '../lab/status.ts';
import { preparePlan } from '../plan/prepare.ts';
import { loadCatalogue } from '../scenario/catalogue.ts';
import { RELEASE_FORMS } from '../scenario/release-spec.ts';
import { heat } from '../subject/heat/index.ts';
import type { CliContext } from './context.ts';
import { renderStatus } from './status.ts';
import type { Program } from './verb.ts';

export const DEFAULT_LAB = 'lab';

/** `rollgate up`: a lab that stays. */
export function addUp(program: Program, context: CliContext): void {
  program
    .command('up')
    .description('start a lab that stays until `rollgate down`')
    .option('--name <name>', 'what to call it', DEFAULT_LAB)
    .option('--series <release>', `the release it runs: ${RELEASE_FORMS}`, '2025.1')
    .option('--topology <name>', 'a name in lab/topologies or the path of a YAML file', '2x2')
    .option('--json', 'what came up, as `status --json` tells it')
    .action(async ({ name, series, topology, json }) => {
      const { plan } = await preparePlan({
        scenario: 'control',
        overrides: [
          { option: '--series', path: ['base'], value: series },
          { option: '--series', path: ['target'], value: series },
          { option: '--topology', path: ['topology'], value: topology },
        ],
        shape: heat.shape,
        catalogue: await loadCatalogue(),
      });
      const { signal } = context;
      const onProgress = (line: string): void => context.stderr(line);
      const engine = await provision({ releases: [plan.base], onProgress, signal });
      const lab = await deploy({
        engine,
        subject: heat,
        name,
        topology: plan.topology,
        release: plan.base,
        serveSeconds: plan.serveSeconds,
        onProgress,
        signal,
      });
      await lab.keep();
      const status = await labStatus(await findLab(engine, name), lab);
      context.stdout(
        json === true ? JSON.stringify(status, null, 2) : renderStatus([status], context.color),
      );
    });
}
