import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { EXPLANATIONS } from '../../../src/cli/verbs/result/explain.ts';
import { ERROR_EXPLANATIONS } from '../../../src/error-codes.ts';
import { OUTCOMES } from '../../../src/events/families/request.ts';
import { judge } from '../../../src/index.ts';
import { CAUSE_KINDS } from '../../../src/verdict/causes/kinds.ts';
import { HARMS } from '../../../src/verdict/schema/cause.ts';
import { badRoll } from '../../verdict/runs.ts';
import { invoked } from '../rollgate.ts';

const SOURCE = fileURLToPath(new URL('../../../src', import.meta.url));

/** As `new RollgateError('code', …)` and `code: 'code'` have them. */
const CODE = /(?:RollgateError\(\s*|\bcode(?::| =) )'([a-z]+(?:-[a-z]+)*)'/g;

/** Names of zod's and of a completion's own, which no RollgateError has. */
const NO_CODES = ['custom'];

test('every error code has an explanation, and every explanation a code', async (t) => {
  const used = new Set<string>();
  let all = '';
  for (const file of globSync('**/*.ts', {
    cwd: SOURCE,
    exclude: ['cli/explain/**', 'error-codes.ts'],
  })) {
    const text = await readFile(`${SOURCE}/${file}`, 'utf8');
    all += text;
    for (const [, code = ''] of text.matchAll(CODE)) used.add(code);
  }
  for (const code of NO_CODES) used.delete(code);
  t.true(used.size > 90);
  t.deepEqual(
    [...used].filter((code) => !(code in ERROR_EXPLANATIONS)),
    [],
  );
  const stale = Object.keys(ERROR_EXPLANATIONS).filter(
    (code) => !all.includes(code) && !code.startsWith('unknown-'),
  );
  t.deepEqual(stale, []);
});

test('every kind of cause that the judgement names is one of the explained kinds', async (t) => {
  const kinds = new Set<string>();
  for (const file of globSync('verdict/{causes,base}/**/*.ts', { cwd: SOURCE })) {
    const text = await readFile(`${SOURCE}/${file}`, 'utf8');
    for (const [, kind = ''] of text.matchAll(/kind(?::| =) '([a-z]+(?:-[a-z]+)+)'/g)) {
      kinds.add(kind);
    }
  }
  t.true(kinds.size > 9, [...kinds].join(' '));
  t.deepEqual(
    [...kinds].filter((kind) => !CAUSE_KINDS.some((known) => known === kind)),
    [],
  );
});

test('every clause of a verdict has an explanation', (t) => {
  const { tags } = judge(badRoll().events);
  const ids = Object.values(tags).flatMap(({ clauses }) => clauses.map(({ id }) => id));
  t.true(ids.length > 10);
  const known = EXPLANATIONS.filter(({ what }) => what === 'clause').map(({ word }) => word);
  t.deepEqual(
    ids.filter((id) => !known.includes(id)),
    [],
  );
});

test('every clause that the judgement names has an explanation, and every status', async (t) => {
  const ids = new Set<string>();
  for (const file of globSync('verdict/clauses/*.ts', { cwd: SOURCE })) {
    const text = await readFile(`${SOURCE}/${file}`, 'utf8');
    for (const [, id = ''] of text.matchAll(/\bid: '([a-z-]+)'/g)) ids.add(id);
  }
  t.true(ids.size > 15);
  const words = new Set(EXPLANATIONS.map(({ word }) => word));
  t.deepEqual(
    [...ids, 'proven', 'failed', 'not-proven'].filter((word) => !words.has(word)),
    [],
  );
});

test('explain says which kind of word it is, and its meaning', async (t) => {
  const { stdout, exitCode } = await invoked(['explain', 'requests-lost']);
  t.is(exitCode, 0);
  t.regex(stdout, /^cause requests-lost\n {2}Requests were not served/);
  t.regex((await invoked(['explain', '99'])).stdout, /^exit status 99/);
  t.regex((await invoked(['explain'])).stdout, /^clause +no-request-lost$/m);
});

test('explain knows every outcome of a request and every harm', (t) => {
  const known = (what: string): readonly string[] =>
    EXPLANATIONS.filter((one) => one.what === what).map(({ word }) => word);
  t.deepEqual([...known('outcome')].sort(), [...OUTCOMES].sort());
  t.deepEqual([...known('harm')].sort(), [...HARMS].sort());
});

test('the page about the report has a row for every outcome of a request', async (t) => {
  const page = await readFile(new URL('../../../docs/report.md', import.meta.url), 'utf8');
  t.deepEqual(
    OUTCOMES.filter((outcome) => !page.includes(`| \`${outcome}\` |`)),
    [],
  );
});

test('explain knows the signatures of log lines, which are kinds of causes too', async (t) => {
  const { stdout, exitCode } = await invoked(['explain', 'messaging-timeout']);
  t.is(exitCode, 0);
  t.regex(stdout, /^signature messaging-timeout\n {2}A call got no reply in time \(heat\)\./);
});

test('explain knows the everyday words of summaries and options', async (t) => {
  const explained = async (word: string): Promise<string> => {
    const { stdout, stderr, exitCode } = await invoked(['explain', word]);
    t.is(exitCode, 0, stderr);
    return stdout;
  };
  t.regex(await explained('stuck'), /^word stuck\n {2}.*no longer makes progress/);
  t.regex(await explained('Lost'), /^word lost\n {2}.*rollgate follow/);
  t.regex(await explained('not proven'), /^status not-proven\n/);
  t.regex(await explained('?'), /^status not-proven\n/);
  t.regex(await explained('failed'), /^word failed\n[\s\S]*^status failed\n/m);
  t.regex(await explained('mixed'), /^word mixed\n/);
});

test('explain knows every label of the summary', async (t) => {
  const labels = new Set<string>();
  for (const file of globSync('report/terminal/summary/*.ts', { cwd: SOURCE })) {
    const text = await readFile(`${SOURCE}/${file}`, 'utf8');
    for (const [, label = ''] of text.matchAll(/(?:entry|heading)\(\s*'([A-Z]\w+)'/g)) {
      labels.add(label);
    }
  }
  t.true(labels.size > 14);
  for (const label of [...labels, 'Stacks', 'Next', 'PASSED', 'FAILED', 'NOT PROVEN', 'ERROR']) {
    t.is((await invoked(['explain', label])).exitCode, 0, label);
  }
});

test('explain knows the words of the page', async (t) => {
  for (const word of ['seed', 'choreography', 'topology', 'Lost request', 'target', 'vhosts']) {
    const { stdout, exitCode } = await invoked(['explain', word]);
    t.is(exitCode, 0, word);
    t.regex(stdout, /^word [a-z-]+\n {2}\S/, word);
    t.notRegex(stdout, /\]\(|\|/, word);
  }
});

test('explain knows every choreography of each subject, and the shipped deployers', async (t) => {
  const { stdout, exitCode } = await invoked(['explain', 'gentle']);
  t.is(exitCode, 0);
  t.regex(stdout, /^choreography gentle\n {2}heat: new engines beside the old on a new vhost/);
  const cold = await invoked(['explain', 'cold']);
  t.regex(cold.stdout, /heat: everything stopped/);
  t.regex(cold.stdout, /ironic: everything stopped.*the data migrated/);
  t.is(cold.stdout.match(/^choreography/gm)?.length, 1);
  const shared = await invoked(['explain', 'shared-vhost']);
  t.regex(shared.stdout, /^choreography shared-vhost\n {2}heat, ironic, designate: node by node/);
  const kolla = await invoked(['explain', 'kolla-ansible']);
  t.regex(kolla.stdout, /^deployer kolla-ansible\n {2}heat: containers by Ansible/);
  t.regex(kolla.stdout, /^ {2}2025\.1: kolla-ansible [0-9a-f]{40}, kolla [0-9a-f]{40}$/m);
});

test('for a misspelt word the nearest one is suggested', async (t) => {
  const { stderr, exitCode } = await invoked(['explain', 'request-lost']);
  t.is(exitCode, 104);
  t.regex(stderr, /did you mean requests-lost\?/);
});

test('a status of HTTP is explained by the outcomes that a request with it can have', async (t) => {
  const lost = await invoked(['explain', '502']);
  t.is(lost.exitCode, 0);
  t.regex(lost.stdout, /^outcome 5xx-service$/m);
  t.regex(lost.stdout, /^outcome 5xx-balancer$/m);
  const refused = await invoked(['explain', '404']);
  t.regex(refused.stdout, /^outcome unexpected-status$/m);
  // An exit status of rollgate comes first.
  t.regex((await invoked(['explain', '104'])).stdout, /^exit status 104$/m);
  t.is((await invoked(['explain', '999'])).exitCode, 104);
});
