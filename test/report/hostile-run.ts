import { Story } from '../verdict/stream.ts';

/** A failed run that has this text in place of every text from outside. */
export function hostileRun(text: string): Story {
  const release = { series: text, version: text, image: text };
  return new Story(
    { [text]: [`1.1 hold ${text}`, `1.2 swap ${text}`, `1.3 check ${text}`] },
    {
      scenario: text,
      topology: text,
      choreography: text,
      subject: text,
      lab: text,
      base: release,
      target: release,
      require: ['supports-upgrade', text],
      thresholds: [{ metric: text, expression: text }],
    },
  )
    .at(1)
    .step('1.1')
    .requests(5, { server: `${text}/${text}` })
    .at(2)
    .request('5xx-service', { detail: text, operation: text, server: `${text}/${text}` })
    .request('connect-refused', { detail: text, probe: text })
    .accepted(text, text)
    .at(3)
    .settled(text, text, 'stuck', {
      status: text,
      unfinished: [{ part: text, status: text, heldBy: text }],
    })
    .checked(text, text, false, text)
    .logged(`${text}/${text}`, text, { signature: text, title: text, sample: text })
    .add({
      type: 'check-started',
      at: 3000,
      step: '1.3',
      point: text,
      check: text,
      onFailure: 'fail',
    })
    .add({
      type: 'check-case',
      at: 3000,
      step: '1.3',
      name: text,
      status: 'failed',
      seconds: 1,
      detail: text,
    })
    .add({
      type: 'check-finished',
      at: 3000,
      step: '1.3',
      status: 'failed',
      seconds: 1,
      detail: text,
      output: text,
      log: text,
    })
    .at(4)
    .broke('1.1', text, text)
    .finished('failed', { code: text, message: text, hint: text, step: '1.1' });
}
