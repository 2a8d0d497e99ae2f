import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import test from 'ava';
import { Dice } from '../../src/hunts/explore/dice.ts';
import { VerdictSchema } from '../../src/verdict/schema/verdict.ts';
import {
  docker,
  labName,
  nothingLeft,
  partsOf,
  removeLabs,
  rollgate,
  vanished,
  type Command,
} from '../lab/command.ts';

/** `ROLLGATE_KILLS=200 npx ava --config ava.soak.config.js test/soak/random-kills.test.ts`. */
const KILLS = Number(process.env['ROLLGATE_KILLS'] ?? 20);
const AT_ONCE = 2;
const SEED = Number(process.env['ROLLGATE_SEED'] ?? 1);

const directory = await mkdtemp(join(tmpdir(), 'rollgate-kills-'));
test.after.always(removeLabs);
test.after.always(() => rm(directory, { recursive: true, force: true }));

/** The four ways in which a run is ended from outside. */
const WAYS = ['SIGKILL', 'SIGTERM', 'SIGINT', 'closed terminal'] as const;

/** A short run of one node, from the network to the verdict. */
function shortRun(name: string): Command {
  return rollgate(
    'run',
    `--name=${name}`,
    `--out=${join(directory, name)}`,
    ...'--topology 1x1 --from 2025.1 --to 2026.1 --choreography shared-vhost'.split(' '),
    '--set=durations.baselineSeconds=2',
    '--set=require=[]',
  );
}

test(`${KILLS} runs are killed at random moments: nothing is left, and nothing else is touched`, async (t) => {
  t.timeout(6 * 60 * 60_000);
  const standing = labName('standing');
  t.is((await rollgate('up', `--name=${standing}`, '--topology=1x1').ended).exitCode, 0);
  const before = await identityOf(standing);

  const began = performance.now();
  t.is((await shortRun(labName('whole')).ended).exitCode, 0);
  const wholeMs = performance.now() - began;

  const dice = new Dice(SEED);
  const kills = Array.from({ length: KILLS }, (_, index) => ({
    index,
    way: dice.pick(WAYS),
    afterMs: dice.int(0, Math.round(wholeMs)),
  }));
  const worker = async (): Promise<void> => {
    for (let next = kills.shift(); next !== undefined; next = kills.shift()) {
      const { index, way, afterMs } = next;
      const name = labName(`kill${index}`);
      const command = shortRun(name);
      const over = await Promise.race([after(afterMs), command.ended.then(() => 'over' as const)]);
      const left = (await partsOf(name)).length;
      if (over === undefined) {
        if (way === 'closed terminal') command.hangUp();
        else command.kill(way);
      }
      const { exitCode } = await command.ended;
      await vanished(name);
      await nothingLeft(t, name);
      const verdict = await endOf(name);
      t.log(
        `${index} ${way} after ${(afterMs / 1000).toFixed(1)} s: ${left} parts, status ${exitCode}, ${verdict}`,
      );
      if (over === undefined && way !== 'SIGKILL') t.not(verdict, 'no verdict');
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));

  t.deepEqual(await identityOf(standing), before, 'a lab beside them was touched');
  t.is((await rollgate('down', `--name=${standing}`).ended).exitCode, 0);
  t.is((await shortRun(labName('after')).ended).exitCode, 0, 'a run after all kills');
});

/** Which processes a lab has: a container that is started anew shows another time. */
async function identityOf(lab: string): Promise<readonly string[]> {
  const names = (await partsOf(lab)).filter((part) => part.startsWith('container '));
  return Promise.all(
    names.map(async (part) => {
      const { Id, State } = await docker.getContainer(part.slice('container '.length)).inspect();
      return `${part} ${Id} ${State.StartedAt} ${State.Running}`;
    }),
  );
}

/** How the run ended by its own folder; `no folder` if it was killed before it had one. */
async function endOf(name: string): Promise<string> {
  const folder = join(directory, name);
  if (!existsSync(join(folder, 'events.ndjson'))) return 'no folder';
  if (!existsSync(join(folder, 'verdict.json'))) return 'no verdict';
  const text = await readFile(join(folder, 'verdict.json'), 'utf8');
  const verdict = VerdictSchema.parse(JSON.parse(text));
  return `${verdict.ended}, ${verdict.outcome}`;
}
