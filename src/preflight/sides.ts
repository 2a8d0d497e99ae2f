import type { Evidence, Finding } from '../events/finding.ts';
import type { Side } from '../release/release.ts';
import type { Role } from '../scenario/topology/topology.ts';
import type { FoundIn, Inventory, InventoryArea } from './inventory.ts';

/** One of the two releases that are compared. */
export interface ComparedRelease {
  readonly side: Side;
  /** Its name in titles: its version, e.g. `24.0.0`. */
  readonly label: string;
  readonly inventory: Inventory;
}

/** The names of a subject's own parts in an inventory. */
export interface PreflightNames {
  /** Its Python package, which is also the first part of its options' namespaces. */
  readonly package: string;
  /** The entry points that read users' templates of an older release. Default: none. */
  readonly templates?: string;
  /** The object in nearly every message. Default: messages contain none. */
  readonly carried?: string;
}

/** The names for the findings of one comparison. */
export interface ComparedNames extends PreflightNames {
  /** The object that users make with the subject, e.g. `stack`. */
  readonly noun: string;
  /** The base in the subject's own list of releases, e.g. `2025.1`. Default: it is not listed. */
  readonly base?: string | undefined;
}

/** An area of one of the two releases. */
export interface Half<Key extends InventoryArea> {
  readonly side: Side;
  readonly label: string;
  readonly found: FoundIn<Key>;
  readonly names: ComparedNames;
}

/** When a difference does harm. */
export type Hazard =
  /** An engine of the base takes messages of the target. */
  | 'base-hears'
  /** An engine of the target takes messages of the base. */
  | 'target-hears'
  /** Base and target are on one broker vhost. */
  | 'vhost-shared'
  /** Base and target run side by side, on one database. */
  | 'releases-meet'
  /** Services of the target that are not pinned to the base run side by side with some of it. */
  | 'unpinned-meets'
  /** The target runs, in any order. */
  | 'target-runs'
  /** Never. */
  | 'none';

/** A finding before its choreographies are known. */
export interface Difference extends Omit<
  Finding,
  'endangers' | 'avoidedBy' | 'metBy' | 'avoidedSince' | 'needs'
> {
  readonly hazard: Hazard;
  /** The message that does the harm. Default: every message of every sender. */
  readonly message?: {
    /** Default: every one. */
    readonly method?: string;
    /** The services that send it. */
    readonly senders: readonly Role[];
    /** The kinds of services that send it and the kind that takes it, if known. */
    readonly kinds?: { readonly senders: readonly string[]; readonly taker: string };
  };
}

/** Compares one area. */
export type Rule<Key extends InventoryArea> = (
  base: Half<Key>,
  target: Half<Key>,
) => readonly Difference[];

export function evidence(
  { side }: { readonly side: Side },
  place: { readonly file: string; readonly line?: number | null },
  text: string,
): Evidence {
  return { release: side, file: place.file, line: place.line ?? null, text };
}

/** `a, b and 3 more`. */
export function listed(names: readonly string[], most = 6): string {
  if (names.length <= most) return names.join(', ');
  return `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`;
}

/** Items by their key; for duplicates, the first. */
export function byKey<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, T> {
  return new Map(items.toReversed().map((item) => [key(item), item]));
}
