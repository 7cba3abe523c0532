/**
 * A console shown inside our own output: every line behind a margin, as it arrives, and nothing but printable
 * characters let through, so that no byte from a board can steer the user's terminal.
 */
export class ConsoleMirror {
  #lineStart = true;

  /** @param write takes text for the screen */
  constructor(
    private readonly write: (text: string) => void,
    private readonly margin: string,
  ) {}

  show(bytes: Uint8Array): void {
    let text = '';
    for (const byte of bytes) {
      if (byte === 0x0a) {
        text += this.#lineStart ? `${this.margin}\n` : '\n';
        this.#lineStart = true;
      } else if (byte >= 0x20 && byte < 0x7f) {
        if (this.#lineStart) text += this.margin;
        this.#lineStart = false;
        text += String.fromCharCode(byte);
      } else if (byte === 0x08) text += '\b';
    }
    if (text !== '') this.write(text);
  }

  /** End a line that is still open. */
  end(): void {
    if (!this.#lineStart) this.write('\n');
    this.#lineStart = true;
  }
}
