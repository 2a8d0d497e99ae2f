import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { z } from 'zod';
import { renderJunit } from '../../../src/report/files/junit.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { TAGS } from '../../../src/verdict/schema/verdict.ts';
import { badRoll, cleanRoll, roll } from '../../verdict/runs.ts';
import { Story } from '../../verdict/stream.ts';
import { HOSTILE } from '../hostile.ts';

const count = z.string().regex(/^\d+$/).transform(Number);
const counts = { tests: count, failures: count, errors: count, skipped: count };
const problem = z.object({ message: z.string(), type: z.string(), '#text': z.string().optional() });
const Document = z.object({
  testsuites: z.object({
    ...counts,
    testsuite: z.array(
      z.object({
        ...counts,
        name: z.string(),
        properties: z.object({
          property: z.array(z.object({ name: z.string(), value: z.string() })),
        }),
        testcase: z.array(
          z.object({
            name: z.string(),
            classname: z.string(),
            time: z.string().regex(/^\d+\.\d{3}$/),
            failure: problem.optional(),
            error: problem.optional(),
            skipped: z.object({ message: z.string() }).optional(),
          }),
        ),
      }),
    ),
  }),
});

type Parsed = z.infer<typeof Document>['testsuites'];
type Case = Parsed['testsuite'][number]['testcase'][number];

function render(story: Story): string {
  return renderJunit(story.events, judge(story.events));
}

function parse(xml: string): Parsed {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseAttributeValue: false,
    parseTagValue: false,
    trimValues: false,
    isArray: (name) => ['testsuite', 'testcase', 'property'].includes(name),
  });
  return Document.parse(parser.parse(xml)).testsuites;
}

function casesOf(document: Parsed): readonly Case[] {
  return document.testsuite.flatMap(({ testcase }) => testcase);
}

const REQUIRED = 'supports-zero-downtime-upgrade';
const STORIES: Readonly<Record<string, () => Story>> = {
  'a clean run': () => cleanRoll({ require: [REQUIRED] }),
  'a clean run that requires nothing': () => cleanRoll(),
  'a bad run': () => badRoll({ require: [REQUIRED] }),
  'a bad run that requires nothing': () => badRoll({ require: [] }),
  'a run with thresholds': () =>
    badRoll({
      thresholds: [
        { metric: 'api_failed', expression: 'rate<0.000001' },
        { metric: 'stacks_lost', expression: 'count>=0' },
        { metric: 'api_failed{probe:nobody}', expression: 'rate<0.1' },
      ],
    }),
  'an aborted run': () =>
    roll({ require: [REQUIRED] })
      .at(46)
      .finished('aborted', { code: 'aborted', message: 'Ctrl-C' }),
  'a run that breaks off': () => new Story({ a: ['1.1 hold', '1.2 hold'] }).at(1).step('1.1'),
  'a failed harness': () =>
    new Story({ a: ['1.1 db-sync', '1.2 hold'] }, { require: [REQUIRED] })
      .at(1)
      .step('1.1')
      .at(2)
      .broke('1.1', 'engine-unreachable', 'no Docker')
      .finished('failed', { code: 'engine-unreachable', message: 'no Docker', step: '1.1' }),
};

for (const [name, story] of Object.entries(STORIES)) {
  test(`the counts of ${name} match its cases, and it is red if the run did not pass`, (t) => {
    const xml = render(story());
    t.true(XMLValidator.validate(xml));
    const document = parse(xml);
    for (const { testcase, ...suite } of [
      ...document.testsuite,
      { ...document, testcase: casesOf(document) },
    ]) {
      t.is(suite.tests, testcase.length);
      t.is(suite.failures, testcase.filter(({ failure }) => failure).length);
      t.is(suite.errors, testcase.filter(({ error }) => error).length);
      t.is(suite.skipped, testcase.filter(({ skipped }) => skipped).length);
    }
    const { outcome } = judge(story().events);
    t.is(document.failures + document.errors === 0, outcome === 'passed');
    if (outcome === 'error') t.is(document.failures, 0);
    if (outcome === 'failed') t.is(document.errors, 0);
    t.is(render(story()), xml, 'the same bytes');
  });
}

test('each clause, threshold and step has a case', (t) => {
  const { events } = badRoll({
    thresholds: [{ metric: 'stacks_lost', expression: 'count==0' }],
  });
  const verdict = judge(events);
  const { testsuite } = parse(renderJunit(events, verdict));
  const cases = new Map(testsuite.map((suite) => [suite.name, suite.testcase.length]));
  t.deepEqual(
    cases,
    new Map([
      ['run', 1],
      ...TAGS.map((tag) => [tag, verdict.tags[tag].clauses.length] as const),
      ['thresholds', 1],
      ['steps', verdict.steps.length],
    ]),
  );
  t.true([...cases.values()].every((number) => number > 0));
});

test('a tag that is not required is skipped; a required one fails, with the evidence', (t) => {
  const required = parse(render(badRoll({ require: ['supports-rolling-upgrade'] })));
  const of = (document: Parsed, tag: string): readonly Case[] =>
    document.testsuite.find(({ name }) => name === tag)?.testcase ?? [];
  const failed = of(required, 'supports-rolling-upgrade').find(({ failure }) => failure);
  t.regex(failed?.failure?.message ?? '', /\w/);
  t.is(failed?.failure?.type, 'failed');
  t.true(of(required, 'supports-zero-downtime-upgrade').every(({ failure }) => !failure));
  const free = parse(render(badRoll({ require: [] })));
  const skipped = of(free, 'supports-rolling-upgrade').find(({ skipped }) => skipped);
  t.is(skipped?.name, failed?.name);
  t.regex(skipped?.skipped?.message ?? '', /^not required; failed: ./);
});

test('a failure of the harness is an error with its name; steps that did not start are skipped', (t) => {
  const document = parse(render(STORIES['a failed harness']?.() ?? new Story()));
  const steps = document.testsuite.find(({ name }) => name === 'steps')?.testcase;
  t.like(steps?.[0], { error: { type: 'engine-unreachable', message: 'no Docker' } });
  t.truthy(steps?.[1]?.skipped);
});

test('the properties name the seed, the versions, the choreography and the topology', (t) => {
  const { testsuite } = parse(render(cleanRoll()));
  for (const { properties } of testsuite) {
    const of = new Map(properties.property.map(({ name, value }) => [name, value]));
    t.is(of.get('seed'), '7');
    t.is(of.get('base'), '2025.1 24.0.0');
    t.is(of.get('target'), '2026.1 26.0.1');
    t.is(of.get('choreography'), 'shared-vhost');
    t.is(of.get('topology'), '2x2');
  }
});

/** Everything but what XML 1.0 allows (https://www.w3.org/TR/xml/#charsets), and C1. */
const ILLEGAL = /[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

for (const [what, text] of Object.entries(HOSTILE)) {
  test(`text with hostile ${what} stays text in XML`, (t) => {
    const story = new Story({ a: [`1.1 hold ${text}`] }, { scenario: text, topology: text })
      .at(1)
      .step('1.1')
      .at(2)
      .broke('1.1', 'unexpected', text)
      .finished('failed', { code: 'unexpected', message: text, hint: text, step: '1.1' });
    const xml = render(story);
    t.notRegex(xml, ILLEGAL);
    t.true(XMLValidator.validate(xml));
    t.notRegex(xml, /<!(?:DOCTYPE|\[CDATA\[|--)|<script|<details|<img/);
    const document = parse(xml);
    const { step, run } = {
      step: document.testsuite.find(({ name }) => name === 'steps')?.testcase,
      run: document.testsuite.find(({ name }) => name === 'run')?.testcase,
    };
    t.is(step?.length, 1);
    t.is(run?.length, 1);
    // All its readable text is there.
    for (const word of stripVTControlCharacters(text).match(/[a-z]{4,}/g) ?? []) {
      if (!/^(?:owned|https|evil|example|link|quot|undefined)$/.test(word)) {
        t.true(step?.[0]?.error?.message.includes(word), `${word} of ${step?.[0]?.error?.message}`);
      }
    }
  });
}
