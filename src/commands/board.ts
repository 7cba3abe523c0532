/** `z80lm board`: the virtual board, for any terminal program, until Ctrl-C. */
import type { Command } from 'commander';
import type { UartKind } from '../emu/board/board.js';
import { FIRMWARE_KINDS, PERSONALITIES, type FirmwareKind } from '../emu/board/personality.js';
import { startVirtualBoard } from '../host/virtual-board.js';
import { LinkError, UsageError } from '../seams/errors.js';
import { action, frequency, wholeNumber, type Shell } from './shared.js';

interface Options {
  pty?: string;
  tcp?: string;
  firmware: string;
  clock: string;
  waitStates: string;
  latencyMs: string;
  uart: string;
  flowControl: boolean;
  overshoot: string;
  diskWriteMs: string;
  disk?: string;
  freeKb?: string;
  unplugAfter?: string;
  replugMs?: string;
  xmByteUs?: string;
  noise?: string;
  seed: string;
}

const UARTS: readonly string[] = ['acia', 'sio'] satisfies UartKind[];

export function registerBoard(program: Command): void {
  program
    .command('board')
    .description(
      'a virtual RC2014 behind a pseudo-terminal, or TCP if there is none, at 115200 8N1 with RTS/CTS; runs until Ctrl-C',
    )
    .option('--pty <link>', 'a name for the pseudo-terminal: a symbolic link, removed at the end')
    .option('--tcp <tcp-port>', 'a TCP port on this machine instead; 0 takes a free one')
    .option('--firmware <firmware>', `which board it is: ${FIRMWARE_KINDS.join(', ')}`, 'fast')
    .option('--clock <frequency>', "the Z80's clock", '7.3728MHz')
    .option('--wait-states <n>', 'clock cycles that each opcode fetch takes longer', '0')
    .option('--latency-ms <ms>', "its USB adapter's latency timer: 16 is usual", '0')
    .option('--uart <chip>', 'acia (68B50 at 80h) or sio (Z80 SIO/2 at 80h)', 'acia')
    .option('--no-flow-control', 'RTS and CTS not wired: what comes too fast is lost')
    .option('--overshoot <n>', 'characters that its adapter still sends when RTS has gone high', '0')
    .option('--disk-write-ms <ms>', 'how long a disk write takes, as on a CompactFlash card', '0')
    .option('--disk <file>', 'keep drive A: in this file')
    .option('--free-kb <kb>', 'leave only so much free on drive A:')
    .option('--unplug-after <bytes>', 'pull the cable when the board has been sent so many bytes')
    .option('--replug-ms <ms>', 'and put it back after so long')
    .option('--xm-byte-us <us>', "time the board's XM wastes on each byte; RomWBW's needs 400 to 640")
    .option('--noise <share>', 'share of characters flipped, dropped or doubled, for example 0.001')
    .option('--seed <n>', 'for the noise: the same faults at the same characters', '1')
    .action(action(runBoard));
}

async function runBoard(shell: Shell, options: Options): Promise<void> {
  // From now on: its process is to be told when this one ends.
  const { signal } = shell;
  const { pty, tcp, clock, uart, flowControl, diskWriteMs, xmByteUs, noise, seed } = options;
  if (!UARTS.includes(uart))
    throw new UsageError(`the UART is ${JSON.stringify(uart)}`, { hint: `give one of ${UARTS.join(', ')}` });
  if (!(options.firmware in PERSONALITIES))
    throw new UsageError(`the firmware is ${JSON.stringify(options.firmware)}`, {
      hint: `give one of ${FIRMWARE_KINDS.join(', ')}`,
    });
  const firmware = options.firmware as FirmwareKind;
  const third = noise === undefined ? 0 : rate(noise) / 3;
  const board = await startVirtualBoard({
    link: pty,
    tcpPort: optional('the TCP port', tcp, 0, 65_535),
    firmware,
    clockHz: frequency(clock),
    waitStates: wholeNumber('the number of wait states', options.waitStates, 0, 15),
    latencyMs: wholeNumber('the latency', options.latencyMs, 0, 255),
    uart: uart as UartKind,
    flowControl,
    overshoot: wholeNumber('the overshoot', options.overshoot, 0, 1_000),
    diskWriteMs: wholeNumber('the disk write time', diskWriteMs, 0, 10_000),
    xmByteUs: optional("XM's time for a byte", xmByteUs, 0, 10_000),
    diskFile: options.disk,
    onTrouble: (words) => shell.note(words),
    freeKilobytes: optional('the free space', options.freeKb, 0, 255),
    unplugAfter: optional('the number of bytes', options.unplugAfter, 1, 2 ** 31),
    replugMs: optional('the time', options.replugMs, 0, 3_600_000),
    noise:
      third > 0
        ? { flip: third, drop: third, duplicate: third, seed: wholeNumber('the seed', seed, 0, 2 ** 31) }
        : undefined,
  });
  try {
    shell.print(board.path);
    shell.emit({ path: board.path, ...(board.remark !== undefined && { remark: board.remark }) });
    if (board.remark !== undefined) shell.note(board.remark);
    const { title } = PERSONALITIES[firmware];
    shell.note(`a ${clock} Z80 with ${uart.toUpperCase()}, ${title}, answers there at 115200 8N1; Ctrl-C stops it`);
    const stop = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve());
      // While it was started.
      if (signal.aborted) resolve();
    });
    const failure = await Promise.race([stop, board.stopped]);
    if (failure !== undefined) throw new LinkError(failure, { where: board.path, disconnected: true });
  } finally {
    await board.close();
  }
}

function rate(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value < 1))
    throw new UsageError(`the noise is ${JSON.stringify(text)}`, { hint: 'give a rate from 0 to 1, such as 0.001' });
  return value;
}

function optional(name: string, text: string | undefined, least: number, most: number): number | undefined {
  return text === undefined ? undefined : wholeNumber(name, text, least, most);
}
