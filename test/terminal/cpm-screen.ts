/** A CP/M program in the emulator with a terminal of ours as its console: keys go in, and a screen is read. */
import { createCpm, type Cpm } from '../../src/emu/cpm/machine.js';
import { nodeFolder } from '../../src/host/node-folder.js';
import { ConsoleModel, type ConsoleOptions } from '../../src/terminal/model.js';
import { ScriptConsole } from '../fakes/script-console.js';

const SLICE = 4_000_000;
/** A program that has looked for a key so often in vain waits for one: some draw a part of the screen between two looks. */
const IDLE_SLICES = 3;
/** A minute of an RC2014. */
const MOST_SLICES = 110;

export class CpmScreen {
  readonly model: ConsoleModel;
  readonly #operator = new ScriptConsole();
  readonly #cpm: Cpm;

  constructor(folder: string, options: ConsoleOptions = {}) {
    this.model = new ConsoleModel(() => {}, {
      ...options,
      onAnswer: (bytes) => void this.#operator.keys.push(...bytes),
    });
    this.#cpm = createCpm({ console: this.#operator, drives: [nodeFolder(folder)] });
  }

  /** Begin, and go on until it waits for a key. */
  async start(name: string, bytes: Uint8Array, tail = ''): Promise<void> {
    this.#cpm.load({ name, bytes }, tail);
    await this.#go();
  }

  /** Type, and go on until all is read and it waits again. */
  async type(keys: string): Promise<void> {
    this.#operator.type(keys);
    await this.#go();
  }

  get lines(): string[] {
    const { model } = this;
    return Array.from({ length: model.rows }, (_, y) => model.text(model.base + y));
  }

  /** What is inverse (or dim, bold) on a line. */
  marked(y: number, how: 'inverse' | 'dim' | 'bold' = 'inverse'): string {
    return this.model
      .cells(this.model.base + y)
      .map(({ char, style }) => (style[how] ? char : ' '))
      .join('')
      .trim();
  }

  get ended(): boolean {
    return this.#ended;
  }
  #ended = false;

  async #go(): Promise<void> {
    let idle = 0;
    for (let slice = 0; slice < MOST_SLICES && idle < IDLE_SLICES; slice++) {
      const stop = this.#cpm.run(this.#cpm.cpu.tStates + SLICE);
      this.model.write(Uint8Array.from(this.#operator.shown.splice(0)));
      await this.model.settled();
      if (stop.why === 'crashed') throw new Error(`crashed at ${stop.at.toString(16)}: ${stop.message}`);
      this.#ended = stop.why === 'ended';
      if (this.#ended) return;
      if (stop.why === 'key' && this.#operator.keys.length === 0) return;
      idle = stop.why === 'idle' && this.#operator.keys.length === 0 ? idle + 1 : 0;
    }
    if (idle < IDLE_SLICES) throw new Error('it does not wait for a key');
  }
}
