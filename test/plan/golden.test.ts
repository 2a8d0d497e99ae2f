import { readFile, writeFile } from 'node:fs/promises';
import test from 'ava';
import { renderPlan } from '../../src/plan/render/render.ts';
import type { ScenarioInput } from '../../src/scenario/schema.ts';
import { planned } from './planned.ts';

/**
 * The printed plans are the planner's specification. After a change on purpose:
 * `UPDATE_GOLDEN=1 npx ava test/plan/golden.test.ts`, and read the diff.
 */
const golden = test.macro({
  title: (_, name: string) => `the plan of ${name} is as in golden/${name}.txt`,
  exec: async (t, name: string, input: Partial<ScenarioInput>) => {
    const file = new URL(`golden/${name}.txt`, import.meta.url);
    const text = `${renderPlan(await planned({ ...input, name }))}\n`;
    if (process.env['UPDATE_GOLDEN'] === '1') await writeFile(file, text);
    t.is(text, await readFile(file, 'utf8'));
  },
});

test(golden, 'cold-2x2', { choreography: 'cold' });
test(golden, 'shared-vhost-2x2', { choreography: 'shared-vhost' });
test(golden, 'guide-2x2', { choreography: 'guide' });
test(golden, 'guide-2x2-cfn', { choreography: 'guide', topology: '2x2-cfn' });
test(golden, 'guide-3x3', { choreography: 'guide', topology: '3x3' });
test(golden, 'guide-1x1', { choreography: 'guide', topology: '1x1' });
test(golden, 'guide-api-first-2x2', { choreography: 'guide-api-first' });
test(golden, 'grenade-multinode-2x2', { choreography: 'grenade-multinode' });
test(golden, 'kolla-2x2-cfn', { choreography: 'kolla', topology: '2x2-cfn' });
test(golden, 'kolla-serial-2x2-cfn', { choreography: 'kolla-serial', topology: '2x2-cfn' });
test(golden, 'osa-3x3', { choreography: 'osa', topology: '3x3' });
test(golden, 'gentle-2x2', { choreography: 'gentle' });
test(golden, 'gentle-3x3', { choreography: 'gentle', topology: '3x3' });
test(golden, 'gentle-in-place-2x2', {
  choreography: 'gentle-in-place',
  base: '2026.1',
  target: '2026.2',
});
test(golden, 'node-by-node-2x2', {
  choreography: 'node-by-node',
  base: '2026.1',
  target: '2026.2',
});
test(golden, 'to-quorum-2x2', { choreography: 'to-quorum', base: '2026.1', target: 'base' });
test(golden, 'infrastructure-2x2', {
  choreography: 'none',
  base: '2026.1',
  target: 'base',
  infrastructure: { haproxy: 'forky', rabbitmq: 'sid' },
});
test(golden, 'infrastructure-2x2-rabbitmq3', {
  choreography: 'none',
  base: '2026.1',
  target: 'base',
  topology: '2x2-rabbitmq3',
  infrastructure: { rabbitmq: 'forky' },
});
test(golden, 'infrastructure-2x2-mysql3', {
  choreography: 'none',
  base: '2026.1',
  target: 'base',
  topology: '2x2-mysql3',
  infrastructure: { mysql: { from: 'bookworm', to: 'trixie' } },
});
test(golden, 'infrastructure-2x2-keystone2', {
  choreography: 'none',
  base: '2026.1',
  target: 'base',
  topology: '2x2-keystone2',
  infrastructure: { keystone: 'forky' },
  faults: [{ fault: 'unplug', on: 'memcached', seconds: 5 }],
});
test(golden, 'guide-control-2x2', { choreography: 'guide', target: '2025.1' });
test(golden, 'control-2x2', { choreography: 'shared-vhost', target: '2025.1' });
test(golden, 'guide-image-2x2', { choreography: 'guide', target: 'image:registry/heat:dev' });
