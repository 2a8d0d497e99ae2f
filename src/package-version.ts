import { readFileSync } from 'node:fs';

/** From package.json, a folder up from here and from where it is built to. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { readonly version: string };
  return version;
}
