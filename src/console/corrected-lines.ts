/** Text as a reader sees it on paper: BS, CR and TAB are applied to the line that is still open, and lines end in LF. */

/** A line that is longer is given out as it is: a board that never ends one must not be kept in memory. */
const LONGEST_LINE = 4096;
const TAB_STOP = 8;

export class CorrectedLines {
  #line: string[] = [];
  #column = 0;

  /** @param text as CleanText gives it @returns the lines that are complete, without blanks at their ends */
  take(text: string): string {
    let out = '';
    for (const char of text) {
      if (char === '\n') out += `${this.end()}\n`;
      else if (char === '\r') this.#column = 0;
      else if (char === '\b') this.#column = Math.max(0, this.#column - 1);
      else if (char === '\t') this.#column += TAB_STOP - (this.#column % TAB_STOP);
      else if (char >= ' ') this.#put(char);
      if (this.#line.length >= LONGEST_LINE) out += this.end();
    }
    return out;
  }

  /** @returns the line that is open */
  end(): string {
    const text = this.#line.join('').trimEnd();
    this.#line = [];
    this.#column = 0;
    return text;
  }

  #put(char: string): void {
    while (this.#line.length < this.#column) this.#line.push(' ');
    this.#line[this.#column++] = char;
  }
}
