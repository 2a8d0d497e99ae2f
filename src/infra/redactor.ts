import type { Secrets } from './secrets.ts';

const MASK = '***';
/**
 * A secret is searched for by its beginning, so that one cut off at the end of a text is found as
 * well. Ten hexadecimal digits match by chance in one of 10¹² places.
 */
const HEAD = 10;

/**
 * Secrets by their context or by their form: tokens that are issued while a lab runs, and passwords
 * that are not the lab's own. oslo.log already masks most of them.
 */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // Keystone's tokens are Fernet tokens: base64 of a first byte 0x80 and a time in 64 bits.
  [/gAAAA(?:[\w=-]|%3D)*/g, MASK],
  [/(:\/\/[^\s:/@]*:)[^\s@/]+@/g, `$1${MASK}@`],
  [
    /((?:passw(?:or)?d|passphrase|secret|token|encryption_key|signature)\\?["']?[ \t]*[=:][ \t]*\\?(?:[bu]?["'])?)[^\s"'\\,;)}&]+/gi,
    `$1${MASK}`,
  ],
  [
    /(authorization\\?["']?[ \t]*[=:][ \t]*\\?(?:[bu]?["'])?(?:\w+ +)?)[^\s"'\\,;)}&]+/gi,
    `$1${MASK}`,
  ],
];
/** Every text with a match of a pattern contains one of these, also if it is encoded as JSON. */
const SIGNS = [
  'gAAAA',
  '://[^\\s/"]*@',
  'passw',
  'passphrase',
  'secret',
  'token',
  '_key',
  'authori',
  'signature',
];

/** Removes secrets from texts before they are written to a run's files. */
export class Redactor {
  readonly #signs: RegExp;
  readonly #patterns: readonly (readonly [RegExp, string])[];

  /** @param secrets The lab's own, if known. */
  constructor(secrets: Partial<Secrets>) {
    // Plain characters (`drawSecrets`), which need no escaping in a pattern.
    const heads = Object.values(secrets).map((secret) => secret.slice(0, HEAD));
    this.#signs = new RegExp([...SIGNS, ...heads].join('|'), 'i');
    const own = new RegExp(`(?:${heads.join('|')})[\\w-]*`, 'g');
    this.#patterns = heads.length === 0 ? PATTERNS : [[own, MASK], ...PATTERNS];
  }

  /** Whether a text or its JSON may contain a secret. Fast. */
  suspects(text: string): boolean {
    return this.#signs.test(text);
  }

  /** The text with `***` in the place of secrets. */
  redact(text: string): string {
    if (!this.suspects(text)) return text;
    return this.#patterns.reduce((rest, [secret, mask]) => rest.replaceAll(secret, mask), text);
  }
}
