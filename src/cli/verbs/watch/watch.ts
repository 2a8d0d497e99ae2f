import { ansibleEnvironment } from '../../../watch/ansible.ts';
import { forget } from '../../../watch/running.ts';
import type { CliContext } from '../../context.ts';
import { durationIn } from '../../options/duration.ts';
import { notTaken } from '../../options/out.ts';
import type { Program } from '../verb.ts';
import { cloudOf, judgeCloud, printLeft, type NamedCloud } from './judge-cloud.ts';
import { cloudOptions, notEmpty } from './options.ts';

/** `rollgate watch`: the gate beside an upgrade that another tool makes. */
export function addWatch(program: Program, context: CliContext): void {
  cloudOptions(program.command('watch'))
    .description(
      'send load to a cloud that another tool upgrades, and judge what its users noticed',
    )
    .option('--for <duration>', 'end after this time, e.g. 90s, 15m, 2h', durationIn('--for'))
    .option(
      '--until <command>',
      'run this shell command during the watch, and end when it ends',
      (text: string): string => notEmpty('--until', text),
    )
    .option(
      '--baseline <duration>',
      'with --until: how long to watch before the command',
      durationIn('--baseline'),
      12,
    )
    .option('--ansible', 'with --until: each task of the playbooks that the command runs is a step')
    .option('--clean', 'only remove what a watch of this name left in the cloud')
    .action(async (options, command) => {
      const baseline = command.getOptionValueSource('baseline') === 'cli';
      if (baseline && options.until === undefined) throw notTaken('--baseline', '--for');
      if (options.ansible === true && options.until === undefined) {
        throw notTaken('--ansible', '--for');
      }
      const cloud = await cloudOf(options, context);
      if (options.clean === true) {
        await clean(cloud, context);
        return forget(cloud.name);
      }
      return judgeCloud(
        cloud,
        options,
        {
          baselineSeconds: options.baseline,
          forSeconds: options.for,
          until: options.until,
          untilEnvironment: options.ansible ? ansibleEnvironment(context.env) : undefined,
        },
        context,
      );
    });
}

async function clean({ side, access, watched }: NamedCloud, context: CliContext): Promise<void> {
  const { found, left } = await side.removeLeftovers(access, context.signal);
  const where = `in project ${watched.project}`;
  context.stdout(
    found.length === 0
      ? `nothing begins with ${access.prefix}- ${where}`
      : `removed ${found.length - left.length} of ${found.length} ${where}: ${found.join(', ')}`,
  );
  printLeft(left, context);
  if (left.length > 0) context.exit(1);
}
