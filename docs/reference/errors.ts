import { ERROR_EXPLANATIONS } from '../../src/error-codes.ts';

/** The page of error codes, from their explanations. */
export function renderErrors(): string {
  return [
    '# Error codes',
    '',
    'Made from `src/error-codes.ts` by `npm run docs:reference`. `RollgateError.code` has one of these. `rollgate explain CODE` prints one. The message and the hint of the error itself say what happened and what to do.',
    '',
    '| code | when |',
    '|---|---|',
    ...Object.entries(ERROR_EXPLANATIONS).map(([code, text]) => `| \`${code}\` | ${text} |`),
    '',
  ].join('\n');
}
