import { basename, dirname, resolve } from 'node:path';
import { readContext } from '../../containers/images/inputs.ts';
import { RollgateError } from '../../errors.ts';
import { administrator, KEYSTONE_PORT } from '../../infra/keystone.ts';
import type { PlannedCheck } from '../../plan/checkpoints/check.ts';
import type { Point } from '../../scenario/own-files/checkpoint.ts';
import type { RunContext } from '../context.ts';
import type { CheckResult, CheckStep } from './check-step.ts';
import { clientOf, runInClient } from './client.ts';
import { clientEnvironment, type Variables } from './environment.ts';
import type { Transcript } from './transcript.ts';

type GrenadeStep = Extract<PlannedCheck, { check: 'grenade' }>;

/** The folder in images/tempest with replacements for the files that a plugin sources. */
const STAND_INS = '/usr/local/share/rollgate';
/** A plugin is a few scripts and templates; a larger folder is probably a mistake. */
const PLUGIN_BYTES = 5_000_000;

/** The second argument of `verify` in grenade, after the phase (grenade.sh). */
const SIDES = {
  before: 'pre-upgrade',
  'after-node': 'upgrade',
  mixed: 'upgrade',
  after: 'post-upgrade',
  'after-rollback': 'post-upgrade',
} as const satisfies Record<Point, string>;

/** Runs a phase of a grenade plugin's unmodified resources.sh in the client. */
export async function carryOutGrenade(
  { resources, phase, limitSeconds }: GrenadeStep,
  { point }: CheckStep,
  context: RunContext,
  transcript: Transcript,
): Promise<CheckResult> {
  const home = `/tmp/plugins/${resolve(resources).replaceAll(/[^\w.-]/g, '_')}`;
  await context.lab.engine.writeFiles(
    await clientOf(context),
    await pluginFiles(dirname(resources), home),
  );
  const { exitCode, tooLong } = await runInClient(
    {
      command: ['bash', `${home}/${basename(resources)}`, phase, SIDES[point]],
      environment: pluginEnvironment(home, context),
      limitSeconds,
      onLines: (lines) => transcript.write(lines),
    },
    context,
  );
  const ended = tooLong ? `took longer than ${limitSeconds} s` : `ended with status ${exitCode}`;
  return {
    passed: exitCode === 0,
    detail: `grenade's ${phase} by ${basename(resources)} ${exitCode === 0 ? 'passed' : ended}`,
  };
}

/** The script and the files beside it, e.g. templates. */
async function pluginFiles(folder: string, home: string) {
  const files = await readContext(folder);
  const bytes = files.reduce((sum, { content }) => sum + content.length, 0);
  if (bytes > PLUGIN_BYTES) {
    throw new RollgateError('plugin-too-large', `${folder} holds ${bytes} bytes`, {
      kind: 'usage',
      hint: 'Give resources.sh a folder of its own, with its files beside it',
    });
  }
  return files.map(({ path, content, executable }) => ({
    path: `${home}/${path}`,
    content: content.toString(),
    mode: executable ? 0o755 : 0o644,
  }));
}

/** See images/tempest/devstack/openrc for the ROLLGATE_ ones. */
function pluginEnvironment(home: string, { lab }: RunContext): Variables {
  const admin = administrator(lab.secrets);
  const user = lab.subject.user(lab.secrets);
  return {
    ...clientEnvironment(user, `http://keystone:${KEYSTONE_PORT}`),
    GRENADE_DIR: `${STAND_INS}/grenade`,
    TOP_DIR: `${STAND_INS}/devstack`,
    SAVE_DIR: `/home/client/saved/${basename(home)}`,
    ROLLGATE_ADMIN: admin.user,
    ROLLGATE_ADMIN_PASSWORD: admin.password,
    ROLLGATE_USER: user.user,
    ROLLGATE_USER_PASSWORD: user.password,
  };
}
