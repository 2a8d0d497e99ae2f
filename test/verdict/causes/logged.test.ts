import test from 'ava';
import { READINESS_REQUEST } from '../../../src/events/families/request.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { NEW, OLD, Story } from '../stream.ts';

const REFUSED = {
  signature: 'rpc-argument-refused',
  title: 'A message to list_stacks was refused: its arguments do not fit',
  sample: 'TypeError: EngineService.list_stacks() got an unexpected keyword argument',
};

/** Both apis answer 400, since engines on both nodes refuse what the new api sends. */
function refused(): Story {
  const story = new Story({ swap: ['1.1 swap', '1.2 swap'] });
  story.at(5).requests(20).step('1.1').at(10).swapped('node1/heat-api');
  story.at(15);
  for (const [step, node] of [
    ['1.1', 'node1'],
    ['1.2', 'node2'],
  ] as const) {
    if (step === '1.2') story.done('1.1').step(step);
    for (const index of [1, 2]) {
      const request = `req-${node}-${index}` as const;
      story.request('unexpected-status', { id: request, server: `${node}/heat-api`, status: 400 });
      // The api's line is read first; the engine's is what it follows from.
      story.logged(`${node}/heat-api`, NEW.version, {
        title: 'Exception handling resource',
        request,
      });
      story.logged(`${node}/heat-engine`, OLD.version, { ...REFUSED, request });
    }
    story.at(20);
  }
  // The same error, without a loss.
  story.logged('node1/heat-engine', OLD.version, REFUSED);
  return story;
}

test('one error of an engine is one cause, on whatever node and in whatever step', (t) => {
  const { causes, api } = judge(refused().events);
  t.deepEqual(
    causes.map(({ kind, count, unit }) => `${kind} ${count} ${unit}`),
    ['requests-lost 4 requests'],
  );
  const [cause] = causes;
  t.is(cause?.title, `Requests lost: heat-engine logged “${REFUSED.title}”`);
  t.like(cause, { service: 'heat-engine', version: OLD.version, sample: REFUSED.sample });
  t.regex(cause?.evidence.join('\n') ?? '', /answered with 400 \(4\)/);
  t.true(api.lost.every(({ causeId }) => causeId === cause?.id));
});

test('a cause names the nodes whose logs have the error, and not those of the apis that answered', (t) => {
  const story = new Story({ swap: ['1.1 swap'] }).at(5).requests(20).step('1.1').at(15);
  for (const node of ['node1', 'node2']) {
    const request = `req-${node}` as const;
    story.request('unexpected-status', { id: request, server: `${node}/heat-api`, status: 400 });
    story.logged('node2/heat-engine', OLD.version, { ...REFUSED, request });
  }
  const [cause] = judge(story.events).causes;
  t.like(cause, { service: 'heat-engine', node: 'node2', nodes: ['node2'] });
});

test('lines about a service’s readiness are not a cause once it serves', (t) => {
  const found = (serves: boolean): readonly string[] => {
    const story = new Story({ swap: ['1.1 swap'] }).at(1).step('1.1');
    story.stopping('node1/heat-api').stopped('node1/heat-api').started('node1/heat-api');
    story.at(2).logged('node1/heat-api', NEW.version, { request: READINESS_REQUEST });
    if (serves) story.at(3).serving('node1/heat-api', NEW);
    return judge(story.events).causes.map(({ harm }) => harm);
  };
  t.false(found(true).includes('log-only'));
  t.true(found(false).includes('log-only'));
});

test('a request that no service answered is not attributed to the lines that were logged for it', (t) => {
  const story = new Story({ swap: ['1.1 swap'] });
  story.at(5).requests(20).step('1.1').at(10);
  story.logged('node1/heat-engine', OLD.version, { ...REFUSED, request: 'req-1' });
  story.at(70).request('timeout', { id: 'req-1', server: 'node1/heat-api' }, 60);
  t.deepEqual(
    judge(story.events)
      .causes.map(({ kind }) => kind)
      .toSorted(),
    ['requests-lost', 'rpc-argument-refused'],
  );
});

test('a line with only the api’s own id is about the request that was answered with this id', (t) => {
  const story = new Story({ swap: ['1.1 swap'] });
  story.at(5).requests(20).step('1.1').at(10).swapped('node1/heat-api').at(15);
  const local = 'req-11111111-2222-3333-4444-555555555555';
  story.request('5xx-service', { id: 'req-1', status: 500, answeredAs: local });
  story.logged('node1/heat-api', NEW.version, { ...REFUSED, localRequest: local });
  story.logged('node1/heat-api', NEW.version, { localRequest: 'req-of-another' });
  const { causes } = judge(story.events);
  t.deepEqual(
    causes.map(({ kind, title }) => `${kind}: ${title}`),
    [
      `requests-lost: Requests lost: heat-api logged “${REFUSED.title}”`,
      'traceback-value-error: Traceback: ValueError',
    ],
  );
});

test('a harmless line that names a lost request is not the reason of its loss', (t) => {
  const story = new Story().at(5).requests(20);
  story.at(10).request('5xx-service', { id: 'req-1', status: 500 });
  story.logged('node1/heat-engine', OLD.version, { request: 'req-1', severity: 'harmless' });
  t.regex(judge(story.events).causes[0]?.title ?? '', /^Requests lost: 500 from the service/);
});

test('the refusal in the engine’s log belongs to the requests whose api reports it', (t) => {
  const story = new Story({ swap: ['1.1 swap'] }).at(5).requests(20).step('1.1').at(15);
  const peer = { signature: 'rpc-peer-refused', title: 'A peer refused RPC version 1.37' };
  const refusal = {
    signature: 'rpc-version-refused',
    title: 'A message show_stack of RPC version 1.37 was refused, and with it the work was lost',
  };
  for (const index of [1, 2]) {
    const request = `req-${index}` as const;
    story.at(15 + index).request('5xx-service', { id: request, status: 500 });
    story.logged('node1/heat-api', NEW.version, { ...peer, request });
    story.logged('node2/heat-engine', OLD.version, refusal);
  }
  const { causes } = judge(story.at(40).finished().events);
  t.deepEqual(
    causes.map(({ kind, count, unit }) => `${kind} ${count} ${unit}`),
    ['requests-lost 2 requests'],
  );
  t.true(
    causes[0]?.evidence.includes(
      `The other side, in the log of node2/heat-engine ${OLD.version}: 2 × “${refusal.title}”.`,
    ),
  );
  // Long after the losses, another message was refused.
  story.at(60).logged('node2/heat-engine', OLD.version, refusal);
  t.true(judge(story.events).causes.some(({ kind }) => kind === 'rpc-version-refused'));
});
