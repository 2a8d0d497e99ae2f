import { codeOf, isMissing } from '../errors.ts';

/**
 * The served folders belong to others: what was listed may be renamed, removed or unreadable when
 * it is read.
 */
export async function unlessGone<T, Gone>(read: () => Promise<T>, gone: Gone): Promise<T | Gone> {
  try {
    return await read();
  } catch (error) {
    if (isMissing(error) || codeOf(error) === 'EACCES') return gone;
    throw error;
  }
}
