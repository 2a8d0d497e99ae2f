import test from 'ava';
import { RollgateError } from '../../../src/errors.ts';
import { resolveTopology } from '../../../src/scenario/topology/resolve-topology.ts';
import { topologyInput } from '../../../src/scenario/topology/topology.ts';
import { heatShape } from '../../../src/subject/heat/shape.ts';

test('each service container has its node, its kind, its name and its role', (t) => {
  const topology = resolveTopology(
    {
      name: 't',
      nodes: [
        { name: 'a', services: ['heat-api', { name: 'heat-engine', count: 2 }] },
        { name: 'b', services: ['heat-api-cfn'] },
      ],
    },
    heatShape,
  );
  t.deepEqual(topology, {
    name: 't',
    nodes: [
      {
        name: 'a',
        services: [
          { node: 'a', kind: 'heat-api', service: 'heat-api', role: 'api' },
          { node: 'a', kind: 'heat-engine', service: 'heat-engine', role: 'engine' },
          { node: 'a', kind: 'heat-engine', service: 'heat-engine.2', role: 'engine' },
        ],
      },
      {
        name: 'b',
        services: [{ node: 'b', kind: 'heat-api-cfn', service: 'heat-api-cfn', role: 'api' }],
      },
    ],
  });
});

const invalid = test.macro({
  title: (what) => `a topology ${what} is refused`,
  exec: (t, nodes: readonly { name: string; services: string[] }[], message: RegExp) => {
    const error = t.throws(() => resolveTopology({ name: 't', nodes: [...nodes] }, heatShape), {
      instanceOf: RollgateError,
    });
    t.is(error.code, 'invalid-topology');
    t.regex(error.message, message);
  },
});

test(
  'without an engine',
  invalid,
  [{ name: 'a', services: ['heat-api'] }],
  /no node runs heat-engine/,
);
test(
  'with no other API than heat-api-cfn',
  invalid,
  [{ name: 'a', services: ['heat-api-cfn', 'heat-engine'] }],
  /no node runs heat-api;/,
);
test(
  'with a service twice on a node',
  invalid,
  [{ name: 'a', services: ['heat-api', 'heat-engine', 'heat-engine'] }],
  /nodes\[0\]\.services\[2\]: heat-engine is listed twice on a; .*count: 2/,
);
test(
  "with another subject's service",
  invalid,
  [{ name: 'a', services: ['heat-api', 'nova-api'] }],
  /no service "nova-api".*; its services: heat-api, heat-api-cfn, heat-engine/,
);
test('without a node', invalid, [], /nodes: expected at least 1 in the list/);

test('several Keystones without a cache that they share, and an impossible number of servers, are refused', (t) => {
  const input = { name: 't', nodes: [{ name: 'a', services: ['heat-api', 'heat-engine'] }] };
  t.throws(() => resolveTopology({ ...input, infrastructure: { keystone: 2 } }, heatShape), {
    message: /infrastructure\.keystone: several Keystones need memcached/,
  });
  t.throws(() => resolveTopology({ ...input, infrastructure: { rabbitmq: 2 } }, heatShape), {
    message: /infrastructure\.rabbitmq: expected 1 or 3/,
  });
  const { infrastructure } = resolveTopology(
    { ...input, infrastructure: { keystone: 2, memcached: 1 } },
    heatShape,
  );
  t.deepEqual(infrastructure, { keystone: 2, memcached: 1 });
});

test('TLS is kept, and refused for a subject whose clients know no authority', (t) => {
  const nodes = [{ name: 'a', services: ['heat-api', 'heat-engine'] }];
  const input = { name: 't', nodes, tls: true };
  const topology = resolveTopology(input, heatShape);
  t.true(topology.tls);
  t.true(topologyInput(topology).tls);
  const { overTls: _, ...plain } = heatShape;
  t.throws(() => resolveTopology(input, { ...plain, title: 'Other' }), {
    message: /tls: a lab of Other has no TLS/,
  });
});

test('a node cannot have the name of a server', (t) => {
  const nodes = [{ name: 'rabbitmq-2', services: ['heat-api', 'heat-engine'] }];
  t.throws(() => resolveTopology({ name: 't', nodes }, heatShape), {
    message: /rabbitmq-2 is the name of an infrastructure service/,
  });
});

test('a transport that the subject does not have is refused', (t) => {
  const nodes = [{ name: 'a', services: ['heat-api', 'heat-engine'] }];
  const error = t.throws(() =>
    resolveTopology({ name: 't', nodes, transport: 'json-rpc' }, heatShape),
  );
  t.regex(
    error.message,
    /transport: the services of Heat do not call .* json-rpc; possible: broker/,
  );
  t.is(resolveTopology({ name: 't', nodes, transport: 'broker' }, heatShape).transport, 'broker');
});
