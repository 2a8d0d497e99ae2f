import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { LAB_DIRECTORY } from '../../document/lab-files.ts';
import type { Problem } from '../../document/problem.ts';
import { reasonOf, isMissing } from '../../errors.ts';

/** The points of a roll for checks. */
export const POINTS = ['before', 'after-node', 'mixed', 'after', 'after-rollback'] as const;
export type Point = (typeof POINTS)[number];

/** The phases of a grenade plugin's resources.sh (grenade's PLUGINS.rst). */
export const PHASES = ['create', 'verify', 'verify_noapi', 'destroy'] as const;
export type Phase = (typeof PHASES)[number];

/** Files with these extensions are modules, whose default export is called; others are executed. */
export const MODULE = /\.[cm]?[jt]s$/;

/** A shipped list of tests, by name. */
const SMOKE = 'smoke';

const common = (limitSeconds: number) => ({
  limitSeconds: z
    .number()
    .min(1)
    .max(3600)
    .default(limitSeconds)
    .describe('A check that takes longer has failed.'),
  onFailure: z
    .enum(['fail', 'warn'])
    .default('fail')
    .describe('`fail` fails the run with exit status 99; `warn` only reports the failure.'),
});

/** A check or an action at a checkpoint. Paths are relative to the scenario's file. */
export const checkSchema = z.discriminatedUnion('check', [
  z.strictObject({
    check: z.literal('hook').describe('Run a program of yours.'),
    run: z.string().min(1).describe('An executable, or a module with a default function.'),
    as: z
      .enum(['user', 'administrator'])
      .default('user')
      .describe('The account whose credentials it gets.'),
    ...common(60),
  }),
  z.strictObject({
    check: z.literal('burst').describe('Create many stacks at once.'),
    stacks: z.int().min(1).max(200).default(20).describe('Number of stacks.'),
    ...common(120),
  }),
  z.strictObject({
    check: z.literal('tempest').describe('Run Tempest tests.'),
    list: z
      .string()
      .min(1)
      .default(SMOKE)
      .describe('A list of tests for `tempest run --load-list`: `smoke`, or the path of a file.'),
    concurrency: z.int().min(1).max(16).default(4).describe('Tests that run side by side.'),
    ...common(300),
  }),
  z.strictObject({
    check: z.literal('grenade').describe('Run phases of a grenade plugin.'),
    resources: z.string().min(1).describe('The path of the plugin’s resources.sh.'),
    phases: z.array(z.enum(PHASES)).min(1).describe('The phases, in order.'),
    ...common(120),
  }),
]);
export type CheckSpec = Readonly<z.output<typeof checkSchema>>;

const checks = z.array(checkSchema).default([]);
export const checkpointsSchema = z.strictObject({
  before: checks.describe('Before anything is changed.'),
  'after-node': checks.describe('Each time that the last service of a node serves at the target.'),
  mixed: checks.describe('While old and new services run side by side.'),
  after: checks.describe('After everything is upgraded.'),
  'after-rollback': checks.describe(
    'When the last service that the plan brings back is at the base again.',
  ),
} satisfies Record<Point, typeof checks>);
export type Checkpoints = Readonly<z.output<typeof checkpointsSchema>>;

/**
 * The same checks with the paths of their files, and the problems of these files.
 *
 * @param directory Where relative paths start: the scenario's folder.
 */
export function locateChecks(
  checkpoints: Checkpoints,
  directory: string,
): { readonly checkpoints: Checkpoints; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const located = POINTS.map((point) => [
    point,
    checkpoints[point].map((check, index) => {
      const file = fileOf(check);
      if (file === undefined) return check;
      const path = pathOf(check, directory);
      const message = wrongWith(check, path);
      const place = ['checkpoints', point, index, file.key];
      if (message !== undefined) problems.push({ path: place, message, at: 'value' });
      return { ...check, [file.key]: path };
    }),
  ]);
  return { checkpoints: checkpointsSchema.parse(Object.fromEntries(located)), problems };
}

function fileOf(check: CheckSpec): { readonly key: string; readonly path: string } | undefined {
  switch (check.check) {
    case 'hook':
      return { key: 'run', path: check.run };
    case 'grenade':
      return { key: 'resources', path: check.resources };
    case 'tempest':
      return { key: 'list', path: check.list };
    case 'burst':
      return undefined;
  }
}

function pathOf(check: CheckSpec, directory: string): string {
  const path = fileOf(check)?.path ?? '';
  if (check.check === 'tempest' && path === SMOKE) return join(LAB_DIRECTORY, 'tempest/smoke.txt');
  return isAbsolute(path) ? path : resolve(directory, path);
}

function wrongWith(check: CheckSpec, path: string): string | undefined {
  return noFile(path) ?? (check.check === 'hook' ? notExecutable(path) : undefined);
}

/** Why a path is not that of a file. */
export function noFile(path: string): string | undefined {
  try {
    return statSync(path).isFile() ? undefined : `${path} is no file`;
  } catch (error) {
    const missing = isMissing(error);
    return missing ? `there is no file ${path}` : `${path} cannot be read: ${reasonOf(error)}`;
  }
}

/** Why a file cannot be executed; a module need not be executable. */
export function notExecutable(path: string): string | undefined {
  if (MODULE.test(path)) return undefined;
  try {
    accessSync(path, constants.X_OK);
    return undefined;
  } catch {
    return `${path} is not executable: chmod +x ${path}`;
  }
}
