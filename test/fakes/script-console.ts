/** An operator that types from a list and remembers the screen. */
import type { LiveConsole } from '../../src/emu/drive.js';
import type { Console } from '../../src/seams/console.js';

export class ScriptConsole implements Console {
  readonly keys: number[] = [];
  readonly shown: number[] = [];
  ended = false;

  type(text: string): this {
    this.keys.push(...Buffer.from(text, 'latin1'));
    return this;
  }

  get screen(): string {
    return Buffer.from(this.shown).toString('latin1');
  }

  ready(): boolean {
    return this.keys.length > 0;
  }

  read(): number | undefined {
    return this.keys.shift();
  }

  write(byte: number): void {
    this.shown.push(byte);
  }
}

/** Nobody types any more, and what is shown is only counted: for programs that print without end. */
export class CountingConsole extends ScriptConsole implements LiveConsole {
  override ended = true;
  count = 0;
  override write(): void {
    this.count++;
  }
  async wait(): Promise<void> {}
}
