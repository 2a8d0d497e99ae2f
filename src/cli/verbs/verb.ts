import type { Command, OptionValues } from '@commander-js/extra-typings';
import type { CliContext, Progress } from '../context.ts';

/** The command line to which a verb is added; its options apply to every verb. */
export type Program = Command<[], { debug?: true | undefined; progress?: Progress | undefined }>;

/** Adds a verb to the command line. */
export type AddVerb = (program: Program, context: CliContext) => void;

/** A verb without arguments and options so far. */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- commander's "no options yet"
export type BareVerb<Globals extends OptionValues> = Command<[], Record<never, never>, Globals>;
