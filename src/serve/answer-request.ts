import { RollgateError } from '../errors.ts';
import { comparePage } from '../report/html/served/compare.ts';
import { filtered, filterOf } from '../report/html/served/filter.ts';
import { overviewPage } from '../report/html/served/overview.ts';
import { runPage } from '../report/html/served/run.ts';
import { trailPage } from '../report/html/served/trail.ts';
import { follow } from '../runs/follow/follow.ts';
import {
  pageAnswer,
  problemAnswer,
  streamAnswer,
  textAnswer,
  type ServedAnswer,
} from './answer.ts';
import { eventStream } from './event-stream.ts';
import type { FoundRun } from './find-runs.ts';
import { eventsOf, type ListedRuns } from './listed-runs.ts';
import { routeOf, type Route } from './route.ts';
import { hasLogs, readRunFile, runFiles } from './run-files.ts';

/** How often the list is loaded again while runs are still being read. */
const RELOAD_SECONDS = 2;

/** The served runs. */
export interface Served {
  /** The folder's name, for display. */
  readonly folder: string;
  readonly runs: ListedRuns;
}

/**
 * Answers a request for a path. An error of rollgate is a page too.
 *
 * @param target A request's target as it was sent: `/run/nightly/follow?what=req-1`.
 * @param signal Aborted when no client waits for the answer any longer.
 */
export async function answerRequest(
  served: Served,
  target: string,
  signal: AbortSignal,
): Promise<ServedAnswer> {
  try {
    return await answerRoute(served, routeOf(target), signal);
  } catch (error) {
    if (!(error instanceof RollgateError)) throw error;
    const status = error.code === 'not-named' ? 404 : 500;
    return problemAnswer(status, 'This cannot be shown', error.message, error.hint);
  }
}

async function answerRoute(
  served: Served,
  route: Route,
  signal: AbortSignal,
): Promise<ServedAnswer> {
  switch (route.page) {
    case 'overview': {
      const all = await served.runs.list();
      const filter = filterOf(route.query);
      const shown = filtered(all, filter);
      const answer = pageAnswer(overviewPage({ folder: served.folder, all, shown, filter }));
      const unread = all.some(({ content }) => content.kind === 'unread');
      return unread ? { ...answer, headers: { refresh: String(RELOAD_SECONDS) } } : answer;
    }
    case 'compare':
      return compared(served, route.runs);
    case 'run':
    case 'events':
    case 'follow':
    case 'file': {
      const run = await served.runs.find(route.id);
      return run === undefined ? noSuchRun(route.id) : answerOfRun(served, run, route, signal);
    }
    case 'none':
      return problemAnswer(404, 'There is no such page', `The address ${route.path} names none.`);
    default:
      return route satisfies never;
  }
}

type RouteOfRun = Extract<Route, { readonly id: string }>;

async function answerOfRun(
  { runs }: Served,
  run: FoundRun,
  route: RouteOfRun,
  signal: AbortSignal,
): Promise<ServedAnswer> {
  switch (route.page) {
    case 'run': {
      const { events, verdict, progress } = await runs.open(run);
      const files = await runFiles(run);
      return pageAnswer(runPage({ id: run.id, events, verdict, progress, files }));
    }
    case 'events':
      return streamAnswer(eventStream(eventsOf(run), signal));
    case 'follow':
      return followed(run, route.wanted.trim(), signal);
    case 'file': {
      const content = await readRunFile(run, route.file);
      if (content !== undefined) return textAnswer(content);
      return problemAnswer(404, 'There is no such file', `The run ${run.id} has no ${route.file}.`);
    }
    default:
      return route satisfies never;
  }
}

function noSuchRun(id: string): ServedAnswer {
  return problemAnswer(404, 'There is no such run', `The folder holds no run ${id}.`);
}

async function followed(run: FoundRun, wanted: string, signal: AbortSignal): Promise<ServedAnswer> {
  if (wanted === '') {
    return problemAnswer(
      400,
      'Nothing to follow',
      'Give an object’s name or id, or a request as req-….',
    );
  }
  if (!(await hasLogs(run.directory))) {
    return problemAnswer(404, 'There are no logs', `The run ${run.id} has no folder logs.`);
  }
  const entries = await follow({
    where: run.directory,
    wanted,
    openEngine: () => {
      throw new RollgateError('no-run', `${run.id} holds no run any more`, { kind: 'usage' });
    },
    signal,
  });
  return pageAnswer(trailPage(run.id, wanted, entries));
}

async function compared({ runs }: Served, ids: readonly string[]): Promise<ServedAnswer> {
  const [first, second, ...more] = ids;
  if (first === undefined || second === undefined || more.length > 0) {
    return problemAnswer(
      400,
      'Tick two runs',
      `${ids.length === 0 ? 'No run was' : `${ids.length} were`} ticked.`,
      'Go back to the list, tick two runs, and compare them.',
    );
  }
  const found = [await runs.find(first), await runs.find(second)] as const;
  const [one, other] = found;
  if (one === undefined) return noSuchRun(first);
  if (other === undefined) return noSuchRun(second);
  const opened = [await runs.open(one), await runs.open(other)] as const;
  const [a, b] = opened;
  return pageAnswer(comparePage({ ...a, id: first }, { ...b, id: second }));
}
