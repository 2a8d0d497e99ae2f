import type { EventOf, RunEvent } from '../../../../events/event.ts';
import { seconds as at } from '../../../../text/seconds.ts';
import { rollbackInWords } from '../../../../verdict/reading/rollback.ts';
import type { Verdict } from '../../../../verdict/schema/verdict.ts';
import { h, type Markup } from '../../markup.ts';
import { table } from '../table.ts';

/** The plan's steps, as they were carried out. */
export function steps(events: readonly RunEvent[], { steps, rollback }: Verdict): Markup {
  const notes = Map.groupBy(
    events.filter((event): event is EventOf<'step-note'> => event.type === 'step-note'),
    ({ step }) => step,
  );
  const back = rollbackInWords(rollback);
  return h(
    'section',
    { id: 'steps', 'aria-labelledby': 'steps-title' },
    h('h2', { id: 'steps-title' }, 'Steps of the plan'),
    back === undefined ? null : h('p', {}, `The rollback was ${back}`),
    table(
      'Steps in their order',
      [
        { title: 'step' },
        { title: 'stage' },
        { title: 'what' },
        { title: 'begun', numeric: true },
        { title: 'took', numeric: true },
        { title: 'status' },
      ],
      steps.map((step) => [
        step.id,
        step.stage,
        [
          step.name,
          ...(notes.get(step.id) ?? []).map(({ text }) => h('div', { class: 'note' }, text)),
        ],
        step.startedAt === null ? '–' : at(step.startedAt),
        step.seconds === null ? '–' : `${step.seconds.toFixed(1)} s`,
        step.status,
      ]),
    ),
  );
}
