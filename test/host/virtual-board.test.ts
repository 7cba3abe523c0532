/** The board as a user has it: a process behind a pseudo-terminal that serialport opens by its path. */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { nodeClock as clock } from '../../src/host/node-clock.js';
import { startVirtualBoard, type VirtualBoard, type VirtualBoardOptions } from '../../src/host/virtual-board.js';
import { openLink } from '../../src/link/open-link.js';
import type { ByteLink } from '../../src/seams/byte-link.js';
import { LinkError } from '../../src/seams/errors.js';
import { peer } from '../fakes/pty.js';
import { describeWith } from '../outside.js';

const folder = mkdtempSync(join(tmpdir(), 'z80lm-board-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (link: ByteLink, text: string) => link.write(Uint8Array.from(Buffer.from(text, 'latin1')));

/** Read until this text has come; what came. */
async function until(link: ByteLink, wanted: string): Promise<string> {
  let text = '';
  while (!text.includes(wanted)) {
    const arrived = await link.read(60_000);
    if (!arrived) throw new Error(`no ${JSON.stringify(wanted)} in ${JSON.stringify(text)}`);
    text += Buffer.from(arrived.bytes).toString('latin1');
  }
  return text;
}

/**
 * Wake the board up and wait for its prompt: opening a serial port throws away what came before, so whose prompt the
 * first one is, the boot's or that for our RETURN, nobody knows. Behind the answer to a word there is exactly one.
 */
async function prompt(link: ByteLink): Promise<void> {
  await write(link, '\r');
  await until(link, 'A>');
  await write(link, 'HELLO\r');
  await until(link, 'HELLO?\r\n\r\nA>');
}

/** The board in a process of its own, with its line open. */
async function withBoard(
  options: VirtualBoardOptions,
  use: (link: ByteLink, board: VirtualBoard) => Promise<void>,
): Promise<void> {
  const board = await startVirtualBoard(options);
  try {
    const link = await openLink(board.path, { clock });
    try {
      await use(link, board);
    } finally {
      await link.close();
    }
  } finally {
    await board.close();
  }
}

describeWith(['stty'], "a virtual board's terminal by stty", () => {
  it('is raw from the start', async () => {
    const board = await startVirtualBoard();
    try {
      const fd = openSync(board.path, constants.O_RDWR | constants.O_NOCTTY);
      const state = execFileSync('stty', ['-a'], { stdio: [fd, 'pipe', 'pipe'] });
      closeSync(fd);
      for (const off of ['-echo', '-icanon', '-opost', '-icrnl', '-ixon', '-isig'])
        expect(String(state)).toMatch(new RegExp(`(^|\\s)${off}\\b`, 'm'));
    } finally {
      await board.close();
    }
  });
});

describe('a virtual board', () => {
  it('answers at its prompt, from the start', async () => {
    const board = await startVirtualBoard();
    try {
      const link = await openLink(board.path, { clock });
      await prompt(link);
      await write(link, 'DIR B:\r');
      expect(await until(link, '\nA>')).toBe('DIR B:\r\r\nB: XM       COM : STAT     COM\r\nA>');
      await link.close();
      const again = await openLink(board.path, { clock });
      await write(again, 'foo\r');
      expect(await until(again, '\nA>')).toContain('FOO?');
      await again.close();
    } finally {
      await board.close();
    }
  });

  it('has a link of a chosen name, until it is closed', async () => {
    const link = join(folder, 'rc2014');
    symlinkSync(join(folder, 'gone'), link); // left behind by a board that was killed
    await withBoard({ link }, async (line, board) => {
      expect(board.path).toBe(link);
      await prompt(line);
      await expect(startVirtualBoard({ link })).rejects.toThrow('there is a link of that name already');
      expect(existsSync(link)).toBe(true);
    });
    expect(existsSync(link)).toBe(false);
    writeFileSync(link, 'mine');
    await expect(startVirtualBoard({ link })).rejects.toThrow('the link cannot be made');
    expect(readFileSync(link, 'utf8')).toBe('mine');
  });

  it('answers on a TCP port, with an SIO', async () => {
    await withBoard({ tcpPort: 0, uart: 'sio' }, async (link, board) => {
      expect(board.path).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/);
      await prompt(link);
      await write(link, 'DIR B:\r');
      expect(await until(link, 'STAT')).toContain('B: XM ');
      const taken = Number(board.path.split(':').at(-1));
      await expect(startVirtualBoard({ tcpPort: taken })).rejects.toThrow('in use');
    });
  });
});

describe("the board's process", () => {
  const dying = async (code: string) => {
    const module = join(folder, 'dying.mjs');
    writeFileSync(module, code);
    vi.stubEnv('NODE_OPTIONS', `--import ${pathToFileURL(module).href}`);
    return startVirtualBoard().finally(() => vi.unstubAllEnvs());
  };

  it('says why, if it dies before its line is there', async () => {
    await expect(dying("throw new Error('out of ideas');")).rejects.toThrow(
      /^the virtual board stopped \(1\)\n[^]*Error: out of ideas/,
    );
  });

  it('says why, if it dies later', async () => {
    const board = await dying(`
      const send = process.send;
      process.send = (answer) => {
        send.call(process, answer);
        setImmediate(() => { throw new Error('no'); });
      };`);
    expect(await board.stopped).toMatch(/^the virtual board stopped \(1\)\n[^]*Error: no/);
    await board.close();
  });
});

/** The link's next read fails, as with a cable that was pulled. */
async function lost(link: ByteLink): Promise<unknown> {
  try {
    for (;;) if (!(await link.read(60_000))) return 'nothing happened';
  } catch (error) {
    return error;
  }
}

describe('the cable', () => {
  it.each([{}, { tcpPort: 0 }])('can be pulled and put back, while the board runs on (%o)', async (options) => {
    const name = 'tcpPort' in options ? undefined : join(folder, 'cable');
    const board = await startVirtualBoard({ ...options, link: name });
    try {
      const link = await openLink(board.path, { clock });
      await prompt(link);
      await write(link, 'USER 5\r');
      await until(link, 'A>');
      const { path } = board;
      const loss = lost(link);
      await board.unplug();
      expect(board.plugged).toBe(false);
      expect(await loss).toBeInstanceOf(LinkError);
      await link.close();
      if (name !== undefined) expect(existsSync(name)).toBe(false);
      await expect(openLink(path, { clock })).rejects.toThrow();
      await board.plug();
      expect(board.plugged).toBe(true);
      expect(board.path).toBe(path);
      const again = await openLink(board.path, { clock });
      await write(again, 'SAVE 1 X\rDIR *.*\r');
      expect(await until(again, 'X  ')).toContain('A: X  ');
      await again.close();
    } finally {
      await board.close();
    }
  });

  it('runs on where its port was taken meanwhile, and is put back when that is free again', async () => {
    const board = await startVirtualBoard({ tcpPort: 0 });
    try {
      const port = Number(board.path.split(':').at(-1));
      await board.unplug();
      const other = createServer();
      await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
      await expect(board.plug()).rejects.toThrow('cannot listen: the port is in use');
      expect(board.plugged).toBe(false);
      await new Promise((resolve) => other.close(resolve));
      await board.plug();
      const link = await openLink(board.path, { clock });
      await prompt(link);
      await link.close();
    } finally {
      await board.close();
    }
  });

  it('is pulled after so many bytes, and put back after so long', async () => {
    const name = join(folder, 'short');
    const board = await startVirtualBoard({ link: name, unplugAfter: 20, replugMs: 1000 });
    try {
      const link = await openLink(board.path, { clock });
      await write(link, '\r');
      await until(link, 'A>');
      const loss = lost(link);
      // The cable may be out before the write is through: then that fails, too.
      await write(link, 'DIR B:\r'.repeat(4)).catch((error: unknown) => expect(error).toBeInstanceOf(LinkError));
      expect(await loss).toBeInstanceOf(LinkError);
      await link.close();
      let again: ByteLink | undefined;
      while (!again) {
        await clock.sleep(100);
        again = await openLink(name, { clock }).catch(() => undefined);
      }
      await prompt(again);
      await again.close();
    } finally {
      await board.close();
    }
  });
});

describe('drive A:', () => {
  it('is kept in a file', async () => {
    const diskFile = join(folder, 'a.img');
    await withBoard({ diskFile, files: [{ name: 'F.TXT', bytes: Buffer.from('kept\x1a') }] }, async (link) => {
      await prompt(link);
      await write(link, 'REN G.TXT=F.TXT\r');
      await until(link, 'A>');
    });
    expect(readFileSync(diskFile)).toHaveLength(256 * 1024);
    await withBoard({ diskFile }, async (link) => {
      await prompt(link);
      await write(link, 'TYPE G.TXT\r');
      await until(link, 'kept');
    });
    writeFileSync(diskFile, 'too short');
    await expect(startVirtualBoard({ diskFile })).rejects.toThrow('no image');
    await expect(startVirtualBoard({ diskFile, firmware: 'scm' })).rejects.toThrow('no disk');
  });

  it('can be nearly full', async () => {
    await withBoard({ firmware: 'bare', freeKilobytes: 7 }, async (link) => {
      await prompt(link);
      await write(link, 'STAT\r');
      await until(link, 'Space: 7k');
    });
    await expect(startVirtualBoard({ freeKilobytes: 253 })).rejects.toThrow('only 252 KB free');
  });
});

describeWith(['sx', 'rx'], 'lrzsz and XM through the pseudo-terminal', () => {
  it.each([
    ['1K', ['-k'], 20_000],
    ['128-byte', [], 5000],
  ])('sends %s blocks with sx and gets the same back with rx', async (_size, flags, length) => {
    const data = Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 0xff);
    const sent = join(folder, 'sent');
    writeFileSync(sent, data);
    await withBoard({}, async (link) => {
      await prompt(link);
      await write(link, 'B:XM RX F.COM\r');
      await until(link, 'pause, Ctrl-X\r\n');
      const end = await between(link, 'sx', [...flags, sent]);
      expect(end).toContain('Thanks for the upload\r\n\r\nA>');
      await write(link, 'B:XM S F.COM\r');
      await until(link, 'pause, Ctrl-X\r\n');
      expect(await between(link, 'rx', ['-c', 'back'])).toMatch(/A>$/);
    });
    const back = readFileSync(join(folder, 'back'));
    expect(back.length).toBe(Math.ceil(length / 128) * 128);
    expect(Buffer.compare(back.subarray(0, data.length), data)).toBe(0);
  });
});

/** Put a program at the line until it ends and the prompt comes back; what came after it. */
async function between(link: ByteLink, program: string, args: string[]): Promise<string> {
  const other = peer(program, args, folder);
  let ended = false;
  void other.ended.then(() => (ended = true));
  let writing = Promise.resolve();
  other.onData((bytes) => (writing = writing.then(() => link.write(bytes))));
  let tail = '';
  while (!tail.endsWith('A>')) {
    const arrived = await link.read(60_000);
    if (!arrived) throw new Error(`${program} and the board wait for each other after ${JSON.stringify(tail)}`);
    tail = (tail + Buffer.from(arrived.bytes).toString('latin1')).slice(-100);
    if (!ended) other.send(arrived.bytes);
  }
  expect(await other.ended).toBe(0);
  await writing;
  return tail;
}
