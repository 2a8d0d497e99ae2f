/** One requirement of a lab, and its state. */
export interface HostCondition {
  /** `engine`, `memory`, `images:2026.1`, … */
  readonly id: string;
  /** `fail`: no lab can start; `warn`: a lab may start, or the missing part will be made. */
  readonly status: 'ok' | 'warn' | 'fail';
  readonly message: string;
  readonly hint?: string;
}
