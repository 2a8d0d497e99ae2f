// Packs rollgate and has the tarball checked. publint: does package.json name what is there? attw:
// do its types resolve as its modules do?
import { execa } from 'execa';
import { pack } from './pack.ts';

const { path } = await pack();
const options = { preferLocal: true, stdio: 'inherit', reject: false } as const;
const checks = [
  await execa('publint', ['run', path, '--strict'], options),
  // Rollgate has ES modules alone. Every Node that it runs on can `require` them.
  await execa('attw', [path, '--profile', 'esm-only', '--format', 'ascii', '--quiet'], options),
];
if (checks.some(({ failed }) => failed)) process.exitCode = 1;
