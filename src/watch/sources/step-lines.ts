import { RollgateError } from '../../errors.ts';
import type { Mark } from '../../run/mark.ts';
import { plain } from '../../text/plain.ts';
import { shortened } from '../../text/shortened.ts';

/** The lines with which known tools begin a step; the first group, or `text`, names the step. */
export const STEP_LINES: readonly RegExp[] = [
  // ansible-playbook, and with it Kolla-Ansible and openstack-ansible.
  /^(?:TASK|RUNNING HANDLER) \[(?<text>.+)\] \*{3,}/,
  // grenade.sh: `echo_summary` in its log, and each project.
  /(?:^|\| )# {1,2}(?<text>[A-Z][^*#]*\S)\s*$/,
  /(?:^|\| )(?<text>Upgrading project: \S+)\s*$/,
];

/**
 * The step that begins with a line, if one does.
 *
 * @param time Milliseconds since the epoch.
 */
export function stepIn(line: string, patterns: readonly RegExp[], time: number): Mark | undefined {
  const text = plain(line).trimEnd();
  for (const pattern of patterns) {
    const found = pattern.exec(text);
    if (found === null) continue;
    const { text: named, node, service } = found.groups ?? {};
    const name = (named ?? found[1] ?? found[0]).trim();
    if (name === '') continue;
    return {
      time,
      text: name,
      ...(node === undefined ? {} : { node }),
      ...(service === undefined ? {} : { service }),
    };
  }
  return undefined;
}

/** @throws RollgateError `invalid-option`. */
export function patternIn(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (cause) {
    throw new RollgateError(
      'invalid-option',
      `--pattern: ${shortened(text)} is not a regular expression`,
      {
        kind: 'usage',
        hint: 'E.g. --pattern "^== (?<text>.*) on (?<node>\\S+)"',
        cause,
      },
    );
  }
}
