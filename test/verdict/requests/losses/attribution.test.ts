import test from 'ava';
import { judge } from '../../../../src/verdict/judge.ts';
import type { LostRequest } from '../../../../src/verdict/schema/verdict.ts';
import { OLD, Story } from '../../stream.ts';

function lostIn(story: Story): LostRequest | undefined {
  return judge(story.events).api.lost[0];
}

/** At 5.5 s, half a second into a swap that stops these. */
function stopping(...services: readonly string[]): Story {
  const story = new Story(STAGES).at(1).step('1.1').at(5).done('1.1').step('1.2');
  for (const service of services) story.stopping(service);
  return story.at(5.5);
}

const STAGES = { upgrade: ['1.1 hold', '1.2 swap @node1/heat-api', '1.3 hold'] };

test('a lost request has an address: node, service, version, step, cause', (t) => {
  const story = new Story(STAGES).at(1).step('1.1').at(2).request('5xx-service', { status: 500 });
  const lost = lostIn(story);
  t.like(lost, {
    node: 'node1',
    service: 'heat-api',
    version: '24.0.0',
    step: '1.1',
    cause: '500 from the service',
    causeId: 'lost-5xx-service-500-heat-api-24-0-0',
  });
});

test('a request broken by its server’s stop belongs to the stop, although it was sent before', (t) => {
  const story = stopping('node1/heat-api').request('reset-before-answer', {}, 2);
  t.like(lostIn(story), {
    sentAt: 3500,
    step: '1.2',
    cause: 'connection broken before the answer, node1/heat-api was stopping',
  });
});

test('a request to a server that is down or not yet serving is marked as such', (t) => {
  const down = new Story().at(5).stopping('node1/heat-api').stopped('node1/heat-api').at(7);
  t.regex(lostIn(down.request('5xx-balancer', { status: 503 }))?.cause ?? '', /was stopped$/);
  const late = new Story().at(5).stopping('node1/heat-api').stopped('node1/heat-api');
  late.at(6).started('node1/heat-api').at(7).request('5xx-balancer', { status: 503 });
  t.regex(lostIn(late)?.cause ?? '', /was starting$/);
});

test('an answer that the load balancer generated belongs to the one server that was being stopped', (t) => {
  const made = { status: 502, server: undefined };
  const story = stopping('node1/heat-api').request('5xx-balancer', made, 2);
  t.like(lostIn(story), {
    sentAt: 3500,
    node: 'node1',
    service: 'heat-api',
    version: '24.0.0',
    step: '1.2',
    cause: '502 from the load balancer, node1/heat-api was stopping',
    causeId: 'lost-swapping-node1-heat-api-step-1-2',
  });
});

test('if two servers were being stopped, it may have been either, but the request belongs to their stop', (t) => {
  const made = { status: 502, server: undefined };
  const story = stopping('node1/heat-api', 'node2/heat-api').request('5xx-balancer', made, 2);
  t.like(lostIn(story), {
    sentAt: 3500,
    node: null,
    service: null,
    version: null,
    step: '1.2',
    cause: '502 from the load balancer',
  });
});

test('a request that no server got has the step’s node', (t) => {
  const story = new Story(STAGES).at(1).step('1.2').at(2);
  story.request('5xx-balancer', { status: 503, server: undefined });
  t.like(lostIn(story), { node: 'node1', service: null, version: null, step: '1.2' });
});

test('a lost request has its container, if the run recorded the containers’ names', (t) => {
  const services = [
    {
      node: 'node1',
      service: 'heat-api',
      role: 'api' as const,
      series: OLD.series,
      version: OLD.version,
      container: 'rollgate-lab-1-node1-heat-api',
    },
  ];
  const story = new Story({}, { services }).at(1).request('timeout');
  t.is(lostIn(story)?.container, 'rollgate-lab-1-node1-heat-api');
  const swapped = new Story({}, { services }).at(1).swapped('node1/heat-api').at(8);
  t.is(
    lostIn(swapped.request('timeout'))?.container,
    'rollgate-lab-1-node1-heat-api',
    'a swap keeps the name',
  );
  t.is(lostIn(new Story().at(1).request('timeout'))?.container, null, 'an old run');
});

test('the load balancer’s log shows which server it was, and how the session ended', (t) => {
  const made = { status: 502, server: undefined, id: 'req-a' } as const;
  // Both were being stopped: without the log it may have been either.
  const story = stopping('node1/heat-api', 'node2/heat-api')
    .request('5xx-balancer', made, 2)
    .balanced('req-a', { server: 'node2/heat-api', termination: 'SH' });
  t.like(lostIn(story), {
    node: 'node2',
    service: 'heat-api',
    version: '24.0.0',
    cause:
      '502 from the load balancer (SH: the server broke it off before an answer’s headers), node2/heat-api was stopping',
    causeId: 'lost-swapping-node2-heat-api-step-1-2',
    termination: {
      code: 'SH',
      meaning: 'the server broke it off before an answer’s headers',
    },
  });
});

test('if the log names no server, none is guessed', (t) => {
  const made = { status: 503, server: undefined, id: 'req-a' } as const;
  const story = stopping('node1/heat-api')
    .request('5xx-balancer', made, 0.1)
    .balanced('req-a', { server: null, status: 503, termination: 'SC' });
  t.like(lostIn(story), {
    service: null,
    version: null,
    cause: '503 from the load balancer (SC: no server was available)',
  });
});

test('a request that timed out has the server that the log names', (t) => {
  const story = new Story()
    .at(61)
    .request('timeout', { server: undefined, id: 'req-a' } as const, 60);
  story.balanced('req-a', { server: 'node2/heat-api', status: -1, termination: 'CH' });
  t.like(lostIn(story), { node: 'node2', service: 'heat-api', cause: 'no answer in time' });
});

test('a request is lost to a start only if it was sent before the server served', (t) => {
  const cause = (sentAt: number): string | undefined => {
    const story = new Story().at(5).stopping('node1/heat-api').stopped('node1/heat-api').at(6);
    story
      .started('node1/heat-api')
      .at(8)
      .serving('node1/heat-api')
      .at(sentAt + 0.1);
    return lostIn(story.request('5xx-service', { status: 500 }, 0.1))?.cause;
  };
  t.regex(cause(7.5) ?? '', /was starting$/);
  t.notRegex(cause(9) ?? '', /was starting/);
});

test('a request is lost to its server’s stop and not to an outage beside it', (t) => {
  const story = new Story({ faults: ['1.1 fault'] }).at(1).step('1.1');
  const change = { type: 'container-changed', container: 'mysql' } as const;
  story.add({ ...change, at: 11_000, change: 'paused' });
  story.add({ ...change, at: 13_000, change: 'resumed' });
  story.at(12).stopping('node1/heat-api').at(12.5).request('5xx-balancer', { status: 502 }, 0.2);
  t.regex(lostIn(story)?.causeId ?? '', /^lost-swapping-node1-heat-api/);
  t.notRegex(lostIn(story)?.cause ?? '', /mysql/);
});

test('a stop that came after a request had ended is not its step', (t) => {
  const story = new Story({ swap: ['1.1 hold', '1.2 swap'] }).at(1).step('1.1').at(5);
  story.request('5xx-balancer', { status: 502 }, 0.2).at(10).done('1.1').step('1.2');
  t.is(lostIn(story.at(11).stopping('node1/heat-api'))?.step, '1.1');
});
