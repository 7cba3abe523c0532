/**
 * A telnet stream (RFC 854, 855) taken apart and put together. FF, called IAC, begins everything that is no data:
 *
 *     FF FF                       the data byte FF
 *     FF FB|FC|FD|FE option       WILL, WONT, DO, DONT
 *     FF FA option ... FF F0      a suboption; an FF within is doubled, too
 *     FF F0..F9                   commands without anything; none of them means something to us
 *
 * The server is not trusted: a suboption that does not end is a fault, and what is kept of one is bounded.
 */
export const IAC = 0xff;
export const VERB = { WILL: 0xfb, WONT: 0xfc, DO: 0xfd, DONT: 0xfe } as const;
const SB = 0xfa;
const SE = 0xf0;

/** The longest of RFC 2217 that we know is a signature of some dozen characters. */
const MOST_SUBOPTION = 256;

export type TelnetEvent =
  { type: 'option'; verb: number; option: number } | { type: 'suboption'; option: number; bytes: Uint8Array };

type State = 'data' | 'command' | 'verb' | 'suboption' | 'suboption command';

export class TelnetReader {
  #state: State = 'data';
  #verb = 0;
  #sub: number[] = [];

  /** Take what came. @throws Error when it is no telnet any more: a suboption without end, or broken off by a command */
  take(chunk: Uint8Array): { data: Uint8Array; events: TelnetEvent[] } {
    const data = new Uint8Array(chunk.length);
    let length = 0;
    const events: TelnetEvent[] = [];
    for (const byte of chunk)
      switch (this.#state) {
        case 'data':
          if (byte === IAC) this.#state = 'command';
          else data[length++] = byte;
          break;
        case 'command':
          this.#state = 'data';
          if (byte === IAC) data[length++] = byte;
          else if (byte === SB) {
            this.#state = 'suboption';
            this.#sub = [];
          } else if (byte >= VERB.WILL) {
            this.#state = 'verb';
            this.#verb = byte;
          }
          break;
        case 'verb':
          this.#state = 'data';
          events.push({ type: 'option', verb: this.#verb, option: byte });
          break;
        case 'suboption':
          if (byte === IAC) this.#state = 'suboption command';
          else this.#keep(byte);
          break;
        case 'suboption command':
          if (byte === IAC) {
            this.#state = 'suboption';
            this.#keep(byte);
          } else if (byte === SE) {
            this.#state = 'data';
            const [option, ...bytes] = this.#sub;
            if (option !== undefined) events.push({ type: 'suboption', option, bytes: Uint8Array.from(bytes) });
          } else throw new Error('a suboption is broken off by another command');
      }
    return { data: data.subarray(0, length), events };
  }

  #keep(byte: number): void {
    if (this.#sub.length >= MOST_SUBOPTION) throw new Error(`a suboption has more than ${MOST_SUBOPTION} bytes`);
    this.#sub.push(byte);
  }
}

/** Data as it goes over the wire: FF doubled. */
export function doubled(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(IAC)) return bytes;
  return Uint8Array.from([...bytes].flatMap((byte) => (byte === IAC ? [IAC, IAC] : [byte])));
}

export const optionCommand = (verb: number, option: number): Uint8Array => Uint8Array.of(IAC, verb, option);

export function suboption(option: number, bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([IAC, SB, option, ...doubled(bytes), IAC, SE]);
}
