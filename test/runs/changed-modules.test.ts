import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { z } from 'zod';

const run = promisify(execFile);
const PROGRAM = fileURLToPath(
  new URL('../../src/runs/changed-code/python/changed.py', import.meta.url),
);

async function modulesOf(files: readonly string[]): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'rollgate-changed-'));
  try {
    for (const file of files) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), 'one = 1\n');
    }
    const { stdout } = await run('python3', ['-B', PROGRAM, 'digests', 'service'], {
      env: { ...process.env, PYTHONPATH: folder },
    });
    return Object.keys(z.record(z.string(), z.unknown()).parse(JSON.parse(stdout)));
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('tests and migrations are not followed: no service runs them, the schema is a step', async (t) => {
  const modules = await modulesOf([
    'service/__init__.py',
    'service/db/models.py',
    'service/db/migrations/env.py',
    'service/db/migrations/versions/0001_add.py',
    'service/db/sqlalchemy/alembic/versions/0001_add.py',
    'service/tests/test_models.py',
  ]);
  t.deepEqual(modules.toSorted(), ['service/__init__.py', 'service/db/models.py']);
});

const BEFORE = `class Busy(Exception):
    known = {'One': 1}

    def acquire(self):
        raise KeyError()
`;
const AFTER = `class Busy(Exception):
    known = {'One': 1,
             'Two': 2}

    def acquire(self):
        raise ValueError()

    def new(self):
        return 1


class Other(Busy):
    text = 'other'
`;

/** The changed statements of a module, as \`line function\`. */
async function statementsOf(before: string, after: string): Promise<readonly string[]> {
  return (await changesOf(before, after)).map((one) => `${one.line} ${one.function}`);
}

interface Change {
  readonly line: number;
  readonly function: string | null;
  readonly entry?: readonly number[] | undefined;
}

async function changesOf(before: string, after: string): Promise<readonly Change[]> {
  const folder = await mkdtemp(join(tmpdir(), 'rollgate-changed-'));
  try {
    await mkdir(join(folder, 'service'));
    await writeFile(join(folder, 'service/__init__.py'), after);
    await writeFile(join(folder, 'texts'), JSON.stringify({ 'service/__init__.py': before }));
    await writeFile(join(folder, 'digests'), '{}');
    const files = [join(folder, 'texts'), join(folder, 'digests')];
    const { stdout } = await run('python3', ['-B', PROGRAM, 'statements', ...files, 'service'], {
      env: { ...process.env, PYTHONPATH: folder },
    });
    const statement = z.object({
      line: z.number(),
      function: z.string().nullable(),
      entry: z.array(z.number()).optional(),
    });
    const [module] = z
      .array(z.object({ statements: z.array(statement) }))
      .parse(JSON.parse(stdout));
    return module?.statements ?? [];
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('what runs as a module is loaded is in no function: a class’s own statements, a new function', async (t) => {
  t.deepEqual(await statementsOf(BEFORE, AFTER), [
    '2 null',
    '6 Busy.acquire',
    '8 null',
    '9 Busy.new',
    '12 null',
    '13 null',
  ]);
});

const SERVICE = `class Service:
    @traced
    def count(self, limit=None):
        """Counts."""
        if limit:
            return limit
        return 0

    @traced
    def show(self):
        first = 1
        try:
            return first
        except KeyError:
            raise ValueError()
`;

test('a function beside another one that changed did not change, whatever a comparison of lines says', async (t) => {
  const added = SERVICE.replace(
    '    @traced\n    def show',
    '    @traced\n    def more(self):\n        return 2\n\n    @traced\n    def show',
  );
  t.deepEqual(await statementsOf(SERVICE, added), ['9 null', '11 Service.more']);
  const removed = SERVICE.replace(/ {4}@traced\n {4}def count[^]*?return 0\n\n/, '');
  t.deepEqual(await statementsOf(SERVICE, removed), [], 'what called it changed as well');
  const commented = SERVICE.replace('"""Counts."""', '"""Counts up to a limit."""');
  t.deepEqual(await statementsOf(SERVICE, commented), []);
});

test('a function that ends earlier changed itself, not the one after it', async (t) => {
  const shorter = SERVICE.replace(
    '            return limit\n        return 0',
    '            return limit',
  );
  t.deepEqual(await statementsOf(SERVICE, shorter), ['6 Service.count']);
});

test('a changed statement has the line that shows that its function was entered', async (t) => {
  const rare = SERVICE.replace('raise ValueError()', 'raise TypeError()');
  t.deepEqual(await changesOf(SERVICE, rare), [
    { line: 15, function: 'Service.show', entry: [11] },
  ]);
  const head = SERVICE.replace('limit=None', 'limit=7');
  t.deepEqual(await changesOf(SERVICE, head), [{ line: 2, function: 'Service.count', entry: [5] }]);
});
