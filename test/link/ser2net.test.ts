/**
 * ser2net in front of the virtual board, as people serve a board to another computer: the board at a pseudo-terminal,
 * ser2net at that and at a TCP port, `tcp://` here.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nodeClock as clock } from '../../src/host/node-clock.js';
import { startVirtualBoard, type VirtualBoard } from '../../src/host/virtual-board.js';
import { openLink } from '../../src/link/open-link.js';
import type { SteadyLink } from '../../src/link/steady-link.js';
import { boardTarget } from '../../src/transfer/board-target.js';
import { CpmLine } from '../../src/transfer/cpm-line.js';
import { romwbwDriver } from '../../src/transfer/drivers/romwbw.js';
import { describeWith } from '../fakes/pty.js';
import { sample } from '../transfer/samples.js';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describeWith(['ser2net'], 'ser2net', () => {
  let folder: string;
  let board: VirtualBoard;
  let ser2net: ChildProcess;
  let raw: string;
  let telnet: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'z80lm-ser2net-'));
    board = await startVirtualBoard({ link: join(folder, 'board') });
    const [rawPort, telnetPort] = [await freePort(), await freePort()];
    [raw, telnet] = [rawPort, telnetPort].map((port) => `tcp://127.0.0.1:${port}`) as [string, string];
    const connector = `serialdev,${board.path},115200n81,local`;
    const config = [
      'connection: &raw',
      `  accepter: tcp,127.0.0.1,${rawPort}`,
      `  connector: ${connector}`,
      'connection: &telnet',
      `  accepter: telnet,tcp,127.0.0.1,${telnetPort}`,
      `  connector: ${connector}`,
      '',
    ];
    writeFileSync(join(folder, 'ser2net.yaml'), config.join('\n'));
    ser2net = spawn('ser2net', ['-n', '-c', join(folder, 'ser2net.yaml')], { stdio: 'ignore' });
    (await untilServed(raw)).close();
  });
  afterAll(async () => {
    const ended = new Promise((resolve) => ser2net.once('exit', resolve));
    ser2net.kill();
    await ended;
    await board.close();
    rmSync(folder, { recursive: true });
  });

  /** It opens its ports, and lets go of the serial one, in its own time. */
  async function untilServed(address: string): Promise<SteadyLink> {
    for (let tries = 0; ; tries++) {
      try {
        const link = await openLink(address, { clock });
        await new CpmLine(link, clock).cleanPrompt();
        return link;
      } catch (error) {
        if (tries > 50) throw error;
        await clock.sleep(100);
      }
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
    await link.reopen();
    expect(await new CpmLine(link, clock).cleanPrompt()).toBe('A');
    await link.close();
  });

  it('in telnet mode it is refused, with the remedy', async () => {
    const link = await openLink(telnet, { clock });
    await expect(link.read(5_000)).rejects.toMatchObject({
      message: 'the server speaks telnet, which doubles every FF byte',
      hint: expect.stringContaining('raw'),
    });
    await link.close();
  });
});
