import { reshapedBlueprint } from './reshape.ts';
import {
  chainBlueprint,
  configuredBlueprint,
  failingBlueprint,
  failsLaterBlueprint,
  hookedBlueprint,
  type Blueprint,
} from './template.ts';
import { brief, kind, later, lookedUp, now, type LifecycleKind } from './turns.ts';

/** Two snapshots, so that the deletion of one has to leave the other. */
export const SNAPSHOT = kind(
  'snapshot',
  brief,
  now('create'),
  now('snapshot'),
  now('snapshot'),
  later('delete-snapshot'),
  now('delete'),
);

const ABANDON = kind('abandon', brief, now('create'), now('abandon'), now('adopt'), now('delete'));
const failing = (rollback: boolean) => (): Blueprint => failingBlueprint({ rollback });
/**
 * A resource that was never made fails its check, and the stack’s check tells so in the end. Heat
 * before 26 ends it as complete.
 */
export const CHECK_FAILS = kind(
  'check-fails',
  failing(false),
  { action: 'create', due: 'CREATE_FAILED' },
  { action: 'check', due: 'CHECK_FAILED' },
  now('delete'),
);
/**
 * Each action on a stack that succeeds, one after the other without a swap between them. At the
 * load's rate a run has some of these actions once.
 */
export const EACH_ACTION: readonly LifecycleKind[] = [
  kind(
    'healed',
    brief,
    now('create'),
    now('check'),
    now('mark-unhealthy'),
    now('mark-healthy'),
    now('update'),
    now('delete'),
  ),
  kind('resumed', brief, now('create'), now('suspend'), now('resume'), now('delete')),
  kind('snapped', brief, now('create'), now('snapshot'), now('delete-snapshot'), now('delete')),
  kind(
    'restored',
    brief,
    now('create'),
    now('snapshot'),
    now('update'),
    now('restore'),
    now('delete'),
  ),
  CHECK_FAILS,
  ABANDON,
  kind('configured', configuredBlueprint, now('create'), now('update'), now('delete')),
];

/** Held by an engine, as a wait condition is: not at base, where engines may be about to stop. */
export const HOOKED_KIND = kind('hooked', hookedBlueprint, now('create'), now('delete'));

const changing = (): Blueprint => chainBlueprint({ length: 2, createSeconds: 0, actionSeconds: 3 });
/** Updates keep the option to roll back a failure, which is not Heat's default. */
const cancelled = (): Blueprint => ({ ...changing(), rollback: true });

/**
 * Stacks that must fail, be rolled back or be abandoned. They begin once in the mixed state, and
 * the quick ones once at base and once at target, too. An engine's code for failures runs only for
 * them.
 */
const QUICK_ENDS: readonly LifecycleKind[] = [
  lookedUp('fails', failing(false), { action: 'create', due: 'CREATE_FAILED' }, now('delete')),
  lookedUp(
    'rolls-back',
    failing(true),
    { action: 'create', due: 'ROLLBACK_COMPLETE' },
    now('delete'),
  ),
  kind(
    'fails-later',
    failsLaterBlueprint,
    now('create'),
    { action: 'failing-update', due: 'ROLLBACK_COMPLETE' },
    now('delete'),
  ),
  kind(
    'stop',
    changing,
    now('create'),
    { action: 'update', overtaken: true },
    { action: 'stop', due: 'UPDATE_FAILED' },
    now('delete'),
  ),
  ABANDON,
  lookedUp(
    'reshape',
    reshapedBlueprint,
    now('create'),
    now('reshape'),
    now('redefine'),
    now('delete'),
  ),
];
/**
 * A user deletes a stack that is still being created, or changed. Not in the mixed state: the engine
 * that takes the request asks the engine that holds a resource, and may not reach it on another
 * vhost.
 */
export const GIVEN_UP: readonly LifecycleKind[] = [
  kind(
    'given-up',
    () => chainBlueprint({ length: 1, actionSeconds: 2 }),
    { action: 'create', overtaken: true },
    now('delete'),
  ),
  kind(
    'given-up-later',
    () => chainBlueprint({ length: 1, createSeconds: 0, actionSeconds: 2 }),
    now('create'),
    { action: 'update', overtaken: true },
    now('delete'),
  ),
];
/** At the target, where all engines are of one release. */
export const ENDS_AT_TARGET: readonly LifecycleKind[] = [
  ...QUICK_ENDS,
  ...GIVEN_UP,
  HOOKED_KIND,
  ...EACH_ACTION.filter((each) => each !== ABANDON && each !== CHECK_FAILS),
];
/**
 * At base also a snapshot, which the first stacks do not have: later snapshots are compared with
 * it.
 */
export const ENDS_AT_BASE: readonly LifecycleKind[] = [
  ...QUICK_ENDS,
  ...GIVEN_UP,
  SNAPSHOT,
  kind(
    'reshape-later',
    reshapedBlueprint,
    now('create'),
    later('reshape'),
    now('redefine'),
    now('delete'),
  ),
];
export const ENDS: readonly LifecycleKind[] = [
  ...QUICK_ENDS,
  HOOKED_KIND,
  kind(
    'cancel',
    cancelled,
    now('create'),
    { action: 'update', overtaken: true, refusesSnapshots: true },
    now('cancel'),
    now('delete'),
  ),
];
