/** However fast the engine is, and however slow the UI: what waits stays small, and nothing that counts is lost. */
import { describe, expect, it } from 'vitest';
import { Outbox, WAITING_BYTES } from '../../src/tui/outbox.js';
import type { EngineEvent } from '../../src/tui/protocol.js';

const said = (text: string, side: 'board' | 'emulator' = 'board'): EngineEvent => ({ type: 'console', side, bytes: Buffer.from(text) }); // prettier-ignore
const wire = (received: number): EngineEvent => ({ type: 'wire', received, sent: 0, controls: [] });
const load = (phase: 'send' | 'verify', doneBytes: number): EngineEvent => ({
  type: 'load',
  side: 'board',
  progress: { phase, step: '', doneBytes, totalBytes: 9, retries: 0 },
});

function box() {
  const batches: EngineEvent[][] = [];
  const outbox = new Outbox((batch) => batches.push(batch));
  return { outbox, batches };
}
const textOf = (batches: EngineEvent[][]): string =>
  batches.flat().map((event) => (event.type === 'console' ? Buffer.from(event.bytes).toString() : '')).join(''); // prettier-ignore

describe('the engine’s outbox', () => {
  it('sends at once, and then what has come together meanwhile', () => {
    const { outbox, batches } = box();
    for (const text of ['a', 'b', 'c']) outbox.add(said(text));
    outbox.add(said('d', 'emulator'));
    outbox.add(said('e'));
    expect(batches).toHaveLength(1);
    outbox.seen();
    expect(batches[1]!.map((event) => event.type === 'console' && `${event.side} ${Buffer.from(event.bytes).toString()}`)).toEqual(['board bc', 'emulator d', 'board e']); // prettier-ignore
    outbox.seen();
    outbox.seen();
    expect(batches).toHaveLength(2);
  });

  it('leaves out figures that a later one has made worthless, and keeps each step of a transfer', () => {
    const { outbox, batches } = box();
    outbox.add(said('now'));
    const later = [wire(1), load('send', 1), wire(2), load('send', 2), load('verify', 1), wire(3), load('verify', 2)];
    for (const event of later) outbox.add(event);
    outbox.seen();
    expect(batches[1]).toEqual([load('send', 2), wire(3), load('verify', 2)]);
  });

  it('lets whoever makes too much wait, until that was seen', async () => {
    const { outbox, batches } = box();
    const piece = 'x'.repeat(8 * 1024);
    let made = 0;
    const maker = (async () => {
      for (; made < 100; made++) {
        await outbox.room();
        outbox.add(said(piece));
      }
    })();
    await new Promise((resolve) => setImmediate(resolve));
    // The first is under way; the rest fills the room, and a piece more.
    expect(made).toBe(1 + WAITING_BYTES / piece.length + 1);
    while (made < 100) {
      outbox.seen();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await maker;
    outbox.seen();
    expect(textOf(batches)).toHaveLength(100 * piece.length);
    expect(Math.max(...batches.map((batch) => textOf([batch]).length))).toBeLessThanOrEqual(WAITING_BYTES + 2 * piece.length); // prettier-ignore
  });

  it('lets nobody wait for one who has gone', async () => {
    const { outbox } = box();
    outbox.add(said('x'));
    outbox.add(said('y'.repeat(2 * WAITING_BYTES)));
    expect(outbox.isFull).toBe(true);
    const waiting = outbox.room();
    outbox.close();
    await waiting;
  });
});
