/**
 * The console command processor: the `A>` prompt with DIR, ERA, REN, TYPE, SAVE, USER, drive changes, programs, and
 * SUBMIT's A:$$$.SUB. What it prints is what CP/M 2.2 prints. Ours are EXIT, to leave the emulator, and that only ^C
 * stops DIR and TYPE, so that lines typed (or piped) ahead are not lost.
 */
import type { BdosConsole, Part } from './bdos-console.js';
import type { BdosFiles } from './bdos-files.js';
import { inCapitals, parseFcb } from './command-tail.js';
import { FAILED } from './directory-calls.js';
import { RECORD } from './disk-parameters.js';
import { ATTRIBUTE, CR, ENTRY, Fcb, MAP, RC, S2, TYPE } from './fcb.js';
import { DMA_DEFAULT, DRIVE_BYTE, TPA, type MemoryMap } from './memory-map.js';

const LINE_SIZE = 127;
const CTRL_Z = 0x1a;
const FCB_LENGTH = 36;
const EVERYTHING = '?'.repeat(11);
const NAMES_A_LINE = 4;
const SUBMIT_FILE = 'A:$$$.SUB';
const RECORDS_PER_PAGE = 2;
/** In the CCP's place: its line, as in the original, and behind it an FCB. */
const LINE_AT = 6;
const FCB_AT = 0x90;

/** A program to start, with what was typed behind its name. */
interface Started {
  bytes: Uint8Array;
  tail: string;
}

type Builtin = (words: string) => Part;

export class Ccp {
  private readonly fcb: Fcb;
  private waiting = '';
  private readonly builtins: Record<string, Builtin> = {
    DIR: (words) => this.dir(words),
    ERA: (words) => this.era(words),
    REN: (words) => this.ren(words),
    TYPE: (words) => this.type(words),
    SAVE: (words) => this.save(words),
    USER: (words) => this.user(words),
  };

  constructor(
    private readonly memory: Uint8Array,
    private readonly map: MemoryMap,
    private readonly console: BdosConsole,
    private readonly files: BdosFiles,
  ) {
    this.fcb = new Fcb(memory, map.ccp + FCB_AT);
  }

  /** Read and do commands until one starts a program; undefined for EXIT. */
  *command(): Part<Started | undefined> {
    for (;;) {
      yield* this.print(`\r\n${letter(this.files.drive)}>`);
      const line = (yield* this.line()).trim();
      if (line === '' || line.startsWith(';')) continue;
      if (line === 'EXIT') return undefined;
      const { fcb, end } = parseFcb(line, 0);
      const name = text(fcb);
      const rest = line.slice(end);
      if (/^[A-P]:$/.test(line)) yield* this.changeDrive(fcb[0]! - 1);
      else if (fcb[0] === 0 && this.builtins[name.trimEnd()]) yield* this.builtins[name.trimEnd()]!(rest);
      else {
        const program = name.includes('?') ? 'none' : this.program(line);
        if (program === 'none') yield* this.complain(line);
        else if (program === 'too long') yield* this.print('\r\nBAD LOAD');
        else {
          yield* this.print('\r\n');
          return { bytes: program, tail: rest };
        }
      }
    }
  }

  /** What a program has left in the CCP's line is the next command. */
  takeLine(): void {
    this.waiting = this.typed();
  }

  /** The next line of A:$$$.SUB, which is its last record, or one that is typed. */
  private *line(): Part<string> {
    const { waiting } = this;
    this.waiting = '';
    if (waiting !== '') return waiting;
    const submitted = this.submitted();
    if (submitted !== undefined) {
      yield* this.print(submitted);
      // A list of empty lines prints nothing, and a long one is written anew at each.
      yield 'time';
      return inCapitals(submitted);
    }
    // Where the original's buffer is; it is read with call 10 like any program's.
    const buffer = this.map.ccp + LINE_AT;
    this.memory[buffer] = LINE_SIZE;
    yield* this.console.readLine(this.memory, buffer);
    return this.typed();
  }

  private typed(): string {
    const at = this.map.ccp + LINE_AT + 1;
    const length = Math.min(LINE_SIZE, this.memory[at]!);
    return inCapitals(String.fromCharCode(...this.memory.subarray(at + 1, at + 1 + length)));
  }

  /** The last record is taken off the file, which is what makes the next line its last. */
  private submitted(): string | undefined {
    if (!this.files.hasDrive(0)) return undefined;
    this.name(SUBMIT_FILE);
    if (this.call(15) === FAILED) return undefined;
    const left = this.fcb.byte(RC) - 1;
    this.fcb.set(CR, left);
    const isRead = left >= 0 && this.call(20) === 0;
    const line = this.memory.slice(DMA_DEFAULT + 1, DMA_DEFAULT + 1 + Math.min(LINE_SIZE, this.memory[DMA_DEFAULT]!));
    this.fcb.set(S2, 0);
    this.fcb.set(RC, left);
    // With more lines than the original's SUBMIT writes, it could not end.
    const isLong = left >= 0 && this.call(16) !== FAILED && this.lines(SUBMIT_FILE) !== left;
    if (left <= 0 || isLong) this.erase(SUBMIT_FILE);
    return isRead && !isLong ? String.fromCharCode(...line) : undefined;
  }

  private lines(name: string): number {
    this.name(name);
    this.call(35);
    return this.fcb.random;
  }

  private erase(name: string): void {
    this.name(name);
    this.call(19);
  }

  /** Load a .COM at 0100h, record by record; one without any leaves there what was there. */
  private program(line: string): Uint8Array | 'none' | 'too long' {
    this.name(line);
    const type = this.fcb.name().slice(8).trim();
    if (type !== '' && type !== 'COM') return 'none';
    for (const [i, letter] of [...'COM'].entries()) this.fcb.set(TYPE + i, letter.charCodeAt(0));
    if (this.call(15) === FAILED) return 'none';
    for (let end = TPA; ; end += RECORD) {
      const fits = end + RECORD <= this.map.ccp;
      this.call(26, fits ? end : DMA_DEFAULT);
      const code = this.call(20);
      this.call(26, DMA_DEFAULT);
      if (code !== 0) return this.memory.slice(TPA, end);
      if (!fits) return 'too long';
    }
  }

  private *changeDrive(drive: number): Part {
    this.call(14, drive);
    this.remember();
  }

  private *user(words: string): Part {
    const user = Number(words.trim());
    if (!/^\s*\d+\s*$/.test(words) || user > 15) return yield* this.complain(words.trim());
    this.call(32, user);
    this.remember();
  }

  /** Drive and user for the next warm boot. */
  private remember(): void {
    this.memory[DRIVE_BYTE] = (this.files.user << 4) | this.files.drive;
  }

  private *dir(words: string): Part {
    const drive = this.name(words);
    if (this.fcb.name().trim() === '') for (let i = 1; i <= 11; i++) this.fcb.set(i, 0x3f);
    let shown = 0;
    for (let code = this.call(17); code !== FAILED; code = this.call(18)) {
      const entry = this.memory.slice(DMA_DEFAULT + code * ENTRY, DMA_DEFAULT + (code + 1) * ENTRY);
      if ((entry[TYPE + 1]! & ATTRIBUTE) !== 0) continue;
      const name = new Fcb(entry, 0).name();
      yield* this.print(shown++ % NAMES_A_LINE === 0 ? `\r\n${letter(drive)}: ` : ' : ');
      yield* this.print(`${name.slice(0, 8)} ${name.slice(8)}`);
      if (yield* this.console.interrupted()) return;
    }
    if (shown === 0) yield* this.print('\r\nNO FILE');
  }

  private *era(words: string): Part {
    this.name(words);
    if (this.fcb.name() === EVERYTHING) {
      yield* this.print('\r\nALL (Y/N)?');
      if ((yield* this.line()).trim() !== 'Y') return;
      this.name(words);
    }
    if (this.call(17) === FAILED) return yield* this.print('\r\nNO FILE');
    if (this.call(19) === FAILED) yield* this.print('\r\nNOT ERASED');
  }

  /** REN new=old */
  private *ren(words: string): Part {
    const to = parseFcb(words, 0);
    const rest = words.slice(to.end).trimStart();
    const old = /^[=_]/.test(rest) ? rest.slice(1) : '';
    this.name(words);
    const wanted = this.fcb.name();
    this.name(old);
    const name = this.fcb.name();
    if (name.trim() === '' || wanted.trim() === '' || `${name}${wanted}`.includes('?'))
      return yield* this.complain(words.trim());
    if (this.call(17) === FAILED) return yield* this.print('\r\nNO FILE');
    this.memory.set(to.fcb.subarray(1), this.fcb.at + 1);
    if (this.call(17) !== FAILED) return yield* this.print('\r\nFILE EXISTS');
    this.name(old);
    this.memory.set(to.fcb, this.fcb.at + MAP);
    if (this.call(23) === FAILED) yield* this.print('\r\nNOT RENAMED');
  }

  private *type(words: string): Part {
    this.name(words);
    if (this.fcb.isWild || this.call(15) === FAILED) return yield* this.complain(words.trim());
    yield* this.print('\r\n');
    while (this.call(20) === 0)
      for (const byte of this.memory.slice(DMA_DEFAULT, DMA_DEFAULT + RECORD)) {
        if (byte === CTRL_Z || (yield* this.console.interrupted())) return;
        yield* this.console.write(byte);
      }
  }

  /** SAVE pages name: the TPA from 0100h. */
  private *save(words: string): Part {
    const match = /^\s*(\d+)\s+(\S.*)$/.exec(words);
    const pages = Number(match?.[1]);
    this.name(match?.[2] ?? '');
    if (!match || this.fcb.name().trim() === '' || this.fcb.isWild || pages > 255)
      return yield* this.complain(words.trim());
    let isSaved = this.call(22) !== FAILED;
    for (let i = 0; isSaved && i < pages * RECORDS_PER_PAGE; i++) {
      this.call(26, TPA + i * RECORD);
      isSaved = this.call(21) === 0;
    }
    this.call(26, DMA_DEFAULT);
    if (!isSaved || this.call(16) === FAILED) yield* this.print('\r\nNO SPACE');
  }

  /** As the original answers what it does not know. */
  private *complain(words: string): Part {
    yield* this.print(`\r\n${words.split(/\s/)[0]}?`);
  }

  /** The first name of the words into the FCB. @returns its drive */
  private name(words: string): number {
    const { fcb } = parseFcb(words.trim(), 0);
    this.memory.fill(0, this.fcb.at, this.fcb.at + FCB_LENGTH);
    this.memory.set(fcb, this.fcb.at);
    return fcb[0] === 0 ? this.files.drive : fcb[0]! - 1;
  }

  /** @throws BdosError */
  private call(number: number, de = this.fcb.at): number {
    return this.files.calls[number]!(de);
  }

  private print(words: string): Part {
    return this.console.print(words);
  }
}

function text(fcb: Uint8Array): string {
  return String.fromCharCode(...fcb.subarray(1, 12));
}

function letter(drive: number): string {
  return String.fromCharCode(0x41 + drive);
}
