import { setPriority, constants } from 'node:os';
import { createInterface } from 'node:readline';

/**
 * The program of the reaper: reads `+ LAB` and `- LAB` until the writer is gone, then removes the
 * labs that are left. Its argument is their owner.
 */
const [, , owner = ''] = process.argv;
const labs = new Set<string>();

// A lab under measurement has all of the machine.
setPriority(constants.priority.PRIORITY_LOW);

for await (const line of createInterface({ input: process.stdin })) {
  const [word, lab = ''] = line.split(' ');
  if (word === '+') labs.add(lab);
  else labs.delete(lab);
}

if (labs.size > 0) {
  // It costs a second of CPU, which is not spent while its owner lives.
  const { removeLabsOf } = await import('./remove-labs-of.ts');
  await removeLabsOf(owner, labs);
}
