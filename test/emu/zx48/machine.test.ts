/** The emulated Spectrum, and the host in firmware/hosts: what a person sees and presses. */
import { beforeAll, describe, expect, it } from 'vitest';
import { firmwareReader } from '../../../src/build/firmware-files.js';
import { buildProgram } from '../../../src/build/program.js';
import { startTalkOn, type Talk } from '../../../src/build/talk.js';
import { createZx48, type Zx48 } from '../../../src/emu/zx48/machine.js';
import { encodeTape } from '../../../src/emu/zx48/tape.js';
import { nodeFiles } from '../../../src/host/node-files.js';
import { ZX48 } from '../../../src/machines/zx48.js';
import { assemble } from '../../../src/z80asm/index.js';
import { askAndType } from '../../build/disturb.js';
import { randomClosed } from '../../build/random-closed.js';
import { ScriptConsole } from '../../fakes/script-console.js';

const SECOND = 3_500_000;
const FLASH = 0x80;
const ATTRIBUTES = 0x5800;

describe('a program by itself', () => {
  function started(source: string, console = new ScriptConsole()): { zx: Zx48; console: ScriptConsole } {
    const { bytes, ok } = assemble({
      main: 'x.asm',
      format: 'bin',
      readText: () => ` org 8000h\n${source}`,
      readBinary: () => new Uint8Array(0),
    });
    expect(ok).toBe(true);
    const zx = createZx48(console);
    zx.load({ name: 'X.TAP', bytes: encodeTape({ bytes, origin: 0x8000, entry: 0x8000 }, 'X') }, '');
    return { zx, console };
  }

  it('finds BASIC as USR leaves it, and goes back to it', () => {
    const { zx } = started(' push iy\n pop hl\n ld (9000h),hl\n exx\n ld (9002h),hl\n exx\n ld (9004h),sp\n ret');
    expect(zx.run(SECOND)).toEqual({ why: 'ended', code: 0, lost: [] });
    expect([...zx.cpu.memory.subarray(0x9000, 0x9004)]).toEqual([0x3a, 0x5c, 0x58, 0x27]);
    expect(zx.cpu.sp).toBe(zx.cpu.memory[0x9004]! + 256 * zx.cpu.memory[0x9005]! + 2);
  });

  it('prints on the screen and the console by RST 10h, and on the screen alone by 15F2h', () => {
    const { zx, console } = started(`
      ld a,2
      call 1601h
      ld a,'A'
      rst 10h
      ld a,13
      rst 10h
      ld a,'b'
      call 15F2h
      ld a,16h
      call 15F2h
      ld a,3
      call 15F2h
      ld a,30
      call 15F2h
      ld b,4
    .more: ld a,b
      add a,'0'
      rst 10h
      djnz .more
      ld a,8
      rst 10h
      ret`);
    expect(zx.run(SECOND).why).toBe('ended');
    expect(console.screen).toBe('A\r\n4321\b');
    expect(zx.screen().slice(0, 6)).toEqual(['A', 'b', '', `${' '.repeat(30)}43`, '21', '']);
    expect([...zx.cpu.memory.subarray(0x5c88, 0x5c8a)]).toEqual([32, 20]);
  });

  it('has the ROM ask after a screen that nobody said to scroll', () => {
    const { zx } = started(' ld b,40\n.a: ld a,13\n rst 10h\n djnz .a\n ret');
    expect(zx.run(SECOND)).toMatchObject({ why: 'crashed', message: 'the ROM asks "scroll?"' });
  });

  it('interrupts 50 times a second', () => {
    const { zx } = started(' ld hl,0\n.a: inc hl\n ld (9000h),hl\n halt\n jr .a', new ScriptConsole().type('x'));
    const { cpu } = zx;
    while (cpu.tStates < SECOND) zx.run(SECOND);
    expect(cpu.memory[0x9000]).toBe(Math.ceil(SECOND / 69_888));
    expect(cpu.memory[0x5c08]).toBe(0x78);
    expect(cpu.memory[0x5c3b]! & 0x20).toBe(0x20);
  });

  it.each([
    [' di\n halt', 0x8001, 'HALT, and nothing interrupts'],
    [' call 0A00h', 0x0a00, 'executing ROM that is not emulated, or RST 38h'],
  ])('that goes astray is a crash: %s', (source, at, message) => {
    expect(started(source).zx.run(SECOND)).toEqual({ why: 'crashed', at, message });
  });

  it('takes no command tail, and no program in ROM', () => {
    const zx = createZx48(new ScriptConsole());
    const tape = (origin: number): Uint8Array => encodeTape({ bytes: Uint8Array.of(0xc9), origin, entry: origin }, 'X');
    expect(() => zx.load({ name: 'X.TAP', bytes: tape(0x8000) }, 'hello')).toThrow('no command tail');
    expect(() => zx.load({ name: 'X.TAP', bytes: tape(0x3fff) }, '')).toThrow('RAM begins at 4000h');
  });
});

describe('the talking program on its screen', () => {
  let file: Uint8Array;
  const start = (): Talk => startTalkOn(ZX48, file);
  const zx = ({ emulated }: Talk): Zx48 => emulated as Zx48;
  const seen = (talk: Talk): string[] => {
    const lines = zx(talk).screen();
    while (lines.at(-1) === '') lines.pop();
    return lines;
  };
  /** Cells that flash, as column and row. */
  const cursors = (talk: Talk): number[][] =>
    [...talk.emulated.cpu.memory.subarray(ATTRIBUTES, ATTRIBUTES + 768)].flatMap((attribute, at) =>
      attribute & FLASH ? [[at % 32, Math.floor(at / 32)]] : [],
    );
  const ANSWERS = ['A short one.', 'An answer that is longer than a line of a Spectrum.', 'Übergrößenträger'];

  beforeAll(() => {
    const network = randomClosed(
      3,
      { buckets: 128, hidden: [40], answers: 3, steps: 'answers', density: [0.5, 0.6], biasReach: 4 },
      ANSWERS,
    );
    network.about = { name: 'TESTER' };
    file = buildProgram(network, { machine: ZX48 }, firmwareReader(nodeFiles)).file;
  });
  /** A question whose answer it is. */
  const questionFor = (answer: string): string => {
    const talk = start();
    return Array.from({ length: 200 }, (_, i) => `${i * 7919} is it`).find((q) => talk.ask(q).text === answer)!;
  };

  it('greets, with a cursor behind the prompt', () => {
    const talk = start();
    expect(seen(talk)).toEqual(['', 'TESTER', 'Type ? for help.', '>']);
    expect(cursors(talk)).toEqual([[2, 3]]);
    talk.type('ab');
    expect(cursors(talk)).toEqual([[4, 3]]);
  });

  it('does not break words: on the screen alone', () => {
    const talk = start();
    const question = questionFor(ANSWERS[1]!);
    expect(talk.ask(question).text).toBe(ANSWERS[1]);
    expect(seen(talk).slice(4)).toEqual(['An answer that is longer than a', 'line of a Spectrum.', '>']);
    expect(cursors(talk)).toEqual([[2, 6]]);
  });

  it('leaves out what is not ASCII', () => {
    expect(start().ask(questionFor('bergrentrger')).text).toBe('bergrentrger');
  });

  it('rubs out across lines that were broken before a word, within one, and at a blank', () => {
    const talk = start();
    const typed = 'what do you think about the weather in london today my dear friend';
    talk.type(typed);
    expect(seen(talk).slice(3)).toEqual(['> what do you think about the', 'weather in london today my dear', 'friend']);
    for (let left = typed.length - 1; left >= 0; left--) {
      expect(talk.type('\b')).toBe('\b \b');
      expect(seen(talk).slice(3).join(' ').replace(/  +/g, ' ')).toBe(`> ${typed.slice(0, left)}`.trimEnd());
    }
    expect(cursors(talk)).toEqual([[2, 3]]);
    // 30 letters fill the line; the blank behind them is not shown.
    talk.type(`${'a'.repeat(30)} `);
    expect(cursors(talk)).toEqual([[0, 4]]);
    talk.type('b\b\b\bc');
    expect(seen(talk).slice(3)).toEqual([`> ${'a'.repeat(29)}c`]);
    // A word of more than a line is broken where it has to be.
    talk.type(`\x15${'x'.repeat(70)}`);
    expect(seen(talk).slice(3)).toEqual(['>', 'x'.repeat(32), 'x'.repeat(32), 'xxxxxx']);
    talk.type('\x15');
    expect(seen(talk).slice(3)).toEqual(['>']);
  });

  it('scrolls without asking', () => {
    const talk = start();
    for (let i = 0; i < 30; i++) talk.type(`${i}\r`);
    const lines = zx(talk).screen();
    expect(lines.slice(21)).toEqual(['>', '', '']);
    expect(lines.filter((line) => /^> \d/.test(line)).at(-1)).toBe('> 29');
    expect(cursors(talk)).toEqual([[2, 21]]);
  });

  it('BREAK stops an answer and stays; at the prompt it leaves, with BASIC as it was', () => {
    const talk = start();
    const shown = askAndType(talk, '/TIME 9', 1, '\x03');
    expect(shown.split('[').length - 1).toBeLessThan(9);
    expect(shown.endsWith('\r\n> ')).toBe(true);
    expect(talk.ended).toBe(false);
    const { cpu } = talk.emulated;
    talk.type('\x03');
    expect(talk.ended).toBe(true);
    const { iy, hl_, iff1 } = cpu.getRegisters();
    expect([iy, hl_, iff1]).toEqual([0x5c3a, 0x2758, 1]);
    expect(cpu.sp).toBe(ZX48.file.decode(file, 'X').origin - 8);
    expect(cursors(talk)).toEqual([]);
  });

  it('rings where a line is full', () => {
    expect(start().type('y'.repeat(130)).slice(127)).toBe('\x07\x07\x07');
  });

  it('CAPS LOCK is a switch, and keys that are no characters are nothing', () => {
    const talk = start();
    expect(talk.type('a\x06b\x04\x0e\x0bc')).toBe('abc');
    expect(talk.emulated.cpu.memory[0x5c6a]! & 8).toBe(8);
    talk.type('\x06');
    expect(talk.emulated.cpu.memory[0x5c6a]! & 8).toBe(0);
  });
});
