/** What must not get from a log into a run's files. oslo.log masks most of it already. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  // Fernet tokens, which Keystone gives out.
  [/\bgAAAAA[\w=-]{20,}/g, '***'],
  [/(:\/\/[^\s:/@]+:)[^\s@/]+@/g, '$1***@'],
  [/\b((?:password|passwd|secret|token)["']?\s*[=:]\s*["']?)[^\s"',;)}]+/gi, '$1***'],
];

/** A text with `***` in the place of tokens and passwords. */
export function withoutSecrets(text: string): string {
  return SECRETS.reduce((rest, [secret, mask]) => rest.replaceAll(secret, mask), text);
}
