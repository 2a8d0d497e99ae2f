import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { copySource, inTemporaryFolder } from '../../containers/source/stage-tree.ts';
import { RollgateError } from '../../errors.ts';
import { readRun } from '../../events/codec.ts';
import { makeFolder } from '../../files/folder.ts';
import { MIB, readBytes } from '../../files/read.ts';
import { moveInto } from '../../files/write.ts';
import { Redactor } from '../../infra/redactor.ts';
import type { Plan } from '../../plan/plan.ts';
import type { SourceTree } from '../../release/overlay.ts';
import { SIDES, type Side } from '../../release/release.ts';
import { RUN_FOLDER } from '../../run-folder.ts';
import { MANIFEST_FILE, type BundledSide, type BundledTree, type Manifest } from './manifest.ts';
import { tar } from './tar.ts';

export interface BundleOptions {
  /** The run's folder. */
  readonly directory: string;
  /** The plan that its scenario makes here. */
  readonly plan: Plan;
  /** The `.tar.gz` to write. */
  readonly file: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Packs a run's folder with the source and the patches of its images. Secrets are masked again, by
 * their form, in everything except the source.
 *
 * @throws RollgateError `no-run`; `source-changed` if the source is not the one that ran.
 */
export async function writeBundle(options: BundleOptions): Promise<void> {
  const { directory, plan, file, signal } = options;
  const events = await readRun(directory);
  const start = events.find((event) => event.type === 'run-started');
  const changed = SIDES.find((side) => start?.[side].image !== plan[side].image);
  if (changed !== undefined) throw sourceChanged(changed);
  await inTemporaryFolder(async (temporary) => {
    const folder = join(temporary, basename(resolve(directory)));
    await mkdir(folder);
    await copyMasked(resolve(directory), folder);
    await writeFile(
      join(folder, MANIFEST_FILE),
      `${JSON.stringify(await bundleSources(plan, folder), null, 2)}\n`,
    );
    await makeFolder(dirname(resolve(file)));
    await pack(resolve(file), { temporary, folder: basename(folder) }, signal);
  });
}

/** Written beside its destination first, so that a full disk leaves no partial bundle. */
async function pack(
  file: string,
  { temporary, folder }: { readonly temporary: string; readonly folder: string },
  signal: AbortSignal | undefined,
): Promise<void> {
  const beside = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const packed = await tar(['-czf', beside, '-C', temporary, '--', folder], signal);
    if (packed.failed) {
      throw new RollgateError('unwritable-file', `cannot write ${file}`, {
        detail: packed.stderr,
        hint: 'Free some space, or name a file in a folder that can be written to.',
      });
    }
    await moveInto(file, beside);
  } finally {
    await rm(beside, { force: true });
  }
}

function sourceChanged(side: Side): RollgateError {
  return new RollgateError('source-changed', `the ${side}'s source has changed since that run`, {
    kind: 'usage',
    hint: 'Restore the tree and its patches, or run again and bundle that run.',
  });
}

/** The longest text of V8 is just shorter than 512 MiB. */
const FILE_LIMIT_BYTES = 511 * MIB;

/** All files except those of other runs below it. */
async function copyMasked(from: string, to: string): Promise<void> {
  const redactor = new Redactor({});
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const runs = files
    .filter(({ name }) => name === RUN_FOLDER.events)
    .map(({ parentPath }) => parentPath);
  const others = runs.filter((run) => run !== from).map((run) => `${run}/`);
  for (const { parentPath, name } of files) {
    if (others.some((other) => `${parentPath}/`.startsWith(other))) continue;
    const path = join(to, relative(from, parentPath), name);
    await mkdir(dirname(path), { recursive: true });
    const content = await readBytes(join(parentPath, name), {
      what: 'file of a run',
      limitBytes: FILE_LIMIT_BYTES,
      links: false,
    });
    // Binary content has no secret in a known form.
    await writeFile(
      path,
      content.includes(0) ? content : redactor.redact(content.toString('utf8')),
    );
  }
}

async function bundleSources(plan: Plan, folder: string): Promise<Manifest> {
  const sides = await Promise.all(
    SIDES.map(async (side) => [side, await bundleSide(plan, side, folder)] as const),
  );
  return { format: 1, ...Object.fromEntries(sides.filter(([, found]) => found !== undefined)) };
}

async function bundleSide(
  plan: Plan,
  side: Side,
  folder: string,
): Promise<BundledSide | undefined> {
  const release = plan[side];
  const overlay = plan.overlays.find(({ image }) => image === release.image);
  if (overlay === undefined) return undefined;
  const { image, series, version } = overlay;
  const trees = await Promise.all(
    overlay.trees.map((tree) => bundleTree(tree, `sources/${side}-${tree.package}`, folder)),
  );
  return { release, overlay: { image, series, version, trees } };
}

async function bundleTree(tree: SourceTree, path: string, folder: string): Promise<BundledTree> {
  const { from, version } = tree;
  if (from.kind !== 'installed') {
    await mkdir(join(folder, path), { recursive: true });
    await copySource(from, join(folder, path));
  }
  const patches = await Promise.all(
    tree.patches.map(async (patch, index) => {
      const copy = `${path}-${index + 1}-${basename(patch)}`;
      await mkdir(dirname(join(folder, copy)), { recursive: true });
      const content = await readBytes(patch, { what: 'patch', limitBytes: 64 * MIB });
      await writeFile(join(folder, copy), content);
      return copy;
    }),
  );
  return {
    package: tree.package,
    ...(version === undefined ? {} : { version }),
    ...(from.kind === 'installed' ? {} : { path }),
    patches,
  };
}
