import { readFileSync } from 'node:fs';

/**
 * The page's script: modules that import only each other, in the order of their concatenation.
 * Their top-level names are unique (a test checks this).
 */
export const MODULES = [
  'drawing/frame.js',
  'drawing/plan.js',
  'drawing/services.js',
  'drawing/requests.js',
  'drawing/response-times.js',
  'drawing/queues.js',
  'drawing/stacks.js',
  'drawing/machine.js',
  'drawing/lanes.js',
  'browser/dom.js',
  'browser/window.js',
  'browser/cross-hair.js',
  'browser/chart.js',
  'browser/pointer.js',
  'browser/story.js',
  'browser/client.js',
] as const;

/** Additional parts of the page of a run in progress. */
export const LIVE_MODULES = [...MODULES, 'browser/live.js'] as const;

/** As one classic script. */
export function pageScript(modules: readonly string[] = MODULES): string {
  const text = modules.map((module) => withoutModuleSyntax(readSource(module))).join('\n');
  return `'use strict';(() => {\n${text}\n})();`;
}

export function pageStyle(): string {
  return readSource('style.css');
}

/** For pages of `rollgate serve` and of `rollgate trend`, after the report's own. */
export function servedStyle(): string {
  return `${pageStyle()}\n${readSource('served/served.css')}`;
}

function readSource(file: string): string {
  return readFileSync(new URL(file, import.meta.url), 'utf8');
}

/** Drops imports and the word `export`, and comments that have lines of their own. */
function withoutModuleSyntax(source: string): string {
  return source
    .replaceAll(/^import [^;]*;\n/gm, '')
    .replaceAll(/^export (?=const |function |class )/gm, '')
    .replaceAll(/^ *\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n/gm, '');
}
