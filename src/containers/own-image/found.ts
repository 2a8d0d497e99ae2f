import { z } from 'zod';

const foundSchema = z.object({
  /** The subject's version, by its metadata. */
  version: z.string(),
  /** The Python that has the subject, and its version. */
  interpreter: z.string(),
  python: z.string(),
  /** As which its services run. */
  user: z.string(),
  /** The folder of the interpreter and of the scripts beside it. */
  folder: z.string(),
  /**
   * What serves its APIs: rollgate's start program with this uWSGI, or the scripts of a release that
   * still has a server of its own. `null`: nothing.
   */
  served: z.object({ by: z.enum(['uwsgi', 'script']), program: z.string() }).nullable(),
  /** What keeps a service from running. */
  missing: z.array(z.string()),
  notes: z.array(z.string()),
});

/** What an image of a user's own has. */
export type Found = Readonly<z.output<typeof foundSchema>>;

/** What the program that looks into an image printed. */
export type Looked =
  | { readonly found: Found }
  /** The interpreters that do not have the subject. */
  | { readonly asked: readonly string[] };

const FOUND = /^rollgate-found: (.*)$/m;
const ASKED = /^rollgate-asked:(.*)$/m;

/** Reads that output; `undefined` if the program did not come to its end. */
export function readOutput(output: string): Looked | undefined {
  const [, found] = FOUND.exec(output) ?? [];
  if (found !== undefined) return { found: foundSchema.parse(JSON.parse(found)) };
  const [, asked] = ASKED.exec(output) ?? [];
  return asked === undefined
    ? undefined
    : { asked: asked.split(' ').filter((path) => path !== '') };
}

/** The reasons of a check that failed, or its last lines. */
export function problemsOf(output: string): readonly string[] {
  const problems = [...output.matchAll(/^rollgate-problem: (.*)$/gm)].flatMap(([, text]) =>
    text === undefined ? [] : [text],
  );
  return problems.length > 0 ? problems : output.trim().split('\n').slice(-5);
}

/** One line for a person, e.g. `Heat 26.0.1 of /var/lib/kolla/venv/bin/python3 (3.12.3), …`. */
export function describeFound(
  { version, interpreter, python, user, served }: Found,
  title: string,
): string {
  const serving = served === null ? '' : `, its APIs served by ${served.program}`;
  return `${title} ${version} of ${interpreter} (${python})${serving}, as user ${user}`;
}
