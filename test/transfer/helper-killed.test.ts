/**
 * A flash by the helper that ends before its end, at every point: called off, or its line lost. The old program or the new
 * one is on the board, what is said of it is so, and the next flash goes through.
 */
import { describe, expect, it } from 'vitest';
import { throughLink } from '../../src/link/through-link.js';
import type { ByteLink } from '../../src/seams/byte-link.js';
import { LinkError } from '../../src/seams/errors.js';
import { boardTarget } from '../../src/transfer/board-target.js';
import { romwbwDriver } from '../../src/transfer/drivers/romwbw.js';
import { Helper } from '../../src/transfer/drivers/with-helper.js';
import { helperImage } from '../fakes/helper-image.js';
import { VirtualLine } from '../fakes/virtual-board-link.js';
import { sample } from './samples.js';

const OLD = sample(3_000, 99);
const NEW = sample(6_000, 3);
type What = 'call off' | 'cut';

interface End {
  error: LinkError | undefined;
  writes: number;
  line: VirtualLine;
}

/** A link on which that happens at the write of this number, or never. */
function ending(
  line: VirtualLine,
  at: number,
  what: What,
  abort: AbortController,
): { link: ByteLink; writes(): number } {
  let writes = 0;
  let lost = false;
  const heed = (): void => {
    if (lost) throw new LinkError('pair went away', { disconnected: true });
  };
  const link = throughLink(line, {
    async write(bytes) {
      heed();
      if (writes++ === at) {
        if (what === 'call off') abort.abort();
        else lost = true;
        // Half of it leaves.
        if (lost) await line.write(bytes.subarray(0, bytes.length >> 1));
      }
      heed();
      await line.write(bytes);
    },
    async read(timeoutMs) {
      heed();
      return line.read(timeoutMs);
    },
  });
  return { link, writes: () => writes };
}

async function flash(line: VirtualLine, link: ByteLink, abort = new AbortController()): Promise<LinkError | undefined> {
  const helper = new Helper({ image: async () => helperImage(), bring: false });
  try {
    const target = boardTarget(link, romwbwDriver(), line, { helper, signal: abort.signal });
    for await (const _ of target.load({ name: 'CHAT.COM', bytes: NEW }));
    return undefined;
  } catch (error) {
    return error as LinkError;
  }
}

async function ended(at: number, what: What): Promise<End> {
  const line = new VirtualLine({
    files: [
      { name: 'Z80LMH.COM', bytes: helperImage() },
      { name: 'CHAT.COM', bytes: OLD },
    ],
  });
  const abort = new AbortController();
  const { link, writes } = ending(line, at, what, abort);
  const error = await flash(line, link, abort);
  return { error, writes: writes(), line };
}

const same = (a: Uint8Array | undefined, b: Uint8Array): boolean =>
  a !== undefined && Buffer.from(a.subarray(0, b.length)).equals(Buffer.from(b));

/** Is what is said of the board so, now and when the helper has given up? */
function isTrue(hint: string, files: Map<string, Uint8Array>): boolean {
  const chat = files.get('CHAT.COM');
  if (hint.includes('the new one, proven, or still the old one')) return same(chat, OLD) || same(chat, NEW);
  const isLeft = hint.includes('may be left as Z80LM.$$$') || !files.has('Z80LM.$$$');
  return hint.startsWith('no program on the board was changed') && same(chat, OLD) && isLeft;
}

const filesOf = (line: VirtualLine): Map<string, Uint8Array> =>
  new Map(line.board.files().map(({ name, bytes }) => [name, bytes]));

describe.each(['call off', 'cut'] as const)('a flash by the helper: %s', (what) => {
  it('at any point leaves the old program or the new one, and says which', async () => {
    const whole = await ended(Infinity, what);
    expect(whole.error).toBeUndefined();
    const messages = new Set<string>();
    for (let at = 0; at < whole.writes; at++) {
      const { error, line } = await ended(at, what);
      const files = filesOf(line);
      if (error === undefined) {
        // Behind the last moment to call it off.
        expect(at).toBeGreaterThanOrEqual(whole.writes - 2);
        expect(same(files.get('CHAT.COM'), NEW)).toBe(true);
        continue;
      }
      messages.add(error.message);
      expect(error, `at ${at}`).toMatchObject({ reason: what === 'cut' ? { disconnected: true } : { canceled: true } });
      expect([at, error.hint, isTrue(error.hint ?? '', files)]).toEqual([at, error.hint, true]);
      if (what === 'call off') expect([at, ...files.keys()]).toEqual([at, 'Z80LMH.COM', 'CHAT.COM']);
    }
    if (what === 'call off')
      expect([...messages].slice(-5)).toEqual([
        'interrupted while looking for the helper',
        'interrupted while comparing with what is there',
        'interrupted while sending',
        'interrupted while writing',
        'interrupted while proving what is on the disk',
      ]);
  });
});

/** Cut so many writes before the last. */
async function cutBeforeEnd(writes: number): Promise<VirtualLine> {
  const whole = await ended(Infinity, 'cut');
  const { error, line } = await ended(whole.writes - writes, 'cut');
  expect(error).toBeDefined();
  return line;
}

describe('a board that a lost flash has left in the helper', () => {
  // In a request, in data, before the disk is written, and before places are changed.
  it.each([13, 8, 5, 2])('comes back by itself, with the old program (%i)', async (writes) => {
    const line = await cutBeforeEnd(writes);
    line.drain();
    await line.sleep(12_000);
    expect(String.fromCharCode(...line.drain())).toMatch(/\r\nZ80LMH: ended, nothing kept\r\n\r\nA>$/);
    const files = filesOf(line);
    expect([...files.keys()]).toEqual(['Z80LMH.COM', 'CHAT.COM']);
    expect(same(files.get('CHAT.COM'), OLD)).toBe(true);
  });

  it.each([9, 3])('is flashed at once (%i)', async (writes) => {
    const line = await cutBeforeEnd(writes);
    expect(await flash(line, line)).toBeUndefined();
    const files = filesOf(line);
    expect([...files.keys()].sort()).toEqual(['CHAT.COM', 'Z80LMH.COM']);
    expect(same(files.get('CHAT.COM'), NEW)).toBe(true);
  });
});
