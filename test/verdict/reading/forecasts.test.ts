import test from 'ava';
import type { Finding } from '../../../src/events/finding.ts';
import { renderVerdict } from '../../../src/report/terminal/summary/summary.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { badRoll, cleanRoll } from '../runs.ts';
import { NEW, Story } from '../stream.ts';

const REFUSED: Finding = {
  id: 'rpc-worker-check_resource-from-target',
  area: 'rpc',
  severity: 'blocking',
  title: 'check_resource is refused',
  evidence: [],
  endangers: [],
  avoidedBy: ['guide'],
  predicts: { causes: ['work-refused-after-acknowledgement'], mentions: ['check_resource'] },
};

function foretold(story: Story, ...findings: readonly Finding[]) {
  const event = { type: 'preflight-found', at: 0, seconds: 5, findings } as const;
  return judge(story.add(event).events);
}

test('a prediction came true if a cause of its kind names the foretold thing', (t) => {
  const verdict = foretold(badRoll(), REFUSED);
  const [prediction, ...others] = verdict.predictions;
  t.deepEqual(others, []);
  t.like(prediction, { id: REFUSED.id, title: REFUSED.title, cameTrue: true, avoided: false });
  t.deepEqual(
    prediction?.causes,
    verdict.causes
      .filter(({ kind }) => kind === 'work-refused-after-acknowledgement')
      .map(({ id }) => id),
  );
});

test('a longer word does not match, and neither does another kind of cause', (t) => {
  const words = {
    ...REFUSED,
    predicts: { causes: REFUSED.predicts?.causes ?? [], mentions: ['check'] },
  };
  const kind = {
    ...REFUSED,
    predicts: { causes: ['database-error'], mentions: ['check_resource'] },
  };
  for (const finding of [words, kind]) {
    t.false(foretold(badRoll(), finding).predictions[0]?.cameTrue);
  }
});

test('a version is a word: 1.9 is named by its refusal, and 1.90 is not', (t) => {
  const cameTrue = (version: string): boolean | undefined => {
    const { causes = [] } = REFUSED.predicts ?? {};
    const finding = { ...REFUSED, predicts: { causes, mentions: [version] } };
    return foretold(badRoll(), finding).predictions[0]?.cameTrue;
  };
  t.true(cameTrue('1.9'));
  t.false(cameTrue('1.90'));
  t.false(cameTrue('9.1'));
});

test('a forecast without its cause did not come true; one that a run cannot show is not a prediction', (t) => {
  const { predicts: _, ...silent } = REFUSED;
  const { predictions } = foretold(cleanRoll({ choreography: 'guide' }), REFUSED, {
    ...silent,
    severity: 'risk',
    id: 'other',
  });
  t.is(predictions.length, 1);
  t.like(predictions[0], { id: REFUSED.id, avoided: true, met: null, cameTrue: false });
});

test('without a comparison nothing is foretold', (t) => {
  t.deepEqual(judge(badRoll().events).predictions, []);
});

test('the summary of a run names the forecasts that came true, not those that were avoided', (t) => {
  const summary = (story: Story): string =>
    renderVerdict(foretold(story, REFUSED), { color: false });
  t.regex(summary(badRoll()), /^Foresaw 1 of 1 came true: check_resource is refused$/m);
  t.regex(summary(cleanRoll()), /^Foresaw 0 of 1 came true$/m);
  t.notRegex(summary(cleanRoll({ choreography: 'guide' })), /Foresaw/);
});

/** A script's roll on which the target's engine came up on this vhost. */
function byScript(vhost: string, start: { readonly baseVhost?: string } = { baseVhost: 'heat' }) {
  const needs = {
    what: 'message',
    pairs: [{ sender: 'engine', from: 'target', to: 'base' }],
  } as const;
  const story = new Story({}, { choreography: 'script', ...start }).at(5);
  story.add({
    type: 'service-started',
    at: 5000,
    node: 'node1',
    service: 'heat-engine',
    ...NEW,
    side: 'target',
    vhost,
  });
  return foretold(story, { ...REFUSED, avoidedBy: ['guide'], needs }).predictions[0];
}

test('a script that gives the target its own vhost avoids forecasts about messages', (t) => {
  t.like(byScript('heat-next'), {
    avoided: true,
    avoidedSince: 'base and target had a broker vhost each',
  });
  t.like(byScript('heat'), { avoided: false, avoidedSince: null });
  t.like(byScript('heat-next', {}), { avoided: false }, 'a run that did not record vhosts');
});
