import { randomBytes } from 'node:crypto';
import test from 'ava';
import { connectDocker } from '../../src/containers/docker.ts';
import { DockerContainerEngine } from '../../src/containers/docker/container-engine.ts';
import type { ContainerFile } from '../../src/containers/port.ts';
import { labLabels } from '../../src/lab/labels.ts';
import { thisProcess } from '../../src/lab/owner.ts';
import { parseRan } from '../../src/observe/logs/ran.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { loadCatalogue } from '../../src/release/catalogue.ts';
import { findChangedCode, reportingOf } from '../../src/runs/changed-code/changed-code.ts';
import { preparePlan } from '../../src/runs/prepare.ts';
import { heat } from '../../src/subject/heat/index.ts';
import { imageWith } from './broken-image.ts';

const engine = new DockerContainerEngine(await connectDocker());
const name = `test-${randomBytes(3).toString('hex')}-changed`;
const BASE = 'rollgate/heat:2026.1';
const HEAT = '/usr/lib/python3/dist-packages/heat';

async function inImage(
  image: string,
  command: readonly string[],
  more: {
    readonly files?: readonly ContainerFile[];
    readonly environment?: Readonly<Record<string, string>>;
  } = {},
): Promise<string> {
  const { output, exitCode } = await engine.run({
    name: `rollgate-${name}`,
    image,
    hostname: 'test',
    network: 'none',
    aliases: [],
    labels: labLabels(name, thisProcess()),
    command,
    readySeconds: 60,
    files: [],
    ...more,
  });
  if (exitCode !== 0) throw new Error(output);
  return output;
}

test.serial('a line of more than 16 KiB comes back whole, whatever its characters', async (t) => {
  const line = `é${'abcdefgh é'.repeat(5000)}`;
  const files = [{ path: '/tmp/line', content: `${line}\nnext\n` }];
  const output = await inImage(BASE, ['cat', '/tmp/line'], { files });
  t.true(output === `${line}\nnext`, `${output.length} characters came back`);
});

test.serial('the one changed statement is found, and reported as soon as it runs', async (t) => {
  const change = async (file: string, from: string, to: string): Promise<ContainerFile> => {
    const text = await inImage(BASE, ['cat', `${HEAT}/${file}`]);
    t.true(text.includes(from), file);
    return { path: `${HEAT}/${file}`, content: `${text.replace(from, to)}\n` };
  };
  const changed = await imageWith(BASE, name, [
    await change('common/serializers.py', "= 'application/json'", "= 'text/plain'"),
    // Far within a file of more than 16 KiB.
    await change('engine/service.py', "'Creating stack %s'", "'Making stack %s'"),
  ]);
  try {
    const { plan } = await preparePlan({
      scenario: { name: 'changed', base: '2026.1', target: '2026.1' },
      shape: heat.shape,
      catalogue: await loadCatalogue(),
    });
    const own: Plan = {
      ...plan,
      target: { ...plan.target, image: changed.ref },
      overlays: [
        {
          image: changed.ref,
          series: '2026.1',
          version: '26.0.1',
          content: '',
          trees: [{ package: 'heat', from: { kind: 'installed' }, patches: [] }],
        },
      ],
    };
    const found = await findChangedCode({
      engine,
      plan: own,
      name,
      onProgress: (line) => t.log(line),
    });
    t.deepEqual(
      found?.statements.map(({ file, function: of }) => `${file} ${of}`),
      [
        'heat/common/serializers.py JSONResponseSerializer.default',
        'heat/engine/service.py EngineService.create_stack',
      ],
    );
    if (found === undefined) return;
    const { files = {}, environment = {} } = await reportingOf(found);
    const call = [
      'from types import SimpleNamespace',
      'from heat.common import serializers',
      'for _ in range(3): serializers.JSONResponseSerializer().default(SimpleNamespace(), {})',
    ];
    const output = await inImage(changed.ref, ['python3', '-c', call.join('\n')], {
      environment,
      files: Object.entries(files).map(([path, content]) => ({ path, content })),
    });
    const [serializer] = found.statements;
    t.deepEqual(output.split('\n').map(parseRan), [
      { type: 'code-watched' },
      { type: 'code-ran', path: `${HEAT}/common/serializers.py`, line: serializer?.line },
    ]);
  } finally {
    await changed.remove();
  }
});
