/** The last lines of a text that comes in pieces. */
export class LastLines {
  readonly #lines: string[] = [];
  readonly #limit: number;
  #rest = '';

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(piece: string): void {
    const lines = (this.#rest + piece).split('\n');
    this.#rest = lines.pop() ?? '';
    this.#lines.push(...lines.filter((line) => line !== ''));
    this.#lines.splice(0, Math.max(0, this.#lines.length - this.#limit));
  }

  lines(): readonly string[] {
    return [...this.#lines, ...(this.#rest === '' ? [] : [this.#rest])].slice(-this.#limit);
  }
}
