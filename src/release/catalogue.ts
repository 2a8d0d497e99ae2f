import { join } from 'node:path';
import { z } from 'zod';
import { checkedYaml } from '../document/checked-yaml.ts';
import { LAB_DIRECTORY } from '../document/lab-files.ts';
import { withNearest } from '../document/nearest.ts';
import type { Problem } from '../document/problem.ts';
import { RollgateError } from '../errors.ts';
import { withHome } from '../files/path.ts';
import { MIB, readText } from '../files/read.ts';
import { SUITES } from './suites.ts';

const suiteSchema = z.string().regex(/^[a-z]+$/, 'lower-case letters');

const releaseSchema = z.strictObject({
  series: z.string().min(1),
  /** The coordinated release's name, if the series is a number. */
  name: z.string().exactOptional(),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'a version of three numbers, e.g. 26.0.1'),
  suite: suiteSchema,
  slurp: z.boolean(),
  /** Absent if its engines do not send each other messages. */
  workerRpc: z
    .string()
    .regex(/^\d+\.\d+$/, 'a version of two numbers in quotes, e.g. "1.9"')
    .exactOptional(),
  database: z.strictObject({ tool: z.enum(['migrate', 'alembic']), head: z.string().min(1) }),
  python: z.string().regex(/^\d+\.\d+$/, 'a version of two numbers in quotes, e.g. "3.13"'),
  packages: z.record(z.string(), z.string().regex(/^\d/, 'a version')),
  eventlet: z.boolean(),
  wsgi: z.enum(['scripts', 'module']),
});

/** Of Debian on one day, e.g. `https://archive.example/debian/20261129T000000Z`. */
const archiveSchema = z.string().regex(/^https?:\/\/[^\s\]"']+$/, 'an http or https address');

/** A series that upstream released but that cannot be built. */
const absentSchema = z.strictObject({
  series: z.string().min(1),
  /** The preceding series of the catalogue. */
  after: z.string(),
  slurp: z.boolean(),
});

const catalogueSchema = z.strictObject({
  /** The software of these releases. Default: the default subject. */
  subject: z.string().min(1).exactOptional(),
  default: z.strictObject({ base: z.string(), target: z.string() }),
  infrastructure: z.strictObject({ suite: suiteSchema }),
  /** Suites that come from a dated archive instead of today's mirror. */
  archives: z.record(suiteSchema, archiveSchema).exactOptional(),
  releases: z.array(releaseSchema).min(1),
  /** Series between these that cannot be built. */
  absent: z.array(absentSchema).exactOptional(),
});

type CatalogueData = z.output<typeof catalogueSchema>;

/** The known facts about a release of the subject; lab/releases.yaml explains the fields. */
export type Release = Readonly<z.output<typeof releaseSchema>>;

export const CATALOGUE_FILE = join(LAB_DIRECTORY, 'releases.yaml');

/** The releases that can be built, as listed in lab/releases.yaml. */
export class Catalogue {
  readonly #data: CatalogueData;

  constructor(data: CatalogueData) {
    this.#data = data;
  }

  /** The software of these releases; undefined if the file does not name it. */
  get subject(): string | undefined {
    return this.#data.subject;
  }

  /** Oldest first. */
  get releases(): readonly Release[] {
    return this.#data.releases;
  }

  /** Oldest first. */
  get series(): readonly string[] {
    return this.#data.releases.map(({ series }) => series);
  }

  /** The series of the default upgrade. */
  get default(): { readonly base: string; readonly target: string } {
    return this.#data.default;
  }

  /** The Debian suite of Keystone, MariaDB, RabbitMQ and HAProxy. */
  get infrastructureSuite(): string {
    return this.#data.infrastructure.suite;
  }

  /**
   * The dated archive to which a suite is pinned; absent for a suite of today's mirror.
   */
  archiveOf(suite: string): string | undefined {
    return this.#data.archives?.[suite];
  }

  /**
   * The SLURP releases that an upgrade skips, oldest first. Upstream supports no upgrade that skips
   * one: an upgrade from a SLURP release leads to the next release, or to the next SLURP release.
   * Empty for a release outside the catalogue.
   */
  slurpsBetween(base: string, target: string): readonly string[] {
    const [from, to] = [this.series.indexOf(base), this.series.indexOf(target)];
    if (from === -1 || to === -1) return [];
    const { absent = [] } = this.#data;
    return this.releases
      .slice(from, to)
      .flatMap(({ series, slurp }, index) => [
        ...(index > 0 && slurp ? [series] : []),
        ...absent.flatMap((one) => (one.after === series && one.slurp ? [one.series] : [])),
      ]);
  }

  /** @throws RollgateError `unknown-series` with the known ones. */
  release(series: string): Release {
    const found = this.#data.releases.find((release) => release.series === series);
    if (found !== undefined) return found;
    const message = withNearest(`unknown series ${JSON.stringify(series)}`, series, this.series);
    throw new RollgateError('unknown-series', message, {
      kind: 'usage',
      hint: `Name one of ${this.series.join(', ')}.`,
    });
  }
}

/**
 * Reads the release catalogue.
 *
 * @throws RollgateError `invalid-catalogue` with every problem's file, line and column.
 */
export async function loadCatalogue(file = CATALOGUE_FILE): Promise<Catalogue> {
  const text = await readText(withHome(file), {
    what: 'release catalogue',
    code: 'invalid-catalogue',
    limitBytes: MIB,
  });
  return parseCatalogue(text, file);
}

/** @throws RollgateError `invalid-catalogue` with every problem's file, line and column. */
export function parseCatalogue(text: string, file: string): Catalogue {
  const data = checkedYaml(text, file, {
    schema: catalogueSchema,
    code: 'invalid-catalogue',
    what: 'the release catalogue',
    contradictions,
  });
  return new Catalogue(data);
}

/** Checks beyond the schema: each series appears once, and the default names two of them. */
function contradictions(data: CatalogueData): readonly Problem[] {
  const series = data.releases.map((release) => release.series);
  const repeated = series.flatMap((name, index): Problem[] =>
    series.indexOf(name) === index
      ? []
      : [{ path: ['releases', index, 'series'], message: `series ${name} twice`, at: 'value' }],
  );
  const missing = (['base', 'target'] as const).flatMap((side): Problem[] =>
    series.includes(data.default[side])
      ? []
      : [
          {
            path: ['default', side],
            message: `expected one of ${series.join(', ')}; found ${data.default[side]}`,
            at: 'value',
          },
        ],
  );
  return [...repeated, ...missing, ...strayArchives(data)];
}

/** A pin that pins nothing is a mistake. */
function strayArchives({
  infrastructure,
  releases,
  archives = {},
}: CatalogueData): readonly Problem[] {
  const used = [
    ...new Set<string>([infrastructure.suite, ...releases.map(({ suite }) => suite), ...SUITES]),
  ];
  return Object.keys(archives)
    .filter((suite) => !used.includes(suite))
    .map((suite) => ({
      path: ['archives', suite],
      message: withNearest(
        `nothing is built from ${suite}; one of ${used.join(', ')}`,
        suite,
        used,
      ),
      at: 'key',
    }));
}
