import { declareFuzz } from './fuzz.ts';

/** A few here; test/soak/bad-input.test.ts has many. */
declareFuzz(15);
