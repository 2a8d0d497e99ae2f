import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { execa } from 'execa';
import { z } from 'zod';
import { ensureProgram } from '../ensure-program.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const directory = temporaryFolder();
const PLUGINS = fileURLToPath(new URL('../../lab/ansible/callback_plugins', import.meta.url));
/** Without its time. */
const markSchema = z.object({ text: z.string(), node: z.string().optional() });
const PLAYBOOK = `---
- hosts: "{{ target }}"
  connection: local
  gather_facts: false
  tasks:
    - name: Restart heat-api
      ansible.builtin.command: "true"
      changed_when: true
`;

/** The marks that a playbook makes. */
async function marksOf(target: string) {
  const playbook = join(directory, 'roll.yml');
  await writeFile(playbook, PLAYBOOK);
  const marks = join(directory, 'marks.ndjson');
  await writeFile(marks, '');
  await execa('ansible-playbook', ['-i', 'ctl1,ctl2,', '-e', `target=${target}`, playbook], {
    env: {
      ANSIBLE_CALLBACK_PLUGINS: PLUGINS,
      ANSIBLE_CALLBACKS_ENABLED: 'rollgate',
      ROLLGATE_WATCH: directory,
    },
  });
  const lines = (await readFile(marks, 'utf8')).trim().split('\n');
  return lines.map((line) => markSchema.parse(JSON.parse(line)));
}

test.serial('a task is a step on its host; one of this machine is a step on no node', async (t) => {
  await ensureProgram('/usr/bin/ansible-playbook', 'ansible-core');
  t.deepEqual(await marksOf('ctl1'), [{ text: 'Restart heat-api on ctl1', node: 'ctl1' }]);
  t.deepEqual(await marksOf('localhost'), [{ text: 'Restart heat-api' }]);
  t.deepEqual((await marksOf('all')).at(-1), { text: 'Restart heat-api' });
});
