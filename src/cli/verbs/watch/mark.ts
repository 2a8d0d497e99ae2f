import { RollgateError } from '../../../errors.ts';
import { checkLabName } from '../../../lab/labels.ts';
import { appendMark } from '../../../run/mark.ts';
import { watchFolder } from '../../../watch/running.ts';
import type { CliContext } from '../../context.ts';
import type { Program } from '../verb.ts';

/** `rollgate mark`: the present step of another tool's roll. */
export function addMark(program: Program, context: CliContext): void {
  program
    .command('mark')
    .description('name the step that begins now, for a running watch; `end` ends the watch')
    .argument('<text>', 'e.g. "swap heat-api on node1"; it lasts until the next mark')
    .option('--name <name>', 'the watch; not needed if there is only one', (name): string => {
      checkLabName(name, 'watch');
      return name;
    })
    .option('--node <node>', 'the node that it is about')
    .option('--service <service>', 'the service that it is about')
    .option('--version <version>', 'the version that the service goes to')
    .action(async (text, { name, ...where }) => {
      const time = performance.timeOrigin + performance.now();
      if (text.trim() === '') {
        throw new RollgateError('invalid-option', 'the mark is empty', {
          kind: 'usage',
          hint: 'Name the step that begins now, e.g. rollgate mark "swap heat-api on node1"',
        });
      }
      const folder = await watchFolder(name, context.env);
      await appendMark(folder, text === 'end' ? { time } : { time, text, ...where });
    });
}
