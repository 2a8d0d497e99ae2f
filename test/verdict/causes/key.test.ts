import test from 'ava';
import { judge } from '../../../src/index.ts';
import { NEW, Story } from '../stream.ts';

/** 502s of an API that is being stopped, on a node, after some time, against a target. */
function stoppedApi(node: string, at: number, version = NEW.version): readonly string[] {
  const story = new Story({}, { target: { ...NEW, version } });
  const name = `${node}/heat-api`;
  story.at(at).stopping(name);
  for (const index of Array.from({ length: at }).keys()) {
    story.request('5xx-balancer', { id: `req-${index}`, status: 502, server: name }, 0.1);
  }
  return judge(story.stopped(name).events).causes.map(({ key }) => key);
}

test('the same fault has the same key on another node, at another time, and with another commit', (t) => {
  const keys = stoppedApi('node1', 5);
  t.deepEqual(keys, ['requests-lost-requests-lost-heat-api-base-swapping']);
  t.deepEqual(stoppedApi('node2', 9, '26.0.2.dev1'), keys);
});
