import type { RequestOutcome } from '../../events/families/request.ts';
import type { TagName } from '../../scenario/tag.ts';
import type { CauseKind } from '../../verdict/causes/kinds.ts';
import type { HARMS } from '../../verdict/schema/cause.ts';
import type { Clause } from '../../verdict/schema/verdict.ts';

/** The meaning of each kind of cause, and its remedy. */
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
  'work-lost-with-process':
    'A process of an engine ended by itself: a crash. The stacks that came to a halt then were its work, and the requests whose call it had taken got no answer. The sample is the line that says how it ended.',
  'calls-never-answered':
    'Engines of one release took calls and answered none of them, without an error in their logs. They hang, or wait for something that does not come. The requests timed out. Where all workers of an API waited for such calls, later requests reached no service. `rollgate follow` shows the first one.',
  'work-never-begun':
    'The API accepted an operation, and no engine ever began it. `rollgate follow` shows what became of its message.',
  'work-halted-in-release':
    'Engines of one release took operations of a kind and completed none of them; engines of the other release completed all of theirs. The fault is in how that release handles this kind of operation. `rollgate follow` shows the first one.',
  'work-halted-since-target':
    'Some operations came to a halt, all of them after the first service of the target served, and no evidence names another reason. Before that, the base completed so many that some would have halted too. So the fault is the target’s, or in the work that both share. `rollgate follow` shows the first one.',
  'stuck-unexplained':
    'A stack made no progress to the end of the run, and no evidence names a reason. Look at it with `rollgate follow`.',
  'stack-lost': 'The API had accepted a stack, but later did not know it.',
  'stack-failed': 'A stack ended in a FAILED state.',
  'integrity-broken': 'Something that must not change did change: an output, a resource, a record.',
  'check-failed':
    'A check of the scenario failed, for example a hook or a Tempest test. Its output says why. It comes after the causes of other harm, because that may be the reason.',
  'requests-lost':
    'Requests were not served: refused, broken off, late, answered with 5xx or another wrong status, with a wrong body or with wrong headers. The cause names the service and its version; it has no step where the requests were lost in several.',
  'requests-slowed':
    'The target answers these requests later than the base, whenever they are sent, and most other requests are not later. A second or more fails the clause no-request-slowed; less is only named, and only where many answers show it. If only some answers are later, by a second or more, the clause no-slowdown fails.',
  'resources-used-up':
    'A service of the target never pauses, or holds far more memory than the base’s: a thread that computes without end, or a leak. What else is lost or slow may follow from it.',
  'tokens-refused':
    'Keystone refused tokens that it had made before, for example since a hook rotated its keys. Requests that could be sent again with a new token are served; those for which there was none are lost. Look at what the hook or step did to Keystone.',
  'left-by-refused-deletion':
    'Deletions of objects in Keystone were refused, because the token had expired meanwhile, and the service did not try again. The objects stay, with an upgrade and without, so this fails no tag. An administrator can delete them: the page trust-left-in-keystone of docs/findings says how.',
  'service-serves-late':
    'A service of the target needs much longer than the base’s from its start until it serves. It fails no tag: a roll waits for it. But until then the other servers have its work, and after a crash it is away for that long.',
  'service-did-not-stop':
    'A service was asked to stop (SIGTERM), did not end in time, and was killed. The end of its log shows what it did instead. If it was still at work, `durations.stopSeconds` or the deployer’s own limit is too short for it.',
  'reply-queue-shared':
    'Two services read one reply queue, so each takes answers that the other waits for. Give each service a `processname` or `hostname` of its own.',
  'target-did-not-serve':
    'A service of the target release was started and did not serve. Its log in the folder of the run says why.',
  'migration-failed':
    'The migration of the database’s schema or data failed, or did not end in time (durations.migrateSeconds). The log of that step says why.',
  'table-locked':
    'A migration locked a table of the database, and queries of services waited for it. Requests that took most of their time meanwhile count as held up, or as lost if they ran out of time.',
  'machine-noise':
    'The control probes, which bypass the subject, were lost too: the machine had trouble, not the subject.',
  'base-fails':
    'The base fails in the same way before anything is rolled. The upgrade did not cause it.',
  'infrastructure-frozen':
    'The database, the broker, Keystone, HAProxy or memcached was frozen. The evidence says whether the scenario did it.',
  'infrastructure-stopped':
    'The database, the broker, Keystone, HAProxy or memcached was stopped, or ended by itself. The evidence says whether the scenario did it.',
  'infrastructure-unplugged':
    'A fault of the scenario took the database, the broker, Keystone, HAProxy or memcached off the network: its address and its name were gone.',
  'service-frozen': 'A service was frozen. The evidence says whether the scenario did it.',
  'service-stopped':
    'A service was stopped or killed, or ended by itself. The evidence says whether the scenario did it.',
  'service-unplugged':
    'A fault of the scenario took a service off the network: its address and its name were gone.',
  'service-cut-off': 'A fault of the scenario cut a service off from the network.',
  'service-narrowed': 'A fault of the scenario made the network of a service slow.',
} as const satisfies Readonly<Record<CauseKind, string>>;

/** The outcomes of a request, and the cause of a lost one. */
export const OUTCOME_EXPLANATIONS = {
  served:
    'The answer had the expected status, body and headers. Every other outcome is a lost request.',
  'connect-refused':
    'Nothing accepted the connection, or no route led to the host. The cause is the server that was down, by step.',
  'reset-before-answer':
    'The connection broke before the first byte of an answer. The cause is the server that broke it, by step.',
  'reset-within-answer':
    'The connection broke within the answer. The cause is the server that broke it, by step.',
  timeout:
    'No answer came in time. The cause is a dropped message or a jam where one is proven. It is the machine where the controls were slow too. Otherwise it is the server, by step.',
  dns: 'The name of the host was not resolved. The cause is the server, by step.',
  tls: 'The TLS handshake failed, or the certificate was refused. The cause is the server, by step.',
  '5xx-service':
    'The service itself answered with 500 or above. The cause is the error that a log has under the request’s id. Without one, it is the API, the engine or both, by what all such answers have in common.',
  '5xx-balancer':
    'The load balancer answered with 500 or above, in place of the API. Its log says why: the termination code is in the cause. The cause is the server that it had chosen, by step.',
  'unexpected-status':
    'The answer had an unexpected status below 500. The cause is found as for 5xx-service.',
  'wrong-body':
    'The status was right and the body was wrong. The cause is found as for 5xx-service.',
  'wrong-headers':
    'Status and body were right, and a header was not: the media type, or where Location leads. An API makes the headers itself, so the cause is the release of the API, whatever was asked.',
  'client-failed':
    'An operation of your own client failed: the error of your code is its detail. The cause is the server, if one is known, by step.',
} as const satisfies Readonly<Record<RequestOutcome, string>>;

/** The meaning of each harm (`causes[].harm` in `verdict.json`), the worst first. */
export const HARM_EXPLANATIONS = {
  'upgrade-broken': 'A service of the target did not start or stop, or its schema did not move.',
  'stacks-lost': 'Nothing is left of stacks that the API had accepted.',
  'stacks-stuck': 'Stacks no longer make progress.',
  'integrity-broken': 'Something that must not change did change.',
  'stacks-failed': 'Stacks ended in an error.',
  'requests-lost': 'Requests did not get the expected answer.',
  slowed: 'Requests were served, but took longer than in normal operation.',
  noise:
    'The machine was slow, not the subject. A control was slow or lost, rollgate itself was late, or a fault of the scenario burdened the whole machine. Such losses fail no tag, but can leave one not proven.',
  'log-only': 'A log shows an error, but there was no visible harm.',
} as const satisfies Readonly<Record<(typeof HARMS)[number], string>>;

/** The promise of each tag, after the OpenStack Technical Committee's definitions. */
export const TAG_EXPLANATIONS = {
  'supports-upgrade': 'The upgrade can be carried out, and everything works afterwards.',
  'supports-accessible-upgrade': 'Objects of the subject stay reachable during the upgrade.',
  'supports-rolling-upgrade': 'Old and new work side by side, so services can be upgraded in turn.',
  'supports-zero-downtime-upgrade': 'Not one request and not one accepted operation is lost.',
  'supports-zero-impact-upgrade': 'Response times do not get longer.',
} as const satisfies Readonly<Record<TagName, string>>;

/** The condition of each clause. A test checks that every clause is here. */
export const CLAUSE_EXPLANATIONS: Readonly<Record<string, string>> = {
  'something-upgraded':
    'supports-upgrade: base and target are two releases. A control run proves no tag.',
  'run-completed': 'supports-upgrade: every step of the plan was carried out.',
  'services-at-target': 'supports-upgrade: every service serves, and is the target’s.',
  'stops-gracefully':
    'supports-upgrade: a service that is stopped ends before its time is over, and is not killed.',
  'uses-no-more':
    'supports-upgrade, if usage was measured: no service of the target uses far more CPU or memory than the base’s.',
  'schema-moved': 'supports-upgrade: the database has the target’s schema.',
  'data-migrated':
    'supports-upgrade, if the plan migrates data online: the migration was completed.',
  'configuration-unchanged':
    'supports-upgrade: the target serves with the base’s configuration, with no option added or changed.',
  'configuration-changed':
    'supports-upgrade for a change of configuration: every service runs with configuration B, and serves.',
  'infrastructure-at-target':
    'supports-upgrade, where infrastructure is swapped: each of its services was swapped, and serves in the other version.',
  'made-before-works-after':
    'supports-upgrade: stacks that were made before the upgrade can be updated and deleted after it. A change that the API refuses then fails it, except 409 (busy).',
  integrity:
    'supports-upgrade: outputs, resources and records that must not change did not change.',
  'checks-passed':
    'supports-upgrade: hooks, Tempest and grenade plugins of the checkpoints passed.',
  'resources-reachable':
    'supports-accessible-upgrade: resources of stacks could be read during the whole roll.',
  'change-ran':
    'supports-rolling-upgrade, if the target is a source tree or has patches: at least one changed statement ran while both releases ran side by side, and each changed function was entered. New functions, code that no lab can run and trees with more than 40 changed functions are exceptions. The evidence names what did not run: the run says nothing about it.',
  'mixed-served': 'supports-rolling-upgrade: both releases served requests at the same time.',
  'mixed-worked': 'supports-rolling-upgrade: both releases did work at the same time.',
  'versions-understand-each-other':
    'supports-rolling-upgrade: calls from old APIs to new engines, and the other way round, worked.',
  'forecasts-met-or-avoided':
    'supports-rolling-upgrade: the choreography avoids each blocking forecast of preflight, or both releases met it without harm. A forecast that never met proves nothing, nor does a preflight that failed.',
  'no-request-lost': 'supports-zero-downtime-upgrade: every request of the load was served.',
  'every-accepted-operation-completed':
    'supports-zero-downtime-upgrade: every stack operation that the API accepted was completed.',
  'no-request-slowed':
    'supports-zero-downtime-upgrade, if each call of a user was sent: none takes a second longer in every answer of the target.',
  'all-arrivals-sent':
    'supports-zero-downtime-upgrade: the load was sent as planned. Otherwise some losses are unknown.',
  'order-rule':
    'An order that the scenario’s `rules` require: services that may not run while others do, or before or after a step. It belongs to no tag. A broken one fails the run. See docs/order-rules.md.',
  'no-slowdown':
    'supports-zero-impact-upgrade: response times during the roll are no longer than before, by a statistical test. A request that is late now and then fails it in a noisy run too.',
};

/** The meaning of a tag's or a clause's status. */
export const STATUS_EXPLANATIONS = {
  proven: 'The clause’s condition was measured, and holds. A tag is proven if all its clauses are.',
  failed: 'The opposite was measured. A tag is failed if one of its clauses is.',
  'not-proven':
    'It could not be measured: the run was too short, the machine too slow, or the plan could not show it. A required tag that is not proven ends with status 99. The clause names what was lacking, and docs/not-proven.md says what to set.',
} as const satisfies Readonly<Record<Clause['status'], string>>;
