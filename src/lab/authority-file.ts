import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { userFolder } from '../files/temporary.ts';
import { replaceFile } from '../files/write.ts';

/** The certificate of a lab's authority on this machine, for clients that take a path. */
function pathOf(lab: string): string {
  return join(userFolder(), `${lab}.authority.pem`);
}

/** @returns Its path. */
export async function writeAuthorityFile(lab: string, certificate: string): Promise<string> {
  const path = pathOf(lab);
  await replaceFile(path, certificate);
  return path;
}

/** No error if it does not exist. */
export async function removeAuthorityFile(lab: string): Promise<void> {
  await rm(pathOf(lab), { force: true });
}
