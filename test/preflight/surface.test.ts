import test from 'ava';
import type { FoundIn, ResourceType } from '../../src/preflight/inventory.ts';
import { found, PLACE, described } from './inventories.ts';

function point(group: string, name: string): FoundIn<'entryPoints'>[number] {
  return { group, name, value: 'heat.cmd:main', ...PLACE };
}

test('removed scripts and template versions are risks, other removed plugins are notes', (t) => {
  const base = {
    entryPoints: [
      point('console_scripts', 'heat-api'),
      point('wsgi_scripts', 'heat-wsgi-api'),
      point('heat.templates', 'heat_template_version.2013-05-23'),
      point('heat.clients', 'monasca'),
      point('oslo.config.opts', 'heat.common.config'),
      point('console_scripts', 'heat-engine'),
    ],
  };
  t.deepEqual(described(base, { entryPoints: [point('console_scripts', 'heat-engine')] }), [
    'risk: 2.0.0 has no script heat-api: a deployment that starts it needs another way',
    'risk: 2.0.0 has no script heat-wsgi-api: a deployment that starts it needs another way',
    'risk: 2.0.0 reads no template of version heat_template_version.2013-05-23: stacks that were made with one cannot be loaded',
    'info: Gone from heat.clients: monasca',
  ]);
});

function type(name: string, given: Partial<ResourceType> = {}): ResourceType {
  return { name, status: 'SUPPORTED', ...PLACE, properties: [], attributes: [], ...given };
}

function property(
  name: string,
  given: Partial<ResourceType['properties'][number]> = {},
): ResourceType['properties'][number] {
  return { name, required: false, updateAllowed: true, status: 'SUPPORTED', ...given };
}

test('stacks with a removed resource type cannot be loaded', (t) => {
  t.deepEqual(
    described(
      { resourceTypes: [type('A'), type('B', { status: 'HIDDEN' }), type('C')] },
      { resourceTypes: [type('C', { status: 'HIDDEN' })] },
    ),
    [
      'risk: 2.0.0 has no A: stacks with such resources cannot be loaded',
      'risk: 2.0.0 has no B (retired before): stacks with such resources cannot be loaded',
      'info: 1 resource type retired: C (HIDDEN)',
    ],
  );
});

test('a change that makes a resource’s properties in a template invalid is reported', (t) => {
  t.deepEqual(
    described(
      {
        resourceTypes: [
          type('A', { properties: [property('gone'), property('size')], attributes: ['show'] }),
          type('B', { properties: [property('old', { status: 'DEPRECATED' })] }),
        ],
      },
      {
        resourceTypes: [
          type('A', {
            properties: [
              property('size', { updateAllowed: false }),
              property('new', { required: true }),
            ],
          }),
          type('B', { properties: [property('more')] }),
        ],
      },
    ),
    [
      'risk: A has no property gone, requires new, is replaced where size changes, has no attribute show',
      'info: B has no property old (retired before)',
    ],
  );
});

test('a kept api-paste.ini names existing entry points, or does not load', (t) => {
  const file = (factory: string): FoundIn<'paste'>['sections'] => [
    {
      name: 'filter:a',
      line: 1,
      settings: [{ key: 'heat.filter_factory', value: factory, line: 2 }],
    },
  ];
  const base = { file: 'api-paste.ini', sections: file('heat.a:A'), offered: ['heat.a:A'] };
  const target = { file: 'api-paste.ini', sections: file('heat.b:B'), offered: ['heat.b:B'] };
  const findings = found({ paste: base }, { paste: target });
  t.deepEqual(
    findings.map(({ id, severity }) => `${id} ${severity}`),
    ['paste-factories risk', 'paste-sections info'],
  );
  t.like(findings[0]?.evidence[0], { release: 'base', file: 'api-paste.ini', line: 2 });
  t.deepEqual(
    described({ paste: base }, { paste: { ...base, offered: ['heat.a:A', 'heat.b:B'] } }),
    [],
  );
});

function libraries(
  installed: Readonly<Record<string, string>>,
  asked: Readonly<Record<string, boolean>> = {},
): FoundIn<'dependencies'> {
  return {
    file: 'METADATA',
    asked: Object.entries(asked).map(([name, fits]) => ({ name, range: '>=1', fits })),
    installed: { ...installed },
  };
}

test('libraries: missing ones, requirements, and changed major versions', (t) => {
  t.deepEqual(
    described(
      { dependencies: libraries({ a: '1.0', b: '1.0' }, { a: true, eventlet: true, left: false }) },
      { dependencies: libraries({ a: '2.0', b: '2.0' }, { a: true, b: false, left: false }) },
    ),
    [
      'risk: 2.0.0 requires packages that its image lacks: b>=1 (2.0)',
      'info: 2.0.0 no longer asks for eventlet and asks for b',
      'info: Another major version of 2 libraries: a 1.0 → 2.0, b 1.0 → 2.0',
    ],
  );
});
