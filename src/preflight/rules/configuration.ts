import { counted } from '../../text/counted.ts';
import type { ConfigOption } from '../inventory.ts';
import {
  byKey,
  evidence,
  listed,
  type Difference,
  type Half,
  type ComparedNames,
  type Rule,
} from '../sides.ts';

type Options = Half<'configuration'>;
type OptionChange = { readonly was: ConfigOption; readonly now: ConfigOption };

/**
 * Options of oslo.messaging that declare a queue or exchange. RabbitMQ refuses an existing one with
 * other arguments (406 PRECONDITION_FAILED; oslo_messaging/_drivers/impl_rabbit.py).
 */
const QUEUE_SHAPE = [
  'amqp_durable_queues',
  'amqp_auto_delete',
  'rabbit_ha_queues',
  'rabbit_quorum_queue',
  'rabbit_transient_quorum_queue',
  'rabbit_transient_queues_ttl',
  'use_queue_manager',
];
/**
 * Defaults of libraries that now refuse what they accepted before: `[group] name`, and the refused
 * callers.
 */
const STRICTER: Readonly<Record<string, string>> = {
  '[oslo_policy] enforce_scope': 'a token of another scope is refused (403)',
  '[oslo_policy] enforce_new_defaults': 'a role that only the former rules knew is refused (403)',
  '[keystone_authtoken] service_token_roles_required':
    'a service token without one of service_token_roles is refused',
  '[oslo_messaging_rabbit] ssl_enforce_hostname_verification':
    'a broker whose certificate has another name is refused',
};

/** Options that are gone, renamed, new, or have another default. */
export const compareConfiguration: Rule<'configuration'> = (base, target) => {
  const before = byKey(base.found, keyOf);
  const after = byKey(target.found, keyOf);
  const renamed = byKey(
    target.found.flatMap((now) => now.formerly.map((old) => ({ now, old: keyOf(old) }))),
    ({ old }) => old,
  );
  const kept = base.found.flatMap((was): readonly OptionChange[] => {
    const now = after.get(keyOf(was));
    return now === undefined ? [] : [{ was, now }];
  });
  const missing = base.found.filter((was) => !after.has(keyOf(was)));
  const lost = missing.filter((was) => !renamed.has(keyOf(was)));
  const moved = missing.flatMap((was): readonly OptionChange[] => {
    const now = renamed.get(keyOf(was))?.now;
    return now === undefined ? [] : [{ was, now }];
  });
  const added = target.found.filter(
    (now) => !before.has(keyOf(now)) && !now.formerly.some((old) => before.has(keyOf(old))),
  );
  return [
    ...gone(base, target, lost),
    ...renamings(base, target, moved),
    ...[...kept, ...moved].flatMap((change) => changes(base, target, change)),
    ...added.filter(({ required }) => required).map((now) => required(target, now)),
    ...additions(
      target,
      added.filter((now) => !now.required),
    ),
  ];
};

function keyOf({ group, name }: { readonly group: string; readonly name: string }): string {
  return `[${group}] ${name}`;
}

/** The subject's own option, not one that it lists for a library. */
function isOwn({ namespace, file }: ConfigOption, { package: own }: ComparedNames): boolean {
  return namespace.startsWith(`${own}.`) && file.startsWith(`${own}/`);
}

function gone(
  base: Options,
  target: Options,
  options: readonly ConfigOption[],
): readonly Difference[] {
  // An option that was deprecated before, or that belongs to a library, is only information.
  const [unannounced, expected] = [true, false].map((wanted) =>
    options.filter((was) => (isOwn(was, base.names) && !was.deprecated) === wanted),
  );
  return [
    ...ignored(base, target, unannounced ?? [], { id: 'configuration-gone', severity: 'risk' }),
    ...ignored(base, target, expected ?? [], {
      id: 'configuration-gone-expected',
      severity: 'info',
    }),
  ];
}

function ignored(
  base: Options,
  target: Options,
  options: readonly ConfigOption[],
  { id, severity }: Pick<Difference, 'id' | 'severity'>,
): readonly Difference[] {
  if (options.length === 0) return [];
  const groups = [...Map.groupBy(options, ({ group }) => group)].map(([group, own]) =>
    own.length === 1 || target.found.some((now) => now.group === group)
      ? `[${group}] ${listed(own.map(({ name }) => name))}`
      : `all of [${group}]`,
  );
  const what = severity === 'info' ? ', deprecated before or of a library' : '';
  return [
    {
      id,
      area: 'configuration',
      severity,
      title: `${target.label} ignores ${counted(options.length, 'option')}${what}: ${groups.join('; ')}`,
      evidence: options.map((was) => evidence(base, was, keyOf(was))),
      hazard: severity === 'risk' ? 'target-runs' : 'none',
    },
  ];
}

function renamings(
  base: Options,
  target: Options,
  moved: readonly OptionChange[],
): readonly Difference[] {
  if (moved.length === 0) return [];
  return [
    {
      id: 'configuration-renamed',
      area: 'configuration',
      severity: 'info',
      title: `${counted(moved.length, 'option')} renamed, the old name is still read: ${listed(moved.map(({ was, now }) => `${keyOf(was)} → ${now.group === was.group ? now.name : keyOf(now)}`))}`,
      evidence: moved.flatMap(({ was, now }) => [
        evidence(base, was, keyOf(was)),
        evidence(target, now, keyOf(now)),
      ]),
      hazard: 'none',
    },
  ];
}

function changes(
  base: Options,
  target: Options,
  { was, now }: OptionChange,
): readonly Difference[] {
  const places = [
    evidence(base, was, `${keyOf(was)} = ${shown(was.default)}`),
    evidence(target, now, `${keyOf(now)} = ${shown(now.default)}`),
  ];
  const key = `${now.group}-${now.name}`;
  const found: Difference[] = [];
  if (now.required && !was.required) found.push(required(target, now));
  // For their readers, unset and empty are the same.
  if ((was.default ?? '') !== (now.default ?? '') && !now.required) {
    const effect = effectOfDefault(now, base.names);
    found.push({
      id: `configuration-default-${key}`,
      area: effect.area,
      severity: effect.severity,
      title: `New default of ${keyOf(now)}: ${shown(now.default)} instead of ${shown(was.default)}${effect.why}`,
      evidence: places,
      hazard: effect.hazard,
    });
  }
  const refused = (was.type.choices ?? []).filter(
    (choice) => now.type.choices !== null && !now.type.choices.includes(choice),
  );
  if (refused.length > 0) {
    found.push({
      id: `configuration-choices-${key}`,
      area: 'configuration',
      severity: 'risk',
      title: `${keyOf(now)} no longer takes ${listed(refused)}: a deployment that sets it cannot start ${target.label}`,
      evidence: places,
      hazard: 'target-runs',
    });
  }
  return found;
}

function effectOfDefault(
  now: ConfigOption,
  names: ComparedNames,
): Pick<Difference, 'area' | 'severity' | 'hazard'> & { readonly why: string } {
  const area = now.group === 'oslo_policy' ? 'policy' : 'configuration';
  if (now.group === 'oslo_messaging_rabbit' && QUEUE_SHAPE.includes(now.name)) {
    const why = ': a service that declares a queue of the other release is refused by the broker';
    return { area, severity: 'blocking', hazard: 'vhost-shared', why };
  }
  const stricter = STRICTER[keyOf(now)];
  if (stricter !== undefined) {
    return { area, severity: 'risk', hazard: 'target-runs', why: `: ${stricter}` };
  }
  return isOwn(now, names)
    ? { area, severity: 'risk', hazard: 'target-runs', why: ' where it is not set' }
    : { area, severity: 'info', hazard: 'none', why: '' };
}

function required(target: Options, now: ConfigOption): Difference {
  return {
    id: `configuration-required-${now.group}-${now.name}`,
    area: 'configuration',
    severity: 'blocking',
    title: `${keyOf(now)} has to be set: ${target.label} does not start on the configuration of before`,
    evidence: [evidence(target, now, `${keyOf(now)} is required and has no default`)],
    hazard: 'target-runs',
    predicts: { causes: ['did-not-start'], mentions: [now.name] },
  };
}

function additions(target: Options, added: readonly ConfigOption[]): readonly Difference[] {
  if (added.length === 0) return [];
  return [
    {
      id: 'configuration-new',
      area: 'configuration',
      severity: 'info',
      title: `${counted(added.length, 'new option')}: ${listed(added.map(keyOf))}`,
      evidence: added.map((now) => evidence(target, now, `${keyOf(now)} = ${shown(now.default)}`)),
      hazard: 'none',
    },
  ];
}

function shown(value: string | null): string {
  if (value === null || value === '') return 'unset';
  return value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
}

/** Characters of a value in a title. */
const LONGEST = 60;
