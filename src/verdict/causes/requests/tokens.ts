import type { RequestEvent } from '../../../events/event.ts';
import { counted } from '../../../text/counted.ts';
import { seconds, span } from '../../../text/seconds.ts';
import type { StepInterval } from '../../history/steps.ts';
import type { Reading } from '../../reading/reading.ts';
import { TOKENS_ID } from '../../requests/losses/explain-loss.ts';
import type { RefusedTokens } from '../../requests/losses/refused-tokens.ts';
import type { FoundCause } from '../found.ts';
import { whereFirst, type Sighting } from '../sighting.ts';

/** A hook this long before the first refusal may be its reason: services cache tokens. */
const AFTER_HOOK_MS = 30_000;
/** A single token may have expired. */
const FEWEST = 2;

/**
 * Keystone refuses tokens that it made before, for example since its keys were rotated: one cause,
 * wherever and in whichever step they were refused.
 */
export function tokenCauses(reading: Reading): readonly FoundCause[] {
  const { refusedTokens, api, steps, start } = reading;
  if (refusedTokens === undefined) return [];
  const { from, renewed } = refusedTokens;
  const lost = api.lost.filter(({ causeId }) => causeId === TOKENS_ID);
  // In a watch the tokens of the load expire as those of any user.
  if (lost.length === 0 && (renewed.length < FEWEST || start.watched !== undefined)) return [];
  const [first, ...others] = renewed;
  const hook = hookBefore(from, reading);
  const since = hook === undefined ? '' : `, from step ${hook.id} ${hook.name} on`;
  const sightings = [sightingOf(first), ...others.map(sightingOf)] as const;
  return [
    {
      id: TOKENS_ID,
      alike: [],
      kind: 'tokens-refused',
      harm: lost.length > 0 ? 'requests-lost' : 'log-only',
      title: `Keystone refused tokens that were made before ${seconds(from)}${since}`,
      ...whereFirst(sightings, steps, hook?.from ?? from),
      victim: lost[0]?.id ?? first.id,
      count: lost.length > 0 ? lost.length : renewed.length,
      unit: 'requests',
      evidence: [
        renewedInWords(refusedTokens),
        ...(lost.length === 0
          ? []
          : [
              `${counted(lost.length, 'request')} ${lost.length === 1 ? 'was' : 'were'} lost: the token of a user or of a service was refused.`,
            ]),
      ],
      avoidedBy: null,
    },
  ];
}

function sightingOf({ sentAt, id, operation, server }: RequestEvent): Sighting {
  return {
    at: sentAt,
    node: null,
    service: 'keystone',
    version: null,
    victim: id,
    sample: `${operation}${server === undefined ? '' : ` to ${server}`} was refused with 401`,
  };
}

function renewedInWords({ from, renewed }: RefusedTokens): string {
  const last = renewed.at(-1)?.sentAt ?? from;
  const were = renewed.length === 1 ? 'was' : 'were';
  return `${counted(renewed.length, 'request')} ${were} refused with 401, sent again with a new token, and then not refused, ${span(from, last)}.`;
}

/** The newest check of the scenario that had begun by then, and had not ended long before. */
function hookBefore(instant: number, { steps }: Reading): StepInterval | undefined {
  return steps.all.findLast(
    ({ kind, from, to }) =>
      kind === 'check' &&
      from !== null &&
      from <= instant &&
      (to === null || to + AFTER_HOOK_MS >= instant),
  );
}
