import { pathToFileURL } from 'node:url';
import type { NodeServices } from './environment.ts';

/**
 * The argument of a module's default function: its environment (docs/checkpoints.md) as an object.
 */
export interface HookContext {
  /** Of the API, through the load balancer, with the project in it. */
  readonly endpoint: string;
  /** `X-Auth-Token` of the hook's account. */
  readonly token: string;
  /** A login for OpenStack's clients. */
  readonly credentials: {
    readonly authUrl: string;
    readonly username: string;
    readonly password: string;
    readonly projectName: string;
    readonly region: string;
  };
  /** The lab's name. */
  readonly lab: string;
  /** The run's folder. */
  readonly run: string;
  /** The point of the roll, e.g. `mixed`. */
  readonly checkpoint: string;
  /** The series to upgrade from. */
  readonly base: string;
  /** The series to upgrade to. */
  readonly target: string;
  /** By the node's name. */
  readonly nodes: Readonly<Record<string, NodeServices>>;
}

/**
 * The default function of a checkpoint's module. An error is a failed check; output on the console
 * is kept.
 *
 * ```ts
 * import type { HookContext } from 'rollgate';
 *
 * export default async function check({ endpoint, token }: HookContext): Promise<void> {
 *   const { ok, status } = await fetch(`${endpoint}/stacks`, { headers: { 'x-auth-token': token } });
 *   if (!ok) throw new Error(`the list of stacks: ${status}`);
 * }
 * ```
 */
export type Hook = (context: HookContext) => unknown;

const variable = (name: string): string => process.env[name] ?? '';

const [, , file = ''] = process.argv;
const { default: hook } = (await import(pathToFileURL(file).href)) as {
  readonly default?: unknown;
};
if (typeof hook !== 'function') {
  throw new TypeError(`${file} has no default export that is a function`);
}
const context: HookContext = {
  endpoint: variable('ROLLGATE_ENDPOINT'),
  token: variable('ROLLGATE_TOKEN'),
  credentials: {
    authUrl: variable('OS_AUTH_URL'),
    username: variable('OS_USERNAME'),
    password: variable('OS_PASSWORD'),
    projectName: variable('OS_PROJECT_NAME'),
    region: variable('OS_REGION_NAME'),
  },
  lab: variable('ROLLGATE_LAB'),
  run: variable('ROLLGATE_RUN'),
  checkpoint: variable('ROLLGATE_CHECKPOINT'),
  base: variable('ROLLGATE_BASE'),
  target: variable('ROLLGATE_TARGET'),
  nodes: JSON.parse(variable('ROLLGATE_NODES')) as HookContext['nodes'],
};
await (hook as Hook)(context);
