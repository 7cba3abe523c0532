/**
 * The BIOS's jump table (CP/M 2.2 Alteration Guide, section 6). There is no disk below it, as the BDOS does without: no
 * drive can be selected, and records can be neither read nor written.
 */
import type { Console } from '../../seams/console.js';
import type { Cpu } from '../cpu.js';
import { WarmBoot, type BdosConsole, type Call } from './bdos-console.js';
import type { BiosCall } from './memory-map.js';
import type { PaperDevices } from './paper-devices.js';

const ERROR = 1;
const READY = 0xff;

export class BiosCalls {
  private readonly calls: Record<BiosCall, (c: number) => number | Call> = {
    boot: warmBoot,
    wboot: warmBoot,
    const: () => (this.keyboard.ready() ? READY : 0),
    conin: () => this.console.key(),
    conout: (c) => (this.keyboard.write(c), 0),
    list: (c) => this.paper.list(c),
    punch: (c) => this.paper.punch(c),
    reader: () => this.paper.reader(),
    home: () => 0,
    seldsk: () => (this.cpu.setRegisters({ h: 0, l: 0 }), 0),
    settrk: () => 0,
    setsec: () => 0,
    setdma: () => 0,
    read: () => ERROR,
    write: () => ERROR,
    listst: () => READY,
    sectran: () => this.untranslated(),
  };

  constructor(
    private readonly cpu: Cpu,
    private readonly keyboard: Console,
    private readonly console: BdosConsole,
    private readonly paper: PaperDevices,
  ) {}

  /** @returns what goes to A */
  call(call: BiosCall): number | Call {
    return this.calls[call](this.cpu.getRegisters().c);
  }

  /** HL = BC: sectors are numbered as they lie. */
  private untranslated(): number {
    const { a, b, c } = this.cpu.getRegisters();
    this.cpu.setRegisters({ h: b, l: c });
    return a;
  }
}

export function* warmBoot(): Call {
  throw new WarmBoot();
}
