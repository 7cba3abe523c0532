/**
 * What a line damages by kind, not by chance: a byte value that stands in the block which is refused again and again, and in
 * none of those that were taken. Lines have their favourites.
 */

/** Values that lines eat or change, and what does it. */
const FAVOURITES: readonly [value: number, what: string][] = [
  [
    0x13,
    'XOFF (13h): something on the way obeys XON/XOFF; switch it off at the serial server, the adapter or the board',
  ],
  [
    0x11,
    'XON (11h): something on the way obeys XON/XOFF; switch it off at the serial server, the adapter or the board',
  ],
  [0xff, 'FFh: a Telnet server on the way takes it for a command; set it to raw'],
  [0x0d, 'CR (0Dh): something on the way changes the ends of lines; set it to raw'],
  [0x0a, 'LF (0Ah): something on the way changes the ends of lines; set it to raw'],
  [0x00, 'NUL (00h): something on the way drops it; set it to raw'],
];

export class Damage {
  /** Values that came through. */
  readonly #good = new Set<number>();
  #blocks = 0;

  taken(packet: Uint8Array): void {
    this.#blocks++;
    if (this.#good.size < 256) for (const byte of packet) this.#good.add(byte);
  }

  get blocks(): number {
    return this.#blocks;
  }

  came(value: number): boolean {
    return this.#good.has(value);
  }
}

/** Which of them it may be, in words, for a block that was refused again and again; undefined where it is none. */
export function damageHint(damage: Damage, packet: Uint8Array): string | undefined {
  // Each block's number or its complement has the eighth bit, so over seven bits none comes through.
  if (damage.blocks === 0)
    return 'no block at all gets through whole: seven bits or a parity at the other end, or a line that changes bytes; z80lm doctor tells which characters come back';
  const suspect = FAVOURITES.find(([value]) => packet.includes(value) && !damage.came(value));
  return suspect && `of all blocks this is the first with ${suspect[1]}`;
}
