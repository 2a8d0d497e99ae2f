import test from 'ava';
import { Lab } from '../../src/index.ts';

for (const [series, version, revision] of [
  ['victoria', '15.0.0', '86'],
  ['zed', '19.0.0', '86'],
  ['2026.2', '27.0.0', '97b2a986f922'],
] as const) {
  test(`a lab of ${series} comes up and runs Heat ${version}`, async (t) => {
    await using lab = await Lab.start({ series, topology: '1x1' });
    const { deployment } = lab;
    t.is(await deployment.subject.schemaRevision(deployment.database), revision);
    const [engine] = await deployment.subject.listEngines(deployment);
    t.is(engine?.host, 'node1');
    t.is(engine?.status, 'up');
    const response = await fetch(lab.endpoint());
    t.is(response.status, 300);
  });
}

test('heat-api-cfn can be one of the services', async (t) => {
  await using lab = await Lab.start({ series: '2026.1', topology: '2x2-cfn' });
  const servers = await lab.deployment.balancer.servers();
  t.is(servers.get('node1/heat-api-cfn')?.status, 'UP');
  const response = await fetch(lab.endpoint('heat-api-cfn'));
  t.true(response.status < 500);
});
