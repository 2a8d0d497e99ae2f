import type { Appetite } from '../history/appetite.ts';

/** `node1/heat-engine 26.0.2.dev1 uses 0.92 cores or more almost all the time; …`. */
export function appetiteInWords({ life: { name, label }, of, base, target }: Appetite): string {
  return `${name} ${label} ${
    of === 'cpu'
      ? `uses ${target.toFixed(2)} cores or more almost all the time; the base’s used ${base.toFixed(2)} half of the time`
      : `holds ${megabytes(target)} of memory; the base’s held ${megabytes(base)} at most`
  }`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
