import test from 'ava';
import type { RunEvent } from '../../../src/events/event.ts';
import type { Finding } from '../../../src/events/finding.ts';
import { renderVerdict } from '../../../src/report/terminal/summary/summary.ts';
import { judge } from '../../../src/verdict/judge.ts';
import type { Verdict } from '../../../src/verdict/schema/verdict.ts';
import { badRoll, cleanRoll } from '../runs.ts';
import { NEW, OLD, Story } from '../stream.ts';

/** A new API calls a method that an old engine refuses. */
const FORECAST: Finding = {
  id: 'rpc-engine-stack_snapshot-from-target',
  area: 'rpc',
  severity: 'blocking',
  title: 'stack_snapshot is refused',
  evidence: [],
  endangers: [],
  avoidedBy: ['guide'],
  metBy: ['shared-vhost', 'node-by-node'],
  needs: {
    what: 'message',
    pairs: [{ sender: 'api', from: 'target', to: 'base' }],
    method: 'stack_snapshot',
  },
  predicts: { causes: ['rpc-peer-refused'], mentions: ['stack_snapshot'] },
};

/** In the roll of the tests node1's API is at the target from 24 s on, node2's until 33 s at base. */
function seen(method: string, at: number, from: string, to: string): RunEvent {
  const place = (name: string, version: string) => {
    const [node = '', service = ''] = name.split('/');
    return { node, service, version };
  };
  return {
    type: 'rpc-observed',
    at: at * 1000,
    topic: 'engine',
    method,
    kind: 'call',
    from: place(from, NEW.version),
    to: place(to, OLD.version),
    count: 2,
  };
}

function judged(story: Story, finding: Finding, ...events: readonly RunEvent[]): Verdict {
  for (const event of events) story.add(event);
  return judge(
    story.add({ type: 'preflight-found', at: 0, seconds: 5, findings: [finding] }).events,
  );
}

function clause(verdict: Verdict) {
  return verdict.tags['supports-rolling-upgrade'].clauses.find(
    ({ id }) => id === 'forecasts-met-or-avoided',
  );
}

test('a blocking forecast that was never met is not proven, and neither is any tag above it', (t) => {
  const verdict = judged(cleanRoll(), FORECAST);
  t.is(clause(verdict)?.status, 'not-proven');
  t.is(verdict.tags['supports-rolling-upgrade'].status, 'not-proven');
  t.is(verdict.tags['supports-zero-downtime-upgrade'].status, 'not-proven');
  t.regex(
    clause(verdict)?.evidence.join('\n') ?? '',
    /no message stack_snapshot went new API → old engine; --choreography node-by-node has them meet/,
  );
  t.regex(
    renderVerdict(verdict, { color: false }),
    /^Foresaw 0 of 1 came true; 1 never met: stack_snapshot is refused$/m,
  );
});

test('a run whose images could not be compared proves no rolling upgrade, and says why', (t) => {
  const missing = (reason: 'failed' | 'not-wanted' | 'not-supported', why: string) =>
    judge(cleanRoll().add({ type: 'preflight-missing', at: 0, reason, why }).events);
  const verdict = missing('failed', 'the comparison took longer than 120 s');
  t.deepEqual(verdict.preflight, {
    status: 'failed',
    why: 'the comparison took longer than 120 s',
  });
  t.is(clause(verdict)?.status, 'not-proven');
  t.is(verdict.tags['supports-rolling-upgrade'].status, 'not-proven');
  t.is(verdict.tags['supports-zero-downtime-upgrade'].status, 'not-proven');
  t.is(verdict.tags['supports-upgrade'].status, 'proven');
  const said = /^Foresaw nothing: the images could not be compared: the comparison took longer/m;
  t.regex(renderVerdict(verdict, { color: false }), said);
});

test('without a wish for forecasts, and without a way to make them, the tags are judged without', (t) => {
  for (const reason of ['not-wanted', 'not-supported'] as const) {
    const verdict = judge(
      cleanRoll().add({ type: 'preflight-missing', at: 0, reason, why: 'left out' }).events,
    );
    t.is(clause(verdict), undefined);
    t.is(verdict.tags['supports-rolling-upgrade'].status, 'proven');
    t.regex(renderVerdict(verdict, { color: false }), /^Foresaw nothing: left out$/m);
  }
});

test('another method, or the same method in the other direction, does not count as met', (t) => {
  for (const event of [
    seen('show_stack', 17, 'node1/heat-api', 'node2/heat-engine'),
    // Both are at the target by then.
    seen('stack_snapshot', 38, 'node1/heat-api', 'node1/heat-engine'),
  ]) {
    t.is(clause(judged(cleanRoll(), FORECAST, event))?.status, 'not-proven');
  }
});

test('a forecast that was met without harm is proven', (t) => {
  const finding: Finding = {
    ...FORECAST,
    needs: {
      what: 'message',
      pairs: [{ sender: 'api', from: 'base', to: 'target' }],
      method: 'stack_snapshot',
    },
  };
  const event = seen('stack_snapshot', 17, 'node2/heat-api', 'node1/heat-engine');
  const verdict = judged(cleanRoll(), finding, event);
  t.is(clause(verdict)?.status, 'proven');
  t.like(verdict.predictions[0], { met: 2, cameTrue: false });
  t.is(verdict.tags['supports-rolling-upgrade'].status, 'proven');
});

test('a forecast that the plan avoids stays proven, and the verdict says from when on', (t) => {
  const verdict = judged(cleanRoll({ choreography: 'guide' }), {
    ...FORECAST,
    avoidedSince: 'base and target have a broker vhost each',
  });
  t.is(clause(verdict)?.status, 'proven');
  t.regex(
    renderVerdict(verdict, { color: false }),
    /^Avoided 1 blocking forecast: base and target have a broker vhost each$/m,
  );
});

test('a forecast that came true fails, whatever else happened', (t) => {
  const verdict = judged(badRoll(), {
    ...FORECAST,
    predicts: { causes: ['work-refused-after-acknowledgement'], mentions: ['check_resource'] },
  });
  t.is(clause(verdict)?.status, 'failed');
});

test('an older run, whose findings do not name their needs, is judged as before', (t) => {
  const { needs: _needs, metBy: _metBy, ...before } = FORECAST;
  const verdict = judged(cleanRoll(), before);
  t.is(verdict.predictions[0]?.met, null);
  t.is(clause(verdict)?.status, 'proven');
});

test('every call in each direction is either met or named', (t) => {
  const story = cleanRoll();
  story.add({
    type: 'crossing-wanted',
    at: 15_000,
    meetings: [{ sender: 'api', from: 'base', to: 'target' }],
    operations: ['GET stack', 'GET template'],
  });
  story.add({
    ...seen('show_stack', 17, 'node2/heat-api', 'node1/heat-engine'),
    operation: 'GET stack',
  } as RunEvent);
  const verdict = judge(story.events);
  t.deepEqual(verdict.crossing, {
    wanted: 2,
    met: 1,
    unmet: [{ operation: 'GET template', from: 'base', to: 'target' }],
  });
  t.regex(
    JSON.stringify(verdict.tags['supports-rolling-upgrade']),
    /1 of 2 calls went between an API of one version and an engine of the other.*Not met: GET template \(old API → new engine\)/,
  );
});

test('a forecast that came true counts once, and one that is not blocking does not count', (t) => {
  const predicts = { causes: ['work-refused-after-acknowledgement'], mentions: ['check_resource'] };
  const status = (more: Partial<Finding>): string | undefined =>
    judged(badRoll(), { ...FORECAST, predicts, ...more }).tags[
      'supports-rolling-upgrade'
    ].clauses.find(({ id }) => id === 'forecasts-met-or-avoided')?.status;
  const came = judged(badRoll(), { ...FORECAST, predicts }).tags[
    'supports-rolling-upgrade'
  ].clauses.find(({ id }) => id === 'forecasts-met-or-avoided');
  t.is(came?.status, 'failed');
  t.deepEqual(came?.evidence, ['Came true: stack_snapshot is refused']);
  t.is(status({ severity: 'risk' }), undefined);
});

test('a forecast comes true only if everything that it mentions is named', (t) => {
  const cameTrue = (...mentions: string[]): boolean | undefined =>
    judged(badRoll(), {
      ...FORECAST,
      predicts: { causes: ['work-refused-after-acknowledgement'], mentions },
    }).predictions[0]?.cameTrue;
  t.true(cameTrue('check_resource'));
  t.false(cameTrue('check_resource', 'other'));
});

test('sides that only served one after the other did not meet', (t) => {
  const met = (...servers: readonly string[]): number | null | undefined => {
    const story = new Story({}).at(10).swapped('node1/heat-api').at(20);
    for (const server of servers) story.requests(3, { server });
    return judged(story.at(40).finished(), { ...FORECAST, needs: { what: 'side-by-side' } })
      .predictions[0]?.met;
  };
  t.is(met('node2/heat-api'), 0);
  t.is(met('node1/heat-api', 'node2/heat-api'), 3);
});
