import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerEngine } from '../../containers/port.ts';
import { withNearest } from '../../document/nearest.ts';
import { RollgateError } from '../../errors.ts';
import { readRun } from '../../events/codec.ts';
import type { RunEvent } from '../../events/event.ts';
import { attach } from '../../lab/attach.ts';
import { findLab } from '../../lab/find.ts';
import { isLabName, readServiceLabels, containerTitle } from '../../lab/labels.ts';
import { loadSignatures } from '../../observe/logs/signatures.ts';
import type { TrailEntry } from '../../report/terminal/trail.ts';
import { RUN_FOLDER } from '../../run-folder.ts';
import { defaultSubject, labFolder, subjectNamed } from '../../subject/registry.ts';
import type { Subject } from '../../subject/subject.ts';
import { shortened } from '../../text/shortened.ts';
import type { PrintedLine } from './printed-line.ts';
import { concerns, savedLines } from './saved-logs.ts';
import { trailOf } from './trail.ts';

export interface FollowOptions {
  /** A run's folder, or the name of a running lab. */
  readonly where: string;
  /** An object's name or id, or a request (`req-…`). */
  readonly wanted: string;
  /** Opens the container engine; called for a lab only. */
  readonly openEngine: () => Promise<ContainerEngine>;
  readonly signal: AbortSignal;
}

/**
 * Everything that a run's folder, or a lab, has about one object or request, in time order.
 *
 * @throws RollgateError `no-run`, `no-such-lab`, `not-named` if nothing names it.
 */
export async function follow(options: FollowOptions): Promise<readonly TrailEntry[]> {
  const { where, wanted } = options;
  if (wanted.trim() === '') {
    throw new RollgateError('not-named', 'the name to follow is empty', {
      kind: 'usage',
      hint: 'Is the variable set that you passed?',
    });
  }
  const isRun = existsSync(join(where, RUN_FOLDER.events)) || /[/\\]|^\.+$/.test(where);
  if (!isRun && !isLabName(where)) {
    throw new RollgateError('no-run', `${shortened(where)} is no run folder and no name of a lab`, {
      kind: 'usage',
      hint: 'Name the folder that a run left, or a lab of `rollgate status`.',
    });
  }
  const trail = isRun ? await inRun(where, wanted) : await inLab(options);
  if (trail.entries.length > 0) return trail.entries;
  throw new RollgateError(
    'not-named',
    withNearest(`nothing in ${where} names ${shortened(wanted)}`, wanted, objectsOf(trail.events)),
    {
      kind: 'usage',
      hint: 'Give an object’s name or id, or a request as req-…. verdict.json lists lost requests in api.lost.',
    },
  );
}

interface Trail {
  readonly entries: readonly TrailEntry[];
  readonly events: readonly RunEvent[];
}

async function inRun(directory: string, wanted: string): Promise<Trail> {
  const events = await readRun(directory);
  const { messages: patterns } = await signaturesOf(subjectOf(events));
  const lines = await savedLines(
    join(directory, RUN_FOLDER.logs),
    concerns(wanted, patterns?.marker),
  );
  return { entries: trailOf(wanted, { events, lines, patterns }), events };
}

function subjectOf(events: readonly RunEvent[]): Subject {
  const start = events.find((event) => event.type === 'run-started');
  return subjectNamed(start?.subject ?? defaultSubject.shape.name);
}

function signaturesOf(subject: Subject): ReturnType<typeof loadSignatures> {
  return loadSignatures(subject.signatures, labFolder(subject));
}

async function inLab({ where, wanted, openEngine, signal }: FollowOptions): Promise<Trail> {
  const engine = await openEngine();
  const { containers } = await findLab(engine, where);
  const lab = await attach(engine, where);
  const { messages: patterns } = await signaturesOf(lab.subject);
  const keep = concerns(wanted, patterns?.marker);
  const logs = await Promise.all(
    containers.map(async (container): Promise<readonly PrintedLine[]> => {
      const series = readServiceLabels(container.labels)?.series;
      const name = containerTitle(where, container);
      const by = series === undefined ? name : `${name} ${series}`;
      const lines: PrintedLine[] = [];
      for await (const line of engine.logs(container.name, { follow: false, signal })) {
        if (keep(line.text)) lines.push({ ...line, by });
      }
      return lines;
    }),
  );
  const rows = wanted.startsWith('req-')
    ? []
    : await lab.subject.changes(lab.database, wanted, signal);
  const entries = trailOf(wanted, {
    events: [],
    lines: logs.flat(),
    patterns,
    rows: rows.map((row) => ({ ...row, kind: 'database', by: 'database' })),
  });
  return { entries, events: [] };
}

function objectsOf(events: readonly RunEvent[]): readonly string[] {
  return [
    ...new Set(
      events.flatMap((event) => (event.type === 'operation-accepted' ? [event.object] : [])),
    ),
  ];
}
