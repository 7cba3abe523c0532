/** The 64 KB that a source assembles into: which bytes were written, and in which order of addresses. */
export class Image {
  private readonly bytes = new Uint8Array(0x10000);
  private readonly written = new Uint8Array(0x10000);
  private low = 0x10000;
  private high = 0;

  clear(): void {
    this.written.fill(0, this.low, this.high);
    this.bytes.fill(0, this.low, this.high);
    this.low = 0x10000;
    this.high = 0;
  }

  /** Write a byte at 0..0xFFFF. Returns false if there was one already. */
  put(address: number, byte: number): boolean {
    const fresh = this.written[address] === 0;
    this.bytes[address] = byte;
    this.written[address] = 1;
    if (address < this.low) this.low = address;
    if (address >= this.high) this.high = address + 1;
    return fresh;
  }

  get empty(): boolean {
    return this.high === 0;
  }

  /** The lowest address written; 0 if none was. */
  get origin(): number {
    return this.empty ? 0 : this.low;
  }

  slice(address: number, length: number): Uint8Array {
    return this.bytes.slice(address, address + length);
  }

  /** Are the bytes there all of this value? */
  has(address: number, length: number, byte: number): boolean {
    return this.bytes.subarray(address, address + length).every((b) => b === byte);
  }

  /** From the lowest address to the highest, gaps as `fill`. */
  toBytes(fill: number): Uint8Array {
    if (this.empty) return new Uint8Array(0);
    const out = this.bytes.slice(this.low, this.high);
    if (fill !== 0) out.forEach((_, i) => this.written[this.low + i] || (out[i] = fill));
    return out;
  }

  /** Runs of written bytes, for Intel HEX and the map. */
  segments(): { address: number; bytes: Uint8Array }[] {
    const out: { address: number; bytes: Uint8Array }[] = [];
    for (let at = this.low; at < this.high;) {
      let end = at;
      while (end < this.high && this.written[end]) end++;
      out.push({ address: at, bytes: this.bytes.slice(at, end) });
      while (end < this.high && !this.written[end]) end++;
      at = end;
    }
    return out;
  }
}
