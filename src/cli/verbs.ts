import type { AddVerb } from './verb.ts';

/**
 * Rollgate's verbs in the order of its help. Loaded when needed: the libraries of the container
 * engine take longer to load than a plan takes to print.
 */
const VERBS: ReadonlyMap<string, () => Promise<AddVerb>> = new Map([
  ['doctor', async () => (await import('./doctor.ts')).addDoctor],
  ['images', async () => (await import('./images.ts')).addImages],
  ['source', async () => (await import('./source.ts')).addSource],
  ['plan', async () => (await import('./plan.ts')).addPlan],
  ['preflight', async () => (await import('./preflight.ts')).addPreflight],
  ['run', async () => (await import('./run.ts')).addRun],
  ['compare', async () => (await import('./compare.ts')).addCompare],
  ['explore', async () => (await import('./explore.ts')).addExplore],
  ['bisect', async () => (await import('./bisect.ts')).addBisect],
  ['bundle', async () => (await import('./bundle.ts')).addBundle],
  ['repro', async () => (await import('./repro.ts')).addRepro],
  ['mutants', async () => (await import('./mutants.ts')).addMutants],
  ['judge', async () => (await import('./judge.ts')).addJudge],
  ['report', async () => (await import('./report.ts')).addReport],
  ['up', async () => (await import('./up.ts')).addUp],
  ['resume', async () => (await import('./resume.ts')).addResume],
  ['status', async () => (await import('./status.ts')).addStatus],
  ['logs', async () => (await import('./logs.ts')).addLogs],
  ['exec', async () => (await import('./exec.ts')).addExec],
  ['shell', async () => (await import('./shell.ts')).addShell],
  ['env', async () => (await import('./env.ts')).addEnv],
  ['sql', async () => (await import('./sql.ts')).addSql],
  ['queues', async () => (await import('./queues.ts')).addQueues],
  ['down', async () => (await import('./down.ts')).addDown],
  ['node', async () => (await import('./node.ts')).addNode],
  ['db-sync', async () => (await import('./node.ts')).addDbSync],
  ['vhost', async () => (await import('./node.ts')).addVhost],
  ['checkpoint', async () => (await import('./node.ts')).addCheckpoint],
  ['compose', async () => (await import('./compose.ts')).addCompose],
]);

/** The verb that is asked for; all of them for help, and to suggest the one that was meant. */
export function loadVerbs(wanted: string | undefined): Promise<readonly AddVerb[]> {
  const only = wanted === undefined ? undefined : VERBS.get(wanted);
  return Promise.all((only === undefined ? [...VERBS.values()] : [only]).map((load) => load()));
}
