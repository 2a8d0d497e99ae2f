import type { AddVerb } from './verb.ts';

/**
 * Rollgate's verbs in the order of its help. Loaded when needed: the libraries of the container
 * engine take longer to load than a plan takes to print.
 */
const VERBS: ReadonlyMap<string, () => Promise<AddVerb>> = new Map([
  ['init', async () => (await import('./setup/init.ts')).addInit],
  ['doctor', async () => (await import('./setup/doctor.ts')).addDoctor],
  ['images', async () => (await import('./setup/images.ts')).addImages],
  ['source', async () => (await import('./setup/source.ts')).addSource],
  ['plan', async () => (await import('./run/plan.ts')).addPlan],
  ['preflight', async () => (await import('./run/preflight.ts')).addPreflight],
  ['run', async () => (await import('./run/run.ts')).addRun],
  ['watch', async () => (await import('./watch/watch.ts')).addWatch],
  ['mark', async () => (await import('./watch/mark.ts')).addMark],
  ['compare', async () => (await import('./run/compare.ts')).addCompare],
  ['diff', async () => (await import('./run/diff.ts')).addDiff],
  ['matrix', async () => (await import('./run/matrix.ts')).addMatrix],
  ['explore', async () => (await import('./run/explore.ts')).addExplore],
  ['bisect', async () => (await import('./run/bisect.ts')).addBisect],
  ['bundle', async () => (await import('./result/bundle.ts')).addBundle],
  ['repro', async () => (await import('./run/repro.ts')).addRepro],
  ['mutants', async () => (await import('./run/mutants.ts')).addMutants],
  ['judge', async () => (await import('./result/judge.ts')).addJudge],
  ['follow', async () => (await import('./result/follow.ts')).addFollow],
  ['trend', async () => (await import('./result/trend.ts')).addTrend],
  ['serve', async () => (await import('./result/serve.ts')).addServe],
  ['explain', async () => (await import('./result/explain.ts')).addExplain],
  ['report', async () => (await import('./result/report.ts')).addReport],
  ['up', async () => (await import('./run/up.ts')).addUp],
  ['resume', async () => (await import('./lab/resume.ts')).addResume],
  ['status', async () => (await import('./lab/status.ts')).addStatus],
  ['logs', async () => (await import('./lab/logs.ts')).addLogs],
  ['exec', async () => (await import('./lab/exec.ts')).addExec],
  ['shell', async () => (await import('./lab/shell.ts')).addShell],
  ['inventory', async () => (await import('./lab/inventory.ts')).addInventory],
  ['env', async () => (await import('./lab/env.ts')).addEnv],
  ['sql', async () => (await import('./lab/sql.ts')).addSql],
  ['queues', async () => (await import('./lab/queues.ts')).addQueues],
  ['down', async () => (await import('./lab/down.ts')).addDown],
  ['node', async () => (await import('./script/node.ts')).addNode],
  ['db-sync', async () => (await import('./script/node.ts')).addDbSync],
  ['vhost', async () => (await import('./script/node.ts')).addVhost],
  ['checkpoint', async () => (await import('./script/node.ts')).addCheckpoint],
  ['schema', async () => (await import('./setup/schema.ts')).addSchema],
  ['completion', async () => (await import('./setup/completion.ts')).addCompletion],
  ['compose', async () => (await import('./setup/compose.ts')).addCompose],
]);

/** The verb that is asked for; all of them for help, and to suggest the one that was meant. */
export function loadVerbs(wanted: string | undefined): Promise<readonly AddVerb[]> {
  // What is completed are all verbs.
  const only = wanted === undefined || wanted === 'completion' ? undefined : VERBS.get(wanted);
  return Promise.all((only === undefined ? [...VERBS.values()] : [only]).map((load) => load()));
}
