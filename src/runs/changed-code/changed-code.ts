import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { ContainerFile } from '../../containers/port.ts';
import { messageOf, RollgateError } from '../../errors.ts';
import type { EventOf } from '../../events/event.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Side } from '../../release/release.ts';
import type { ScopedConfig } from '../../scenario/config.ts';
import { servicesOf } from '../../scenario/topology/topology.ts';
import { subjectNamed } from '../../subject/registry.ts';
import { askImageOnce, type AskOptions } from '../ask-image.ts';

/** The differences between the target's source and the base's. */
export type CodeChanges = Omit<EventOf<'code-changed'>, 'type' | 'at'>;

export interface ChangedCodeOptions extends AskOptions {
  readonly plan: Plan;
  readonly onProgress?: ((line: string) => void) | undefined;
}

/** At most this many statements are followed; a whole release has more. */
const MOST_STATEMENTS = 2000;
const LIMIT_SECONDS = 60;

/** Its path in a container. */
const FOLDER = '/usr/local/lib/rollgate/changed-code';
const PROGRAM = `${FOLDER}/changed.py`;

const resultSchema = z.array(
  z.object({
    path: z.string(),
    statements: z.array(
      z.object({
        file: z.string(),
        function: z.string().nullable(),
        added: z.boolean().optional(),
        line: z.int(),
        lines: z.array(z.int()),
        entry: z.array(z.int()).optional(),
      }),
    ),
  }),
);

/**
 * Compares the target's packages from a source tree or a patch with the base's. Each is read with
 * the Python of its own image.
 *
 * @returns `undefined` if the target's code is its release's own, or no statement differs. Also if
 * the code could not be read: that is reported, and the run goes on.
 * @throws The signal's reason.
 */
export async function findChangedCode(
  options: ChangedCodeOptions,
): Promise<CodeChanges | undefined> {
  const { plan, onProgress, signal } = options;
  const overlay = plan.overlays.find(({ image }) => image === plan.target.image);
  if (overlay === undefined) return undefined;
  const packages = overlay.trees.map((tree) => tree.package);
  try {
    const [own, digests] = await Promise.all([
      ask(options, 'target', ['digests', ...packages], []),
      ask(options, 'base', ['digests', ...packages], []),
    ]);
    if (own === digests) return undefined;
    const texts = await ask(
      options,
      'base',
      ['texts', `${FOLDER}/other.json`, ...packages],
      [{ path: `${FOLDER}/other.json`, content: own }],
    );
    const found = await ask(
      options,
      'target',
      ['statements', `${FOLDER}/texts.json`, `${FOLDER}/other.json`, ...packages],
      [
        { path: `${FOLDER}/texts.json`, content: texts },
        { path: `${FOLDER}/other.json`, content: digests },
      ],
    );
    const all = resultSchema
      .parse(JSON.parse(found))
      .flatMap(({ path, statements }) =>
        statements.map((one) => ({ ...one, path, ...beyondLab(one.file, plan) })),
      );
    if (all.length === 0) return undefined;
    const statements = all.slice(0, MOST_STATEMENTS);
    return { statements, omitted: all.length - statements.length };
  } catch (error) {
    signal?.throwIfAborted();
    onProgress?.(`the run does not follow which changed lines run: ${messageOf(error)}`);
    return undefined;
  }
}

/** Whether a service of this plan's topology can run a file at all. */
function beyondLab(file: string, { subject, topology }: Plan): { readonly beyond?: true } {
  const kinds = new Set(servicesOf(topology).map(({ kind }) => kind));
  return subjectNamed(subject).isBeyondLab?.(file, kinds) === true ? { beyond: true } : {};
}

/**
 * Makes the services of the target report which of the changed lines run. A user's own variable or
 * file takes precedence.
 */
export async function reportingOf(changed: CodeChanges): Promise<ScopedConfig> {
  const linesOf = Map.groupBy(changed.statements, ({ path }) => path);
  const lines = Object.fromEntries(
    [...linesOf].map(([path, own]) => [
      path,
      [...new Set(own.flatMap(({ lines, entry = [] }) => [...lines, ...entry]))],
    ]),
  );
  return {
    on: 'target',
    config: {},
    environment: { PYTHONPATH: FOLDER, ROLLGATE_CHANGED: `${FOLDER}/changed.json` },
    files: {
      [`${FOLDER}/changed.json`]: JSON.stringify(lines),
      [`${FOLDER}/sitecustomize.py`]: await moduleText('sitecustomize.py'),
    },
  };
}

async function ask(
  options: ChangedCodeOptions,
  side: Side,
  command: readonly string[],
  files: readonly ContainerFile[],
): Promise<string> {
  const { image } = options.plan[side];
  const output = await askImageOnce(
    options,
    {
      image,
      about: `changed-${side}`,
      hostname: 'changed-code',
      command: ['python3', '-W', 'ignore', '-B', PROGRAM, ...command],
      files: [{ path: PROGRAM, content: await moduleText('changed.py') }, ...files],
      limitSeconds: LIMIT_SECONDS,
    },
    (text) =>
      new RollgateError('no-inventory', `image ${image}: its source could not be compared`, {
        detail: text.slice(-2000),
      }),
  );
  return output.trim();
}

function moduleText(name: string): Promise<string> {
  return readFile(new URL(`python/${name}`, import.meta.url), 'utf8');
}
