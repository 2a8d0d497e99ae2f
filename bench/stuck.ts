import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The parts of `verdict.json` that are counted. */
interface Judged {
  readonly stacks: { readonly accepted: number; readonly stuck: number };
  readonly causes: readonly { readonly kind: string; readonly count: number }[];
}

const folders = process.argv.slice(2);
if (folders.length === 0) {
  console.error('usage: node bench/stuck.ts FOLDER…  (run folders, or folders that contain some)');
  process.exit(104);
}

const total = { runs: 0, accepted: 0, stuck: 0, unexplained: 0 };
for (const folder of folders) {
  for (const name of await readdir(folder, { recursive: true })) {
    if (!/(^|\/)verdict\.json$/.test(name)) continue;
    const { stacks, causes }: Judged = JSON.parse(await readFile(join(folder, name), 'utf8'));
    const unexplained = causes
      .filter(({ kind }) => kind === 'stuck-unexplained')
      .reduce((sum, { count }) => sum + count, 0);
    total.runs += 1;
    total.accepted += stacks.accepted;
    total.stuck += stacks.stuck;
    total.unexplained += unexplained;
    if (stacks.stuck === 0) continue;
    console.log(`${join(folder, name)}: ${stacks.stuck} stuck, ${unexplained} unexplained`);
  }
}
const { runs, accepted, stuck, unexplained } = total;
console.log(
  `${runs} runs, ${accepted} stacks: ${stuck} stuck, ${unexplained} of them for no reason that rollgate saw`,
);
