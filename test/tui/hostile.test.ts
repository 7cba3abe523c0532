/** A board that sends whatever it likes: it is shown, and it neither breaks the layout nor reaches the terminal. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { QUICK, Tui } from './harness.js';

/** The last line of a picture. */
const KEYS_SHOWN = /q quit$/;

let tui: Tui | undefined;
afterEach(async () => {
  await tui?.close();
  tui = undefined;
});

describe('a hostile board', () => {
  let server: Server;
  let board: Socket | undefined;
  let typed = '';
  let onTyped = (): void => {};

  async function connect(): Promise<Tui> {
    typed = '';
    const connected = new Promise<void>((resolve) => {
      server = createServer((socket) => {
        board = socket;
        socket.on('error', () => undefined);
        socket.on('data', (chunk: Buffer) => {
          typed += chunk.toString('latin1');
          onTyped();
        });
        resolve();
      }).listen(0, '127.0.0.1');
    });
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const opened = new Tui({ args: [...QUICK, '--port', `tcp://127.0.0.1:${port}`] });
    await opened.sees('1 Data');
    opened.type('7c');
    await connected;
    await opened.sees(
      `board tcp://127.0.0.1:${port}`,
      'not compared yet',
      KEYS_SHOWN,
      (lines) => !lines[2]!.includes('closed'),
    );
    return opened;
  }
  afterEach(() => {
    board?.destroy();
    server.close();
  });

  it('sends escape sequences, and none of them reaches the outer terminal', async () => {
    tui = await connect();
    const before = tui.lines();
    const hostile = [
      '\x1b]0;owned\x07', '\x1b]52;c;b3duZWQ=\x07', '\x1bP$qm\x1b\\', '\x1b[6n', '\x1b[c', '\x1b[5n', '\x9b6n', '\x1bc',
      '\x1b[8;5;5t', '\x1b[2J', '\x1b[?1049l', '\x1b[?1000h', '\x1b[20h', '\x1b(0', '\x0e', '\x1b#8', '\x1b[!p', '\xff\xfe\xc3\x28\xe2\x82', '\x00\x07\x08\x7f',
    ]; // prettier-ignore
    board!.write(Buffer.from(`${hostile.join('ok ')}\r\n\x1b[2Jthe end`, 'latin1'));
    await tui.sees('the end', KEYS_SHOWN);
    // But for our own question at the end of a picture.
    const ours = tui.sent.replaceAll('\x1b8\x1b[5n', '\x1b8');
    for (const wanted of [
      'owned',
      'b3duZWQ',
      '\x1b[6n',
      '\x1b[c',
      '\x1b[5n',
      '\x1b[8;5;5t',
      '\x1b[?1000h',
      '\x1b(0',
      '\x1b#8',
      '\x07',
      '\x0e',
    ])
      expect(ours).not.toContain(wanted);
    expect(ours).not.toContain('\x1b[?1049l');
    // The frame stands where it stood, and nothing of the board's queries was answered.
    const after = tui.lines();
    for (const y of [0, 3, 4, 21, 22])
      expect(after[y]!.replace(/\(line closed\)|─|tcp\S+/g, '')).toBe(
        before[y]!.replace(/\(line closed\)|─|tcp\S+/g, ''),
      );
    // What is typed now is the first that comes.
    const heard = new Promise<void>((resolve) => (onTyped = resolve));
    tui.type('i!');
    await heard;
    expect(typed).toBe('!');
  });

  it('sends ten megabytes without a line end, and keys are still answered', async () => {
    tui = await connect();
    const chunk = Buffer.from('0123456789abcde\x1b'.repeat(4096), 'latin1');
    for (let i = 0; i < 160; i++) board!.write(chunk);
    board!.write('[m\r\nstill here\r\n');
    tui.type('?');
    await tui.sees('run from here on');
    await tui.closesOverlay();
    await tui.sees('still here', KEYS_SHOWN);
  });

  it('goes away, and the UI says so and stays', async () => {
    tui = await connect();
    board!.destroy();
    await tui.sees((lines) => lines[2]!.includes('LOST'), 'the line to the board was lost');
    tui.type('?');
    await tui.sees('run from here on');
  });
});
