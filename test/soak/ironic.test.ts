import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { VerdictSchema, type Verdict } from '../../src/verdict/schema/verdict.ts';
import { rollgate } from '../lab/command.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Ironic 29 → 35 by a choreography: the verdict, and how the command ended. */
async function upgrade(
  t: ExecutionContext,
  choreography: string,
): Promise<{ readonly verdict: Verdict; readonly exitCode: number | undefined }> {
  const out = join(temporaryFolder(), choreography);
  const command = ['run', '--subject', 'ironic', '--choreography', choreography, '--out', out];
  const { exitCode, stderr } = await rollgate(...command, '--progress', 'quiet').ended;
  t.log(stderr.slice(-2000));
  const text = await readFile(join(out, 'verdict.json'), 'utf8');
  return { verdict: VerdictSchema.parse(JSON.parse(text)), exitCode };
}

