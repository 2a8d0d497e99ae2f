/** Items that belong together; never empty. */
export type Group<Item> = readonly [Item, ...Item[]];

/** Items by a key, the groups in the order of their first item. */
export function groupBy<Item>(
  items: readonly Item[],
  key: (item: Item) => string,
): readonly Group<Item>[] {
  return [...Map.groupBy(items, key).values()].flatMap(([first, ...rest]) =>
    first === undefined ? [] : [[first, ...rest] as const],
  );
}

/** A group with each item mapped; never empty either. */
export function mapGroup<Item, Other>(
  [first, ...rest]: Group<Item>,
  change: (item: Item) => Other,
): Group<Other> {
  return [change(first), ...rest.map(change)];
}
