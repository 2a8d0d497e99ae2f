import { z } from 'zod';
import type { Token } from '../../../infra/keystone.ts';
import type { ResponseHeaders } from '../../../load/http/outcome.ts';
import type { RequestSpec } from '../../../load/http/request.ts';
import type { ProbeRequest } from '../../load.ts';
import { mismatch, shown } from '../api/answers.ts';
import type { WholeAnswers } from '../calls/whole-answer.ts';
import type { StandingStack } from './standing.ts';

export interface ProbeContext {
  /**
   * For the project of the standing stack. The load's stacks are in another project, because a list
   * takes longer with each stack, and the load determines their number.
   */
  readonly token: Token;
  /** For the same user in a project without a stack. */
  readonly other: Token;
  readonly standing: StandingStack;
  /** The earlier answers. */
  readonly answers: WholeAnswers;
}

const PREVIEWED: Readonly<Record<string, string>> = {
  random: 'OS::Heat::RandomString',
  last: 'OS::Heat::TestResource',
};

const PREVIEW = JSON.stringify({
  stack_name: 'rollgate-preview',
  template: {
    heat_template_version: '2018-08-31',
    resources: {
      random: { type: PREVIEWED['random'] },
      last: {
        type: PREVIEWED['last'],
        properties: { value: { get_attr: ['random', 'value'] } },
      },
    },
  },
});

/**
 * The requests at a constant rate, by the probe's name. Each answer is checked: an answer that
 * contradicts a known fact counts as lost.
 */
export function heatProbes({
  token,
  other,
  standing,
  answers,
}: ProbeContext): Readonly<Record<string, ProbeRequest>> {
  const stacks = `/v1/${token.projectId}/stacks`;
  const common = as(token);
  const requests: Readonly<Record<string, RequestSpec>> = {
    // The API alone: no engine, no database.
    version: {
      operation: 'GET /',
      method: 'GET',
      path: '/',
      headers: { accept: 'application/json' },
      // Heat offers its versions as a choice.
      expect: [300],
      check: (body) => checkVersions(body) ?? answers.difference('GET /', body),
    },
    // API, engine and database.
    list: {
      ...common,
      operation: 'GET stacks',
      method: 'GET',
      path: stacks,
      check: (body) =>
        checkListHas(standing)(body) ??
        answers.difference('GET stacks', body, (list) => entryOf(list, standing)),
    },
    // The same, and the engine loads the stack with its resources and resolves its outputs.
    show: {
      ...common,
      operation: 'GET stack',
      method: 'GET',
      path: `${stacks}/${standing.name}/${standing.id}`,
      check: (body) => checkShows(standing)(body) ?? answers.difference('GET stack', body),
    },
    // Work in the engine: it parses and validates a template, and leaves nothing behind.
    preview: {
      ...common,
      operation: 'POST stacks/preview',
      method: 'POST',
      path: `${stacks}/preview`,
      body: PREVIEW,
      check: (body) =>
        checkPreview(body) ?? answers.difference('POST stacks/preview of a chain', body),
    },
    // The token's project passes from the API to the engine, and decides which objects are shown.
    'other-project': {
      ...as(other),
      operation: 'GET stacks of another project',
      method: 'GET',
      path: `/v1/${other.projectId}/stacks`,
      check: checkListIsEmpty,
    },
  };
  return Object.fromEntries(
    Object.entries(requests).map(([name, spec]) => {
      const checkHeaders = (headers: ResponseHeaders): string | undefined =>
        answers.otherHeaders(spec.operation, headers);
      const request = { ...spec, checkHeaders };
      return [name, () => request];
    }),
  );
}

function as({ id }: Token) {
  const json = 'application/json';
  return {
    headers: { 'x-auth-token': id, accept: json, 'content-type': json },
    expect: [200],
  } as const;
}

/** Why a body is not the API's version document. */
function checkVersions(body: string): string | undefined {
  return mismatch(z.object({ versions: z.array(z.object({ id: z.string() })).min(1) }), body);
}

const stackEntries = z.object({ stacks: z.array(z.looseObject({ id: z.string() })) });
const stackList = z.object({ stacks: z.array(z.object({ id: z.string() })) });

/** Why a body is not a list of stacks that contains the standing one. */
export function checkListHas({ id, name }: StandingStack): (body: string) => string | undefined {
  const has = stackList.refine(({ stacks }) => stacks.some((stack) => stack.id === id), {
    error: `${name} is not in the list`,
  });
  return (body) => mismatch(has, body);
}

/** The standing stack's entry in a list. */
function entryOf(list: unknown, { id }: StandingStack): unknown {
  return stackEntries.parse(list).stacks.find((stack) => stack.id === id);
}

const noStacks = stackList.refine(({ stacks }) => stacks.length === 0, {
  error: 'it has stacks of another project',
});

/** Why a body is not the list of a project without stacks. */
export function checkListIsEmpty(body: string): string | undefined {
  return mismatch(noStacks, body);
}

/** Why a body does not show the standing stack as it was made. */
export function checkShows(standing: StandingStack): (body: string) => string | undefined {
  const same = shown.refine(
    ({ stack }) =>
      stack.id === standing.id &&
      stack.stack_status === 'CREATE_COMPLETE' &&
      stack.outputs?.some(
        ({ output_key, output_value }) =>
          output_key === 'random' && output_value === standing.random,
      ),
    { error: `it is not ${standing.name} as it was made` },
  );
  return (body) => mismatch(same, body);
}

const previewed = z
  .object({
    stack: z.object({
      resources: z.array(z.object({ resource_name: z.string(), resource_type: z.string() })),
    }),
  })
  .refine(
    ({ stack: { resources } }) =>
      resources.length === Object.keys(PREVIEWED).length &&
      resources.every(
        ({ resource_name, resource_type }) => PREVIEWED[resource_name] === resource_type,
      ),
    { error: 'it does not have the template’s resources' },
  );

/** Why a body is not the preview of the probe's template. */
export function checkPreview(body: string): string | undefined {
  return mismatch(previewed, body);
}
