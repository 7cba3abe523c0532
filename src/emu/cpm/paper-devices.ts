/** LST:, PUN: and RDR:, which go where the options say. What nobody takes is dropped, and that is said once. */
const CTRL_Z = 0x1a;

export interface PaperOptions {
  /** Bytes for the list device (printer) and the punch. */
  list?: (byte: number) => void;
  punch?: (byte: number) => void;
  /** The next byte of the reader, undefined at its end (which a program sees as ^Z). */
  reader?: () => number | undefined;
  /** Is told, in a sentence, what became of files that the program can't know and its user should. */
  remark?: (words: string) => void;
}

export class PaperDevices {
  private readonly remarked = new Set<string>();

  constructor(private readonly options: PaperOptions) {}

  list(byte: number): number {
    if (this.options.list) this.options.list(byte);
    else this.dropped('text for the printer is dropped: --printer FILE keeps it');
    return 0;
  }

  punch(byte: number): number {
    if (this.options.punch) this.options.punch(byte);
    else this.dropped('what the program punches is dropped: --punch FILE keeps it');
    return 0;
  }

  reader(): number {
    return this.options.reader?.() ?? CTRL_Z;
  }

  private dropped(words: string): void {
    if (this.remarked.has(words)) return;
    this.remarked.add(words);
    this.options.remark?.(words);
  }
}
