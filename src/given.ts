type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The same without the keys whose value is `undefined`. */
export function given<T extends object>(data: T): Given<T> {
  return Object.fromEntries(
    Object.entries(data).filter(([, value]) => value !== undefined),
  ) as Given<T>;
}
