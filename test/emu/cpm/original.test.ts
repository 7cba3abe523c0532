/** The BDOS's file calls, held to what the original was seen to do (original-calls.ts). */
import { expect, it } from 'vitest';
import { BdosError } from '../../../src/emu/cpm/bdos-error.js';
import { BdosFiles } from '../../../src/emu/cpm/bdos-files.js';
import { Disks } from '../../../src/emu/cpm/disks.js';
import { MemoryFolder } from '../../fakes/memory-folder.js';
import { OBSERVED, type Step } from './original-calls.js';

const FCBS = 0x1000;
const FCB_SIZE = 64;
const DMA = 0x80;
const PARAMETERS = 0xf300;
const ALLOCATION = 0xf310;
const ON_FCB = [15, 16, 17, 19, 20, 21, 22, 23, 30, 33, 34, 35, 36, 40];
const WRITES = [21, 34, 40];
const READS = [20, 33];
const SEARCHES = [17, 18];

class Original {
  private readonly memory = new Uint8Array(0x10000);
  private readonly files: BdosFiles;

  constructor() {
    const a = new MemoryFolder();
    a.put(
      'A.TXT',
      Uint8Array.from({ length: 200 * 128 }, (_, i) => i >> 7),
    ).put('EMPTY.TXT', '');
    const disks = new Disks([a, new MemoryFolder()]);
    this.files = new BdosFiles(this.memory, disks, { parameters: PARAMETERS, allocation: ALLOCATION });
    this.files.calls[13]!(0);
  }

  do(step: Step): Step {
    const text = typeof step === 'string' ? step : step[0];
    const [word = '', fcb = '0', ...values] = text.split(' ');
    const at = FCBS + FCB_SIZE * Number(fcb);
    const [first = 0, second = 0] = values.map(Number);
    switch (word) {
      case 'name':
        this.memory.fill(0, at, at + 36);
        this.memory.set(Buffer.from(text.slice(7, 18).padEnd(11)), at + 1);
        this.memory[at] = Number(text.slice(18));
        return step;
      case 'new':
        this.memory.set(Buffer.from(text.slice(6).padEnd(11)), at + 17);
        return step;
      case 'set':
        this.memory[at + first] = second;
        return step;
      case 'random':
        this.memory.set([first & 255, (first >> 8) & 255, first >> 16], at + 33);
        return step;
      case 'drives':
        this.files.calls[13]!(0);
        return step;
      default:
        return this.call(text, Number(word), Number(fcb), Number(values[0]?.slice(1) ?? 1));
    }
  }

  private call(text: string, number: number, operand: number, times: number): Step {
    const isOnFcb = ON_FCB.includes(number);
    const at = FCBS + FCB_SIZE * operand;
    if (WRITES.includes(number)) this.memory.fill(0x55 + operand, DMA, DMA + 128);
    let result = 0;
    try {
      for (let i = 0; i < times; i++) result = this.files.calls[number]!(isOnFcb ? at : operand);
    } catch (error) {
      if (!(error instanceof BdosError)) throw error;
      return [text, error.message];
    }
    if (number === 27) return [text, 0, this.hex(ALLOCATION, 0, 4)];
    const shown: string[] = [];
    if (isOnFcb)
      shown.push(`${this.hex(at, 0, 1)} ${this.hex(at, 12, 16)} ${this.hex(at, 16, 32).replace(/(00)+$/, '')} ${this.hex(at, 32, 36)}`); // prettier-ignore
    if (READS.includes(number) && result === 0) shown.push(this.memory[DMA]!.toString(16));
    if (SEARCHES.includes(number) && result < 4) shown.push(this.entry(DMA + 32 * result));
    return shown.length > 0 ? [text, result, shown.join(' ')] : [text, result];
  }

  private hex(at: number, from: number, to: number): string {
    return Buffer.from(this.memory.subarray(at + from, at + to)).toString('hex');
  }

  private entry(at: number): string {
    const bytes = Buffer.from(this.memory.subarray(at, at + 16)).toString('latin1');
    return bytes.replace(/[^ -~]/g, (character) => `<${character.charCodeAt(0).toString(16)}>`);
  }
}

it.each(OBSERVED)('$title', ({ steps }) => {
  const bdos = new Original();
  expect(steps.map((step) => bdos.do(step))).toEqual(steps);
});
