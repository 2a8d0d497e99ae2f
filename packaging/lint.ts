// Packs rollgate and checks the tarball. publint: do the files in package.json exist? attw: do the
// types resolve like the modules?
import { execa } from 'execa';
import { pack } from './pack.ts';

const { path } = await pack();
const options = { preferLocal: true, stdio: 'inherit', reject: false } as const;
const checks = [
  await execa('publint', ['run', path, '--strict'], options),
  // rollgate has only ES modules. Every Node that it runs on can `require` them.
  await execa('attw', [path, '--profile', 'esm-only', '--format', 'ascii', '--quiet'], options),
];
if (checks.some(({ failed }) => failed)) process.exitCode = 1;
