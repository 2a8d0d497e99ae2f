import { declareFuzz } from '../badinput/fuzz.ts';

/** ROLLGATE_FUZZ_RUNS: cases of each of the seven kinds. */
declareFuzz(Number(process.env['ROLLGATE_FUZZ_RUNS'] ?? 300));
