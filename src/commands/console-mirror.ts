/** A console shown inside our own output, as it arrives: filtered, and every line behind a margin. */
import { consoleFilter } from '../transfer/console-filter.js';

const LF = 0x0a;
/** A CR would bring what follows it onto the margin; BEL and TAB have no place in a report. */
const LEFT_OUT = new Set([0x07, 0x09, 0x0d]);

export class ConsoleMirror {
  readonly #filter = consoleFilter();
  #lineStart = true;

  /** @param write takes text for the screen */
  constructor(
    private readonly write: (text: string) => void,
    private readonly margin: string,
  ) {}

  show(bytes: Uint8Array): void {
    let text = '';
    for (const byte of this.#filter(bytes)) {
      if (LEFT_OUT.has(byte)) continue;
      if (this.#lineStart) text += this.margin;
      this.#lineStart = byte === LF;
      text += String.fromCharCode(byte);
    }
    if (text !== '') this.write(text);
  }

  /** End a line that is still open. */
  end(): void {
    if (!this.#lineStart) this.write('\n');
    this.#lineStart = true;
  }
}
