import { z } from 'zod';

/** Milliseconds since the start of the run, on a monotonic clock. */
export const at = z.number();

/** A service container: the node, and the service's instance, e.g. `heat-engine.2`. */
export const where = { node: z.string(), service: z.string() };

export const release = z.object({ series: z.string(), version: z.string(), image: z.string() });

export const side = z.enum(['base', 'target']);

/** The side that the service was started as; older streams lack it. */
export const startedAs = { side: side.optional() };
