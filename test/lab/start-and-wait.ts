import { Lab } from '../../src/index.ts';

// Starts a lab, reports it, and waits to be killed.
const [, , name = ''] = process.argv;
await Lab.start({ series: '2025.1', topology: '1x1', name });
process.stdout.write('up\n');
setInterval(() => undefined, 60_000);
