/** What a key means now: a session on a link in memory, with a face that only listens. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { ConsoleHost, Face } from '../../src/console/face.js';
import { KeyReader, keysOf } from '../../src/console/key-reader.js';
import { Operator, OPERATOR_SETTINGS } from '../../src/console/operator.js';
import { preferencesFrom } from '../../src/console/preferences.js';
import { Session } from '../../src/console/session.js';
import type { SteadyLink } from '../../src/link/steady-link.js';
import { latin1, toBytes, utf8 } from '../../src/seams/bytes.js';
import { InputError, UsageError } from '../../src/seams/errors.js';

let said: string[];
let asked: (string | undefined)[];
let menu: boolean[];
let sent: string;
let session: Session;
let operator: Operator;
beforeEach(() => {
  said = [];
  asked = [];
  menu = [];
  sent = '';
  const nothing = (): void => {};
  const face: Face = {
    show: nothing,
    quiet: nothing,
    echo: nothing,
    say: (text) => said.push(text),
    seen: nothing,
    menu: (open) => menu.push(open),
    ask: (question, answer) => asked.push(question === undefined ? undefined : answer),
    changed: nothing,
    taken: () => undefined,
    close: async () => {},
  };
  const host: ConsoleHost = {
    signal: new AbortController().signal,
    read(file) {
      if (file === 'none') throw new InputError('there is no such file', { where: file });
      return toBytes('text\n');
    },
    mayLog(file) {
      if (file === 'read') throw new UsageError('this file is read, and would be written over', { where: file });
    },
    notText: (file) => (file.endsWith('.com') ? 'is no text' : undefined),
    flash: async () => 'flashed',
    note: nothing,
    write: nothing,
    emit: nothing,
  };
  const link = {
    name: 'link',
    state: 'open',
    write: async (bytes: Uint8Array) => void (sent += latin1(bytes)),
  } as unknown as SteadyLink;
  session = new Session(host, link, face, { preferences: preferencesFrom({}), reconnect: false, unpaced: true });
  operator = new Operator(session);
});

/** Each key by itself, as a hand types. */
async function type(text: string): Promise<void> {
  for (const key of keysOf(text)) operator.take([key]);
  await session.written();
}

describe('keys', () => {
  it('go to the board, Enter as asked for', async () => {
    session.preferences.enter = 'crlf';
    await type('DIR\r');
    await type('\x03\x1b[A');
    expect(sent).toBe('DIR\r\n\x03\x1b[A');
  });

  it('but for the one that leaves', async () => {
    await type('a');
    await type('\x1d');
    expect([sent, session.left]).toEqual(['a', true]);
  });

  it('and for the menu, whose next key chooses', async () => {
    await type('\x1chb\x1cT\x1c?c\x1c\x1c\x1c\x1d');
    expect(session.preferences).toMatchObject({ view: 'hex', times: 'on' });
    expect(said).toEqual(['view: hex', 'times: on']);
    expect(sent).toBe('bc\x1c\x1d');
    expect(menu.filter(Boolean)).toHaveLength(5);
  });

  it('what is not ASCII is refused with one line', async () => {
    operator.take(keysOf('a€b'));
    await session.written();
    expect(sent).toBe('');
    expect(said).toEqual(['not sent: U+20AC is not ASCII, and --charset is ascii (utf8 sends it as UTF-8)']);
  });
});

it('keys and characters that come in pieces are whole', () => {
  const got: string[] = [];
  const reader = new KeyReader((keys) => got.push(...keys.map(({ name }) => name)));
  for (const byte of utf8('a\x1b[A\u20ac\x1bOB')) reader.take(Uint8Array.of(byte));
  expect(got).toEqual(['a', 'up', '\u20ac', 'down']);
});

describe('a file', () => {
  it("'s name can be corrected, and given up", async () => {
    await type('\x1csax\x7f.b\r');
    expect(said).toEqual(['typing a.b, 4 characters']);
    expect(asked.at(-2)).toBe('a.b');
    session.typist.stop();
    await type('\x1csab\x1bz');
    expect(asked.at(-1)).toBeUndefined();
    expect(sent).toBe('tz');
  });

  it('that is not there is said', async () => {
    await type('\x1csnone\r');
    expect(said).toEqual(['there is no such file: none']);
  });

  it('that is a program is offered to be flashed', async () => {
    await type('\x1csdir/x.com\rn');
    expect(said).toEqual(['not sent']);
    await type('\x1csdir/x.com\ry');
    expect(session.flashing).toBe(true);
    expect(asked).toContain('');
  });
});

it('a log is not begun in a file that is read', async () => {
  await type('\x1clread\r');
  expect(said).toEqual(['this file is read, and would be written over: read']);
  expect(session.log).toBeUndefined();
});

describe('characters that come at once', () => {
  it('of a paste that is refused nothing is typed that comes behind', async () => {
    operator.take(keysOf('ED \u20ac.TXT\r'.repeat(3)));
    operator.take(keysOf('ERA *.*\r'));
    await session.written();
    expect(sent).toBe('');
    expect(said).toEqual([expect.stringContaining('U+20AC is not ASCII')]);
  });

  it('^C drops keys that the line has not taken yet', async () => {
    let free = (): void => {};
    session.link.write = (bytes) => {
      sent += latin1(bytes);
      return new Promise((resolve) => (free = resolve));
    };
    const typing = type('abc\x03');
    await new Promise((turn) => setImmediate(turn));
    free();
    await new Promise((turn) => setImmediate(turn));
    free();
    await typing;
    expect(sent).toBe('a\x03');
  });

  it('a flash drops what waits to be typed', () => {
    operator.take(keysOf('x'.repeat(OPERATOR_SETTINGS.pasteAt)));
    session.flash('x.com');
    expect(session.typist.waiting).toBe(0);
  });

  it('what is typed while the port is lost is refused', async () => {
    Object.assign(session.link, { state: 'lost' });
    operator.take([{ name: 'paste', sequence: 'ERA B:*.*' }]);
    Object.assign(session.link, { state: 'open' });
    session.typist.turn();
    await session.written();
    expect([sent, said]).toEqual(['', ['link is lost: nothing is typed']]);
  });

  it('many are a paste, which a key stops, and that key is not for the board', async () => {
    operator.take(keysOf('x'.repeat(OPERATOR_SETTINGS.pasteAt)));
    expect(session.typist.stoppable).toBe(true);
    await type('q');
    expect(said).toEqual([`stopped after 1 of ${OPERATOR_SETTINGS.pasteAt} characters`]);
    expect(sent).toBe('x');
  });

  it('few are a quick hand: the next key waits for them', async () => {
    operator.take(keysOf('DIR'));
    expect(session.typist.stoppable).toBe(false);
    await type('!');
    expect(sent).toBe('D');
    for (const echo of ['D', 'I', 'R']) {
      session.typist.heard(toBytes(echo));
      session.typist.turn();
      await new Promise((turn) => setImmediate(turn));
    }
    expect(sent).toBe('DIR!');
  });

  it('^C is not one of them', async () => {
    operator.take(keysOf(`${'x'.repeat(50)}\x03`));
    await session.written();
    expect(sent).toBe('x\x03');
  });
});
