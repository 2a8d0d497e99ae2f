import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { z } from 'zod';
import type { Override } from '../../../document/overrides.ts';
import { RollgateError } from '../../../errors.ts';
import { MIB, readTextSync } from '../../../files/read.ts';
import { defaultSubject } from '../../../subject/registry.ts';

/**
 * Zuul's variables about the trees on a job's node.
 *
 * @see https://zuul-ci.org/docs/zuul/latest/job-content.html#var-zuul.projects
 */
const zuulSchema = z.object({
  projects: z.record(
    z.string(),
    z.object({
      /** `oslo.messaging` */
      short_name: z.string(),
      /** `src/opendev.org/openstack/oslo.messaging`, below the job's home. */
      src_dir: z.string(),
    }),
  ),
});

export const zuulOption = () =>
  new Option(
    '--zuul <file>',
    'a file of Zuul’s variables as JSON; the trees that Zuul checked out become --to dir: and --with',
  ).conflicts(['to']);

/**
 * The subject's tree becomes the target, and the trees of packages that it requires are laid over
 * it. So a change is tested together with its dependencies (`Depends-On`). Trees of other projects
 * (devstack) are not used.
 *
 * @param file Its folder is the base of `src_dir`, e.g. `~/zuul.json`.
 * @throws RollgateError `invalid-option`.
 */
export function zuulOverrides(file: string | undefined): readonly Override[] {
  if (file === undefined) return [];
  const option = `--zuul ${file}`;
  const home = dirname(resolve(file));
  const projects = Object.values(readZuul(file, option).projects).map((project) => ({
    name: project.short_name,
    tree: join(home, project.src_dir),
  }));
  const { name } = defaultSubject.shape;
  const subject = projects.find((project) => project.name === name);
  if (subject === undefined) {
    throw invalid(`${option}: it has no project ${name}`, {
      hint: `Add openstack/${name} to the job's required-projects.`,
    });
  }
  const required = requirementsOf(subject.tree, option);
  return [
    { option, path: ['target'], value: `dir:${subject.tree}` },
    ...projects
      .filter((project) => required.has(normalized(project.name)))
      .map((project) => ({
        option,
        path: ['overlay', 'target', 'with', importName(project, option)],
        value: project.tree,
      })),
  ];
}

function readZuul(file: string, option: string): z.output<typeof zuulSchema> {
  const text = readTextSync(file, {
    what: 'file of Zuul’s variables',
    code: 'invalid-option',
    limitBytes: 16 * MIB,
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalid(`${option}: it is not JSON`, { cause });
  }
  const { data, error } = zuulSchema.safeParse(json);
  if (data !== undefined) return data;
  throw invalid(`${option}: expected Zuul’s variable \`zuul\` with its \`projects\``, {
    cause: error,
    hint: 'Write it in a playbook: content: "{{ {\'projects\': zuul.projects} | to_nice_json }}"',
  });
}

/** The distributions that a tree requires (pip's requirements.txt), by their normalized names. */
function requirementsOf(tree: string, option: string): ReadonlySet<string> {
  const text = readTextSync(join(tree, 'requirements.txt'), {
    what: 'requirements.txt',
    code: 'invalid-option',
    limitBytes: MIB,
    hint: `${option} says that the tree is there: was it checked out on this machine?`,
  });
  const names = text.split('\n').flatMap((line) => /^[A-Za-z0-9][\w.-]*/.exec(line.trim()) ?? []);
  return new Set(names.map(normalized));
}

/** PEP 503. */
function normalized(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

/** `oslo.messaging` is imported as `oslo_messaging`, `python-heatclient` as `heatclient`. */
function importName(
  { name, tree }: { readonly name: string; readonly tree: string },
  option: string,
): string {
  const candidates = [name, name.replace(/^python-/, '')].map((one) =>
    one.replaceAll(/[-.]/g, '_'),
  );
  const found = candidates.find((candidate) =>
    ['', 'src'].some((below) => existsSync(join(tree, below, candidate, '__init__.py'))),
  );
  if (found !== undefined) return found;
  throw invalid(`${option}: ${tree} has no package ${candidates.join(' or ')}`, {
    hint: 'Leave the project out of required-projects, or lay it over with --with.',
  });
}

function invalid(
  message: string,
  options: { readonly hint?: string; readonly cause?: unknown },
): RollgateError {
  return new RollgateError('invalid-option', message, { kind: 'usage', ...options });
}
