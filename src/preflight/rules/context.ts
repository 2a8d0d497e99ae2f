import { evidence, type Difference, type Half, type Rule } from '../sides.ts';

type Context = Half<'context'>;

/** Without these an engine can do nothing for a user. */
const ESSENTIAL = ['auth_token', 'project_id', 'roles'];

/** Keys of a request's context that one release sends but the other does not find. */
export const compareContext: Rule<'context'> = (base, target) => [
  ...lost(target, base),
  ...lost(base, target),
];

function lost(sender: Context, receiver: Context): readonly Difference[] {
  const all = Object.keys(receiver.found.takes.preferred)
    .filter((attribute) => arrives(receiver, receiver, attribute))
    .filter((attribute) => !arrives(sender, receiver, attribute))
    .sort();
  // A key that its own release does not send either is new in the receiver.
  const missed = all.filter((attribute) => arrives(sender, sender, attribute));
  const gone = sender.side === 'target' ? all : missed;
  if (gone.length === 0) return [];
  const wanted = gone.map((attribute) => receiver.found.takes.preferred[attribute] ?? attribute);
  const carrying = Object.entries(sender.found.sends.keys)
    .filter(([, attribute]) => attribute !== null && gone.includes(attribute))
    .map(([key]) => key);
  return [
    {
      id: `context-from-${sender.side}`,
      area: 'context',
      severity: gone.some((attribute) => ESSENTIAL.includes(attribute)) ? 'blocking' : 'risk',
      title: `A request's context from ${sender.label} reaches ${receiver.label} without ${gone.join(', ')}: their keys have other names`,
      evidence: [
        evidence(
          sender,
          sender.found.sends,
          carrying.length === 0
            ? `to_dict sends none of ${wanted.join(', ')}`
            : `to_dict sends them as ${carrying.join(', ')}`,
        ),
        evidence(receiver, receiver.found.takes, `from_dict reads ${wanted.join(', ')}`),
      ],
      hazard: receiver.side === 'base' ? 'base-hears' : 'target-hears',
    },
  ];
}

/** Whether the decisive key of an attribute is sent, and carries it. */
function arrives(sender: Context, receiver: Context, attribute: string): boolean {
  const { keys } = sender.found.sends;
  const { preferred, keys: taken } = receiver.found.takes;
  const first = preferred[attribute];
  const fallbacks = Object.keys(taken).filter((key) => taken[key]?.includes(attribute));
  const key = [...(first === undefined ? [] : [first]), ...fallbacks].find((key) => key in keys);
  if (key === undefined) return false;
  // `null`: its keys are unknown.
  return keys[key] === null || keys[key] === attribute;
}
