/** The maximum number of characters of a value in a message. */
const SHOWN_LENGTH = 80;

/**
 * Text for the middle of a message, shortened because a value of two megabytes would hide the rest.
 */
export function shortened(text: string): string {
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}…`;
}
