import { z } from 'zod';
import { count, milliseconds, seconds } from './fields.ts';

/** A value that answers showed, from the first of them to the last. */
const seenValue = z.object({
  value: z.string(),
  from: milliseconds,
  to: milliseconds,
  answers: count,
  /** The releases that answer so, oldest first; absent if the value does not say. */
  releases: z.array(z.string()).optional(),
});

/** An address of a service in the catalogue, and what its answers showed. */
const watchedService = z.object({
  /** Its type in the catalogue. */
  service: z.string(),
  url: z.string(),
  interfaces: z.array(z.string()),
  region: z.string().nullable(),
  /** Why it did not answer before the load began; `null` if it did. */
  silent: z.string().nullable(),
  facts: z.array(
    z.object({
      fact: z.string(),
      /** In the order in which they were first seen; empty: not observed. */
      values: z.array(seenValue),
      /** Why it was not observed; `null` if it was. */
      why: z.string().nullable(),
    }),
  ),
});

/** Answers that showed different values of a fact in the same time. */
const differing = z.object({
  service: z.string(),
  fact: z.string(),
  /** One address whose answers changed by turns, or two addresses that differed. */
  urls: z.array(z.string()),
  values: z.array(z.string()),
  from: milliseconds,
  to: milliseconds,
  seconds,
});

/** The subject's release by the answers of one round of questions. */
const releaseSeen = z.object({
  /** The releases that fit all answers. */
  among: z.array(z.string()),
  /** Different answers to the same question: services of more than one release. */
  mixed: z.boolean(),
});

export const watched = z.object({
  cloud: z.string(),
  endpoint: z.string(),
  project: z.string(),
  /** The services of the catalogue; absent from events of an older watch. */
  services: z.array(watchedService).optional(),
  /** Side by side, as the answers showed it. */
  mixed: z.array(differing).optional(),
  /** Before the load began and after the upgrade; `null`: not observed. */
  releases: z.object({ first: releaseSeen.nullable(), last: releaseSeen.nullable() }).optional(),
});
