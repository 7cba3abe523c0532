/** Whatever a program asks for, time passes for it: limits and signals are heard, and what it can take has bounds. */
import { beforeEach, describe, expect, it } from 'vitest';
import { BdosFiles } from '../../../src/emu/cpm/bdos-files.js';
import { drive, type DriveEnd } from '../../../src/emu/drive.js';
import { Disks } from '../../../src/emu/cpm/disks.js';
import { createCpm, type Cpm } from '../../../src/emu/cpm/machine.js';
import { createDebugger } from '../../../src/emu/debug/debugger.js';
import { SymbolMap } from '../../../src/emu/debug/names.js';
import { Profile } from '../../../src/emu/debug/profile.js';
import { FakeClock } from '../../fakes/fake-clock.js';
import { MemoryFolder } from '../../fakes/memory-folder.js';
import { CountingConsole, ScriptConsole } from '../../fakes/script-console.js';

const FCB = 0x5c;
const CALL_5 = [0xcd, 0x05, 0x00];
const RET = 0xc9;
const LIMIT = 20_000_000;
const MEGABYTE = 1024 * 1024;

/** LD C,n / LD DE,nn / CALL 5 */
const bdos = (call: number, de = FCB): number[] => [0x0e, call, 0x11, de & 255, de >> 8, ...CALL_5];
/** Jump back over all of it. */
const forEver = (program: number[]): number[] => [...program, 0xc3, 0x00, 0x01];

let folder: MemoryFolder;
let remarks: string[];
let cpm: Cpm;
let operator: CountingConsole;
beforeEach(() => {
  folder = new MemoryFolder();
  remarks = [];
  operator = new CountingConsole();
  cpm = createCpm({ console: operator, drives: [folder], remark: (words) => remarks.push(words) });
});

function run(program: number[], tail = '', options: Parameters<typeof drive>[3] = {}): Promise<DriveEnd> {
  cpm.load({ name: 'T.COM', bytes: Uint8Array.from(program) }, tail);
  const clock = new FakeClock();
  return clock.run(drive(cpm, operator, clock, { maxTStates: LIMIT, ...options }));
}

describe('host work is paid for in guest time', () => {
  it('prints up to a $ that never comes until the limit, and no further', async () => {
    expect(await run(bdos(9, 0x4000))).toEqual({ why: 'limit' });
    expect(cpm.cpu.tStates).toBeLessThan(LIMIT + 1_000);
    // The reserve, and the limit, at 100 T-states per character.
    expect(operator.count).toBe(300_000);
  });

  it('hears a signal meanwhile', async () => {
    const abort = new AbortController();
    let slices = 0;
    const flush = (): void => {
      if (++slices === 3) abort.abort();
    };
    const end = await run(bdos(9, 0x4000), '', { maxTStates: Infinity, signal: abort.signal, flush });
    expect(end).toEqual({ why: 'interrupted' });
    expect(operator.count).toBeLessThan(500_000);
  });

  it('goes on with the same string in the next slice', () => {
    const shown = new ScriptConsole();
    const machine = createCpm({ console: shown });
    const text = Array.from({ length: 40_000 }, (_, i) => 0x41 + (i % 26));
    machine.load({ name: 'T.COM', bytes: Uint8Array.from([...bdos(9, 0x0200), ...Array<number>(3).fill(RET)]) }, '');
    machine.cpu.memory.set([...text, 0x24], 0x200);
    // Nothing in reserve, after three times as much.
    let stop;
    for (let n = 0; n < 6; n++) {
      machine.load({ name: 'T.COM', bytes: Uint8Array.from([...bdos(9, 0x0200), RET]) }, '');
      machine.cpu.memory.set([...text, 0x24], 0x200);
      do stop = machine.run(machine.cpu.tStates + 10_000);
      while (stop.why === 'time');
      expect(stop).toEqual({ why: 'ended', code: 0, lost: [] });
    }
    expect(shown.screen).toBe(String.fromCharCode(...text).repeat(6));
  });

  it('costs nothing where a program pays for it by what it executes', async () => {
    // 0xffff times: PUSH HL / call 2 / POP HL / DEC HL / LD A,H / OR L / JR NZ
    const program = [0x21, 0xff, 0xff, 0xe5, ...bdos(2, 0x41), 0xe1, 0x2b, 0x7c, 0xb5, 0x20, 0xf1, RET];
    const each = 11 + (7 + 10 + 17 + 10 + 11 + 10) + 10 + 6 + 4 + 4 + 12;
    for (let n = 1; n <= 2; n++) {
      const before = cpm.cpu.tStates;
      await run(program);
      expect(operator.count).toBe(n * 0xffff);
      expect(cpm.cpu.tStates - before - 0xffff * each).toBe(10 - 5 + 10 + 10 + 10 + 11);
    }
  });

  it.each([
    ['makes and closes files', [...bdos(22), ...bdos(16), ...bdos(19)]],
    ['searches', [...bdos(17), ...bdos(18)]],
    ['measures the drive', bdos(27)],
    ['reads records', [...bdos(33)]],
  ])('%s: in a folder of a thousand names, a second of a board costs no minutes', async (_title, program) => {
    for (let i = 0; i < 1_000; i++) folder.put(`F${i}.DAT`, 'x');
    let lists = 0;
    const list = folder.list.bind(folder);
    folder.list = () => (lists++, list());
    expect(await run(forEver(program), 'F1.DAT', { maxTStates: 10_000_000 })).toEqual({ why: 'limit' });
    // At a million T-states per list of them.
    expect(lists).toBeLessThan(40);
  });

  it('a SUBMIT file of empty lines', async () => {
    folder.put('$$$.SUB', new Uint8Array(128 * 128));
    cpm.boot();
    const clock = new FakeClock();
    const end = await clock.run(drive(cpm, operator, clock, { maxTStates: 3_000_000 }));
    expect(end).toEqual({ why: 'limit' });
    expect(folder.files.get('$$$.SUB')!.length).toBeLessThan(128 * 128);
  });

  it('and one with more lines than the original can write is not obeyed for ever', async () => {
    folder.put('$$$.SUB', new Uint8Array(128 * 2_000));
    cpm.boot();
    const clock = new FakeClock();
    const end = await clock.run(drive(cpm, operator, clock, { maxTStates: 20_000_000 }));
    expect(end).toEqual({ why: 'no more input' });
    expect(folder.files.has('$$$.SUB')).toBe(false);
  });
});

describe('the largest file', () => {
  it('ends at 8 MB when it is read on and on, and says so when it is opened', () => {
    folder.put('BIG.DAT', new Uint8Array(9 * MEGABYTE));
    const memory = new Uint8Array(0x10000);
    const files = new BdosFiles(memory, new Disks([folder], undefined, (words) => remarks.push(words)), {
      parameters: 0xf300,
      allocation: 0xf310,
    });
    const call = (number: number): number => files.calls[number]!(FCB);
    memory.set(Buffer.from('BIG     DAT'), FCB + 1);
    expect(call(15)).toBe(0);
    // The last extent: 31 of module 15. Its records 126 and 127, and then none.
    memory[FCB + 12] = 31;
    memory[FCB + 14] = 15;
    memory[FCB + 32] = 126;
    expect([call(20), call(20), call(20), call(20)]).toEqual([0, 0, 1, 1]);
    expect(() => call(21)).toThrow('Bdos Err On A: File R/O');
    // Each has gone on by an extent, behind the last.
    call(36);
    expect([...memory.subarray(FCB + 33, FCB + 36)]).toEqual([0, 1, 1]);
    // Beyond, as programs can ask for it.
    memory[FCB + 14] = 16;
    memory[FCB + 12] = memory[FCB + 32] = 0;
    expect(call(33)).toBe(6);
    call(35);
    expect([...memory.subarray(FCB + 33, FCB + 36)]).toEqual([0, 0, 1]);
    expect(remarks).toEqual([
      'BIG.DAT has 9437184 bytes: CP/M sees the first 8388608 of them, and cannot change the file',
    ]);
  });

  it('of that size cannot be written, as the rest would be lost', async () => {
    folder.put('BIG.DAT', new Uint8Array(9 * MEGABYTE));
    const end = await run([...bdos(15), ...bdos(21), 0x32, 0x00, 0x03, RET], 'BIG.DAT');
    expect(end).toEqual({ why: 'ended', code: 0xfffd, lost: [] });
    expect(folder.files.get('BIG.DAT')!.length).toBe(9 * MEGABYTE);
  });
});

describe('what a program can take of this computer', () => {
  /** An FCB whose name counts up: INC (HL) on two of its letters. */
  const nextName = [0x21, FCB + 1, 0x00, 0x34, 0x20, 0x02, 0x23, 0x34];

  it('is no more than a drive holds, in bytes', async () => {
    // Record 65,535 of one file after the other, none closed.
    const program = forEver([0x21, 0xff, 0xff, 0x22, FCB + 33, 0x00, ...bdos(22), ...bdos(34), ...nextName]);
    await run(program, 'AAAAAAAA', { maxTStates: 30_000_000 });
    const { unclosed, lost } = cpm.cutOff();
    expect(lost).toEqual([]);
    expect(unclosed.length).toBeGreaterThan(0);
    const bytes = [...folder.files.values()].reduce((sum, { length }) => sum + length, 0);
    expect(bytes).toBe(8 * MEGABYTE);
  });

  it('is no more than a drive holds, in names', () => {
    const disk = new Disks([folder]).disk(0)!;
    const make = (n: number): void => {
      const entry = Buffer.from(`\0F${n}`.padEnd(12) + '\0'.repeat(20));
      disk.setEntry(disk.make(0, `F${n}`.padEnd(11), 0, true), entry);
    };
    for (let n = 0; n < 1_024; n++) make(n);
    expect(() => make(1_024)).toThrow('directory full');
    disk.remove(disk.file(0, 'F7'.padEnd(11))!);
    disk.eraseEntry(7);
    make(1_024);
    expect(folder.files.size).toBe(1_024);
  });

  it('is no more than some files in memory, however many it touches', () => {
    const disk = new Disks([folder]).disk(0)!;
    const record = new Uint8Array(128).fill(7);
    for (let n = 0; n < 20; n++) folder.put(`F${n}`, new Uint8Array(4 * MEGABYTE));
    disk.login();
    const firstBlocks = [...disk.directory.taken()].map((i) => disk.directory.entry(i)).filter((e) => e[12] === 1 && e[14] === 0); // prettier-ignore
    expect(firstBlocks.length).toBe(20);
    const write = (n: number): void =>
      disk.blocks.writeRecord(firstBlocks[n]![16]! | (firstBlocks[n]![17]! << 8), 0, undefined, record, 0);
    // Of each that was changed there is what it was, and a block.
    for (let n = 0; n < 15; n++) write(n);
    expect(() => write(15)).toThrow('cannot be read');
    disk.save(disk.file(0, 'F3'.padEnd(11))!);
    write(15);
  });
});

describe('a profile', () => {
  it('of calls that never return has bounds', () => {
    cpm.load({ name: 'T.COM', bytes: Uint8Array.from([0xcd, 0x00, 0x01]) }, '');
    const symbols = new SymbolMap(new Map([[0x100, 'main']]));
    const profile = new Profile(symbols);
    createDebugger(cpm, { symbols, profile }).run(2_000_000);
    expect(profile.folded().split('\n').length).toBeLessThan(300);
    expect(profile.rows()[0]).toMatchObject({ name: 'main' });
  });
});
