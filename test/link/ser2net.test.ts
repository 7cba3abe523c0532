/**
 * ser2net in front of the virtual board, as people serve a board to another computer: the board at a pseudo-terminal,
 * ser2net at that and at a TCP port, `tcp://` or `rfc2217://` here.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { VirtualBoard } from '../../src/host/virtual-board.js';
import { openLink } from '../../src/link/open-link.js';
import type { SteadyLink } from '../../src/link/steady-link.js';
import { LinkError } from '../../src/seams/errors.js';
import { boardTarget } from '../../src/transfer/board-target.js';
import { CpmLine } from '../../src/transfer/cpm-line.js';
import { romwbwDriver } from '../../src/transfer/drivers/romwbw.js';
import { PatientClock } from '../fakes/patient-clock.js';
import { describeWith } from '../outside.js';
import { nearBoard } from '../fakes/with-board.js';
import { sample } from '../transfer/samples.js';

const clock = new PatientClock();
/** Below those that systems hand out by themselves (Linux from 32768 on): nobody gets it between our look and its use. */
const PORTS = { from: 20_000, count: 12_000 };

async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.from + Math.floor(Math.random() * PORTS.count);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) =>
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)),
    );
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

describeWith(['ser2net'], 'a board behind ser2net', () => {
  let folder: string;
  let board: VirtualBoard;
  let ser2net: ChildProcess;
  let ended: Promise<unknown>;
  let raw: string;
  let telnet: string;
  let comPort: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'z80lm-ser2net-'));
    const [rawPort, telnetPort, comPortPort] = [await freePort(), await freePort(), await freePort()];
    [raw, telnet] = [rawPort, telnetPort].map((port) => `tcp://127.0.0.1:${port}`) as [string, string];
    comPort = `rfc2217://127.0.0.1:${comPortPort}`;
    const connector = `serialdev,${join(folder, 'board')},115200n81,local`;
    const config = [
      'connection: &raw',
      `  accepter: tcp,127.0.0.1,${rawPort}`,
      `  connector: ${connector}`,
      'connection: &telnet',
      `  accepter: telnet,tcp,127.0.0.1,${telnetPort}`,
      `  connector: ${connector}`,
      'connection: &comport',
      `  accepter: telnet(rfc2217),tcp,127.0.0.1,${comPortPort}`,
      `  connector: ${connector}`,
      '',
    ];
    writeFileSync(join(folder, 'ser2net.yaml'), config.join('\n'));
    ser2net = spawn('ser2net', ['-n', '-c', join(folder, 'ser2net.yaml')], { stdio: 'ignore' });
    ended = new Promise((resolve) => ser2net.once('exit', resolve));
    // After it, for it inherits what is open here, and a cable that it holds cannot be pulled.
    board = await nearBoard({ link: join(folder, 'board') }, clock);
    await (await untilServed(raw)).close();
  });
  afterAll(async () => {
    ser2net.kill();
    await ended;
    await board.close();
    rmSync(folder, { recursive: true });
  });

  /** It opens its ports, and lets go of the serial one, in its own time. */
  async function untilServed(address: string): Promise<SteadyLink> {
    for (;;) {
      try {
        const link = await openLink(address, { clock });
        if (await answers(link)) return link;
        await link.close();
      } catch (error) {
        if (ser2net.exitCode !== null || !(error instanceof LinkError && error.reason.unavailable)) throw error;
      }
      await clock.sleep(100);
    }
  }

  /** Does the board answer, or has ser2net closed the connection again, which it does while it has no serial port? */
  async function answers(link: SteadyLink): Promise<boolean> {
    try {
      expect(await new CpmLine(link, clock).cleanPrompt()).toMatchObject({ drive: 'A' });
      return true;
    } catch (error) {
      if (error instanceof LinkError && error.reason.disconnected) return false;
      throw error;
    }
  }

  it('all 256 values arrive and come back: a flash, verified', async () => {
    const link = await untilServed(raw);
    const bytes = Uint8Array.from([...sample(1000), ...Array.from({ length: 256 }, (_, n) => n)]);
    const phases = new Set<string>();
    for await (const { phase } of boardTarget(link, romwbwDriver(), clock).load({ name: 'X.COM', bytes }))
      phases.add(phase);
    expect([...phases]).toEqual(['prepare', 'send', 'verify', 'finish', 'done']);
    await link.close();
  });

  it('the board is unplugged behind it: the link is lost, and comes back', async () => {
    const link = await untilServed(raw);
    const lost = expect(link.read(60_000)).rejects.toMatchObject({ reason: { disconnected: true } });
    await board.unplug();
    await lost;
    await board.plug();
    do await link.reopen();
    while (!(await answers(link)));
    await link.close();
  });

  it('RFC 2217: all 256 values, FF doubled on the way; the speed is set from here', async () => {
    const link = await untilServed(comPort);
    expect(link.baud).toBe(115_200);
    const bytes = Uint8Array.from([...sample(300), ...Array.from({ length: 256 }, (_, n) => 255 - n), 255, 255]);
    const phases = new Set<string>();
    for await (const { phase } of boardTarget(link, romwbwDriver(), clock).load({ name: 'Y.COM', bytes }))
      phases.add(phase);
    expect([...phases]).toEqual(['prepare', 'send', 'verify', 'finish', 'done']);
    await link.close();
  });

  it('RFC 2217 asked of a server without it: refused, with the remedy', async () => {
    const address = telnet.replace('tcp:', 'rfc2217:');
    let error: unknown;
    // It closes the connection while it has not let go of the serial port.
    do error = await openLink(address, { clock }).catch((thrown: unknown) => thrown);
    while (error instanceof LinkError && error.message === 'the server closed the connection at once');
    expect(error).toMatchObject({
      message: 'the server does not let its serial port be set',
      hint: expect.stringContaining('telnet(rfc2217)') as string,
      reason: { unavailable: true },
    });
  });

  it('in telnet mode it is refused, with the remedy', async () => {
    let error: unknown;
    do {
      const link = await openLink(telnet, { clock });
      error = await link.read(60_000).catch((thrown: unknown) => thrown);
      await link.close();
    } while (error instanceof LinkError && error.reason.disconnected);
    expect(error).toMatchObject({
      message: 'the server speaks telnet, which doubles every FF byte',
      hint: expect.stringContaining('rfc2217://') as string,
    });
  });
});
