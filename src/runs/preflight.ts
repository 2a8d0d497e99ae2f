import { messageOf, RollgateError } from '../errors.ts';
import type { EventOf } from '../events/event.ts';
import type { Finding } from '../events/finding.ts';
import { choreographiesApart } from '../plan/paper/coexistence.ts';
import type { Plan } from '../plan/plan.ts';
import { compareInventories } from '../preflight/compare.ts';
import { parseInventory, type Inventory } from '../preflight/inventory.ts';
import type { OwnConfiguration } from '../preflight/own-configuration.ts';
import type { OwnTypes } from '../preflight/own-types.ts';
import {
  IMAGE_SERIES,
  sameRelease,
  SOURCE_SERIES,
  type ReleaseRef,
  type Side,
} from '../release/release.ts';
import { subjectNamed } from '../subject/registry.ts';
import type { ReleaseComparison } from '../subject/subject.ts';
import { askImageOnce, type AskOptions } from './ask-image.ts';

export interface PreflightOptions extends AskOptions {
  readonly plan: Plan;
  /** A user's own configuration, which is compared too. */
  readonly configuration?: OwnConfiguration | undefined;
  /** The resource types that a user's own database uses. */
  readonly types?: OwnTypes | undefined;
  /** How long both images together may take; Default: 60. */
  readonly limitSeconds?: number | undefined;
}

/** The forecasts of a static comparison of a plan's releases. */
export interface Preflight {
  /** The worst first. */
  readonly findings: readonly Finding[];
  readonly base: ReleaseRef;
  readonly target: ReleaseRef;
  /** The duration of the comparison. */
  readonly seconds: number;
}

/**
 * Compares the two releases of a plan by the content of their images. Each is read in a separate
 * container, without a network, both at a time.
 *
 * @throws RollgateError `no-preflight`, `no-inventory`, `timed-out`, `image-missing`; the signal's
 * reason.
 */
export async function preflight(options: PreflightOptions): Promise<Preflight> {
  const { plan } = options;
  const started = performance.now();
  // An error of one ends the other too, so that no container is left behind.
  const failed = new AbortController();
  const signal = AbortSignal.any([failed.signal, ...(options.signal ? [options.signal] : [])]);
  const read = async (side: Side): Promise<Inventory> => {
    try {
      return await readInventory(side, { ...options, signal });
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  };
  const [one, other] = await Promise.allSettled([read('base'), read('target')]);
  if (one.status === 'rejected' || other.status === 'rejected') {
    throw options.signal?.aborted === true ? options.signal.reason : failed.signal.reason;
  }
  return {
    findings: compareInventories(
      one.value,
      other.value,
      choreographiesApart(plan, subjectNamed(plan.subject).choreographies),
      { ...comparisonOf(plan).names, noun: plan.noun, base: releaseName(plan.base) },
      { configuration: options.configuration, types: options.types },
    ),
    // The version of an image that the user named is known only now.
    base: { ...plan.base, version: one.value.version },
    target: { ...plan.target, version: other.value.version },
    seconds: (performance.now() - started) / 1000,
  };
}

/** Its name in the subject's own list of releases. */
function releaseName({ series }: ReleaseRef): string | undefined {
  return series === IMAGE_SERIES || series === SOURCE_SERIES ? undefined : series;
}

/** @throws RollgateError `no-preflight` for a subject whose releases cannot be compared yet. */
function comparisonOf({ subject }: Plan): ReleaseComparison {
  const { preflight: comparison, shape } = subjectNamed(subject);
  if (comparison !== undefined) return comparison;
  throw new RollgateError(
    'no-preflight',
    `rollgate cannot compare releases of ${shape.title} yet`,
    {
      kind: 'usage',
      hint: 'Run the upgrade: it needs no preflight.',
    },
  );
}

/** Why a run has no forecasts; the run and its verdict say so. */
export type NoForecasts = Omit<EventOf<'preflight-missing'>, 'type' | 'at'>;

/** For a run: twice the longest time that two busy cores took. Without forecasts a verdict is weaker. */
const RUN_LIMIT_SECONDS = 120;

/**
 * The comparison before a run. If it fails, the run goes on without it, and the verdict does not
 * take the forecasts for avoided or met.
 *
 * @returns `undefined` if a release would be compared with itself.
 * @throws The signal's reason.
 */
export async function foresee(
  options: PreflightOptions,
  {
    preflight: wanted = true,
    onPreflight,
    onProgress,
  }: {
    readonly preflight?: boolean | undefined;
    readonly onPreflight?: ((foreseen: Preflight) => void) | undefined;
    readonly onProgress?: ((line: string) => void) | undefined;
  },
): Promise<Preflight | NoForecasts | undefined> {
  const { base, target, subject } = options.plan;
  if (sameRelease(base, target)) return undefined;
  if (!wanted) return { reason: 'not-wanted', why: 'preflight was left out' };
  try {
    const foreseen = await preflight({ limitSeconds: RUN_LIMIT_SECONDS, ...options });
    onPreflight?.(foreseen);
    return foreseen;
  } catch (error) {
    options.signal?.throwIfAborted();
    const why = messageOf(error);
    onProgress?.(`the run goes on without preflight: ${why}`);
    const isSupported = subjectNamed(subject).preflight !== undefined;
    return { reason: isSupported ? 'failed' : 'not-supported', why };
  }
}

/**
 * The content of the image of one side of a plan, read by a program in a container of that image.
 * The same program reads the same image once: its output is kept.
 *
 * @throws RollgateError `no-preflight`, `no-inventory`, `timed-out`, `image-missing`; the signal's
 * reason.
 */
export async function readInventory(side: Side, options: PreflightOptions): Promise<Inventory> {
  const { plan, limitSeconds = 60 } = options;
  const { image } = plan[side];
  const { shape } = subjectNamed(plan.subject);
  const { inventory } = comparisonOf(plan);
  const output = await askImageOnce(
    options,
    {
      image,
      about: side,
      // Some options have it as their default.
      hostname: 'preflight',
      command: inventory.command,
      files: await inventory.files(),
      limitSeconds,
    },
    (text) =>
      new RollgateError('no-inventory', `the content of image ${image} could not be read`, {
        detail: text.slice(-2000),
        hint: `Give an image with ${shape.title} in it that rollgate built, or one that is built as those are.`,
      }),
    (text) => isWhole(parseInventory(text, image)),
  );
  return parseInventory(output, image);
}

/** An area without its content may have it the next time, e.g. on a machine with more memory. */
function isWhole(inventory: Inventory): boolean {
  return Object.values(inventory).every((area) => typeof area !== 'object' || 'found' in area);
}
