/** A board in virtual time with the real firmware, and someone at its terminal. */
import { readFileSync } from 'node:fs';
import { createBoard, type Board, type BoardOptions, type UartKind } from '../../../src/emu/board/board.js';
import { assembleFirmware } from '../../../src/emu/board/firmware.js';
import type { FirmwareKind } from '../../../src/emu/board/personality.js';
import { assemble, formatDiagnostic } from '../../../src/z80asm/assemble.js';

const FIRMWARE = new URL('../../../firmware/board/', import.meta.url);

export function readText(name: string): string | undefined {
  try {
    return readFileSync(new URL(name, FIRMWARE), 'utf8');
  } catch {
    return undefined;
  }
}

const made = new Map<string, ReturnType<typeof assembleFirmware>>();

export function firmwareFor(
  uart: UartKind,
  clockHz = 7_372_800,
  xmByteUs?: number,
  firmware: FirmwareKind = 'fast',
): ReturnType<typeof assembleFirmware> {
  const key = `${uart} ${clockHz} ${xmByteUs} ${firmware}`;
  const known = made.get(key) ?? assembleFirmware({ uart, clockHz, xmByteUs, firmware, readText });
  made.set(key, known);
  return known;
}

/** Assemble a program for the board; it may include board.inc. */
export function program(source: string): Uint8Array {
  const text = `include "board.inc"\n org TPA\n${source}`;
  const result = assemble({
    main: 'test.asm',
    readText: (name) => (name === 'test.asm' ? text : readText(name)),
    readBinary: () => undefined,
  });
  if (!result.ok) throw new Error(result.diagnostics.map(formatDiagnostic).join('\n'));
  return result.bytes;
}

export interface Terminal {
  board: Board;
  /** When each character left the board. */
  stamps: number[];
  /** What the board has said since the last look. */
  said(): string;
  /** The same as bytes. */
  saidBytes(): number[];
  type(text: string): void;
  send(...bytes: number[]): void;
  /** Run so long, in seconds of the board. */
  wait(seconds: number): void;
  /** Run until it has said this, and return all it said; throws when it hasn't after so many seconds. */
  until(text: string, seconds?: number): string;
  /** Run until it says anything more, and return that; '' after so many seconds. */
  next(seconds: number): string;
}

/** Options for a board of this personality. */
export function as(firmware: FirmwareKind, options: Partial<BoardOptions> = {}): Partial<BoardOptions> {
  return { ...options, firmware: firmwareFor(options.uart ?? 'acia', options.clockHz, undefined, firmware) };
}

export function terminal(options: Partial<BoardOptions> = {}): Terminal {
  const output: number[] = [];
  const stamps: number[] = [];
  const board = createBoard({
    firmware: firmwareFor(options.uart ?? 'acia', options.clockHz),
    onOutput: (byte, at) => {
      output.push(byte);
      stamps.push(at);
    },
    ...options,
  });
  const take = (): number[] => output.splice(0);
  const text = (bytes: number[]): string => bytes.map((byte) => String.fromCharCode(byte)).join('');
  const tick = board.clockHz / 20_000;
  const wait = (seconds: number): void => board.run(board.tStates + seconds * board.clockHz);
  const send = (...bytes: number[]): void => board.send(Uint8Array.from(bytes));
  return {
    board,
    stamps,
    wait,
    send,
    said: () => text(take()),
    saidBytes: take,
    type: (line) => send(...[...line].map((c) => c.charCodeAt(0))),
    until(wanted, seconds = 5) {
      const end = board.tStates + seconds * board.clockHz;
      for (let looked = -1; ; board.run(board.tStates + tick)) {
        if (output.length === looked) {
          if (board.tStates < end) continue;
          throw new Error(`no ${JSON.stringify(wanted)} in ${JSON.stringify(text(output))}`);
        }
        looked = output.length;
        if (text(output).includes(wanted)) break;
      }
      return text(take());
    },
    next(seconds) {
      const end = board.tStates + seconds * board.clockHz;
      while (output.length === 0 && board.tStates < end) board.run(board.tStates + tick);
      return text(take());
    },
  };
}

/** A board at its prompt. */
export function booted(options: Partial<BoardOptions> = {}): Terminal {
  const t = terminal(options);
  t.until('\r\nA>');
  return t;
}

/** Type a command and return what came up to the next prompt, without that. */
export function command(t: Terminal, line: string, seconds = 5): string {
  t.type(`${line}\r`);
  return t.until('\r\nA>', seconds).slice(0, -4);
}
