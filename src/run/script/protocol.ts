import { z } from 'zod';
import { isErrorCode, type ErrorCode } from '../../error-codes.ts';
import { POINTS } from '../../scenario/own-files/checkpoint.ts';
import { SIDES } from '../../words.ts';

/** The variable with the path of the socket on which a run listens while a script drives it. */
export const SOCKET = 'ROLLGATE_SOCKET';

/** Services, e.g. `node1/heat-api`, or nodes, for all their services. */
const on = z.array(z.string()).min(1).readonly();
const to = z.enum(SIDES);

/** A script's call to the run, as one line of JSON. */
export const callSchema = z.discriminatedUnion('call', [
  z.strictObject({ call: z.literal('list') }),
  z.strictObject({ call: z.literal('db-sync'), to }),
  z.strictObject({ call: z.literal('create-vhost'), vhost: z.string().regex(/^[\w.-]+$/) }),
  z.strictObject({ call: z.literal('stop'), on }),
  z.strictObject({ call: z.literal('start'), on, to, vhost: z.string() }),
  z.strictObject({ call: z.literal('swap'), on, to, vhost: z.string() }),
  z.strictObject({ call: z.literal('drain'), on, limitSeconds: z.number().min(1).max(1000) }),
  z.strictObject({ call: z.literal('undrain'), on }),
  z.strictObject({ call: z.literal('checkpoint'), point: z.enum(POINTS) }),
]);
export type ScriptCall = Readonly<z.output<typeof callSchema>>;

/** The run's answer, as one line of JSON, when the call is done. */
export const answerSchema = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('done'), text: z.string() }),
  z.strictObject({
    status: z.literal('failed'),
    code: z.custom<ErrorCode>((code) => typeof code === 'string' && isErrorCode(code)),
    message: z.string(),
    hint: z.string().optional(),
  }),
]);
export type CallAnswer = z.output<typeof answerSchema>;
