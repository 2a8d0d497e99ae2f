import { z } from 'zod';

export const milliseconds = z.number();

export const seconds = z.number();

export const count = z.int().min(0);

/** From 0 to 1. */
export const ratio = z.number().min(0).max(1);

export const release = z.object({ series: z.string(), version: z.string(), image: z.string() });

/** `failed`: shown to be untrue. `not-proven`: could not be measured, so it does not pass. */
export const status = z.enum(['proven', 'failed', 'not-proven']);
