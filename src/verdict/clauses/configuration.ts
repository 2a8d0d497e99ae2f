import { counted, some } from '../../text/counted.ts';
import { startFailures } from '../reading/failures/start-failure.ts';
import type { Reading } from '../reading/reading.ts';
import type { Clause } from '../schema/verdict.ts';
import { failed, notProven, proven } from './clause.ts';

/** The target runs with the base's options, apart from the plan's own changes. */
export function configurationUnchanged(reading: Reading): Clause {
  const claim = {
    id: 'configuration-unchanged',
    title: 'The target runs with the base’s configuration',
  };
  const broken = startFailures(reading);
  if (broken.length > 0) return failed(claim, ...broken);
  const changed = reading.steps.all.find(({ kind }) => kind === 'set-options');
  if (changed !== undefined) {
    return notProven(claim, `The plan changes it: step ${changed.id} (${changed.name}).`);
  }
  const pinned = pinsIn(reading);
  if (pinned.left !== null) return notProven(claim, pinned.left);
  const { optionsOfOneSide = [] } = reading.start;
  if (optionsOfOneSide.length > 0) {
    return notProven(claim, `The plan changes it: ${some(optionsOfOneSide)}.`);
  }
  const swapped = reading.services.last.filter(
    ({ side, servingAt }) => side === 'target' && servingAt !== null,
  );
  if (swapped.length === 0) return notProven(claim, 'No service was seen serving at the target.');
  const { deployer } = reading.start;
  return swapped.length === reading.services.last.length
    ? proven(
        claim,
        `All ${counted(swapped.length, 'service')} started and serve with the configuration that the base ran with.`,
        ...(deployer === undefined || deployer.changes.length === 0
          ? []
          : [
              `Apart from what ${deployer.name} itself changes from ${deployer.base} to ${deployer.target}: ${some(deployer.changes, 10)}.`,
            ]),
        ...pinned.evidence,
        'They serve with it; silently ignored options are not checked.',
      )
    : notProven(
        claim,
        `Only ${swapped.length} of ${counted(reading.services.last.length, 'service')} were seen serving at the target.`,
      );
}

/** A change of configuration: every service runs with the target's new options. */
export function configurationChanged(reading: Reading): Clause {
  const changes = reading.start.configurationChanges ?? [];
  const claim = { id: 'configuration-changed', title: 'Every service runs with configuration B' };
  const broken = startFailures(reading);
  if (broken.length > 0) return failed(claim, ...broken);
  const { last } = reading.services;
  const changed = last.filter(({ side, servingAt }) => side === 'target' && servingAt !== null);
  const what = `Configuration A → B: ${some(changes, 10)}.`;
  return changed.length === last.length && last.length > 0
    ? proven(claim, what, `All ${counted(last.length, 'service')} started with it and serve.`)
    : notProven(
        claim,
        what,
        `${changed.length} of ${counted(last.length, 'service')} serve with B.`,
      );
}

/** A pin is part of a rolling upgrade, as long as no service has it at the end. */
function pinsIn({ steps, services }: Reading): {
  readonly left: string | null;
  readonly evidence: readonly string[];
} {
  const turns = steps.all.filter(
    ({ kind, status }) => (kind === 'pin' || kind === 'unpin') && status === 'done',
  );
  const pin = turns.find(({ kind }) => kind === 'pin');
  if (pin === undefined) return { left: null, evidence: [] };
  const unpin = turns.findLast(({ kind }) => kind === 'unpin');
  if (unpin === undefined) {
    return { left: `The plan leaves a pin: step ${pin.id} (${pin.name}).`, evidence: [] };
  }
  const isPinned = (instant: number): boolean =>
    turns.findLast(({ to }) => to !== null && to <= instant)?.kind === 'pin';
  const left = services.last.filter(({ configuredAt }) => isPinned(configuredAt));
  if (left.length > 0) {
    const names = some(left.map(({ name }) => name));
    return {
      left: `The pin of step ${pin.id} (${pin.name}) was removed, but ${names} still had it: no restart and no reload followed.`,
      evidence: [],
    };
  }
  return {
    left: null,
    evidence: [`Pinned from step ${pin.id} (${pin.name}) until step ${unpin.id}.`],
  };
}
