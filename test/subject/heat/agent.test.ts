import test from 'ava';
import { heatAgent } from '../../../src/subject/heat/agent/agent.ts';
import { heatShape } from '../../../src/subject/heat/shape.ts';

test('a guest also uses heat-api-cfn if the lab has it and Keystone accepts it', (t) => {
  const both = new Set(['heat-api', 'heat-api-cfn', 'heat-engine']);
  const probesOf = (services: ReadonlySet<string>, ...versions: readonly string[]) =>
    Object.keys(heatAgent.probes({ services, versions }));
  t.deepEqual(probesOf(both, '26.0.1', '27.0.0'), [
    'agent',
    'agent-signal',
    'agent-cfn',
    'agent-cfn-signal',
  ]);
  t.deepEqual(probesOf(both, '24.0.0', '26.0.1'), ['agent', 'agent-signal']);
  t.deepEqual(probesOf(new Set(['heat-api']), '26.0.1', '27.0.0'), ['agent', 'agent-signal']);
  // A threshold may name each of them.
  t.deepEqual(heatShape.agentProbes, probesOf(both, '26.0.1', '27.0.0'));
});
