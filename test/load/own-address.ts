import { randomInt } from 'node:crypto';

/**
 * An address of loopback that nothing else uses: a server that gives its port up for a while gets
 * it back there. On 127.0.0.1 another test's server can take it meanwhile, or a client that
 * connects to itself from the same port.
 */
export function ownAddress(): string {
  return `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`;
}
