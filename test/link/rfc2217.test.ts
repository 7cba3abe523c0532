/** RFC 2217 against a server of our own: what goes over the wire is asserted byte for byte. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { nodeClock as clock } from '../../src/host/node-clock.js';
import { openLink, type LinkOptions } from '../../src/link/open-link.js';
import { portAddress } from '../../src/link/port-address.js';
import { rfc2217Link } from '../../src/link/rfc2217.js';
import type { Line } from '../../src/link/steady-link.js';
import { doubled, TelnetReader } from '../../src/link/telnet.js';

/** Bounds a hang. */
const LONG_MS = 60_000;
const [IAC, SB, SE, WILL, WONT, DO, DONT] = [255, 250, 240, 251, 252, 253, 254] as const;
const COM_PORT = 44;

let server: Server | undefined;
afterEach(() => new Promise((done) => (server?.listening ? server.close(done) : done(undefined))));

async function serve(peer: (socket: Socket) => void): Promise<string> {
  const listening = createServer((socket) => {
    socket.on('error', () => undefined).resume();
    peer(socket);
  });
  server = listening;
  await new Promise<void>((ready) => listening.listen(0, '127.0.0.1', ready));
  return `rfc2217://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

interface Manners {
  /** What it answers to a command instead of what was asked; null: nothing. */
  answers?: Record<number, number[] | null>;
  offers?: number[];
  comPort?: number[];
}

/** A server that does as it is told, and keeps what it was told. */
function deviceServer({ answers = {}, offers = [], comPort = [IAC, DO, COM_PORT] }: Manners = {}): {
  peer: (socket: Socket) => void;
  commands: number[][];
  data: number[];
  socket: () => Socket;
  /** Close our end, and wait until the server has heard everything. */
  finish: (link: { close(): Promise<void> }) => Promise<void>;
} {
  const commands: number[][] = [];
  const data: number[] = [];
  let current: Socket;
  const peer = (socket: Socket): void => {
    current = socket;
    const telnet = new TelnetReader();
    socket.write(Uint8Array.from(offers));
    socket.on('data', (chunk: Buffer) => {
      const { data: bytes, events } = telnet.take(chunk);
      data.push(...bytes);
      for (const event of events) {
        if (event.type === 'option') {
          commands.push([event.verb, event.option]);
          if (event.option === COM_PORT) socket.write(Uint8Array.from(comPort));
          else if (event.option <= 3) socket.write(Uint8Array.of(IAC, event.verb === WILL ? DO : WILL, event.option));
        } else {
          const [command = 0, ...values] = event.bytes;
          commands.push([command, ...values]);
          const answer = command in answers ? answers[command] : values;
          if (answer !== null && command !== 11)
            socket.write(
              Uint8Array.of(IAC, SB, COM_PORT, command + 100, ...doubled(Uint8Array.from(answer!)), IAC, SE),
            );
        }
      }
    });
  };
  const finish = async (link: { close(): Promise<void> }): Promise<void> => {
    const ended = once(current, 'close');
    await link.close();
    await ended;
  };
  return { peer, commands, data, socket: () => current, finish };
}

const open = async (url: string, options: Partial<LinkOptions> & { answerMs?: number } = {}): Promise<Line> => {
  const address = portAddress(url);
  if (address.kind === 'serial') throw new Error(url);
  return rfc2217Link(address, { clock, ...options });
};

describe('a port behind RFC 2217', () => {
  it('is set: speed, 8 bits, no parity, stop bits, flow control, in this order', async () => {
    const { peer, commands, finish } = deviceServer();
    const link = await openLink(await serve(peer), { clock, baud: 9600, stopBits: 2, flow: 'none' });
    expect(link.baud).toBe(9600);
    await finish(link);
    expect(commands).toEqual([
      [WILL, COM_PORT],
      [WILL, 0],
      [DO, 0],
      [WILL, 3],
      [DO, 3],
      [1, 0, 0, 0x25, 0x80],
      [2, 8],
      [3, 1],
      [4, 2],
      [5, 1],
      [11, 255],
    ]);
  });

  it('a speed whose bytes hold FF is doubled on the wire and understood', async () => {
    const { peer, commands, finish } = deviceServer();
    const link = await openLink(await serve(peer), { clock, baud: 0xff00 });
    await finish(link);
    expect(commands[5]).toEqual([1, 0, 0, 0xff, 0]);
    expect(commands[9]).toEqual([5, 3]);
  });

  it('all 256 values go both ways, FF doubled', async () => {
    const { peer, data, socket, finish } = deviceServer();
    const line = await open(await serve(peer));
    const bytes = Uint8Array.from({ length: 256 }, (_, n) => 255 - n);
    await line.write(bytes);
    // An FF that is split between two packets.
    socket().write(Uint8Array.of(1, IAC));
    socket().write(doubled(bytes).subarray(1));
    const back: number[] = [];
    while (back.length < 257) back.push(...(await line.read(LONG_MS))!.bytes);
    expect(back).toEqual([1, ...bytes]);
    await finish(line);
    expect(data).toEqual([...bytes]);
  });

  it('CTS, DSR and DCD are known as soon as the server tells them', async () => {
    const { peer, socket, finish } = deviceServer();
    const line = await open(await serve(peer));
    expect(await line.modemLines!()).toBeUndefined();
    socket().write(Uint8Array.of(IAC, SB, COM_PORT, 107, 0x30, IAC, SE, 65));
    expect([...(await line.read(LONG_MS))!.bytes]).toEqual([65]);
    expect(await line.modemLines!()).toEqual({ cts: true, dsr: true, dcd: false });
    await finish(line);
  });

  it.each([
    ['dtr', 9, 8],
    ['rts', 12, 11],
    ['break', 5, 6],
  ] as const)('a reset by %s', async (which, off, on) => {
    const { peer, commands, finish } = deviceServer();
    const line = await open(await serve(peer));
    await line.pulse!(which);
    await finish(line);
    expect(commands.slice(-2)).toEqual([
      [5, off],
      [5, on],
    ]);
  });

  it('the server holds us back: what is written goes when it lets us', async () => {
    const { peer, data, socket, finish } = deviceServer();
    const line = await open(await serve(peer));
    socket().write(Uint8Array.of(IAC, SB, COM_PORT, 108, IAC, SE, 65));
    await line.read(LONG_MS);
    let isWritten = false;
    const writing = line.write(Uint8Array.of(66)).then(() => (isWritten = true));
    for (let n = 0; n < 20; n++) await new Promise((turn) => setImmediate(turn));
    expect([isWritten, data]).toEqual([false, []]);
    socket().write(Uint8Array.of(IAC, SB, COM_PORT, 109, IAC, SE));
    await writing;
    await finish(line);
    expect(data).toEqual([66]);
  });
});

describe('a server that does not', () => {
  it.each([
    ['refuses COM-PORT', { comPort: [IAC, DONT, COM_PORT] }, 'the server does not let its serial port be set'],
    [
      'is telnet and says nothing of COM-PORT',
      { comPort: [], offers: [IAC, WILL, 1] },
      'the server does not say whether its serial port can be set',
    ],
    [
      'has not this speed',
      { answers: { 1: [0, 0, 0x25, 0x80] } },
      'the server was asked for the speed (115200) and answers 9600',
    ],
    ['has no RTS/CTS', { answers: { 5: [1] } }, 'the server was asked for RTS/CTS (3) and answers 1'],
    ['does not answer', { answers: { 4: null } }, 'the server was asked for 1 stop bit and does not answer'],
    ['refuses BINARY', { offers: [IAC, WONT, 0] }, 'the server refuses to pass all bytes as they are (telnet BINARY)'],
  ])('%s', async (_, manners, message) => {
    const opening = open(await serve(deviceServer(manners).peer), { answerMs: 100 });
    await expect(opening).rejects.toMatchObject({ message, reason: { unavailable: true } });
  });

  it('speak telnet at all', async () => {
    const opening = open(await serve((socket) => socket.write('\r\nA>')), { answerMs: 100 });
    await expect(opening).rejects.toMatchObject({
      message: 'no telnet server answers there',
      hint: 'if the server is raw, use tcp:// instead of rfc2217://',
    });
  });

  it('keep the connection', async () => {
    await expect(open(await serve((socket) => socket.destroy()))).rejects.toMatchObject({
      message: 'the server closed the connection at once',
      reason: { unavailable: true },
    });
  });
});

describe('a hostile server', () => {
  it('a suboption without end is a fault, and none of it is kept', async () => {
    const { peer, socket, finish } = deviceServer();
    const line = await open(await serve(peer));
    socket().write(Uint8Array.of(65, IAC, SB, COM_PORT, ...new Uint8Array(300)));
    const outcome = await line.read(LONG_MS).catch((error: unknown) => error);
    expect(outcome).toMatchObject({
      message: 'the server does not keep to telnet: a suboption has more than 256 bytes',
      reason: { unavailable: true },
    });
    await finish(line);
  });

  it('one that asks for each option again and again gets one answer for each', async () => {
    const { peer, commands, socket, finish } = deviceServer();
    const line = await open(await serve(peer));
    const asked = [IAC, DO, 24, IAC, WILL, 1];
    socket().write(Uint8Array.from([...asked, ...asked, ...asked, 65]));
    await line.read(LONG_MS);
    await line.write(Uint8Array.of(66));
    await finish(line);
    expect(commands.slice(11)).toEqual([
      [WONT, 24],
      [DONT, 1],
    ]);
  });

  it('a suboption that another command breaks off', () => {
    expect(() => new TelnetReader().take(Uint8Array.of(IAC, SB, 44, 1, IAC, DO))).toThrow('broken off');
  });
});

describe('addresses', () => {
  it('have one way to be written', () => {
    expect(portAddress('TCP://Board.local:2000/')).toEqual({
      kind: 'tcp',
      host: 'board.local',
      port: 2000,
      name: 'tcp://board.local:2000',
    });
    expect(portAddress('rfc2217://[::1]:23')).toMatchObject({ host: '::1', name: 'rfc2217://[::1]:23' });
    expect(portAddress('/dev/ttyUSB0')).toEqual({ kind: 'serial', spec: '/dev/ttyUSB0' });
    expect(() => portAddress('rfc2217://board')).toThrow('is not an address');
    expect(() => portAddress('rs232://board:1')).toThrow('links of the kind "rs232" are not known');
  });
});
