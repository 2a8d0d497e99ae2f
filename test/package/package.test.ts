import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { pack, type Tarball } from '../../packaging/pack.ts';
import { OLD_NODE } from '../cli/old-node.ts';
import { installConsumer, type Consumer } from './consumer.ts';
import { NO_ENGINE, readmeExample } from './readme-example.ts';

const { engines, exports: entries } = createRequire(import.meta.url)('../../package.json') as {
  readonly engines: { readonly node: string };
  readonly exports: Readonly<Record<string, unknown>>;
};
const LEAST = `${engines.node.replace('>=', '')}.0`;

let tarball: Tarball;
const consumers = new Map<string, Consumer>();

test.before('pack, and install into an empty project for each Node', async (t) => {
  t.timeout(15 * 60_000);
  tarball = await pack();
  consumers.set(LEAST, await installConsumer(await nodeBinary(LEAST)));
  consumers.set(process.versions.node, await installConsumer(process.execPath));
});

test.after.always('the projects are gone', async () => {
  for (const { folder } of consumers.values()) await rm(folder, { recursive: true, force: true });
});

/** From the package that npm's own `node` takes its binary from. */
async function nodeBinary(version: string): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = fileURLToPath(new URL(`../../node_modules/.cache/${name}`, import.meta.url));
  const options = ['--prefer-offline', '--no-audit', '--no-fund'];
  await execa('npm', ['install', '--prefix', folder, ...options, `${name}@${version}`]);
  return join(folder, 'node_modules', name, 'bin/node');
}

/** Declares a test for each Node. */
function onEachNode(
  title: string,
  body: (t: ExecutionContext, consumer: Consumer) => Promise<void>,
): void {
  for (const node of [LEAST, process.versions.node]) {
    test(`${title}, on Node ${node}`, async (t) => {
      const consumer = consumers.get(node);
      if (consumer === undefined) return t.fail('it was not installed');
      t.is((await consumer.run('node', ['--version'])).stdout, `v${node}`);
      await body(t, consumer);
    });
  }
}

const OFFERED = ['Lab', 'RollgateError', 'judge', 'readRun', 'runScenario'];

onEachNode('`import` and `require` offer the same', async (t, consumer) => {
  await consumer.write(
    'offers.mjs',
    "import * as rollgate from 'rollgate'; console.log(JSON.stringify(Object.keys(rollgate)));",
  );
  await consumer.write(
    'offers.cjs',
    "const rollgate = require('rollgate'); console.log(JSON.stringify(Object.keys(rollgate)));",
  );
  for (const file of ['offers.mjs', 'offers.cjs']) {
    const { stdout, stderr } = await consumer.run('node', [file]);
    t.is(stderr, '', file);
    const offered = JSON.parse(stdout) as readonly string[];
    for (const name of OFFERED) t.true(offered.includes(name), `${name} in ${file}`);
  }
});

onEachNode('the fixtures of node:test bring the assertion along', async (t, consumer) => {
  await consumer.write(
    'fixtures.mjs',
    "import { assertVerdict, sharedLab, sharedRun } from 'rollgate/node-test'; console.log([assertVerdict, sharedLab, sharedRun].map((one) => typeof one).join(' '));",
  );
  const { stdout } = await consumer.run('node', ['fixtures.mjs']);
  t.regex(stdout, /^function function function$/m);
});

onEachNode("README's example runs until a lab would start", async (t, consumer) => {
  await consumer.write('example.test.mjs', await readmeExample('node-test'));
  const { stdout, stderr, exitCode } = await consumer.run('node', ['--test'], NO_ENGINE);
  t.is(exitCode, 1);
  t.regex(`${stdout}\n${stderr}`, /no container engine answers at unix:\/\/\/nowhere/);
});

onEachNode('every entry of `exports` is there', async (t, consumer) => {
  const names = Object.keys(entries).map((entry) => posix.join('rollgate', entry));
  await consumer.write(
    'entries.mjs',
    `for (const name of ${JSON.stringify(names)}) console.log(import.meta.resolve(name));`,
  );
  const { stdout, stderr } = await consumer.run('node', ['entries.mjs']);
  t.is(stderr, '');
  for (const url of stdout.split('\n')) t.true(existsSync(new URL(url)), url);
});

const TYPE_OPTIONS =
  '--noEmit --strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --skipLibCheck false --types node --target es2024 --lib es2024,esnext.disposable --resolveJsonModule';

const RESOLUTIONS = { nodenext: 'nodenext', bundler: 'preserve' } as const;

/** Has a compiler check files of this folder in a project that has these packages. */
async function typesHold(
  t: ExecutionContext,
  files: readonly string[],
  packages: readonly string[],
  resolutions: readonly (keyof typeof RESOLUTIONS)[],
): Promise<void> {
  const consumer = await installConsumer(process.execPath, ['@types/node@22', ...packages]);
  t.teardown(() => rm(consumer.folder, { recursive: true, force: true }));
  for (const file of files) {
    const text = await readFile(new URL(`${file}.txt`, import.meta.url), 'utf8');
    await consumer.write(file, text);
  }
  for (const resolution of resolutions) {
    const { stdout, exitCode } = await consumer.run('tsc', [
      ...TYPE_OPTIONS.split(' '),
      '--module',
      RESOLUTIONS[resolution],
      '--moduleResolution',
      resolution,
      ...files,
    ]);
    t.is(stdout, '', resolution);
    t.is(exitCode, 0, resolution);
  }
}

test('TypeScript 5 checks the library’s types in a project without a test runner', async (t) => {
  await typesHold(t, ['library.ts'], ['typescript@5'], ['nodenext']);
});

test('TypeScript 7 checks all types, resolved as nodenext and as bundler', async (t) => {
  const packages = ['typescript@7', 'ava@7', 'vitest@5', 'vite@8.3.8'];
  await typesHold(t, ['library.ts', 'runners.ts'], packages, ['nodenext', 'bundler']);
});

onEachNode('`npx rollgate plan` plans', async (t, consumer) => {
  const { stdout, stderr, exitCode } = await consumer.run('npx', ['rollgate', 'plan']);
  t.is(stderr, '');
  t.regex(stdout, /^scenario +default\nbase +2025\.1/);
  t.is(exitCode, 0);
});

onEachNode('`rollgate images list` lists', async (t, consumer) => {
  const { stdout, exitCode } = await consumer.run('rollgate', ['images', 'list', '--json']);
  t.is(exitCode, 0);
  t.true(Array.isArray(JSON.parse(stdout)));
});

onEachNode('a wrong scenario is refused with its place', async (t, consumer) => {
  await consumer.write('wrong.yaml', 'base: 2025.1\ntopologi: 2x2\n');
  const { stderr, exitCode } = await consumer.run('rollgate', ['plan', 'wrong.yaml']);
  t.is(exitCode, 104);
  t.regex(stderr, /wrong\.yaml:2:1.*topologi/);
});

onEachNode('a compose file is that of the checkout', async (t, consumer) => {
  const { stdout } = await consumer.run('rollgate', ['compose', '--topology', '1x1']);
  const checkedIn = new URL('../../compose/1x1.yaml', import.meta.url);
  t.is(`${stdout}\n`, await readFile(checkedIn, 'utf8'));
});

test('a Node that is too old gets an error with how to get a newer one', async (t) => {
  const consumer = consumers.get(process.versions.node);
  if (consumer === undefined) return t.fail('it was not installed');
  const { stderr, exitCode } = await consumer.run('rollgate', ['plan'], {
    NODE_OPTIONS: `--import ${OLD_NODE}`,
  });
  t.is(exitCode, 1);
  t.is(
    stderr,
    `error: rollgate needs Node 22.22 or newer, and this is 22.21.1; install a newer one, or run \`npx --package node@24 rollgate …\`, which brings one along`,
  );
});

test('every file that the documents link to is in the tarball', async (t) => {
  const files = new Set(tarball.files);
  const documents = tarball.files.filter((file) => file.endsWith('.md'));
  t.true(documents.includes('README.md'));
  for (const document of documents) {
    const text = await readFile(new URL(`../../${document}`, import.meta.url), 'utf8');
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const linked = posix.join(dirname(document), target);
      const isThere =
        files.has(linked) || tarball.files.some((file) => file.startsWith(`${linked}/`));
      t.true(isThere, `${document} links to ${target}`);
    }
  }
});

// npm unpacks a tarball three times when it installs it by its path.
test('the tarball has no more files than a quick installation allows', (t) => {
  t.true(tarball.files.length < 1600, `${tarball.files.length} files`);
});

test('the tarball holds no sources, tests or files that name a checkout', (t) => {
  const stray = tarball.files.filter((file) =>
    /^(src|test|compose|packaging|bench)\/|\.(tsbuildinfo|pyc)$/.test(file),
  );
  t.deepEqual(stray, []);
});
