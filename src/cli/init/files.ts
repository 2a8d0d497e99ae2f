import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Runner } from './runner.ts';

/** Zuul reads only the first of these. */
const ZUUL_PLACES = ['zuul.yaml', 'zuul.d', '.zuul.yaml', '.zuul.d'];

/** The templates of `rollgate init`: part of the package. */
export const TEMPLATES = fileURLToPath(new URL('../../../templates', import.meta.url));

export const CI_SYSTEMS = ['github', 'gitlab', 'zuul'] as const;
export type CiSystem = (typeof CI_SYSTEMS)[number];

/** A file that `rollgate init` writes. */
export interface FileTemplate {
  /** Below the templates' folder. */
  readonly from: string;
  /** Below the project's folder. */
  readonly to: string;
  /** Its purpose, printed after its name. */
  readonly what: string;
  /** The advice if the project already has such a file. Default: none. */
  readonly kept?: string;
}

export const SCENARIO: FileTemplate = {
  from: 'upgrade.yaml',
  to: 'upgrade.yaml',
  what: 'the scenario: which releases, in which order, and what must be proven',
};

export const TESTS: Readonly<Record<Runner, FileTemplate>> = {
  ava: testFor('ava'),
  vitest: testFor('vitest'),
  'node-test': testFor('node-test'),
  jest: testFor('jest'),
};

function testFor(runner: Runner): FileTemplate {
  return {
    from: `${runner}/upgrade.test.mjs`,
    to: 'test/upgrade.test.mjs',
    what: `a test of that upgrade, for ${runnerTitle(runner)}`,
  };
}

/** A runner's name as its users write it. */
export function runnerTitle(runner: Runner): string {
  return runner === 'node-test' ? 'node:test' : runner;
}

/** Node's own runner has no time-out by default. */
export const RUNNER_CONFIGURATIONS: Readonly<Record<Runner, FileTemplate | undefined>> = {
  ava: {
    from: 'ava/ava.config.mjs',
    to: 'ava.config.mjs',
    what: 'a time-out that an upgrade fits in',
    kept: "add to it: timeout: '30m'",
  },
  vitest: {
    from: 'vitest/vitest.config.mjs',
    to: 'vitest.config.mjs',
    what: 'a time-out that an upgrade fits in',
    kept: 'add to its `test`: hookTimeout: 30 * 60_000, fileParallelism: false',
  },
  'node-test': undefined,
  jest: {
    from: 'jest/jest.config.mjs',
    to: 'jest.config.mjs',
    what: 'a time-out that an upgrade fits in',
    kept: 'add to it: testTimeout: 30 * 60_000, maxWorkers: 1',
  },
};

/** The job's file in Zuul's place; if that file already exists, the user has to add the job. */
export function zuulConfiguration(folder: string): FileTemplate {
  const template = join(TEMPLATES, 'zuul/zuul.yaml');
  const place = ZUUL_PLACES.find((name) => existsSync(join(folder, name))) ?? '.zuul.d';
  return {
    from: 'zuul/zuul.yaml',
    to: place.endsWith('.d') ? `${place}/rolling-upgrade.yaml` : place,
    what: 'the job and its nodeset; set rollgate_package in it',
    ...(place.endsWith('.d') ? {} : { kept: `append to it: ${template}` }),
  };
}

export const CI_FILES: Readonly<Record<CiSystem, readonly FileTemplate[]>> = {
  github: [
    {
      from: 'github/workflow.yml',
      to: '.github/workflows/upgrade.yml',
      what: 'the workflow: each pull request, and each week',
    },
    {
      from: 'github/action.yml',
      to: '.github/actions/rollgate/action.yml',
      what: 'its action: cached images, the run, summary, annotations, artifacts',
    },
  ],
  gitlab: [
    {
      from: 'gitlab/upgrade.yml',
      to: '.gitlab/upgrade.yml',
      what: 'the job: Docker-in-Docker, cached images, JUnit, artifacts',
    },
    {
      from: 'gitlab/upgrade.sh',
      to: '.gitlab/upgrade.sh',
      what: 'what the job runs',
    },
    {
      from: 'gitlab/gitlab-ci.yml',
      to: '.gitlab-ci.yml',
      what: 'includes the job',
      kept: 'add to it: include: [{ local: .gitlab/upgrade.yml }]',
    },
  ],
  zuul: [
    {
      from: 'zuul/pre.yaml',
      to: 'playbooks/rolling-upgrade/pre.yaml',
      what: 'installs rollgate, and builds the images',
    },
    {
      from: 'zuul/run.yaml',
      to: 'playbooks/rolling-upgrade/run.yaml',
      what: 'runs the upgrade',
    },
    {
      from: 'zuul/post.yaml',
      to: 'playbooks/rolling-upgrade/post.yaml',
      what: 'fetches the report, and links it',
    },
  ],
};
