import type { ScriptCall } from './protocol.ts';

/** Carries out a call as a step of the run. @throws RollgateError `invalid-call`, … */
export type CarryOutCall = (call: ScriptCall) => Promise<void>;

/** A function that rolls the lab, call by call. */
export type RollFunction = (carryOut: CarryOutCall) => Promise<void>;
