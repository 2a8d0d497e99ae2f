/**
 * Examples of each verb, shown below its help. A test checks that every verb has one and that the
 * command line accepts each.
 */
export const EXAMPLES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  init: [
    ['rollgate init', 'a scenario and a test for the runner of package.json'],
    ['rollgate init --runner vitest --ci github', 'for Vitest, with a GitHub workflow'],
  ],
  doctor: [
    ['rollgate doctor', 'can this machine hold a lab?'],
    ['rollgate doctor --fix', 'as root: install and start what is missing'],
  ],
  'images build': [
    ['rollgate images build 2026.1 2026.2', 'the images of two releases'],
    ['rollgate images build --all', 'the images of every release'],
  ],
  'images list': [
    ['rollgate images list --json', 'versions that were really found, for a program'],
  ],
  'images key': [['rollgate images key --scenario upgrade.yaml', 'the key of a CI’s cache']],
  'images save': [
    ['rollgate images save images.tar --scenario upgrade.yaml', 'the images of a run'],
  ],
  'images load': [['rollgate images load images.tar', 'loads them into the container engine']],
  'source export': [['rollgate source export heat --series 2026.1', 'the source of that release']],
  plan: [
    ['rollgate plan --choreography cold', 'prints the steps; starts nothing'],
    ['rollgate plan upgrade.yaml --topology 3x3', 'a scenario of your own on three nodes'],
  ],
  preflight: [
    ['rollgate preflight --from 2025.1 --to 2026.1', 'forecasts from the two images'],
    ['rollgate preflight --conf /etc/heat/heat.conf', 'also checks your own heat.conf'],
  ],
  run: [
    ['rollgate run', 'the default scenario, from nothing to a verdict'],
    ['rollgate run --require supports-zero-downtime-upgrade', 'status 99 if users notice'],
    ['rollgate run change --to dir:heat', 'a change of Heat before it is pushed'],
  ],
  watch: [
    ['rollgate watch --cloud staging --for 15m', 'a change window; steps come from rollgate mark'],
    [
      'rollgate watch --ansible --until "ansible-playbook roll.yaml"',
      'beside a playbook that upgrades',
    ],
    [
      'rollgate watch --until "./upgrade.sh > roll.log" --follow roll.log',
      'its printed steps are the timeline',
    ],
    ['rollgate watch --cloud staging --clean', 'removes the remains of a killed watch'],
  ],
  drive: [
    [
      'rollgate drive --cloud staging --from 2025.1 --to 2026.1 --driver command --command ./step.sh',
      'step.sh does the step that ROLLGATE_KIND, ROLLGATE_NODE and ROLLGATE_SERVICE name',
    ],
    [
      'rollgate drive --driver ansible --playbook step.yml --plan',
      'each step with the program that would do it; starts nothing',
    ],
  ],
  mark: [
    ['rollgate mark "swap heat-api on node1" --node node1', 'the step that begins now'],
    ['rollgate mark end', 'the upgrade is over: the watch ends, and judges'],
  ],
  compare: [['rollgate compare --choreographies cold,guide --runs 2', 'one table of both']],
  diff: [
    [
      'rollgate diff --choreography node-by-node',
      'differences that only old and new side by side show',
    ],
  ],
  matrix: [
    ['rollgate matrix nightly.yaml --out runs/nightly', 'goes on where it was interrupted'],
    ['rollgate matrix nightly.yaml --plan', 'which runs it would be'],
  ],
  explore: [
    ['rollgate explore --from 2026.1 --to 2026.2 --runs 5', 'five random legal rolls'],
    ['rollgate explore change --to dir:heat --unmet runs/DIR', 'rolls for what a run left apart'],
    ['rollgate explore --find-order --paper', 'which orders between services preflight demands'],
  ],
  bisect: [['rollgate bisect --repo heat --good 27.0.0 --bad HEAD', 'the commit that broke it']],
  bundle: [['rollgate bundle runs/nightly', 'a run as one file, for another machine']],
  repro: [
    ['rollgate repro runs/nightly', 'the same plan again'],
    ['rollgate repro runs/nightly --shrink', 'a smaller plan that fails the same way'],
  ],
  mutants: [
    ['rollgate mutants --list', 'the seeded bugs that the gate must catch'],
    ['rollgate mutants --subject ironic reservation-not-cleared', 'one of Ironic’s'],
  ],
  judge: [['rollgate judge runs/nightly --json', 'the verdict again, from the saved events']],
  trend: [
    ['rollgate trend runs', 'all runs of a folder'],
    ['rollgate trend runs/new --against runs/old', 'has anything changed?'],
    ['rollgate trend runs --html trend.html', 'the same tables as a page'],
  ],
  explain: [
    ['rollgate explain requests-lost', 'a kind of cause'],
    ['rollgate explain wrong-headers', 'the outcome of a request'],
    ['rollgate explain invalid-plan', 'an error code'],
    ['rollgate explain 99', 'an exit status'],
    ['rollgate explain stuck', 'a word of the summary'],
    ['rollgate explain gentle', 'a choreography'],
  ],
  follow: [['rollgate follow runs/nightly rollgate-1-3-replace', 'all about one stack']],
  serve: [
    ['rollgate serve', 'the runs below runs/'],
    ['rollgate serve runs/nightly --port 8080', 'of another folder, on this port'],
  ],
  report: [
    ['rollgate report runs/nightly', 'writes report.html and junit.xml again'],
    ['rollgate report runs/nightly --subunit testrepository.subunit', 'for OpenStack’s CI'],
  ],
  inventory: [
    ['rollgate inventory --list', 'the inventory that lab/ansible/inventory gives to Ansible'],
  ],
  'database make': [
    ['rollgate database make stacks.sql.gz', 'a database of 10,000 stacks, for --database'],
  ],
  up: [
    ['rollgate up --series zed --topology 1x1', 'a small lab that stays'],
    ['rollgate up --config DEFAULT.num_engine_workers=4', 'with an option of the configuration'],
    ['rollgate up --deployer kolla-ansible', 'with the settings of a deployer'],
  ],
  resume: [['rollgate resume', 'a run that --pause-at held goes on']],
  status: [['rollgate status', 'all labs of this machine']],
  logs: [
    ['rollgate logs', 'everything, in time order'],
    ['rollgate logs -f node1/heat-engine', 'new lines as they come'],
    ['rollgate logs -f --since 5m --node node1', 'one node, from five minutes ago'],
    ['rollgate logs mysql rabbitmq --tail 50', 'the last lines of two services'],
  ],
  exec: [['rollgate exec node1/heat-engine -- heat-manage service list', 'a command in a service']],
  shell: [['rollgate shell node1/heat-engine', 'look around']],
  env: [['rollgate env', 'for: eval "$(rollgate env)"; openstack stack list']],
  sql: [["rollgate sql 'SELECT name, status FROM stack'", 'one query; may only read']],
  queues: [['rollgate queues', 'the messages that wait in the broker']],
  down: [
    ['rollgate down', 'remove the lab'],
    ['rollgate down --all', 'remove all labs'],
  ],
  'node list': [['rollgate node list', 'the nodes of the run that started the script']],
  'node stop': [['rollgate node stop node1/heat-engine', 'gracefully']],
  'node start': [['rollgate node start node1/heat-engine', 'at the target release']],
  'node swap': [['rollgate node swap node1/heat-engine', 'to the target’s release']],
  'node drain': [['rollgate node drain node1/heat-api', 'no new requests']],
  'node undrain': [['rollgate node undrain node1/heat-api', 'requests again']],
  'vhost create': [['rollgate vhost create heat-2026.1', 'a broker vhost for the new release']],
  'db-sync': [['rollgate db-sync', 'migrates the schema to the target’s']],
  checkpoint: [['rollgate checkpoint mixed', 'hooks and tests of that point']],
  schema: [['rollgate schema scenario > scenario.schema.json', 'for an editor']],
  compose: [['rollgate compose --topology 1x1', 'the lab as a Docker Compose file']],
  completion: [['rollgate completion bash', 'for: source <(rollgate completion bash)']],
};
