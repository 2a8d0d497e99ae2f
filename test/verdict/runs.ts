import type { EventOf } from '../../src/events/event.ts';
import { NEW, OLD, Story } from './stream.ts';

type Start = Partial<Omit<EventOf<'run-started'>, 'type' | 'at'>>;

const STAGES = {
  before: ['1.1 start-load', '1.2 hold 5 s'],
  upgrade: [
    '2.1 db-sync with the target’s code',
    '2.2 swap @node1/heat-engine',
    '2.3 swap @node2/heat-engine',
    '2.4 swap @node1/heat-api',
    '2.5 swap @node2/heat-api',
  ],
  after: ['3.1 settle'],
};

/** A roll of four services, node by node, that loses nothing, up to the settling of all. */
export function roll(start: Start = {}): Story {
  const base = start.base ?? OLD;
  const target = start.target ?? NEW;
  return new Story(STAGES, start)
    .at(0)
    .schema('base', 'c6214ca60943')
    .step('1.1')
    .done('1.1', 0)
    .step('1.2')
    .accepted('create', 'early')
    .at(1)
    .requests(60)
    .at(3)
    .settled('create', 'early')
    .at(5)
    .done('1.2', 5)
    .step('2.1')
    .at(9)
    .done('2.1', 4)
    .schema('target', '97b2a986f922')
    .step('2.2')
    .at(10)
    .swapped('node1/heat-engine', base, target)
    .at(14)
    .done('2.2', 5)
    .worked('node1/heat-engine', target.version, 5)
    .worked('node2/heat-engine', base.version, 4)
    .step('2.3')
    .at(20)
    .swapped('node2/heat-engine', base, target)
    .at(24)
    .done('2.3', 10)
    .step('2.4')
    .swapped('node1/heat-api', base, target)
    .at(30)
    .requests(30)
    .requests(30, { server: 'node2/heat-api' })
    .accepted('create', 'late')
    .at(33)
    .done('2.4', 9)
    .step('2.5')
    .swapped('node2/heat-api', base, target)
    .at(40)
    .done('2.5', 7)
    .step('3.1')
    .at(41)
    .accepted('update', 'early', 'node2/heat-api')
    .at(45)
    .settled('update', 'early')
    .settled('create', 'late')
    .checked('random string unchanged', 'early');
}

/** The roll, ended well. */
export function cleanRoll(start: Start = {}): Story {
  return roll(start).at(46).done('3.1', 6).finished();
}

/**
 * A bad roll. The old engine on node2 refuses the new one's messages. A stop strands a stack, and
 * another request is lost. One stack is stuck for no reason that was seen.
 */
export function badRoll(start: Start = {}): Story {
  const stuck = (story: Story, object: string, acceptedAt: number, lastProgressAt: number): Story =>
    story
      .at(acceptedAt)
      .accepted('create', object)
      .at(100)
      .settled('create', object, 'stuck', {
        status: 'CREATE_IN_PROGRESS',
        lastProgressAt: lastProgressAt * 1000,
        unfinished: [{ part: 'r3', status: 'CREATE_IN_PROGRESS' }],
      });
  const story = roll({ require: ['supports-rolling-upgrade'], ...start })
    .at(15.2)
    .refused('node2/heat-engine')
    .at(17.4)
    .refused('node2/heat-engine')
    .at(24.1)
    .request('5xx-balancer', { status: 502, detail: 'Bad Gateway' }, 0.2)
    .at(24.6)
    .request('served', { server: 'node2/heat-api' });
  stuck(story, 'refused-1', 12, 15);
  stuck(story, 'refused-2', 13, 17);
  stuck(story, 'dropped-1', 18, 20);
  stuck(story, 'riddle-1', 62, 70);
  return story.at(101).done('3.1', 60).finished();
}
