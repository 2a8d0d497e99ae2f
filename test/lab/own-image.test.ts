import test from 'ava';
import { Lab } from '../../src/index.ts';
import { docker, labName, rollgate } from './command.ts';
import { renamedImage, shellLessImage } from './own-image/foreign-images.ts';
import { relocatedImage, removeImage } from './own-image/own-images.ts';

const BASE = '2025.1';
const TARGET = 'rollgate/heat:2026.1';
const images: string[] = [];
/** Names of this process's images. */
const tag = (name: string): string => `${name}-${process.pid}`;

async function kept(image: Promise<string>): Promise<string> {
  const ref = await image;
  images.push(ref);
  return ref;
}

test.after.always(async () => {
  for (const ref of images) await removeImage(ref);
});

/** The command that only compares, so that an image that fits starts no lab either. */
async function refusal(image: string) {
  const command = rollgate('preflight', 'gentle', '--from', BASE, '--to', `image:${image}`);
  const { exitCode, stderr } = await command.ended;
  return { exitCode, stderr };
}

test('an image that is not there is refused, with the command that fetches it', async (t) => {
  const { exitCode, stderr } = await refusal('registry.example.org/heat:none');
  t.is(exitCode, 104, stderr);
  t.regex(stderr, /image registry\.example\.org\/heat:none is missing/);
  t.regex(stderr, /docker pull registry\.example\.org\/heat:none/);
});

test('an image of another architecture is refused before its content is looked at', async (t) => {
  const { Architecture: here } = (await docker.info()) as { readonly Architecture: string };
  const other = here === 'aarch64' ? 'amd64' : 'arm64';
  const image = await kept(shellLessImage(tag('other'), other));
  const { exitCode, stderr } = await refusal(image);
  t.is(exitCode, 104, stderr);
  t.regex(stderr, new RegExp(`image ${image} is for ${other}; the engine’s machine is `));
  t.regex(stderr, /docker pull --platform linux\//);
});

test('an image without a shell is refused', async (t) => {
  const { Architecture: here } = (await docker.info()) as { readonly Architecture: string };
  const image = await kept(shellLessImage(tag('bare'), here === 'aarch64' ? 'arm64' : 'amd64'));
  const { exitCode, stderr } = await refusal(image);
  t.is(exitCode, 104, stderr);
  t.regex(stderr, new RegExp(`image ${image} has no /bin/sh`));
});

test('an image without Heat is refused, with the interpreters that were asked', async (t) => {
  const image = await kept(renamedImage('rollgate/keystone:latest', tag('keystone')));
  const { exitCode, stderr } = await refusal(image);
  t.is(exitCode, 104, stderr);
  t.regex(stderr, new RegExp(`image ${image}: no Heat was found in it`));
  t.regex(stderr, /asked for its metadata: \/usr\/bin\/python3/);
  t.regex(stderr, /docs\/own-image\.md/);
});

test('an image whose APIs nothing can serve is refused, and says what is missing', async (t) => {
  const image = await kept(relocatedImage(TARGET, 'kolla', tag('no-uwsgi'), 'without-uwsgi'));
  const { exitCode, stderr } = await refusal(image);
  t.is(exitCode, 104, stderr);
  t.regex(stderr, /cannot run Heat 26\.0\.1 of image .*\/var\/lib\/kolla\/venv\/bin\/python3/);
  t.regex(stderr, /missing: uWSGI, which serves the APIs/);
});

test('a source tree is not laid over a user’s image', async (t) => {
  const command = rollgate('preflight', 'gentle', '--to', 'image:own:1', '--patch', '/dev/null');
  const { exitCode, stderr } = await command.ended;
  t.is(exitCode, 104);
  t.regex(stderr, /image:own:1: source is laid over the image of a series only/);
});

test('a release that has a server of its own needs no uWSGI: a lab of it serves', async (t) => {
  t.timeout(400_000);
  const image = await kept(
    relocatedImage(`rollgate/heat:${BASE}`, 'kolla', tag('script'), 'without-uwsgi'),
  );
  const name = labName('own-script');
  await using lab = await Lab.start({ series: `image:${image}`, topology: '1x1', name });
  const answer = await fetch(`${lab.endpoint()}/healthcheck`);
  t.is(answer.status, 200);
});
