import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import test from 'ava';
import { headline } from '../../../src/report/html/page/header.ts';
import { renderHtml } from '../../../src/report/html/report.ts';
import { MODULES, pageScript } from '../../../src/report/html/script.ts';
import { judge } from '../../../src/verdict/judge.ts';
import type { Verdict } from '../../../src/verdict/schema/verdict.ts';
import { badRoll, cleanRoll } from '../../verdict/runs.ts';

const render = ({ events }: ReturnType<typeof badRoll>) => renderHtml(events, judge(events));

const FORECAST = {
  severity: 'blocking',
  avoided: false,
  avoidedSince: null,
  met: null,
  pairs: [],
  method: null,
  metBy: [],
  cameTrue: false,
  causes: [],
} as const satisfies Partial<Verdict['predictions'][number]>;

test('the same run gives the same bytes', (t) => {
  t.is(render(badRoll()), render(badRoll()));
});

test('the page names what broke before anything else', (t) => {
  const { events } = badRoll();
  const verdict = judge(events);
  const html = renderHtml(events, verdict);
  const [first] = verdict.causes;
  t.true(html.indexOf(`data-cause="${first?.id}"`) > 0);
  t.true(html.indexOf(`data-cause="${first?.id}"`) < html.indexOf('id="timeline"'));
  t.true(html.includes('data-outcome="failed"'));
});

test('the headline tells a requirement that failed from one that is not proven', (t) => {
  const asked = { require: ['supports-upgrade'] };
  const { events } = cleanRoll(asked);
  const broken = events.map((event) =>
    event.type === 'integrity-checked' ? { ...event, ok: false, detail: 'it is gone' } : event,
  );
  t.regex(headline(judge(broken)), /came through .*, yet a requirement failed$/);
  const unproven = judge(cleanRoll({ require: ['supports-zero-impact-upgrade'] }).events);
  t.regex(headline(unproven), /came through .*, yet the requirements are not proven$/);
});

test('every lane, lost request, disruption and stack has its mark without a script', (t) => {
  const { events } = badRoll();
  const verdict = judge(events);
  const [html = ''] = renderHtml(events, verdict).split('<script');
  const marks = (pattern: RegExp) => [...html.matchAll(pattern)].length;
  // No queue was sampled, and the machine was not watched.
  t.is(marks(/data-group="/g), 5);
  t.is(
    marks(/data-lost="/g),
    events.filter((event) => event.type === 'request' && event.outcome !== 'served').length,
  );
  t.is(marks(/data-disruption="/g), verdict.api.disruptions.length);
  t.is(marks(/data-story="/g), verdict.api.disruptions.length);
  t.is(marks(/data-stack="/g), verdict.stacks.accepted);
  t.is(marks(/data-band="swapping"/g) > 0, true);
});

test('an address beside the API has its own figure', (t) => {
  const { events } = cleanRoll();
  const verdict = judge(events);
  const address = 'http://203.0.113.10/';
  const one = { probe: 'http-1', address, requests: 90, failed: 4, availability: 86 / 90 };
  const times = { from: 1000, to: 3500, seconds: 2.5, recovered: true };
  const disruption = { ...times, lost: 4, step: null, outcome: 'timeout' } as const;
  const html = renderHtml(events, {
    ...verdict,
    beside: [{ ...one, disruptions: [disruption] }],
  });
  t.regex(html, /203\.0\.113\.10[^]*4 of 90 lost[^]*the longest disruption 2\.5 s/);
});

test('a gap of a watch has a figure, rows next to the disruptions, and its own bars', (t) => {
  const { events } = cleanRoll();
  const verdict = judge(events);
  t.notRegex(renderHtml(events, verdict), /Not observed/);
  const stretch = { from: 9000, to: 43_000, seconds: 34, requests: 0, step: null } as const;
  const html = renderHtml(events, {
    ...verdict,
    unobserved: [{ ...stretch, what: 'cloud', why: 'the watch did not <run>' }],
  });
  t.regex(html, /<dt>Not observed<\/dt><dd>34\.0 s of the cloud/);
  const [, section = ''] = html.split('id="disruptions"');
  t.regex(section, /Not observed: neither an outage[^]*9\.0 s[^]*34\.0 s[^]*did not &lt;run/);
  t.regex(html, /class="bar unobserved"[^>]*data-bar="the watch did not &lt;run/);
});

test('the report of a run without a loss says that nothing broke', (t) => {
  const html = render(cleanRoll());
  t.true(html.includes('came through'));
  t.false(html.includes('href="#disruption-'));
});

test('a forecast is shown with the event that confirmed it, and no section is shown without forecasts', (t) => {
  const { events } = badRoll();
  const verdict = judge(events);
  t.false(renderHtml(events, verdict).includes('id="predictions"'));
  const [cause] = verdict.causes;
  if (cause === undefined) return t.fail('a bad roll has a cause');
  const html = renderHtml(events, {
    ...verdict,
    predictions: [
      { ...FORECAST, id: 'a', title: 'Refused', cameTrue: true, causes: [cause.id] },
      { ...FORECAST, id: 'b', title: 'Column gone', avoided: true },
    ],
  });
  const [, section = ''] = html.split('id="predictions"');
  t.regex(section, /data-prediction="a".*Refused.*came true.*data-prediction="b".*avoided by/s);
  t.true(section.includes(`${cause.count} ${cause.unit}: `));
});

test('the page loads nothing, and foreign text cannot run in it', (t) => {
  const html = render(badRoll());
  t.notRegex(html.replaceAll('http://www.w3.org/2000/svg', ''), /https?:\/\//);
  t.regex(html, /Content-Security-Policy" content="default-src &#39;none&#39;/);
});

test('the script parses, and no two of its modules define the same name', (t) => {
  t.notThrows(() => new Script(pageScript()));
  const names = MODULES.flatMap((module) => {
    const text = readFileSync(
      new URL(`../../../src/report/html/${module}`, import.meta.url),
      'utf8',
    );
    return [...text.matchAll(/^(?:export )?(?:const|let|function|class) (\w+)/gm)].map(
      ([, name]) => name,
    );
  });
  t.deepEqual(names.length, new Set(names).size);
});

test('a pause is shown in the head and drawn on the timeline', (t) => {
  const html = render(cleanRoll().at(14.5).paused('stopped', { next: '2.3' }).at(18.5).resumed());
  t.regex(html, /46 s, paused for 4 s of it/);
  t.regex(html, /paused, the load with it/);
  t.notRegex(render(cleanRoll()), /paused/);
});

test('each cause names the command that follows its first victim', (t) => {
  const story = badRoll();
  const { causes } = judge(story.events);
  const html = render(story);
  const victims = causes.flatMap(({ victim }) => victim ?? []);
  t.true(victims.length > 2);
  for (const victim of victims) t.true(html.includes(`<code>rollgate follow . ${victim}</code>`));
});
