import type { Secrets } from './secrets.ts';

const MASK = '***';
/**
 * A secret is searched for by its beginning, so that one cut off at the end of a text is found as
 * well. Ten hexadecimal digits come up by chance in one of 10¹² places.
 */
const HEAD = 10;

/**
 * Secrets by their surroundings or by their form: tokens that are issued while a lab runs, and
 * passwords that are not the lab's own. Most of them are masked already, by oslo.log.
 */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // Keystone's tokens are Fernet's: base64 of a first byte 0x80 and a time in 64 bits.
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

/** Takes secrets out of texts before they leave for a run's files. */
export class Redactor {
  readonly #signs: RegExp;
  readonly #patterns: readonly (readonly [RegExp, string])[];

  /** @param secrets The lab's own, where they are known. */
  constructor(secrets: Partial<Secrets>) {
    // Plain characters (`drawSecrets`), which mean themselves in a pattern.
    const heads = Object.values(secrets).map((secret) => secret.slice(0, HEAD));
    this.#signs = new RegExp([...SIGNS, ...heads].join('|'), 'i');
    const own = new RegExp(`(?:${heads.join('|')})[\\w-]*`, 'g');
    this.#patterns = heads.length === 0 ? PATTERNS : [[own, MASK], ...PATTERNS];
  }

  /** Whether there may be something to take out, of a text or of its JSON. Fast. */
  suspects(text: string): boolean {
    return this.#signs.test(text);
  }

  /** The text with `***` in the place of secrets. */
  redact(text: string): string {
    if (!this.suspects(text)) return text;
    return this.#patterns.reduce((rest, [secret, mask]) => rest.replaceAll(secret, mask), text);
  }
}
