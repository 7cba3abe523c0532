/** One line and several who want it: the user's keys, what the board says, and stages that begin and are stopped. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BoardLine } from '../../src/tui/board-line.js';
import type { Settings } from '../../src/tui/protocol.js';
import { SETTINGS } from './settings.js';

const NEVER = new AbortController().signal;
/** Longer than any test: a wait that only ends because something else ends it. */
const FOR_EVER_MS = 3_600_000;

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
let line: BoardLine;
beforeEach(() => {
  said = new Heard();
  lost = [];
  line = new BoardLine({
    opened: () => {},
    said: (bytes) => said.take(bytes),
    lost: (error) => void lost.push(error),
  });
});
afterEach(async () => {
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
      const paste = line.type('x'.repeat(2_000), settings);
      await typed.until('x');
      expect(await line.type('\x03', settings)).toBe('typed');
      expect(await paste).toBe('dropped');
      await typed.until('\x03');
      expect(typed.text.length).toBeLessThan(2_000);
      expect(await line.type('x'.repeat(2_049), settings)).toBe('long');
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
