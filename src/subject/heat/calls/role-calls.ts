import { z } from 'zod';
import { jsonIn } from '../../../json.ts';
import { ABSENT, call, get, of, once, steady } from './build.ts';
import { has, lists, type CallObjects, type CallUser, type HeatCall } from './call.ts';

/** Each request is wrong in another way too, so a user who may send it is refused all the same. */
const REFUSALS = [400, 403, 404];
const FORBIDDEN = 403;
/** Heat 19 lets a reader make a software configuration, 24 does not. */
const SINCE = 24;

type Request = readonly [method: HeatCall['method'], path: string, body?: object];

/** What other users than the load's may do, and what their roles forbid. */
export function roleCalls(objects: CallObjects): readonly HeatCall[] {
  return [...allowed(objects), ...refusals(objects)];
}

/**
 * A colleague in the same project sees the stacks of the load's user, and an administrator sees the
 * engines.
 */
function allowed({ stack, project, adminProject }: CallObjects): readonly HeatCall[] {
  const stacks = `/${project}/stacks`;
  const own = `${stacks}/${stack.name}/${stack.id}`;
  const reads: readonly (readonly [what: string, rpc: string, path: string, name: string])[] = [
    ['stack', 'show_stack', own, 'stack'],
    ['template', 'get_template', `${own}/template`, 'resources'],
    ['resources', 'list_stack_resources', `${own}/resources`, 'resources'],
    ['events', 'list_events', `${own}/events`, 'events'],
    ['output', 'show_output', `${own}/outputs/random`, 'output'],
  ];
  return [
    ...reads.map(([what, rpc, path, name]) =>
      once({
        ...call(`GET ${what} as reader`, rpc, steady(get(path, has(name)))),
        user: 'reader',
      }),
    ),
    once({
      ...call(
        'GET stacks as reader',
        'list_stacks',
        get(`${stacks}?name=${stack.name}`, lists('stacks', 'stack_name', [stack.name])),
      ),
      user: 'reader',
    }),
    {
      ...call(
        'GET services as admin',
        'list_services',
        get(
          `/${adminProject}/services`,
          lists('services', 'binary', ['heat-engine'], 'among others'),
        ),
      ),
      user: 'admin',
    },
  ];
}

/**
 * Requests that a user’s role forbids: nothing may be allowed at the target that the base refuses.
 * The first answer counts, because before oslo.policy’s new defaults (2024) a reader could change
 * stacks.
 */
function refusals({ stack, project }: CallObjects): readonly HeatCall[] {
  const stacks = `/${project}/stacks`;
  const absent = `${stacks}/rollgate-absent/${ABSENT}`;
  const own = `${stacks}/${stack.name}/${stack.id}`;
  const action = (name: string): Request => ['POST', `${absent}/actions`, { [name]: null }];
  const configs = `/${project}/software_configs`;
  const deployments = `/${project}/software_deployments`;
  const type = `/${project}/resource_types/OS::Rollgate::Unknown/template`;

  const byReader: readonly Request[] = [
    ['POST', stacks, {}],
    ['PUT', absent, {}],
    ['PATCH', absent, {}],
    ['DELETE', absent],
    ['DELETE', `${absent}/abandon`],
    ['GET', `${absent}/export`],
    ['PUT', `${absent}/preview`, {}],
    ['PATCH', `${absent}/preview`, {}],
    ['POST', `/${project}/validate`, {}],
    ['GET', type],
    ['POST', `${absent}/snapshots`, { name: 'rollgate' }],
    ['DELETE', `${absent}/snapshots/${ABSENT}`],
    ['POST', `${absent}/snapshots/${ABSENT}/restore`],
    ['PATCH', `${absent}/resources/random`, { mark_unhealthy: true }],
    ...['suspend', 'resume', 'cancel_update', 'cancel_without_rollback'].map(action),
    ['POST', configs, {}],
    ['DELETE', `${configs}/${ABSENT}`],
    ['POST', deployments, {}],
    ['PUT', `${deployments}/${ABSENT}`, {}],
    ['DELETE', `${deployments}/${ABSENT}`],
  ];
  const byGuest: readonly Request[] = [
    ['GET', `${stacks}?limit=x`],
    ['GET', `${stacks}/detail?limit=x`],
    ...['', '/template', '/environment', '/files', '/outputs', '/snapshots', '/resources'].map(
      (part): Request => ['GET', `${absent}${part}`],
    ),
    ['GET', `${own}/events?limit=x`],
    ['GET', `${own}/resources/rollgate-absent`],
    // The policy allows it, and the engine asks whether the user is one of this stack.
    ['GET', `${own}/resources/random/metadata`],
    ['DELETE', absent],
  ];
  return [
    ...byReader.map((request) => forbidden('reader', request, project)),
    ...byGuest.map((request) => forbidden('guest', request, project)),
  ];
}

function forbidden(user: CallUser, [method, path, body]: Request, project: string): HeatCall {
  const where = path
    .slice(project.length + 2)
    .replace(`/rollgate-absent/${ABSENT}`, '/absent')
    .replaceAll(ABSENT, 'absent');
  const what = where.endsWith('/actions') ? ` ${Object.keys(body ?? {}).join()}` : '';
  return call(`${method} ${where}${what} as ${user}`, [], {
    ...of(method, path, body),
    user,
    since: SINCE,
    expect: REFUSALS,
    check: staysForbidden(),
  });
}

const codeOfError = z.object({ code: z.number() });

/** What the first answer forbids, each later one does too. */
function staysForbidden(): (body: string) => string | undefined {
  let first: number | undefined;
  return (body) => {
    const code = codeOfError.safeParse(jsonIn(body)).data?.code;
    first ??= code;
    return first === FORBIDDEN && code !== FORBIDDEN
      ? `it was forbidden at first (403), and is ${code ?? 'no error'} now`
      : undefined;
  };
}
