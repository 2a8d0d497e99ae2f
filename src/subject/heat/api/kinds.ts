import type { LoadPlan } from '../../../plan/plan.ts';
import { EACH_ACTION, ENDS, GIVEN_UP, SNAPSHOT } from './endings.ts';
import {
  chainBlueprint,
  relayBlueprint,
  nestedBlueprint,
  waitingBlueprint,
  type Blueprint,
  type ChainOptions,
  type Transport,
} from './template.ts';
import { brief, kind, later, now, type LifecycleKind } from './turns.ts';

/** Without a wait, because these should be quick. */
const short = (length: number): ChainOptions => ({ length, actionSeconds: 0 });
const chain = ({ chain: length, actionSeconds }: LoadPlan['workload']): Blueprint =>
  chainBlueprint({ length, actionSeconds });
const long = ({ chain, actionSeconds }: LoadPlan['workload']): Blueprint =>
  chainBlueprint({ length: 2 * chain, actionSeconds });
const nested = (): Blueprint => nestedBlueprint({ ...short(1), members: 2 });
const waiting = (transport: Exclude<Transport, 'hook'>) => (): Blueprint =>
  waitingBlueprint({ ...short(1), transport });

/**
 * Kinds that are begun in turn, over and over. The first ones are made before anything is swapped,
 * so that the target gets existing stacks to work on. A wait condition is signalled at once: an
 * engine with an open one cannot stop, because stopping waits for the current action. At the
 * default rate it is begun where the mixed state is held and all services take work.
 *
 * A suspend or a snapshot is undone after the swaps. Before 2026.1 that is no work of convergence,
 * and an older engine must not delete a snapshot of 2026.1 (`resource_snapshot` refers to it).
 */
export const LIFECYCLE_KINDS: readonly LifecycleKind[] = [
  kind('hold', chain, now('create'), later('update'), later('delete')),
  kind('nested', nested, now('create'), now('update'), later('update'), later('delete')),
  kind('suspend', brief, now('create'), now('suspend'), later('resume'), later('delete')),
  kind('replace', brief, now('create'), now('replace'), later('replace'), later('delete')),
  kind('quick', brief, now('create'), now('update'), now('replace'), now('delete')),
  kind('signal', waiting('token'), now('create'), now('update'), later('delete')),
  SNAPSHOT,
  kind('long', long, now('create'), later('delete')),
  kind('check', brief, now('create'), now('check'), now('update'), now('delete')),
  kind('in-place', chain, now('create'), now('update'), later('delete')),
  kind(
    'restore',
    brief,
    now('create'),
    now('snapshot'),
    now('update'),
    now('snapshot'),
    later('restore'),
    later('delete'),
  ),
  kind('unhealthy', brief, now('create'), now('mark-unhealthy'), later('update'), now('delete')),
];

/**
 * Longer than an engine waits for an answer from another engine that holds a resource, with some
 * reserve.
 */
const OVERTAKEN_ACTION_SECONDS = 8;
const slow = (): Blueprint =>
  chainBlueprint({ length: 2, actionSeconds: OVERTAKEN_ACTION_SECONDS });

/**
 * A run has these only if its workload names them: a user changes or deletes a stack that is still
 * being created. The engine that takes this request finds a resource that another engine holds, and
 * asks it by RPC whether it is alive.
 */
export const KINDS_BY_NAME: readonly LifecycleKind[] = [
  kind(
    'overtake',
    slow,
    { action: 'create', overtaken: true },
    now('update'),
    later('update'),
    later('delete'),
  ),
  kind('overtake-delete', slow, { action: 'create', overtaken: true }, now('delete')),
  ...GIVEN_UP,
  ...ENDS,
  ...EACH_ACTION.filter((each) => !ENDS.includes(each)),
];

/** Alternates with `signal` if the topology and the releases support it. */
export const CFN_SIGNAL = kind(
  'cfn-signal',
  waiting('cfn'),
  now('create'),
  now('update'),
  later('delete'),
);

/** A check begins many at once: the creation is what counts, and each stack is deleted again. */
export const BURST = kind('burst', brief, now('create'), now('delete'));

/**
 * Begun in addition to the others while one api is swapped and another is not. One api creates the
 * stack, and the other changes it within a second or two.
 */
export const API_RELAY = kind(
  'relay',
  relayBlueprint,
  now('create'),
  { action: 'update', untilOtherApi: 6 },
  now('delete'),
);

/** Begun when some engines are swapped and others are not: a little work for all of them. */
export const ENGINE_RELAY = kind(
  'relay',
  relayBlueprint,
  now('create'),
  now('update'),
  now('delete'),
);

/**
 * For a chain of upgrades: made before the first, changed after each, deleted after the last.
 *
 * @param index Its number; two kinds of stacks take turns.
 */
export function survivor(
  index: number,
  { first, last }: { readonly first: boolean; readonly last: boolean },
): LifecycleKind {
  return kind(
    'survivor',
    index % 2 === 0 ? brief : nested,
    ...(first ? [now('create')] : []),
    later('update'),
    ...(last ? [later('delete')] : []),
  );
}

/** The kind of the stack number `index`, from all kinds or from the named ones. */
export function stackKind(
  index: number,
  {
    cfn,
    names,
    custom = [],
  }: {
    readonly cfn: boolean;
    readonly names?: readonly string[] | undefined;
    /** A user's own. */
    readonly custom?: readonly LifecycleKind[];
  },
): LifecycleKind {
  const wanted =
    names === undefined
      ? [...custom, ...LIFECYCLE_KINDS]
      : [...custom, ...LIFECYCLE_KINDS, ...KINDS_BY_NAME].filter(({ name }) =>
          names.includes(name),
        );
  const kinds = cfn ? wanted.flatMap(withCfn) : wanted;
  const found = kinds[index % kinds.length];
  if (found === undefined) throw new Error('there are no kinds of lifecycles: a bug');
  return found;
}

function withCfn(kind: LifecycleKind): readonly LifecycleKind[] {
  return kind.name === 'signal' ? [kind, CFN_SIGNAL] : [kind];
}
