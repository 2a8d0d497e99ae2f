import { z } from 'zod';

const labels = z.record(z.string(), z.string()).nullish();
const state = z.looseObject({ Running: z.boolean(), ExitCode: z.number() });

/**
 * The parts of the engine's answers that rollgate reads, by the request (Docker Engine API). A
 * proxy in front of an engine, or another program at its address, answers with something else.
 */
const ANSWERS: readonly (readonly [request: RegExp, answer: z.ZodType])[] = [
  [
    /^GET \/version$/,
    z.object({
      Version: z.string(),
      ApiVersion: z.string().regex(/^\d+\.\d+$/),
      Components: z.array(z.object({ Name: z.string() })).nullish(),
    }),
  ],
  [/^GET \/info$/, z.object({ ID: z.string(), DockerRootDir: z.string() })],
  [
    /^GET \/containers\/json$/,
    z.array(
      z.object({
        Id: z.string(),
        Names: z.array(z.string()),
        Image: z.string(),
        Labels: z.record(z.string(), z.string()),
        State: z.string(),
      }),
    ),
  ],
  [/^GET \/networks$/, z.array(z.object({ Id: z.string(), Name: z.string(), Labels: labels }))],
  [
    /^GET \/volumes$/,
    z.object({ Volumes: z.array(z.object({ Name: z.string(), Labels: labels })).nullish() }),
  ],
  [
    /^GET \/images\/json$/,
    z.array(z.object({ Id: z.string(), RepoTags: z.array(z.string()).nullish(), Labels: labels })),
  ],
  [/^GET \/containers\/[^/]+\/logs$/, z.instanceof(Uint8Array)],
  [/^GET \/containers\/[^/]+\/json$/, z.object({ Id: z.string(), State: state })],
  [/^GET \/images\/.+\/json$/, z.object({ Id: z.string(), Config: z.looseObject({}) })],
  [
    /^GET \/exec\/[^/]+\/json$/,
    z.object({ Running: z.boolean(), ExitCode: z.number().nullable() }),
  ],
  [/^POST \/(containers|networks)\/create$/, z.object({ Id: z.string() })],
  [/^POST \/containers\/[^/]+\/exec$/, z.object({ Id: z.string() })],
  [/^POST \/containers\/[^/]+\/wait$/, z.object({ StatusCode: z.number() })],
];

/**
 * The first thing that is wrong in an answer, e.g. `0.Names: expected array`. `undefined` if nothing
 * is, or if rollgate does not read the answer.
 *
 * @param request E.g. `GET /containers/json`.
 */
export function wrongAnswer(request: string, answer: unknown): string | undefined {
  const [, schema] = ANSWERS.find(([known]) => known.test(request)) ?? [];
  const [issue] = schema?.safeParse(answer).error?.issues ?? [];
  if (issue === undefined) return undefined;
  const message = issue.message.replace(/^Invalid \w+: /, '').replace(/, received .*$/, '');
  return [issue.path.join('.'), message].filter((part) => part !== '').join(': ');
}
