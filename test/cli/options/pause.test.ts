import test from 'ava';
import { pauseOnOption, pauseWish } from '../../../src/cli/options/pause.ts';
import { planned } from '../../plan/planned.ts';

test('--pause-on takes events and kinds of causes, together', async (t) => {
  const plan = await planned();
  const wish = pauseWish(plan, {
    pauseOn: ['stuck', 'cause:work-dropped-by-stopping-engine', 'lost'],
    pausedLoad: 'stopped',
  });
  t.deepEqual([...wish.on], ['lost', 'stuck']);
  t.deepEqual([...wish.causes], ['work-dropped-by-stopping-engine']);
  t.is(pauseWish(plan, { pausedLoad: 'stopped' }).on.size, 0);
});

test('--pause-on refuses an unknown event and lists the known ones', async (t) => {
  const plan = await planned();
  for (const pauseOn of ['stuk', 'cause:', 'cause:A B']) {
    const error = t.throws(() => pauseWish(plan, { pauseOn: [pauseOn], pausedLoad: 'stopped' }), {
      code: 'invalid-option',
    });
    t.true(error.message.includes(pauseOn));
  }
});

test('a misspelt kind of cause is refused, because it would never pause', async (t) => {
  const plan = await planned();
  const wish = (kind: string) => () =>
    pauseWish(plan, { pauseOn: [`cause:${kind}`], pausedLoad: 'stopped' });
  t.regex(t.throws(wish('request-lost'))?.message ?? '', /did you mean requests-lost\?/);
  t.regex(t.throws(wish('stuck-unexplaned'))?.message ?? '', /did you mean stuck-unexplained\?/);
  t.notThrows(wish('requests-lost'));
  t.notThrows(wish('heat-engine-stack'));
});

test('the help says that cause: also takes signatures', (t) => {
  t.regex(pauseOnOption().description, /cause:KIND \(a kind of cause or a signature/);
});
