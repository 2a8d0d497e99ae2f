import { randomBytes } from 'node:crypto';

/** A MAC address below QEMU's prefix 52:54:00. A port's has to be unique in Ironic. */
export function randomAddress(): string {
  const own = [...randomBytes(3)].map((byte) => byte.toString(16).padStart(2, '0'));
  return ['52', '54', '00', ...own].join(':');
}
