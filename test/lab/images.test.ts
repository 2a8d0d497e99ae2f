import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { satisfies } from '@renovatebot/pep440';
import test from 'ava';
import type Docker from 'dockerode';
import { connectDocker } from '../../src/containers/docker.ts';
import { ensureImages, imagesFor } from '../../src/containers/images/ensure.ts';
import { listImages } from '../../src/containers/images/list.ts';
import { baseImage, type ImageRecipe } from '../../src/containers/images/recipe.ts';
import { ensureOverlays } from '../../src/containers/source/ensure-overlays.ts';
import { exportPackage } from '../../src/containers/source/export-package.ts';
import { demultiplex } from '../../src/containers/streams/output.ts';
import { RollgateError } from '../../src/errors.ts';
import { loadCatalogue } from '../../src/release/catalogue.ts';
import type { SourceTree } from '../../src/release/overlay.ts';
import { fingerprint } from '../../src/release/source/fingerprint.ts';
import { heat } from '../../src/subject/heat/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A small image based on Debian trixie with its own name, so that tests do not collide. */
function smallImage(service: string, dockerfile: string): ImageRecipe {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, 'Dockerfile'),
    `ARG SUITE\nFROM rollgate/base:\${SUITE}\n${dockerfile}`,
  );
  return {
    name: service,
    ref: `rollgate/${service}:latest`,
    service,
    suite: 'trixie',
    folder,
    package: 'dpkg',
    parent: baseImage('trixie'),
    gigabytes: 0.1,
  };
}

test.before('the default images are there', async (t) => {
  t.timeout(900_000);
  const catalogue = await loadCatalogue();
  const { base, target } = catalogue.default;
  const wanted = imagesFor(heat.imageRecipe, [base, target], catalogue);
  await ensureImages(await connectDocker(), wanted);
});

test('a second build takes under two seconds and builds nothing', async (t) => {
  const docker = await connectDocker();
  const lines: string[] = [];
  const started = performance.now();
  const wanted = imagesFor(heat.imageRecipe, ['2025.1', '2026.1'], await loadCatalogue());
  const images = await ensureImages(docker, wanted, {
    onProgress: ({ line }) => lines.push(line),
  });
  t.true(performance.now() - started < 2000);
  t.deepEqual(lines, []);
  t.is(images.length, wanted.length);
});

test('each image reports the version that it contains', async (t) => {
  const images = await listImages(await connectDocker());
  const version = (name: string) => images.find((image) => image.name === name)?.version;
  t.is(version('heat:2025.1'), '24.0.0');
  t.is(version('heat:2026.1'), '26.0.1');
  t.regex(version('mysql') ?? '', /^\d+\.\d+\.\d+$/);
});

test('a failed Dockerfile is reported with its instruction and last lines', async (t) => {
  const image = smallImage('test-broken', 'RUN echo on the way && ls /nowhere\n');
  const error = await t.throwsAsync(ensureImages(await connectDocker(), [image]), {
    instanceOf: RollgateError,
  });
  t.is(error.code, 'image-build-failed');
  t.regex(error.message, /test-broken.*RUN echo on the way/);
  t.regex(error.detail ?? '', /on the way\n.*nowhere.*No such file/s);
});

test('a version that differs is an error, and the image gets no tag', async (t) => {
  const docker = await connectDocker();
  const image = { ...smallImage('test-differs', 'RUN true\n'), version: '0.0.1' };
  const error = await t.throwsAsync(ensureImages(docker, [image]), { instanceOf: RollgateError });
  t.is(error.code, 'version-differs');
  t.false((await listImages(docker)).some(({ name }) => name === 'test-differs'));
});

test('two that want the same image build it once', async (t) => {
  const docker = await connectDocker();
  const image = smallImage('test-shared', 'RUN sleep 1\n');
  const built: string[] = [];
  const build = () =>
    ensureImages(docker, [image], {
      onProgress: ({ phase, image: name }) => {
        if (phase === 'done' && name === 'test-shared') built.push(name);
      },
    });
  try {
    const [[one], [other]] = await Promise.all([build(), build()]);
    t.is(one?.id, other?.id);
    t.is(built.length, 1);
  } finally {
    await docker.getImage(image.ref).remove({ force: true });
  }
});

test('a build that is cancelled ends at once and leaves no container', async (t) => {
  const docker = await connectDocker();
  const marker = `cancelled-${process.pid}`;
  const image = smallImage('test-cancelled', `RUN echo ${marker} && sleep 60\n`);
  const controller = new AbortController();
  const building = ensureImages(docker, [image], {
    signal: controller.signal,
    onProgress: ({ phase, image: name }) => {
      if (phase === 'build' && name === 'test-cancelled') {
        setTimeout(() => controller.abort(), 1000);
      }
    },
  });
  const started = performance.now();
  await t.throwsAsync(building, { name: 'AbortError' });
  t.true(performance.now() - started < 30_000);
  const containers = async (): Promise<readonly string[]> =>
    (await docker.listContainers({ all: true }))
      .map(({ Command }) => Command)
      .filter((command) => command.includes(marker));
  while ((await containers()).length > 0) await new Promise((resolve) => setTimeout(resolve, 100));
  t.pass();
});

test('a package is written out with the entry points that it has, whatever they name', async (t) => {
  const docker = await connectDocker();
  const { base } = (await loadCatalogue()).default;
  const image = `rollgate/heat:${base}`;
  const folder = temporaryFolder();
  await exportPackage(docker, image, 'oslo_messaging', folder);
  const written = await readFile(join(folder, 'setup.cfg'), 'utf8');
  // Without its executors, which are another package's, no server starts.
  t.regex(
    written,
    /^oslo\.messaging\.executors =\n.*\n +threading = futurist:ThreadPoolExecutor$/m,
  );
  t.regex(written, /^ +rabbit = oslo_messaging\._drivers\.impl_rabbit:RabbitDriver$/m);
});

test('Heat can read the version of its own changed source, in each release', async (t) => {
  const docker = await connectDocker();
  const { base, target } = (await loadCatalogue()).default;
  for (const series of [base, target]) {
    const version = '99.0.0+dtest';
    const trees: SourceTree[] = [
      { package: 'heat', from: { kind: 'installed' }, patches: [], version },
    ];
    const content = await fingerprint(trees);
    const image = `rollgate/heat-source:${series}-${content}`;
    await ensureOverlays(docker, [{ image, series, version, trees, content }]);
    const read = ['-c', 'from heat import version; print(version.version_info.version_string())'];
    // pbr 6, which 2025.1 has, knows no local part.
    t.regex(await printed(docker, image, ['python3', ...read]), /^99\.0\.0/);
  }
});

test('an image has at least the packages that the catalogue says', async (t) => {
  const docker = await connectDocker();
  const catalogue = await loadCatalogue();
  const { base, target } = catalogue.default;
  for (const series of [base, target]) {
    const { python, packages } = catalogue.release(series);
    const program = [
      'import json, sys',
      'from importlib import metadata',
      'names = json.loads(sys.argv[1])',
      "print(json.dumps({'python': '%d.%d' % sys.version_info[:2], **{name: metadata.version(name) for name in names}}))",
    ].join('\n');
    const names = JSON.stringify(Object.keys(packages));
    const entrypoint = ['python3', '-c', program, names];
    const found = JSON.parse(
      await printed(docker, `rollgate/heat:${series}`, entrypoint),
    ) as Record<string, string>;
    t.is(found['python'], python);
    for (const [name, version] of Object.entries(packages)) {
      // Debian's alembic 1.13.2 calls itself 1.13.2.dev0.
      t.true(
        satisfies(`${found[name]}`.replace(/\.dev0$/, ''), `>=${version}`),
        `${series} ${name}`,
      );
    }
  }
});

/** What stevedore finds in a group, and how often it had to read all packages for that. */
const FIND_ENTRY_POINTS = `
import json, os
from stevedore import _cache
read, reads = _cache._build_cacheable_data, []
_cache._build_cacheable_data = lambda: reads.append(1) or read()
names = sorted({point.name for point in _cache.get_group_all('oslo.config.opts')})
print('found: ' + json.dumps({'reads': len(reads), 'names': names}), flush=True)
os._exit(0)
`;

test('services find the entry points of all packages in files, those of a source tree in others', async (t) => {
  const docker = await connectDocker();
  const { base, target } = (await loadCatalogue()).default;
  const found = async (image: string, scripts: string) => {
    const ways = [
      `printf '%s' "$PROGRAM" >/tmp/program && python3 -c "import sys; sys.path[0] = '${scripts}'; exec(open('/tmp/program').read())"`,
      'uwsgi --plugin python3 --http-socket 127.0.0.1:0 --wsgi-file /tmp/program',
    ];
    const command = `PROGRAM=$0; ${ways.join(' && ')}`;
    const text = await printed(docker, image, ['sh', '-c', command, FIND_ENTRY_POINTS]);
    const lines = text.split('\n').filter((line) => line.startsWith('found: '));
    t.is(lines.length, ways.length, text);
    return lines.map(
      (line) =>
        JSON.parse(line.slice('found: '.length)) as { reads: number; names: readonly string[] },
    );
  };
  for (const series of [base, target]) {
    const { image } = await withOneMoreEntryPoint(docker, series);
    for (const { reads, names } of await found(`rollgate/heat:${series}`, '/usr/bin')) {
      t.is(reads, 0, series);
      t.false(names.includes('heat_none.config'));
    }
    for (const { reads, names } of await found(image, '/usr/local/bin')) {
      t.is(reads, 0, image);
      t.true(names.includes('heat_none.config'));
    }
  }
});

/** An overlay of Heat's own source with one more entry point. */
async function withOneMoreEntryPoint(docker: Docker, series: string) {
  const folder = temporaryFolder();
  await exportPackage(docker, `rollgate/heat:${series}`, 'heat', folder);
  const setup = join(folder, 'setup.cfg');
  const written = await readFile(setup, 'utf8');
  const entry = '    heat_none.config = heat_none.config:list_opts\n';
  writeFileSync(setup, written.replace('oslo.config.opts =\n', `oslo.config.opts =\n${entry}`));
  const version = '99.0.0+dtest';
  const trees: SourceTree[] = [
    { package: 'heat', from: { kind: 'dir', path: folder }, patches: [], version },
  ];
  const lines: string[] = [];
  const build = async (): Promise<string> => {
    const content = await fingerprint(trees);
    const image = `rollgate/heat-source:${series}-${content}`;
    await ensureOverlays(docker, [{ image, series, version, trees, content }], {
      onProgress: ({ line }) => lines.push(line),
    });
    return image;
  };
  return { image: await build(), build, folder, lines };
}

test('a tree is refused for what a service loads, and only noted for what tools load', async (t) => {
  const docker = await connectDocker();
  const series = (await loadCatalogue()).default.target;
  const { build, folder, lines } = await withOneMoreEntryPoint(docker, series);
  const noted = lines.filter((line) => line.includes('note: '));
  t.regex(noted.join('\n'), /heat_none\.config.*no service of the lab loads it$/);
  // It is said again when the image is there already.
  await build();
  t.is(lines.filter((line) => line.includes('note: ')).length, 2 * noted.length);

  writeFileSync(join(folder, 'heat', 'engine', 'resources', 'none.py'), 'import heat_none\n');
  const error = await t.throwsAsync(build(), { instanceOf: RollgateError });
  t.is(error.code, 'unfit-source');
  t.regex(error.message, /module heat\.engine\.resources\.none does not load/);
  t.notRegex(error.message, /heat_none\.config/);
});

async function printed(docker: Docker, Image: string, Entrypoint: string[]): Promise<string> {
  const container = await docker.createContainer({ Image, Entrypoint, Cmd: [] });
  try {
    await container.start();
    await container.wait();
    return demultiplex(Buffer.from(await container.logs({ stdout: true, stderr: true }))).text;
  } finally {
    await container.remove({ force: true });
  }
}
