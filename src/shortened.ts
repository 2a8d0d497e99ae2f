/** The most that a message shows of a value. */
const SHOWN_LENGTH = 80;

/**
 * Text for the middle of a message: a value of two megabytes would hide the rest of the message.
 */
export function shortened(text: string): string {
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}…`;
}
