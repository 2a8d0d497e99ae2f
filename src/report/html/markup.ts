/** An element of HTML or SVG as data: written as text here, made of DOM nodes in the browser. */
export interface Markup {
  readonly tag: string;
  readonly attributes: Attributes;
  readonly children: readonly (Markup | string)[];
}

/** `true` is an attribute without a value; `false` and `null` leave it out. */
export type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;

export type Child = Markup | string | number | null | undefined | false | readonly Child[];

/** An element; text among its children is never markup. */
export function h(tag: string, attributes: Attributes = {}, ...children: readonly Child[]): Markup {
  return { tag, attributes, children: flat(children) };
}

function flat(children: readonly Child[]): readonly (Markup | string)[] {
  return children.flatMap((child): readonly (Markup | string)[] => {
    if (child === null || child === undefined || child === false) return [];
    if (typeof child === 'number') return [String(child)];
    if (typeof child === 'string') return [child];
    return 'tag' in child ? [child] : flat(child);
  });
}

/** Elements of HTML that have no end tag. */
const VOID = new Set(['br', 'col', 'hr', 'img', 'input', 'link', 'meta', 'wbr']);

/** As text of a HTML document, everything escaped. */
export function toHtml(node: Markup | string): string {
  if (typeof node === 'string') return escapeHtml(node);
  const attributes = Object.entries(node.attributes)
    .map(([name, value]) => {
      if (value === null || value === undefined || value === false) return '';
      return value === true ? ` ${name}` : ` ${name}="${escapeHtml(String(value))}"`;
    })
    .join('');
  const start = `<${node.tag}${attributes}>`;
  if (VOID.has(node.tag)) return start;
  return `${start}${node.children.map(toHtml).join('')}</${node.tag}>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters but tab and line end, and those that reorder the text around them. */
const UNPRINTABLE =
  // oxlint-disable-next-line no-control-regex -- to match control characters is its purpose
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** For text and for attributes in double quotes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll(UNPRINTABLE, '\uFFFD')
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/**
 * Data as JSON that is safe in a script element. Nothing in it ends the element or begins another,
 * and it is valid JavaScript too.
 */
export function toScriptJson(data: unknown): string {
  return JSON.stringify(data).replaceAll(
    /[<>&\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
