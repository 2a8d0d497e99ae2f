/**
 * The meaning of each error code. An error's message and hint describe this one case; the text here
 * describes all of them. `rollgate explain CODE` prints it, and docs/errors.md is made from it.
 */
export const ERROR_EXPLANATIONS = {
  'agent-ended':
    'The agent of `load.agent` ended before the load, or never began, so its gaps would be unknown.',
  'already-upgraded': 'A lab can be upgraded only once. Start another lab for another upgrade.',
  'another-run':
    'A series of runs can continue in its folder only with the same scenario. The folder has a run of another scenario.',
  'another-watch':
    'The folder of `--out` has a killed watch of another name, which can continue only under its own name.',
  'bad-passes': 'Bisecting needs a commit that shows the fault. The commit given as bad passed.',
  'balancer-refused': 'HAProxy refused a command on its admin socket, so a server was not drained.',
  'balancer-silent': 'HAProxy did not answer on its admin socket.',
  'base-fails':
    'The base release failed before anything was upgraded, so the run stopped. `--go-on` continues it.',
  'broken-installation': 'A file that belongs to rollgate cannot be read. Install it again.',
  'broker-refused': 'RabbitMQ’s management API refused a request.',
  'broker-unreachable':
    'RabbitMQ’s management API gave no answer within 10 s, or broke the connection off.',
  'client-closed': 'A request was sent through a client of the lab after it had been closed.',
  'client-exhausted':
    'This machine could not open one more connection: it has no free port or file.',
  'client-not-ended':
    'The client that `lab.during` measures did not end after the load ended. It must stop at its abort signal.',
  'cloud-login':
    'The login of a cloud is incomplete or malformed, in clouds.yaml or in the OS_* variables.',
  'cloud-refused':
    'Keystone of the watched cloud gave no token for a project: the user, the password or the project is wrong.',
  'cloud-unreachable':
    'Keystone of the watched cloud cannot be reached, or its certificate is not trusted.',
  'damaged-images':
    'A file of images is cut off, was changed, or was not written by `rollgate images save`. Nothing was loaded into the engine.',
  'clock-set':
    'The machine’s clock was set during a run. Logs have its time, and requests have not, so the run says nothing. Run it again.',
  'database-query-failed': 'MySQL refused a statement.',
  'did-not-serve': 'A service ended, or took too long, before it served.',
  'driver-failed':
    'The deployer of `rollgate drive` failed at a step: its program did not end with status 0.',
  'engine-not-answering': 'The container engine’s daemon runs, but does not answer.',
  'engine-refused': 'The container engine answered a request with an error.',
  'engine-remote':
    'DOCKER_HOST names another machine. A lab publishes its ports on the loopback of its engine’s machine, where the load cannot reach them.',
  'engine-start-failed': 'The container engine is installed, but could not be started.',
  'engine-is-podman':
    'The container engine is Podman, whose Docker API differs where a lab depends on it.',
  'engine-too-old': 'Docker 20.10 (API 1.41) is the oldest that works.',
  'engine-unreachable':
    'No container engine answers, or this user may not use it. `rollgate doctor` says which.',
  'engines-differ':
    'The testcontainers library found another engine than rollgate: its own configuration file names one.',
  'folder-not-empty': 'A source tree is written only into a new or an empty folder.',
  'git-failed': 'A git command failed in the given repository.',
  'git-missing': 'git:PATH@REF and `bisect` need git.',
  'git-refused':
    'The repository belongs to another user, so git does not read it (safe.directory).',
  'good-fails': 'Bisecting needs a commit that passes. The commit given as good did not.',
  'good-shows-it': 'The commit given as good shows the same fault as the bad one.',
  'image-architecture':
    'An image of your own is built for another kind of processor than the engine’s machine has. rollgate does not emulate one.',
  'image-build-failed':
    'An image could not be built. Most often a Debian mirror cannot be reached; the last lines of the build are shown.',
  'image-missing': 'The engine does not have an image. `rollgate images build` makes it.',
  'image-unfit':
    'The services of an image of your own cannot run in a lab: it lacks something that they need. What an image needs is in docs/own-image.md.',
  'image-without-shell':
    'An image of your own has no /bin/sh, by which rollgate looks into it and starts its services.',
  'infrastructure-task-failed':
    'A command that the upgrade of an infrastructure service needs failed, e.g. the one that enables RabbitMQ’s feature flags.',
  'invalid-call':
    'A call of a roll (`lab.service(…).swap(…)`, `rollgate node …`) cannot be carried out in the lab’s current state. Nothing was changed.',
  'invalid-configuration':
    'The file of `preflight --conf` has a line that oslo.config would not read.',
  'invalid-database':
    'The dump of `--database` is not a dump of the subject’s database, or comes from a later release than the base. Nothing was started.',
  'database-not-loaded': 'MariaDB refused the dump of `--database`.',
  'invalid-catalogue': 'lab/releases.yaml has a mistake.',
  'invalid-clouds-file': 'clouds.yaml or secure.yaml is not in the format of openstacksdk.',
  'invalid-compose': 'A Compose file cannot contain the lab’s files.',
  'invalid-deployer': 'A file in lab/deployers has a mistake.',
  'invalid-environment': 'environment.json of a run folder was not written by a run.',
  'invalid-environment-variable': 'An environment variable has an invalid value.',
  'invalid-events': 'events.ndjson of a run folder has a line that was not written by a run.',
  'invalid-identity-plan':
    'Keystone’s first projects and users are described inconsistently: a bug.',
  'invalid-matrix': 'The file of `rollgate matrix` has a mistake.',
  'invalid-name':
    'A lab’s name may have only letters, digits and hyphens, because containers are named after it.',
  'invalid-option': 'A command-line option has an invalid value.',
  'invalid-options': 'A function of the library got an option that does not exist.',
  'invalid-package': 'package.json of the project cannot be read, so its test runner is unknown.',
  'invalid-plan':
    'The scenario’s plan could not be carried out: a step would be illegal in its place. `rollgate plan` finds this without a container.',
  'invalid-scenario': 'A scenario has mistakes: each is named with file, line and column.',
  'invalid-signatures': 'A file in lab/signatures has a mistake.',
  'invalid-topology': 'A topology has mistakes: each is named.',
  'keystone-refused': 'Keystone gave no token.',
  'keystone-unreachable':
    'The lab’s Keystone gave no answer within 20 s, or broke the connection off.',
  killed:
    'A container was killed before its work was done: the engine was stopped, memory ran out, or another program stopped it. The run says nothing about the upgrade.',
  'lab-exists': 'A lab’s name is unique on an engine.',
  'lab-gone': 'Another process removed the lab while it was in use.',
  'lab-incomplete': 'A lab has lost containers. It can only be removed.',
  'leftovers-unknown':
    'The cloud did not list the stacks, so it is unknown what a watch left there.',
  'migration-failed':
    'A migration of the subject’s schema or data failed, or did not end within durations.migrateSeconds. Its output is shown.',
  'name-taken': 'Another network or container of the engine already has that name.',
  'network-unchanged': 'A fault could not change the network of a container.',
  'no-mutants': 'The subject has no seeded bugs yet.',
  'no-base': 'The release below the target is unknown, so there is no release to upgrade from.',
  'no-change':
    'The scenario tries a change, but its target is the release itself, without source or options of its own.',
  'no-clouds-file':
    '`--cloud` needs a clouds.yaml, but there is none in the places where openstacksdk looks.',
  'no-disk': 'The engine’s disk does not have enough space for the images.',
  'no-endpoint':
    'The catalogue of the watched cloud has no address of the service for this interface and region.',
  'no-folder': 'A folder cannot be made, or does not exist.',
  'no-inventory': 'The content of an image could not be read, so there is no preflight.',
  'no-limit': '`loses()` without a limit would check nothing.',
  'no-load': 'A step needs the load, but the load was not started.',
  'no-patch': 'A file that was given as a patch is not a patch.',
  'no-repository': 'git:PATH@REF or `bisect --repo` names a folder that is not a git repository.',
  'no-run': 'The folder has no run, or the beginning of the run is missing.',
  'no-run-to-drive':
    '`rollgate node`, `db-sync` and `vhost` only work in a script that a run started.',
  'no-subnet': 'Networks have used up the engine’s address pools.',
  'no-target': 'A command changes a running lab, but its target release is unknown.',
  'no-temporary-folder': 'The folder for temporary files (TMPDIR) cannot be used.',
  'no-such-lab': 'There is no lab of that name. `rollgate status` lists the existing labs.',
  'no-such-service': 'The service is stopped, so it has no container.',
  'no-verdict': 'An assertion got something other than a run with its verdict, e.g. a promise.',
  'no-watch': '`rollgate mark` found no watch of this user on this machine.',
  'no-working-directory': 'The working directory of the command was removed.',
  'not-a-bundle': 'The file is not one that `rollgate bundle` wrote.',
  'not-a-file': 'A path in a container is a folder or a link.',
  'not-a-source-tree': 'The folder does not have the source of the expected package.',
  'not-by-hand': 'A command needs something that only a run can do, e.g. a check.',
  'not-drained': 'Requests were still in progress on a drained server at the time limit.',
  'not-drivable':
    'The plan has a step that is possible only in a lab that rollgate started: a fault, a check or a script.',
  'not-exported': 'The image has no package of that name.',
  'not-moved': 'A running service could not be made to read another configuration.',
  'not-named': 'No event of the run names that stack or request.',
  'not-paused': 'No run is held in that lab.',
  'not-quiet': 'Queues still had messages at the time limit.',
  'not-ready': 'A container did not become ready in time. Its last log lines are shown.',
  'not-removed': 'The engine did not remove a part of the lab.',
  'not-running': 'A required container does not run.',
  'not-served-again':
    'After a step of `rollgate drive`, the service did not serve again in time. The next step was not begun.',
  'not-settled': 'Stacks still made progress at the time limit.',
  'not-started': 'A shared run or lab is read before the test runner has started it.',
  'not-started-here': 'A lab that another process started cannot be upgraded from here.',
  'no-data-migration': 'The plan migrates data online, but this software has no command for that.',
  'no-pin': 'The plan pins services to a release, but this software has no option for that.',
  'no-preflight':
    'rollgate can run upgrades of this software, but cannot compare its releases yet.',
  'no-tempest': 'A scenario uses Tempest, but the lab has no tests of this software.',
  'not-watchable': 'A watch does not support this subject.',
  'nothing-legal': 'Exploration found no roll that a lab can carry out.',
  'nothing-to-shrink': 'Only a run that did harm can be shrunk.',
  'nothing-unmet':
    'The run of `explore --unmet` left no old and new service apart, so no roll can be drawn for it.',
  'open-loop-options': 'A probe’s rate cannot be kept.',
  'own-options':
    'A service of a running lab has additional options, which are unknown to a command outside the run.',
  'output-lost':
    'The result could not be written to standard output: for example, the disk is full.',
  'package-install-failed': 'apt-get could not install the missing packages.',
  'patch-does-not-apply': 'A patch does not fit its source.',
  'ping-unavailable':
    'The machine of `rollgate watch --ping` has no `ping`, or this user may not send ICMP echo requests.',
  'plugin-too-large': 'A grenade plugin’s folder is too large to be copied into the lab.',
  'port-not-published': 'A container does not publish the requested port.',
  'port-unusable': 'rollgate serve cannot listen on the given port.',
  'port-taken': 'Another program took a port of loopback that the engine had chosen.',
  'roll-failed': 'The function that rolls the lab threw an error.',
  'run-folder-taken': 'A run never writes into the folder of another run.',
  'run-folder-unusable': 'The run’s folder cannot be made or written to.',
  'run-not-started': 'The run ended before it started, so there is nothing to judge.',
  'run-over': 'A script called rollgate after its run was over.',
  'script-failed': 'The upgrade script ended with a status that is not 0.',
  'script-left-undone': 'The upgrade script ended, but not every service is at the target.',
  'script-over': 'A call came after the upgrade script had ended.',
  'server-needed':
    'A server of a cluster could not be stopped: the others would have lost their majority, e.g. of a quorum queue.',
  'setup-failed': 'The command that sets the subject up in a new lab failed. Its output is shown.',
  'several-watches':
    'Several watches were started on this machine: `rollgate mark` needs `--name`.',
  'source-changed': 'A source tree was changed while it was being read. Run it again.',
  'source-not-built': 'A source tree could not be installed over the release’s image.',
  'standing-node': 'The node that the probes read was not enrolled, so the load did not begin.',
  'standing-stack': 'The stack that the probes read was not made, so the load did not begin.',
  'standing-zone': 'The zone that the probes read was not made, so the load did not begin.',
  'started-otherwise':
    'The choreography needs a load balancer or options that the lab did not start with. Name it in `Lab.start`.',
  'tar-missing': 'Bundles need tar.',
  'tempest-failed': 'Tempest itself could not run, so the result says nothing about the release.',
  'timed-out': 'A command in a container exceeded its time limit.',
  unexpected: 'An unknown error was thrown: a bug, or a script’s own error.',
  'too-many-lost':
    'A watch reached the limit of `--abort-after`, and stopped the command of `--until`.',
  'unexpected-answer': 'An API answered with an unexpected status or body.',
  'unfit-source':
    'A source tree needs a newer Python or library than the image has. Another image may fit.',
  'unknown-cause': 'An assertion names a cause kind that does not exist.',
  'unknown-choreography': 'There is no choreography of that name.',
  'unknown-cloud': 'clouds.yaml has no cloud of that name.',
  'unknown-commit': 'The repository has no such commit.',
  'unknown-deployer':
    'There is no deployer of that name in lab/deployers, or no file at that path.',
  'unknown-explanation': '`rollgate explain` does not know the word.',
  'unknown-loss': 'An assertion names a kind of loss that does not exist.',
  'unknown-mutant': 'There is no seeded bug of that name.',
  'unknown-probe': 'The subject has no probe of that name.',
  'unknown-scenario': 'There is no scenario of that name, or no such file.',
  'unknown-series': 'The catalogue has no such release.',
  'unknown-step': 'The plan has no such step.',
  'unknown-subject': 'The run is of a software that this version of rollgate does not know.',
  'unknown-tag': 'An assertion names a tag that does not exist.',
  'unknown-topology': 'There is no topology of that name, or no such file.',
  'unreadable-file': 'The given file is missing, too large, not a regular file, or not readable.',
  'unreadable-logs': 'The logs of a run folder cannot be read.',
  'unsupported-overlay': 'Source can only be laid over a release of the catalogue.',
  'until-failed': 'The command of `rollgate watch --until` did not end with status 0.',
  'unwritable-file': 'A file cannot be written: for example, the disk is full or read-only.',
  'verdict-unmet': 'An assertion on a verdict failed. The message has the evidence.',
  'version-differs': 'A Debian suite has another version of the package than the catalogue says.',
  'version-unknown': 'The version of the subject in a container is unknown.',
  'watch-running': 'Another process watches under the same name on this machine.',
  'which-lab': 'There are several labs: select one with --name.',
} as const satisfies Readonly<Record<string, string>>;

/** Stable identifier of an error, e.g. `engine-unreachable`. docs/errors.md explains each. */
export type ErrorCode = keyof typeof ERROR_EXPLANATIONS;

/** Whether a word is an error code. */
export function isErrorCode(word: string): word is ErrorCode {
  return Object.hasOwn(ERROR_EXPLANATIONS, word);
}
