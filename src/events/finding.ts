import { z } from 'zod';

/** How much a difference between two releases matters, the worst first. */
export const SEVERITIES = [
  /** Work or requests are lost, or nothing starts, wherever it is not avoided. */
  'blocking',
  /** It depends: on what a deployment uses or has set, or on what is asked meanwhile. */
  'risk',
  /** To be known; nothing is lost by it. */
  'info',
] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What is compared between two releases, in the order of the output. */
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

const release = z.enum(['base', 'target']);
const evidence = z.object({
  /** In whose image. */
  release,
  file: z.string(),
  /** 1-based; `null` where a file as a whole shows it. */
  line: z.int().nullable(),
  text: z.string(),
});

/** A difference between two releases, seen before anything is started. */
export const FindingSchema = z.object({
  /** Unique in a comparison, and the same for the same difference in another one. */
  id: z.string(),
  area: z.enum(AREAS),
  severity: z.enum(SEVERITIES),
  title: z.string(),
  evidence: z.array(evidence).readonly(),
  /** Names of tags that it may cost. */
  endangers: z.array(z.string()).readonly(),
  /** Choreographies in which it does no harm; `null`: there is none, or no harm to avoid. */
  avoidedBy: z.array(z.string()).readonly().nullable(),
  /** The other choreographies: those in which it does harm. Absent in older runs. */
  metBy: z.array(z.string()).readonly().nullable().optional(),
  /** Why the plan that was compared avoids it; absent where it does not. */
  avoidedSince: z.string().optional(),
  /** What has to come together in a run before it can do harm; absent: nothing. */
  needs: z
    .discriminatedUnion('what', [
      z.object({
        what: z.literal('message'),
        /** A message in any of these directions. */
        pairs: z
          .array(z.object({ sender: z.enum(['api', 'engine']), from: release, to: release }))
          .readonly(),
        /** The kinds of services that send and take it, where that is known; absent: any. */
        kinds: z.object({ senders: z.array(z.string()).readonly(), taker: z.string() }).optional(),
        /** The method that it calls; absent: any. */
        method: z.string().optional(),
      }),
      z.object({ what: z.literal('side-by-side') }),
    ])
    .optional(),
  /** What a run shows if it comes true. */
  predicts: z
    .object({
      /** Kinds of causes in the verdict, any of them. */
      causes: z.array(z.string()).readonly(),
      /** Words that the cause's title or sample has to hold, all of them. */
      mentions: z.array(z.string()).readonly(),
    })
    .optional(),
});

export type Finding = Readonly<z.infer<typeof FindingSchema>>;
export type Evidence = Finding['evidence'][number];
