/** A template in Heat's own format (HOT), as the object that the API takes. */
export type Template = Readonly<Record<string, unknown>>;

export interface ChainOptions {
  /** Resources in the chain; at least one. */
  readonly length: number;
  /** Seconds that each takes to create and to update; a delete takes none. */
  readonly actionSeconds: number;
}

/**
 * A chain of `OS::Heat::TestResource`, each taking its value from the one before: every link is
 * a message between engines, so a lost one shows. Changing the parameter `value` updates all of
 * them in place. Beside it an `OS::Heat::RandomString`, which must never change.
 */
export function chainTemplate({ length, actionSeconds }: ChainOptions): Template {
  const links = Array.from({ length }, (_, index) => index + 1);
  const waits = { create: actionSeconds, update: actionSeconds, delete: 0 };
  return {
    heat_template_version: '2018-08-31',
    parameters: { value: { type: 'string' } },
    resources: {
      random: { type: 'OS::Heat::RandomString', properties: { length: 16 } },
      ...Object.fromEntries(
        links.map((link) => [
          linkName(link),
          {
            type: 'OS::Heat::TestResource',
            properties: {
              value:
                link === 1 ? { get_param: 'value' } : { get_attr: [linkName(link - 1), 'output'] },
              action_wait_secs: waits,
            },
          },
        ]),
      ),
    },
    outputs: {
      random: { value: { get_attr: ['random', 'value'] } },
      last: { value: { get_attr: [linkName(length), 'output'] } },
    },
  };
}

function linkName(link: number): string {
  return `link${link}`;
}
