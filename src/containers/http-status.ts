/** Whether the container engine answered with this HTTP status. */
export function isStatus(error: unknown, status: number): boolean {
  return error instanceof Error && 'statusCode' in error && error.statusCode === status;
}
