import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { RollgateError } from '../../../src/errors.ts';
import { git } from '../../../src/release/source/git.ts';
import type { SideOverlay } from '../../../src/release/source/overlay-schema.ts';
import {
  resolveWithOverlay,
  type OverlayContext,
} from '../../../src/release/source/resolve-overlay.ts';
import type { ReleaseSpec } from '../../../src/release/spec.ts';
import { catalogue } from '../../plan/planned.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const NOTHING: SideOverlay = { patches: [], with: {} };
const dir = (path: string): ReleaseSpec => ({ kind: 'dir', path });
const contextIn = (cwd: string): OverlayContext => ({
  subject: 'heat',
  catalogue,
  imageSeries: '2026.2',
  cwd,
});

/** A git tree of a package with one tagged commit. */
async function treeOf(folder: string, name: string): Promise<string> {
  const tree = join(folder, name);
  await mkdir(join(tree, name), { recursive: true });
  await writeFile(join(tree, 'setup.py'), '');
  await writeFile(join(tree, name, '__init__.py'), '');
  await git(tree, 'init', '--quiet', '--initial-branch=main');
  await commit(tree, 'begin');
  await git(tree, 'tag', '26.0.1');
  return tree;
}

async function commit(tree: string, message: string): Promise<void> {
  await git(tree, 'add', '--all');
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@localhost'];
  await git(tree, ...identity, 'commit', '--quiet', '--allow-empty', `--message=${message}`);
}

test("a tree's version is its own, and its image changes with its content and its version", async (t) => {
  const folder = temporaryFolder();
  const tree = await treeOf(folder, 'heat');
  const resolve = async (spec = dir('heat')) =>
    resolveWithOverlay(spec, NOTHING, contextIn(folder));

  const clean = await resolve();
  t.regex(clean.release.version, /^26\.0\.1\+g[0-9a-f]+$/);
  t.is(clean.release.series, 'source');
  t.regex(clean.release.image, /^rollgate\/heat-source:2026\.2-[0-9a-f]{12}$/);
  t.is(clean.overlay?.image, clean.release.image);

  await writeFile(join(tree, 'heat', 'new.py'), 'x = 1');
  const dirty = await resolve();
  t.regex(dirty.release.version, /^26\.0\.1\+d[0-9a-f]{8}$/);
  t.not(dirty.release.image, clean.release.image);
  // Files that no running service needs are ignored.
  await mkdir(join(tree, 'heat', 'tests'));
  await writeFile(join(tree, 'heat', 'tests', 'test_new.py'), '');
  t.is((await resolve()).release.image, dirty.release.image);

  await commit(tree, 'change');
  t.regex((await resolve()).release.version, /^26\.0\.2\.dev1\+g[0-9a-f]+$/);
  const before = await resolve({ kind: 'git', repository: 'heat', ref: 'HEAD~1' });
  t.is(before.release.version, clean.release.version);
  // Heat reports its version: the same files of another commit are another release.
  await rm(join(tree, 'heat', 'new.py'));
  await commit(tree, 'back');
  const back = await resolve();
  t.regex(back.release.version, /^26\.0\.2\.dev2\+g[0-9a-f]+$/);
  t.not(back.release.image, clean.release.image);
  t.is((await resolve()).release.image, back.release.image);
});

test('a patched series is shown as patched, and keeps its version', async (t) => {
  const folder = temporaryFolder();
  await writeFile(join(folder, 'fix.patch'), 'one');
  const resolve = () =>
    resolveWithOverlay(
      { kind: 'series', series: '2026.1' },
      { patches: ['fix.patch'], with: {} },
      contextIn(folder),
    );
  const { release, overlay } = await resolve();
  t.is(release.series, '2026.1-patched');
  t.regex(release.version, /^26\.0\.1\+d[0-9a-f]{8}$/);
  t.is(overlay?.series, '2026.1');
  t.deepEqual(overlay?.trees[0]?.patches, [join(folder, 'fix.patch')]);
  await writeFile(join(folder, 'fix.patch'), 'two');
  t.not((await resolve()).release.image, release.image);
});

test('a library is a tree, or a patch of the library in the image', async (t) => {
  const folder = temporaryFolder();
  await treeOf(folder, 'oslo_messaging');
  await writeFile(join(folder, 'context.patch'), 'one');
  const { overlay } = await resolveWithOverlay(
    { kind: 'series', series: '2026.1' },
    { patches: [], with: { oslo_messaging: 'oslo_messaging', oslo_context: 'context.patch' } },
    contextIn(folder),
  );
  const [heat, messaging, context] = overlay?.trees ?? [];
  t.is(heat?.from.kind, 'installed');
  t.is(messaging?.from.kind, 'dir');
  t.regex(messaging?.version ?? '', /^26\.0\.1\+g/);
  t.is(context?.from.kind, 'installed');
  t.deepEqual(context?.patches, [join(folder, 'context.patch')]);
});

for (const [what, spec, code, message] of [
  [
    'a folder that is no tree',
    dir('.'),
    'not-a-source-tree',
    /not a source tree of heat.*setup\.py/,
  ],
  ['a folder that is not there', dir('nowhere'), 'not-a-source-tree', /nowhere/],
  [
    'a commit that is not there',
    { kind: 'git', repository: 'heat', ref: 'nobody' },
    'unknown-commit',
    /heat has no commit nobody/,
  ],
] as const) {
  test(`${what} is refused, and the error names the missing part`, async (t) => {
    const folder = temporaryFolder();
    await treeOf(folder, 'heat');
    const error = await t.throwsAsync(() => resolveWithOverlay(spec, NOTHING, contextIn(folder)), {
      instanceOf: RollgateError,
    });
    t.is(error?.code, code);
    t.is(error?.kind, 'usage');
    t.regex(error?.message ?? '', message);
  });
}

test('~ in the path of a tree, a repository, a library or a patch is the home', async (t) => {
  const missing = '~/rollgate-has-no-such-tree';
  const path = join(homedir(), 'rollgate-has-no-such-tree');
  const series: ReleaseSpec = { kind: 'series', series: '2026.1' };
  const requests: readonly (readonly [ReleaseSpec, SideOverlay])[] = [
    [dir(missing), NOTHING],
    [{ kind: 'git', repository: missing, ref: 'HEAD' }, NOTHING],
    [series, { patches: [missing], with: {} }],
    [series, { patches: [], with: { oslo_messaging: missing } }],
  ];
  for (const [spec, side] of requests) {
    const error = await t.throwsAsync(resolveWithOverlay(spec, side, contextIn(temporaryFolder())));
    t.true(error?.message.includes(path), error?.message);
  }
});
