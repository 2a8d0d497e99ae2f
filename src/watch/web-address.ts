import { RollgateError } from '../errors.ts';
import { shortened } from '../text/shortened.ts';

/**
 * An address of an option. A user name or a password in it would not be sent, but would appear in
 * messages.
 *
 * @throws RollgateError `invalid-option`.
 */
export function webAddress(option: string, text: string, hint: string): URL {
  const url = URL.parse(text);
  const what =
    url === null || !/^https?:$/.test(url.protocol)
      ? `${shortened(text)} is not an http(s) address`
      : url.username !== '' || url.password !== ''
        ? 'the address holds a user name or a password, which is not sent'
        : undefined;
  if (url !== null && what === undefined) return url;
  throw new RollgateError('invalid-option', `${option}: ${what}`, { kind: 'usage', hint });
}
