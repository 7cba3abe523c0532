import { beforeEach, describe, expect, it } from 'vitest';
import { Typist, TYPIST_SETTINGS } from '../../src/console/typist.js';
import { latin1, toBytes } from '../../src/seams/bytes.js';
import { TYPER_SETTINGS } from '../../src/transfer/echo-typer.js';

let nowMs = 0;
let sent: string[] = [];
/** Lets the line take what it was given. */
let take: (() => void)[] = [];
let delays = { charDelay: 0, lineDelay: 0 };
let typist: Typist;
beforeEach(() => {
  nowMs = 0;
  sent = [];
  take = [];
  delays = { charDelay: 0, lineDelay: 0 };
  typist = new Typist(
    {
      write(bytes) {
        sent.push(latin1(bytes));
        return new Promise((resolve) => take.push(resolve));
      },
      enter: () => toBytes('\r'),
      delays: () => delays,
    },
    { now: () => nowMs },
  );
});

/** What was sent has gone out, and the board echoes it. */
async function taken(echo = true): Promise<void> {
  const last = sent.at(-1)!;
  for (const resolve of take.splice(0)) resolve();
  await new Promise((turn) => setImmediate(turn));
  if (echo) typist.heard(toBytes(last));
  typist.turn();
}

describe('keys', () => {
  it('go out at once, one behind the other', () => {
    typist.key(toBytes('a'));
    typist.key(toBytes('\x1b[A'));
    expect(sent).toEqual(['a', '\x1b[A']);
    expect(typist.waiting).toBe(0);
  });

  it('are refused where a board takes none and many wait', () => {
    for (let n = 0; n < TYPIST_SETTINGS.mostKeys; n++) expect(typist.key(toBytes('x'))).toBe(true);
    expect(typist.key(toBytes('x'))).toBe(false);
  });

  it('behind characters that came at once wait for those', async () => {
    typist.text(toBytes('ab'), false);
    typist.key(toBytes('\x1b[A'));
    expect(sent).toEqual(['a']);
    await taken();
    await taken();
    expect(sent).toEqual(['a', 'b', '\x1b[A']);
  });
});

describe('a paste', () => {
  it('waits for each echo, and for the prompt behind a line', async () => {
    typist.text(toBytes('X\rY'), true, 'A>');
    expect(sent).toEqual(['X']);
    typist.turn();
    expect(sent).toEqual(['X']);
    await taken();
    expect(sent).toEqual(['X', '\r']);
    await taken(false);
    typist.heard(toBytes('\r\nX?\r\nA>'));
    typist.turn();
    expect(sent).toEqual(['X', '\r']);
    nowMs += TYPER_SETTINGS.quietMs;
    typist.turn();
    expect(sent).toEqual(['X', '\r', 'Y']);
  });

  it('a board that takes nothing is not written to in advance', () => {
    typist.text(toBytes('a'.repeat(3000)), true);
    for (nowMs = 0; nowMs < 10_000; nowMs += TYPER_SETTINGS.echoMs) typist.turn();
    expect(sent).toEqual(['a']);
    expect(typist.waiting).toBe(2999);
  });

  it('is dropped for a key that overtakes', async () => {
    typist.text(toBytes('a'.repeat(2790)), true);
    await taken();
    expect(typist.stoppable).toBe(true);
    typist.atOnce(toBytes('\x03'));
    expect(sent).toEqual(['a', 'a', '\x03']);
    await taken();
    nowMs += 60_000;
    typist.turn();
    expect(sent).toEqual(['a', 'a', '\x03']);
    expect(typist.waiting).toBe(0);
  });

  it('says how far it came when it is stopped; what was appended counts', async () => {
    typist.text(toBytes('abc'), true);
    await taken();
    typist.text(toBytes('def'), true);
    expect(typist.waiting).toBe(4);
    expect(typist.stop()).toEqual({ done: 2, total: 6 });
  });

  it('keeps the delays that were asked for', async () => {
    delays = { charDelay: 10, lineDelay: 500 };
    typist.text(toBytes('a\rb'), true, '');
    await taken();
    expect(sent).toEqual(['a']);
    nowMs += 10;
    typist.turn();
    expect(sent).toEqual(['a', '\r']);
    await taken();
    nowMs += 499;
    typist.turn();
    expect(sent).toEqual(['a', '\r']);
    nowMs += 1;
    typist.turn();
    expect(sent).toEqual(['a', '\r', 'b']);
  });

  it('once it is typed a key does not wait for its last answer', async () => {
    typist.text(toBytes('a\r'), true);
    await taken();
    expect(sent).toEqual(['a', '\r']);
    expect(typist.stoppable).toBe(false);
    typist.key(toBytes('q'));
    expect(sent).toEqual(['a', '\r', 'q']);
  });
});
