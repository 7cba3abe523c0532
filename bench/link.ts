/**
 * Transfer rate through a pseudo-terminal to a receiver that answers as soon as a wire at 115200 baud would have
 * brought the block: ours, and lrzsz's sx to the same receiver.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeClock as clock } from '../src/host/node-clock.js';
import { serialLink } from '../src/link/serial-link.js';
import { ACK, CRC_REQUEST, EOT, SOH } from '../src/transfer/xmodem.js';
import { sendXmodem } from '../src/transfer/xmodem-send.js';
import { fakePort, type FakePort } from '../test/fakes/pty.js';

const BAUD = 115_200;
const MS_PER_BYTE = 10_000 / BAUD;
const SIZE = 40_960;

/** Acknowledges each block when its last bit would be in; @returns when EOT was acknowledged */
function promptReceiver(port: FakePort): Promise<void> {
  return new Promise((resolve) => {
    let left = 0;
    let wireFreeMs = 0;
    const answer = (byte: number, then?: () => void): void => {
      // A timer is a millisecond late or so; ask for the moment and spin for the rest.
      const tick = (): void => {
        if (clock.now() < wireFreeMs) return void setImmediate(tick);
        port.send(Uint8Array.of(byte));
        then?.();
      };
      setTimeout(tick, Math.max(0, wireFreeMs - clock.now() - 2));
    };
    port.onData((bytes) => {
      wireFreeMs = Math.max(wireFreeMs, clock.now()) + bytes.length * MS_PER_BYTE;
      if (left === 0) {
        if (bytes[0] === EOT) return answer(ACK, resolve);
        left = bytes[0] === SOH ? 133 : 1029;
      }
      left -= bytes.length;
      if (left <= 0) {
        left = 0;
        answer(ACK);
      }
    });
    port.send(Uint8Array.of(CRC_REQUEST));
  });
}

async function ours(data: Uint8Array, blockSize: 128 | 1024, gapMs: number): Promise<number> {
  const port = fakePort();
  const link = await serialLink(port.path, { clock });
  port.ready();
  const received = promptReceiver(port);
  let started = 0;
  for await (const event of sendXmodem(link, data, { clock, blockSize, settings: { gapMs } }))
    if (event.type === 'start') started = clock.now();
  await received;
  const ms = clock.now() - started;
  await link.close();
  port.close();
  return ms;
}

async function sx(file: string, flags: string): Promise<number> {
  const port = fakePort();
  const raw = spawnSync('stty', ['-F', port.path, 'raw', '-echo']);
  if (raw.status !== 0) throw new Error(String(raw.stderr));
  const child = spawn('sh', ['-c', `exec sx ${flags} -b -q '${file}' <${port.path} >${port.path} 2>/dev/null`]);
  await clock.sleep(500);
  const started = clock.now();
  await promptReceiver(port);
  const ms = clock.now() - started;
  await new Promise((resolve) => child.on('exit', resolve));
  port.close();
  return ms;
}

export const name = 'link';

export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'z80lm-bench-'));
  const data = Uint8Array.from({ length: SIZE }, (_, n) => (n * 7) & 0xff);
  const file = join(folder, 'data');
  writeFileSync(file, data);
  const report = (name: string, ms: number): void => {
    const share = (100 * SIZE * MS_PER_BYTE) / ms;
    console.log(
      `${name.padEnd(44)} ${(ms / 1000).toFixed(2)} s  ${Math.round((SIZE * 1000) / ms)} bytes/s  ${share.toFixed(1)} % of the wire`,
    );
  };
  for (const [blockSize, flags] of [
    [1024, '-k'],
    [128, ''],
  ] as const) {
    report(`z80lm, blocks of ${blockSize}`, await ours(data, blockSize, 0));
    report(`z80lm, blocks of ${blockSize}, 10 ms gap as for XM`, await ours(data, blockSize, 10));
    if (spawnSync('sh', ['-c', 'command -v sx']).status === 0)
      report(`sx, blocks of ${blockSize}`, await sx(file, flags));
    else console.log('sx is not installed');
  }
  rmSync(folder, { recursive: true });
}
