/**
 * Watches over what an editor sends, before the library has it: messages are `Content-Length: n`, an empty line, n bytes. What
 * is no such thing would be kept in memory for ever, and so would a message of any length.
 */
import { InputError } from '../seams/errors.js';
import { pageUrl } from '../seams/pages.js';

export const FRAMING = {
  /** The library's own clients send 20 to 100. */
  mostHeaderBytes: 4_096,
  /** A document of 16 MB, which is the longest that the assembler reads, escaped as JSON. */
  mostBodyBytes: 64 * 1024 * 1024,
};

const LF = 0x0a;

export class Framing {
  private header = '';
  private bodyLeft = 0;

  /** Look at what came. @throws InputError where it is no message, or one beyond all measure */
  feed(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.bodyLeft > 0) {
        const taken = Math.min(this.bodyLeft, bytes.length - at);
        this.bodyLeft -= taken;
        at += taken;
        continue;
      }
      const byte = bytes[at++]!;
      this.header += String.fromCharCode(byte);
      if (this.header.length > FRAMING.mostHeaderBytes) throw refusal('a header without end');
      if (byte === LF && this.header.endsWith('\r\n\r\n')) this.endHeader();
    }
  }

  private endHeader(): void {
    const length = /^content-length:[ \t]*(\d{1,12})[ \t]*\r\n/im.exec(this.header)?.[1];
    if (length === undefined || !/^(?:[\w-]+:[^\r\n]*\r\n)+\r\n$/.test(this.header))
      throw refusal('a header that says no length');
    this.header = '';
    this.bodyLeft = Number(length);
    if (this.bodyLeft > FRAMING.mostBodyBytes) throw refusal(`a message of ${length} bytes`);
  }
}

function refusal(what: string): InputError {
  return new InputError(`standard input has ${what}`, {
    hint: `z80lm lsp talks to an editor, by the Language Server Protocol: ${pageUrl('editors')}`,
  });
}
