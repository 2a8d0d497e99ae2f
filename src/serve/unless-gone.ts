import { codeOf, isMissing } from '../errors.ts';

/**
 * The served folders belong to others: a listed file may be renamed, removed or unreadable by the
 * time it is read.
 */
export async function unlessGone<T, Gone>(read: () => Promise<T>, gone: Gone): Promise<T | Gone> {
  try {
    return await read();
  } catch (error) {
    if (isMissing(error) || codeOf(error) === 'EACCES') return gone;
    throw error;
  }
}
