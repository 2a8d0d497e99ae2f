import type { AddVerb } from './verb.ts';

type LoadVerb = () => Promise<AddVerb>;

/**
 * Rollgate's verbs by the headings of its help, in the order of the help. Each is loaded when
 * needed: the container engine's libraries take longer to load than a plan takes to print.
 */
const GROUPS: ReadonlyMap<string, ReadonlyMap<string, LoadVerb>> = new Map([
  [
    'Set up a project and images',
    new Map([
      ['init', async () => (await import('./setup/init.ts')).addInit],
      ['doctor', async () => (await import('./setup/doctor.ts')).addDoctor],
      ['images', async () => (await import('./setup/images.ts')).addImages],
      ['source', async () => (await import('./setup/source.ts')).addSource],
    ]),
  ],
  [
    'Run an upgrade',
    new Map([
      ['plan', async () => (await import('./run/plan.ts')).addPlan],
      ['inventory', async () => (await import('./lab/inventory.ts')).addInventory],
      ['preflight', async () => (await import('./run/preflight.ts')).addPreflight],
      ['run', async () => (await import('./run/run.ts')).addRun],
      ['compare', async () => (await import('./many-runs/compare.ts')).addCompare],
      ['diff', async () => (await import('./many-runs/diff.ts')).addDiff],
      ['watch', async () => (await import('./watch/watch.ts')).addWatch],
      ['drive', async () => (await import('./watch/drive.ts')).addDrive],
      ['mark', async () => (await import('./watch/mark.ts')).addMark],
      ['matrix', async () => (await import('./many-runs/matrix.ts')).addMatrix],
      ['explore', async () => (await import('./many-runs/explore.ts')).addExplore],
      ['bisect', async () => (await import('./many-runs/bisect.ts')).addBisect],
      ['repro', async () => (await import('./many-runs/repro.ts')).addRepro],
      ['mutants', async () => (await import('./many-runs/mutants.ts')).addMutants],
    ]),
  ],
  [
    'Understand a run',
    new Map([
      ['follow', async () => (await import('./result/follow.ts')).addFollow],
      ['explain', async () => (await import('./result/explain.ts')).addExplain],
      ['serve', async () => (await import('./result/serve.ts')).addServe],
      ['judge', async () => (await import('./result/judge.ts')).addJudge],
      ['report', async () => (await import('./result/report.ts')).addReport],
      ['trend', async () => (await import('./result/trend.ts')).addTrend],
      ['bundle', async () => (await import('./result/bundle.ts')).addBundle],
    ]),
  ],
  [
    'Keep a lab and look into it',
    new Map([
      ['database', async () => (await import('./setup/database.ts')).addDatabase],
      ['up', async () => (await import('./run/up.ts')).addUp],
      ['status', async () => (await import('./lab/status.ts')).addStatus],
      ['logs', async () => (await import('./lab/logs.ts')).addLogs],
      ['exec', async () => (await import('./lab/exec.ts')).addExec],
      ['shell', async () => (await import('./lab/shell.ts')).addShell],
      ['sql', async () => (await import('./lab/sql.ts')).addSql],
      ['queues', async () => (await import('./lab/queues.ts')).addQueues],
      ['env', async () => (await import('./lab/env.ts')).addEnv],
      ['resume', async () => (await import('./lab/resume.ts')).addResume],
      ['down', async () => (await import('./lab/down.ts')).addDown],
    ]),
  ],
  [
    'Drive a run from a script',
    new Map([
      ['node', async () => (await import('./script/node.ts')).addNode],
      ['db-sync', async () => (await import('./script/node.ts')).addDbSync],
      ['vhost', async () => (await import('./script/node.ts')).addVhost],
      ['checkpoint', async () => (await import('./script/node.ts')).addCheckpoint],
    ]),
  ],
  [
    'For editors and other tools',
    new Map([
      ['schema', async () => (await import('./setup/schema.ts')).addSchema],
      ['completion', async () => (await import('./setup/completion.ts')).addCompletion],
      ['compose', async () => (await import('./setup/compose.ts')).addCompose],
    ]),
  ],
]);

/**
 * Loads the requested verb, under its heading of the help. Loads all verbs for the help, for
 * completion, and for an unknown verb, to suggest the nearest.
 */
export async function loadVerbs(wanted: string | undefined): Promise<readonly AddVerb[]> {
  const all = [...GROUPS].flatMap(([heading, verbs]) =>
    [...verbs].map(([name, load]) => ({ heading, name, load })),
  );
  const asked = all.filter(({ name }) => name === wanted && name !== 'completion');
  return Promise.all((asked.length === 0 ? all : asked).map(underHeading));
}

async function underHeading({
  heading,
  load,
}: {
  readonly heading: string;
  readonly load: LoadVerb;
}): Promise<AddVerb> {
  const add = await load();
  return (program, context) => {
    program.commandsGroup(`${heading}:`);
    add(program, context);
  };
}
