import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { RollgateError } from '../../../errors.ts';
import { withHome } from '../../../files/path.ts';
import { outputPlace, writeStream } from '../../../files/write.ts';
import { deploy } from '../../../lab/deploy.ts';
import type { Deployment } from '../../../lab/deployment/deployment.ts';
import { changeDatabase, databaseSize } from '../../../lab/deployment/own-database.ts';
import { randomLabName } from '../../../lab/labels.ts';
import { provision } from '../../../runs/provision.ts';
import type { OwnDatabase, Subject } from '../../../subject/subject.ts';
import { number } from '../../../text/counted.ts';
import type { CliContext } from '../../context.ts';
import { designOfLab } from '../../options/lab.ts';
import { chosenSubject, subjectOption } from '../../options/subject.ts';
import type { Program } from '../verb.ts';

/** `rollgate database`: dumps for `--database`. */
export function addDatabase(program: Program, context: CliContext): void {
  const database = program
    .command('database')
    .description('make a large database, for `run --database`');
  database
    .command('make')
    .description(
      'make a dump with many objects: real ones of a small lab, whose rows are copied inside the database',
    )
    .argument('<file>', 'the dump, e.g. stacks.sql.gz; without .gz it is not compressed')
    .addOption(subjectOption())
    .option('--series <release>', 'the release whose schema it has', '2025.1')
    .option('--objects <n>', 'how many objects (stacks) at least, without nested ones', '10000')
    .action(async (file, { series, objects, ...options }) => {
      const wanted = wantedIn(objects);
      const path = await outputPlace(withHome(file));
      const subject = await chosenSubject(options);
      const make = makerOf(subject);
      const lab = await smallLab(subject, series, context);
      try {
        await make.seed(lab, context.signal);
        context.stderr('real objects are made');
        await changeDatabase(lab, await make.multiplication(lab.database, wanted), context.signal);
        const { rows, bytes } = await databaseSize(lab);
        const dump = Readable.from(lab.database.dump());
        await writeStream(path, path.endsWith('.gz') ? compressed(dump) : dump);
        const counts = Object.entries(rows).map(([table, count]) => `${number(count)} of ${table}`);
        context.stdout(
          `${path}: rows ${counts.join(', ')}; ${number(Math.round(bytes / 1e6))} MB in the database`,
        );
      } finally {
        await lab.down();
      }
    });
}

/** @throws RollgateError `invalid-option` for a subject whose database is never made. */
function makerOf({ ownDatabase, shape }: Subject): NonNullable<OwnDatabase['make']> {
  if (ownDatabase?.make !== undefined) return ownDatabase.make;
  throw new RollgateError('invalid-option', `no database of ${shape.title} is made`, {
    kind: 'usage',
    hint: 'Make a dump of your own cloud.',
  });
}

async function smallLab(
  subject: Subject,
  series: string,
  context: CliContext,
): Promise<Deployment> {
  const { release, overlays, topology, serveSeconds, config, configFor } = await designOfLab({
    subject,
    series,
    topology: '1x1',
  });
  const { signal } = context;
  const onProgress = (line: string): void => context.stderr(line);
  const engine = await provision({ subject, releases: [release], overlays, onProgress, signal });
  const name = randomLabName('database');
  const shared = { engine, subject, name, topology, release, serveSeconds };
  return deploy({ ...shared, config, configFor, onProgress, signal });
}

function compressed(source: Readable): Readable {
  const gzip = createGzip();
  // A failed source would leave its reader waiting.
  source.once('error', (error) => gzip.destroy(error));
  return source.pipe(gzip);
}

/** @throws RollgateError `invalid-option` if it is not a whole number from 1 to 1,000,000. */
function wantedIn(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isInteger(count) && count >= 1 && count <= 1_000_000) return count;
  throw new RollgateError('invalid-option', `--objects: expected 1 to 1000000, found ${text}`, {
    kind: 'usage',
  });
}
