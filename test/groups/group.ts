import { globSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const TESTS = fileURLToPath(new URL('..', import.meta.url));

/** Which unit tests share a worker, as patterns below test/. */
export const GROUPS = {
  /** Data in, data out. */
  pure: [
    '{document,scenario,plan,preflight,events,subject,report,observe}/**/*.test.ts',
    'release/*.test.ts',
    'release/source/{version,image-choice}.test.ts',
    'hunts/{explore,order}.test.ts',
    'run/{*,{steps,faults}/*}.test.ts',
    'verdict/**/!(impact|bootstrap).test.ts',
    'load/{admission,clock,gate,ledger,open-loop,priority,rest}.test.ts',
    'load/http/{outcome,request-event}.test.ts',
  ],
  /**
   * Servers and their clients: with busy tests in the same worker, an answer can exceed its
   * time-out.
   */
  sockets: [
    'infra/**/!(hostile).test.ts',
    'serve/**/*.test.ts',
    'load/http/{own-client,credentials}.test.ts',
    'watch/discovery/*.test.ts',
  ],
  /** Files and processes of this machine. */
  machine: [
    '{architecture,process-group}.test.ts',
    '{api,files,runs,run/{checkpoints,script}}/**/*.test.ts',
    'containers/**/!(silent-engine).test.ts',
    'run/logs/event-log.test.ts',
    'watch/{!(watch|drive|honest),abort/*,cloud/*,drive/*,sources/*}.test.ts',
    'release/source/{commit,git,resolve-overlay}.test.ts',
    'hunts/!(explore|order).test.ts',
    'lab/unit/**/*.test.ts',
    'docs/*.test.ts',
  ],
  cli: ['cli/**/*.test.ts', 'badinput/*.test.ts'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/**
 * Tests that measure time or memory have their own workers: others would disturb them. So has what
 * computes for seconds: it would be in theirs.
 */
export const ALONE = [
  'load/{probe,http/http-client,harness-delay,disruptions}.test.ts',
  'watch/{watch,drive,honest}.test.ts',
  'run/logs/flat.test.ts',
  '{containers/silent-engine,infra/hostile}.test.ts',
  'verdict/**/{impact,bootstrap}.test.ts',
];

/**
 * Declares the tests of a group in the file that calls it: AVA's worker costs a quarter of a second
 * of CPU. Most of the files cost less. AVA wants all tests declared before it starts, hence
 * `require`, which does not wait; a test file may not await at its top.
 */
export function declareTests(group: keyof typeof GROUPS): void {
  const require = createRequire(import.meta.url);
  for (const file of filesOf(GROUPS[group])) require(`${TESTS}${file}`);
}

/** Sorted, below test/. */
export function filesOf(patterns: readonly string[]): readonly string[] {
  return globSync(patterns, { cwd: TESTS }).sort();
}
