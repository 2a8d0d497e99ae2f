import { z } from 'zod';
import { ROLES, SIDES } from '../words.ts';

/** How much a difference between two releases matters, the worst first. */
export const SEVERITIES = [
  /** Work or requests are lost, or nothing starts, if the choreography does not avoid it. */
  'blocking',
  /** The effect depends on the deployment's options, or on requests during the roll. */
  'risk',
  /** For information; it causes no loss. */
  'info',
] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The compared areas of two releases, in the order of the output. */
export const AREAS = [
  'rpc',
  'context',
  'objects',
  'schema',
  'configuration',
  'policy',
  'paste',
  'scripts',
  'entry-points',
  'resource-types',
  'dependencies',
] as const;
export type Area = (typeof AREAS)[number];

const release = z.enum(SIDES);
const evidence = z.object({
  /** The side whose image it is in. */
  release,
  file: z.string(),
  /** 1-based; `null` if the whole file shows it. */
  line: z.int().nullable(),
  text: z.string(),
});

/** A difference between two releases, seen before anything is started. */
export const FindingSchema = z.object({
  /** Unique in a comparison, and the same for the same difference in another comparison. */
  id: z.string(),
  area: z.enum(AREAS),
  severity: z.enum(SEVERITIES),
  title: z.string(),
  evidence: z.array(evidence).readonly(),
  /** Names of tags that may fail because of it. */
  endangers: z.array(z.string()).readonly(),
  /**
   * Choreographies in which it does no harm; `null`: none avoids it, or there is no harm to avoid.
   */
  avoidedBy: z.array(z.string()).readonly().nullable(),
  /** The other choreographies: those in which it does harm. Absent in older runs. */
  metBy: z.array(z.string()).readonly().nullable().optional(),
  /** Why the compared plan avoids it; absent if it does not. */
  avoidedSince: z.string().optional(),
  /** The two sides that must meet in a run before it can do harm. Default: none. */
  needs: z
    .discriminatedUnion('what', [
      z.object({
        what: z.literal('message'),
        /** A message in any of these directions. */
        pairs: z.array(z.object({ sender: z.enum(ROLES), from: release, to: release })).readonly(),
        /** The kinds of services that send and take it, if they are known. Default: every kind. */
        kinds: z.object({ senders: z.array(z.string()).readonly(), taker: z.string() }).optional(),
        /** The method that it calls. Default: every method. */
        method: z.string().optional(),
      }),
      z.object({ what: z.literal('side-by-side') }),
    ])
    .optional(),
  /** The cause that a run shows if the forecast comes true. */
  predicts: z
    .object({
      /** Kinds of causes in the verdict, any of them. */
      causes: z.array(z.string()).readonly(),
      /** Words that must all be in the cause's title or sample. */
      mentions: z.array(z.string()).readonly(),
    })
    .optional(),
});

export type Finding = Readonly<z.infer<typeof FindingSchema>>;
export type Evidence = Finding['evidence'][number];
