import test from 'ava';
import { execa } from 'execa';
import { connectDocker } from '../../src/containers/docker.ts';
import { bootstrap, bootstrapLabel } from '../../src/containers/images/bootstrap.ts';
import { ImageProgress } from '../../src/containers/images/progress.ts';
import { RollgateError } from '../../src/errors.ts';

const { signal } = new AbortController();

/** The mirror of this machine takes the place of an archive: both have suites below `dists`. */
async function mirror(): Promise<string> {
  const format = ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages'];
  const { stdout } = await execa('apt-get', format);
  const found = stdout.split('\n').find((uri) => uri.endsWith('/debian/'));
  if (found === undefined) throw new Error('this machine has no mirror of Debian');
  return found.replace(/\/$/, '');
}

test('a suite of an archive is built from it, and takes later packages only from there', async (t) => {
  t.timeout(10 * 60_000);
  const archive = await mirror();
  const pinned = { suite: 'trixie', archive };
  const said: string[] = [];
  const progress = new ImageProgress('base:trixie', ({ line }) => said.push(line));
  const docker = await connectDocker();
  const id = await bootstrap(docker, pinned, progress, signal);
  try {
    t.true(said.some((line) => line.includes(`from ${archive}`)));
    const { Config } = await docker.getImage(id).inspect();
    const [name = '', value] = bootstrapLabel(pinned).split('=');
    t.is(Config.Labels[name], value);
    const sources = 'cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null; true';
    const { stdout } = await execa('docker', ['run', '--rm', id, 'sh', '-c', sources]);
    t.is(stdout.trim(), `deb ${archive} trixie main`);
  } finally {
    await docker.getImage(id).remove();
  }
});

test('an archive that cannot be reached is named', async (t) => {
  t.timeout(5 * 60_000);
  const nowhere = { suite: 'trixie', archive: 'http://127.0.0.1:9/debian' };
  const progress = new ImageProgress('base:trixie', () => undefined);
  const error = await t.throwsAsync(bootstrap(await connectDocker(), nowhere, progress, signal), {
    instanceOf: RollgateError,
    code: 'image-build-failed',
  });
  t.regex(error.hint ?? '', /pins trixie to http:\/\/127\.0\.0\.1:9\/debian/);
});
