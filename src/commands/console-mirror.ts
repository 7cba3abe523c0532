/** A console shown inside our own output, as it arrives: filtered, and every line behind a margin. */
import { CleanText } from '../terminal/clean-text.js';

/** A CR would bring what follows it onto the margin; BEL, BS and TAB have no place in a report. */
const LEFT_OUT = new Set(['\x07', '\b', '\t', '\r']);

export class ConsoleMirror {
  readonly #clean = new CleanText({ ascii: true });
  #lineStart = true;

  /** @param write takes text for the screen */
  constructor(
    private readonly write: (text: string) => void,
    private readonly margin: string,
  ) {}

  show(bytes: Uint8Array): void {
    let text = '';
    for (const char of this.#clean.take(bytes)) {
      if (LEFT_OUT.has(char)) continue;
      if (this.#lineStart) text += this.margin;
      this.#lineStart = char === '\n';
      text += char;
    }
    if (text !== '') this.write(text);
  }

  /** End a line that is still open. */
  end(): void {
    if (!this.#lineStart) this.write('\n');
    this.#lineStart = true;
  }
}
