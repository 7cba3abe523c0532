/** One line and several who want it: the user's keys, what the board says, and stages that begin and are stopped. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BoardLine } from '../../src/tui/board-line.js';
import type { Settings } from '../../src/tui/protocol.js';
import { TYPER_SETTINGS } from '../../src/transfer/echo-typer.js';
import { SETTINGS } from './settings.js';

const NEVER = new AbortController().signal;
/** Longer than any test: a wait that only ends because something else ends it. */
const FOR_EVER_MS = 3_600_000;
const USUAL = { ...TYPER_SETTINGS };

/** What was said or typed so far, and a wait for more of it. */
class Heard {
  text = '';
  #wake = (): void => {};

  take(bytes: Uint8Array): void {
    this.text += Buffer.from(bytes).toString('latin1');
    this.#wake();
  }

  async until(wanted: string): Promise<void> {
    while (!this.text.includes(wanted)) await new Promise<void>((resolve) => (this.#wake = resolve));
  }
}

let said: Heard;
let lost: unknown[];
let dropped: [done: number, total: number][];
let line: BoardLine;
beforeEach(() => {
  said = new Heard();
  lost = [];
  dropped = [];
  line = new BoardLine({
    opened: () => {},
    said: (bytes) => said.take(bytes),
    lost: (error) => void lost.push(error),
    untyped: (error) => void lost.push(error),
    dropped: (done, total) => void dropped.push([done, total]),
  });
});
afterEach(async () => {
  Object.assign(TYPER_SETTINGS, USUAL);
  line.taken = false;
  await line.close();
  expect(lost).toEqual([]);
});

describe('the line to a board', () => {
  it('goes to a stage while it is listened to, and back when the stage is stopped in the middle of a wait', async () => {
    await line.open(SETTINGS);
    line.taken = true;
    // Proven on a board of another kind, it could not be started there: an older program of that name would be.
    await expect(line.target('CHAT.HEX', { machine: 'scm' }, NEVER)).rejects.toThrow(
      'CHAT.HEX is for RC2014 with the Small Computer Monitor, and this board is for CP/M 2.2 and newer',
    );
    const target = await line.target('CHAT.COM', SETTINGS, NEVER);
    await target.read(0);
    const waiting = (async () => {
      while ((await target.read(FOR_EVER_MS)) !== undefined);
    })();
    line.taken = false;
    await expect(waiting).rejects.toThrow('the stage that had the line is over');
    await expect(target.type(Uint8Array.of(0x0d))).rejects.toThrow('is over');
    said.text = '';
    expect(await line.type('\r', SETTINGS)).toBe('typed');
    await said.until('A>');
  });

  describe('that waits to be opened', () => {
    let server: Server;
    let board: Socket | undefined;
    let typed: Heard;
    let settings: Settings;
    beforeEach(async () => {
      typed = new Heard();
      server = createServer((socket) => {
        board = socket;
        socket.on('error', () => undefined).on('data', (chunk: Buffer) => typed.take(chunk));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      settings = { ...SETTINGS, port: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` };
    });
    afterEach(() => {
      board?.destroy();
      server.close();
    });

    it('types no key when a stage has begun meanwhile', async () => {
      const early = line.type('x', settings);
      line.taken = true;
      expect(await early).toBe('taken');
      line.taken = false;
      expect(await line.type('ő€y', settings)).toBe('typed');
      await typed.until('y');
      // UTF-8, as a terminal sends it.
      expect(typed.text).toBe('\xc5\x91\xe2\x82\xacy');
    });

    it('lets ^C overtake a paste, and refuses one that is too long by itself', async () => {
      await line.open(settings);
      expect(await line.type('x'.repeat(2_000), settings, 'paste')).toBe('typed');
      await typed.until('x');
      expect(await line.type('\x03', settings)).toBe('typed');
      await typed.until('\x03');
      expect(typed.text).toMatch(/^x+\x03$/);
      expect(dropped).toEqual([[typed.text.length - 1, 2_000]]);
      expect(await line.type('x'.repeat((1 << 20) + 1), settings, 'paste')).toBe('long');
      expect(await line.type('x'.repeat(1 << 20), settings, 'paste')).toBe('typed');
      expect(await line.type('yz', settings, 'paste')).toBe('full');
    });

    it.each([
      ['a key, which is not sent', async () => expect(await line.type('y', settings)).toBe('stopped')],
      ['whoever leaves typing', () => line.dropTyped()],
      ['a stage that takes the line', () => void (line.taken = true)],
      ['the end of the line', () => line.close()],
    ])('types no more of a paste after %s, and says how much it was', async (_, stop) => {
      await line.open(settings);
      await line.type('x'.repeat(2_000), settings, 'paste');
      await typed.until('x');
      await stop();
      expect(dropped).toEqual([[expect.any(Number), 2_000]]);
      expect(dropped[0]![0]).toBeLessThan(2_000);
      line.taken = false;
      // An answer of the terminal is no key: it stops nothing, and waits for nothing.
      await line.type('ab', settings, 'paste');
      await line.type('\x1b[0n', settings, 'answer');
      await typed.until('\x1b[0n');
      expect(typed.text).toMatch(/^x+ab?\x1b\[0n/);
      expect(typed.text.indexOf('a')).toBeLessThanOrEqual(dropped[0]![0]);
      expect(dropped.length).toBe(1);
    });

    it('types a paste to a board that drops what comes before its echo, with Enter as it is set', async () => {
      // This machine may be slower than the board, which always answers.
      Object.assign(TYPER_SETTINGS, { echoMs: FOR_EVER_MS, pauseMs: FOR_EVER_MS, silentLineMs: FOR_EVER_MS });
      let isBusy = false;
      const got = new Heard();
      server.removeAllListeners('connection').on('connection', (socket: Socket) => {
        board = socket;
        socket.write('A>');
        socket
          .on('error', () => undefined)
          .on('data', (chunk: Buffer) => {
            for (const byte of chunk) {
              // CR LF is one to it: it takes both ends of a line.
              if (isBusy && byte !== 0x0a) continue;
              isBusy = true;
              got.take(Uint8Array.of(byte));
              setTimeout(() => {
                socket.write(byte === 0x0a ? '\r\nREADY\r\nA>' : Uint8Array.of(byte));
                isBusy = false;
              }, 1);
            }
          });
      });
      await line.open(settings);
      await said.until('A>');
      expect(await line.type('DIR\rSTAT\r', { ...settings, enter: 'crlf' }, 'paste')).toBe('typed');
      await got.until('STAT\r\n');
      expect(got.text).toBe('DIR\r\nSTAT\r\n');
    });

    it('is closed when that was asked for meanwhile, and opened again when that was asked for then', async () => {
      const opening = line.open(settings);
      const closing = line.close();
      await opening;
      expect(await closing).toBe(true);
      expect(line.tap).toBeUndefined();
      await Promise.all([line.open(settings), line.close(), line.open(settings)]);
      expect(line.tap).toBeDefined();
    });
  });
});
