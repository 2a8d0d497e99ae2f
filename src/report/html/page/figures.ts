import { number } from '../../../text/counted.ts';
import { titled } from '../../../verdict/schema/noun.ts';
import type { Beside, Verdict } from '../../../verdict/schema/verdict.ts';
import { databaseInWords } from '../../database-in-words.ts';
import { unobservedInWords } from '../../unobserved-in-words.ts';
import { h, type Markup } from '../markup.ts';
import { percent } from './text.ts';

interface Figure {
  readonly name: string;
  readonly value: string;
  readonly more?: string;
  readonly tone: 'good' | 'warn' | 'bad';
}

/** The figures beside the causes: losses, durations, and the slowness of the machine. */
export function figures(verdict: Verdict): Markup {
  return h(
    'dl',
    { class: 'figures' },
    ...figuresOf(verdict).map(({ name, value, more, tone }) =>
      h(
        'div',
        { class: tone },
        h('dt', {}, name),
        h('dd', {}, value, more === undefined ? null : h('span', { class: 'more' }, more)),
      ),
    ),
  );
}

function figuresOf(verdict: Verdict): readonly Figure[] {
  const { api, stacks, noise, noun } = verdict;
  const own = api.disruptions.filter((disruption) => !disruption.noise);
  const longest = own.reduce((most, { seconds }) => Math.max(most, seconds), 0);
  return [
    {
      name: 'Requests lost',
      value: `${number(api.failed)} of ${number(api.requests)}`,
      more: `${percent(api.availability)} served`,
      tone: api.failed > 0 ? 'bad' : 'good',
    },
    {
      name: 'Disruptions',
      value: own.length === 0 ? 'none' : number(own.length),
      ...(own.length === 0 ? {} : { more: `the longest ${longest.toFixed(1)} s` }),
      tone: own.length === 0 ? 'good' : 'bad',
    },
    {
      name: `${titled(noun)} stuck`,
      value: `${number(stacks.stuck)} of ${number(stacks.accepted)}`,
      tone: stacks.stuck > 0 ? 'bad' : 'good',
    },
    ...notBegun(verdict),
    {
      name: `${titled(noun)} failed, lost`,
      value: `${number(stacks.failed)}, ${number(stacks.lost)}`,
      tone: stacks.failed + stacks.lost > 0 ? 'bad' : 'good',
    },
    ...(verdict.beside ?? []).map(reached),
    ...blind(verdict),
    ...began(verdict),
    ...changed(verdict),
    slowdown(verdict),
    {
      name: 'Noise of the machine',
      value: noise.seconds === 0 ? 'none' : `${noise.seconds.toFixed(1)} s`,
      ...(noise.seconds === 0
        ? {}
        : {
            more: `${(noise.share * 100).toFixed(1)} % of the time${noise.tooNoisy ? ': too noisy' : ''}`,
          }),
      tone: noise.tooNoisy ? 'warn' : 'good',
    },
  ];
}

/** What the machine did not carry of the load. */
function notBegun({ notBegun: objects, noun }: Verdict): readonly Figure[] {
  if (objects === undefined) return [];
  return [
    {
      name: `${titled(noun)} due, not begun`,
      value: number(objects),
      more: 'too many were under way already',
      tone: 'warn',
    },
  ];
}

/** The initial database of the lab. */
function began({ database }: Verdict): readonly Figure[] {
  if (database === undefined) return [];
  const { targetSyncSeconds: took } = database;
  const value = took === null ? 'not done' : `${took.toFixed(1)} s`;
  return [{ name: 'db-sync', value, more: databaseInWords(database), tone: 'good' }];
}

/** The part of the user's own change that ran. */
function changed({ changedCode }: Verdict): readonly Figure[] {
  if (changedCode === undefined) return [];
  const { met, statements, unknown } = changedCode;
  const name = 'Changed statements run';
  if (unknown !== null) return [{ name, value: 'not known', more: unknown, tone: 'warn' }];
  const value = `${number(met)} of ${number(statements)}`;
  return [{ name, value, more: 'in the mixed state', tone: met === statements ? 'good' : 'warn' }];
}

/** An address beside the API that had to stay reachable. */
function reached({ address, requests, failed, disruptions }: Beside): Figure {
  if (requests === 0) return { name: address, value: 'not asked', tone: 'warn' };
  const longest = disruptions.reduce((most, { seconds }) => Math.max(most, seconds), 0);
  return {
    name: address,
    value: `${number(failed)} of ${number(requests)} lost`,
    ...(longest === 0 ? {} : { more: `the longest disruption ${longest.toFixed(1)} s` }),
    tone: failed > 0 ? 'bad' : 'good',
  };
}

/** The gaps of the watch. */
function blind({ unobserved = [] }: Verdict): readonly Figure[] {
  if (unobserved.length === 0) return [];
  const value = unobservedInWords(unobserved);
  return [{ name: 'Not observed', value, more: 'neither served nor lost', tone: 'warn' }];
}

/** The most significant comparison of response times. */
function slowdown({ impact }: Verdict): Figure {
  const name = 'Slower in the swaps';
  const own = impact.filter(({ control }) => !control);
  const slower = own
    .filter(({ judged }) => judged === 'slower')
    .toSorted((a, b) => (b.p95Ratio?.value ?? 0) - (a.p95Ratio?.value ?? 0));
  const [worst] = slower;
  if (worst !== undefined) {
    const { probe, connection, p95Ratio } = worst;
    return {
      name,
      value: `p95 × ${(p95Ratio?.value ?? 1).toFixed(1)}`,
      more: `${probe}, ${connection}`,
      tone: 'bad',
    };
  }
  if (own.length > 0 && own.every(({ judged }) => judged === 'not-slower')) {
    return { name, value: 'no', tone: 'good' };
  }
  return { name, value: 'not known', more: 'too few to compare, or noise', tone: 'warn' };
}
