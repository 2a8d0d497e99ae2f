import type { CauseKind } from '../../verdict/causes/kinds.ts';
import type { TagName } from '../../scenario/tag.ts';

/** What each kind of cause means, and what to do about it. */
export const CAUSE_EXPLANATIONS = {
  'work-refused-after-acknowledgement':
    'An engine took a message off the queue, acknowledged it, and then refused its RPC version. The work is lost. Give the new release a vhost of its own, as `guide` does.',
  'work-dropped-by-stopping-engine':
    'An engine that was stopping acknowledged messages that it never worked on. Let engines be idle before they are stopped, as `gentle` does.',
  'work-held-by-gone-engine':
    'A stack waits for an engine that is gone: its lock or its resource still names that engine.',
  'work-blocked-by-record':
    'A record in the database keeps a stack from going on: an old and a new engine wrote it in different forms.',
  'work-failed-in-engine':
    'An engine failed at a piece of work, with the error that its log shows.',
  'work-never-begun':
    'The API accepted an operation, and no engine ever began it. `rollgate follow` shows what became of its message.',
  'stuck-unexplained':
    'A stack made no progress to the end of the run, and no evidence names a reason. Look at it with `rollgate follow`.',
  'stack-lost': 'The API had accepted a stack, and later did not know it.',
  'stack-failed': 'A stack ended in a FAILED state.',
  'integrity-broken': 'Something that must not change did change: an output, a resource, a record.',
  'requests-lost':
    'Requests were not served: refused, broken off, late, or answered with 5xx. The step and the container that did it are named.',
  'reply-queue-shared':
    'Two services read one reply queue, so each takes answers that the other waits for. Give each service a `processname` or `hostname` of its own.',
  'target-did-not-serve':
    'A service of the target release was started and did not serve. Its log in the folder of the run says why.',
  'migration-failed': 'The migration of the database schema failed. The log of that step says why.',
  'machine-noise':
    'The control probes, which do not go through the subject, were lost too: the machine was in trouble, not the subject.',
  'base-fails':
    'The base fails at it as well, before anything is rolled. The upgrade has no part in it.',
  'infrastructure-frozen':
    'The database, the broker or Keystone was frozen. The evidence says whether the scenario did it.',
  'infrastructure-stopped':
    'The database, the broker or Keystone was stopped, or ended by itself. The evidence says whether the scenario did it.',
  'service-frozen': 'A service was frozen. The evidence says whether the scenario did it.',
  'service-stopped':
    'A service was stopped or killed, or ended by itself. The evidence says whether the scenario did it.',
  'service-cut-off': 'A fault of the scenario cut a service off from the network.',
  'service-narrowed': 'A fault of the scenario made the network of a service slow.',
} as const satisfies Readonly<Record<CauseKind, string>>;

/** What each tag promises, after the OpenStack Technical Committee's definitions. */
export const TAG_EXPLANATIONS = {
  'supports-upgrade': 'The upgrade can be carried out, and everything works afterwards.',
  'supports-accessible-upgrade': 'Objects of the subject stay reachable meanwhile.',
  'supports-rolling-upgrade': 'Old and new work side by side, so services can be upgraded in turn.',
  'supports-zero-downtime-upgrade': 'Not one request and not one accepted operation is lost.',
  'supports-zero-impact-upgrade': 'Response times do not get longer.',
} as const satisfies Readonly<Record<TagName, string>>;

/** What each clause of a tag asks for. A test holds that every clause is here. */
export const CLAUSE_EXPLANATIONS: Readonly<Record<string, string>> = {
  'something-upgraded':
    'supports-upgrade: base and target are two releases. A control run proves no tag.',
  'run-completed': 'supports-upgrade: every step of the plan was carried out.',
  'services-at-target': 'supports-upgrade: every service serves, and is the target’s.',
  'stops-gracefully':
    'supports-upgrade: a service that is stopped ends before its time is over, and is not killed.',
  'schema-moved': 'supports-upgrade: the database has the target’s schema.',
  'configuration-unchanged':
    'supports-upgrade: the target serves with the base’s configuration, with no option added or changed.',
  'made-before-works-after':
    'supports-upgrade: stacks that were made before the upgrade can be updated and deleted after it.',
  integrity:
    'supports-upgrade: outputs, resources and records that must not change did not change.',
  'checks-passed':
    'supports-upgrade: hooks, Tempest and grenade plugins of the checkpoints passed.',
  'resources-reachable':
    'supports-accessible-upgrade: resources of stacks could be read during the whole roll.',
  'mixed-served': 'supports-rolling-upgrade: both releases served requests at the same time.',
  'mixed-worked': 'supports-rolling-upgrade: both releases did work at the same time.',
  'versions-understand-each-other':
    'supports-rolling-upgrade: calls from old APIs to new engines, and the other way round, worked.',
  'forecasts-met-or-avoided':
    'A forecast of the preflight did not come true, or the choreography avoids it.',
  'no-request-lost': 'supports-zero-downtime-upgrade: every request of the load was served.',
  'every-accepted-operation-completed':
    'supports-zero-downtime-upgrade: every stack operation that the API accepted was completed.',
  'all-arrivals-sent':
    'supports-zero-downtime-upgrade: the load was sent as it was asked for. Otherwise some losses are unknown.',
  'no-slowdown':
    'supports-zero-impact-upgrade: response times during the roll are no longer than before, by a statistical test.',
};
