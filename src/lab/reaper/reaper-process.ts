import { setPriority, constants } from 'node:os';
import { createInterface } from 'node:readline';

/**
 * The program of the reaper: reads `+ LAB` and `- LAB` until the writer is gone, then removes the
 * remaining labs. Its argument is their owner.
 */
const [, , owner = ''] = process.argv;
const labs = new Set<string>();

// A lab that is being measured gets the whole machine.
setPriority(constants.priority.PRIORITY_LOW);

for await (const line of createInterface({ input: process.stdin })) {
  const [word, lab = ''] = line.split(' ');
  if (word === '+') labs.add(lab);
  else labs.delete(lab);
}

if (labs.size > 0) {
  // Loading it costs a second of CPU, so it waits until the owner has ended.
  const { removeLabsOf } = await import('./remove-labs-of.ts');
  await removeLabsOf(owner, labs);
}
