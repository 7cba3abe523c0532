/** The process in which a virtual board runs: see virtual-board.ts for what is said between the two. */
import { readFileSync } from 'node:fs';
import { RC2014_HZ } from '../emu/board/board.js';
import { assembleFirmware } from '../emu/board/firmware.js';
import { runRealtime } from '../emu/board/realtime.js';
import { Z80lmError } from '../seams/errors.js';
import { nodeClock } from './node-clock.js';
import { openPty } from './pty.js';
import { openTcpWire } from './tcp-wire.js';
import type { BoardAnswer, BoardSettings } from './virtual-board.js';

const FIRMWARE = new URL('../../firmware/board/', import.meta.url);

function readText(name: string): string | undefined {
  try {
    return readFileSync(new URL(name, FIRMWARE), 'utf8');
  } catch {
    return undefined;
  }
}

async function run(settings: BoardSettings): Promise<void> {
  const { uart = 'acia', clockHz = RC2014_HZ, tcpPort, xmByteUs, firmware: kind } = settings;
  const answer = (message: BoardAnswer): void => void process.send?.(message);
  const abort = new AbortController();
  process.once('disconnect', () => abort.abort());
  try {
    const firmware = assembleFirmware({ uart, clockHz, firmware: kind, xmByteUs, readText });
    const wire = tcpPort === undefined ? await openPty() : await openTcpWire(tcpPort);
    answer({ path: wire.path });
    await runRealtime({ ...settings, firmware, wire, clock: nodeClock, signal: abort.signal });
    wire.close();
  } catch (error) {
    if (!(error instanceof Z80lmError)) throw error;
    const { message, where, hint } = error;
    answer({ error: { message, ...(where !== undefined && { where }), ...(hint !== undefined && { hint }) } });
  }
  if (process.connected) process.disconnect();
}

// Ctrl-C goes to the whole foreground group: the process that started this one decides.
process.on('SIGINT', () => {});
process.once('message', (settings) => void run(settings as BoardSettings));
