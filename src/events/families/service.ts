import { z } from 'zod';
import { at, release, startedAs, where } from '../fields.ts';

/** A stop was requested: the service's grace period begins. */
export const serviceStopping = z.object({
  type: z.literal('service-stopping'),
  at,
  ...where,
  ...release.shape,
  ...startedAs,
});

export const serviceStopped = z.object({
  type: z.literal('service-stopped'),
  at,
  ...where,
  ...release.shape,
  ...startedAs,
  exitCode: z.number(),
  outOfMemory: z.boolean(),
  /** From the stop request to the exit. */
  seconds: z.number(),
});

/** The container runs; it may not serve yet. */
export const serviceStarted = z.object({
  type: z.literal('service-started'),
  at,
  ...where,
  ...release.shape,
  ...startedAs,
  /** The service's broker vhost. */
  vhost: z.string().optional(),
  /** The service of the node that it will replace and beside which it was started. */
  replaces: z.string().optional(),
});

/** The service answers for itself (an api on its own port, an engine in the subject's service list). */
export const serviceServing = z.object({
  type: z.literal('service-serving'),
  at,
  ...where,
  /** `version` is the version in the running container. */
  ...release.shape,
  ...startedAs,
  /** The identity under which the subject lists an engine. */
  engineId: z.string().optional(),
  /** From the container's start. */
  seconds: z.number(),
});

/** A running api reloads its configuration, and is on another broker vhost from here on. */
export const serviceMoved = z.object({
  type: z.literal('service-moved'),
  at,
  ...where,
  vhost: z.string(),
});

/** A running service was asked to read its configuration anew, and serves. */
export const serviceReloaded = z.object({
  type: z.literal('service-reloaded'),
  at,
  ...where,
});

/** A step is about to stop an infrastructure service, for another to take its place. */
export const infrastructureStopping = z.object({
  type: z.literal('infrastructure-stopping'),
  at,
  service: z.string(),
  version: z.string(),
});

/** The replacement is ready. */
export const infrastructureServing = z.object({
  type: z.literal('infrastructure-serving'),
  at,
  service: z.string(),
  version: z.string(),
  /** From the request to stop the previous one. */
  seconds: z.number(),
});
