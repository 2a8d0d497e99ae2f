import type { Config } from '../../../scenario/config.ts';

/** An engine may finish what it has in hand, for as long as its container is given to stop. */
export const GENTLE_STOP: Config = { DEFAULT: { graceful_shutdown_timeout: 300 } };
