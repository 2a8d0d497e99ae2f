import { z } from 'zod';
import { RunEventSchema } from './event.ts';

/** JSON Schema (2020-12) of one line of `events.ndjson`. */
export function runEventJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: 'rollgate event', ...z.toJSONSchema(RunEventSchema, { io: 'input' }) };
}
