import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { zuulOverrides } from '../../../../src/cli/options/scenario/zuul.ts';
import { invoked } from '../../rollgate.ts';

/** A job's home with these projects checked out. */
async function home(t: ExecutionContext, files: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'rollgate-zuul-'));
  t.teardown(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

const SRC = 'src/opendev.org/openstack';
const PROJECTS = Object.fromEntries(
  ['heat', 'oslo.messaging', 'python-heatclient', 'devstack'].map((name) => [
    `opendev.org/openstack/${name}`,
    { name: `openstack/${name}`, short_name: name, src_dir: `${SRC}/${name}`, required: true },
  ]),
);
const CHECKED_OUT = {
  'zuul.json': JSON.stringify({ projects: PROJECTS }),
  [`${SRC}/heat/requirements.txt`]:
    '# a comment\npbr>=3.1.1 # Apache-2.0\noslo.messaging>=14.1.0\npython_heatclient>=1.10.0\n',
  [`${SRC}/oslo.messaging/oslo_messaging/__init__.py`]: '',
  [`${SRC}/python-heatclient/heatclient/__init__.py`]: '',
};

test('the trees that Zuul checked out are the target, with the packages that it requires', async (t) => {
  const folder = await home(t, CHECKED_OUT);
  const overrides = zuulOverrides(join(folder, 'zuul.json'));
  t.deepEqual(
    overrides.map(({ path, value }) => [path.join('.'), value]),
    [
      ['target', `dir:${join(folder, SRC, 'heat')}`],
      ['overlay.target.with.oslo_messaging', join(folder, SRC, 'oslo.messaging')],
      ['overlay.target.with.heatclient', join(folder, SRC, 'python-heatclient')],
    ],
  );
});

test('a required package is refused if its tree does not contain it', async (t) => {
  const { [`${SRC}/oslo.messaging/oslo_messaging/__init__.py`]: _, ...rest } = CHECKED_OUT;
  const folder = await home(t, rest);
  t.throws(() => zuulOverrides(join(folder, 'zuul.json')), {
    code: 'invalid-option',
    message: /has no package oslo_messaging/,
  });
});

test('a job that does not require the subject gets an error with this remedy', async (t) => {
  const folder = await home(t, { 'zuul.json': '{ "projects": {} }', 'other.json': '{}' });
  const { stderr, exitCode } = await invoked(['plan', '--zuul', join(folder, 'zuul.json')]);
  t.is(exitCode, 104);
  t.regex(stderr, /no project heat\nhint: Add openstack\/heat to the job's required-projects/);
  t.throws(() => zuulOverrides(join(folder, 'other.json')), {
    message: /expected Zuul’s variable/,
  });
});

test('--zuul and --to exclude each other', async (t) => {
  const { exitCode, stderr } = await invoked(['plan', '--zuul', 'x.json', '--to', '2026.1']);
  t.is(exitCode, 104);
  t.regex(stderr, /cannot be used with/);
});
