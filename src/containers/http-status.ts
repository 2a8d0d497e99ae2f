import { isError } from '../errors.ts';

/** Whether the container engine answered with this HTTP status. */
export function isStatus(error: unknown, status: number): boolean {
  return isError(error) && 'statusCode' in error && error.statusCode === status;
}
