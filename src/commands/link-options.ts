/** The options by which every command that talks to a board names its line. */
import type { Command } from 'commander';
import { nodeClock } from '../host/node-clock.js';
import { openLink } from '../link/open-link.js';
import { resetBoard } from '../link/reset.js';
import { DEFAULT_BAUD, FLOWS, PULSE_LINES, type FlowControl, type PulseLine } from '../link/serial-options.js';
import type { SteadyLink } from '../link/steady-link.js';
import { UsageError } from '../seams/errors.js';
import { boardKey, knownBoardsFile, recall } from './known-boards.js';
import { wholeNumber, type Shell } from './shared.js';
import { decidedLater } from './values.js';

export interface LinkFlags {
  port?: string;
  baud?: string;
  flow?: string;
  stopBits?: string;
  pace?: string;
  reset?: string | undefined;
}

/** What a board file says about its line; the command line goes before. */
export interface LineDefaults {
  baud?: number | undefined;
  flow?: FlowControl | undefined;
  stopBits?: 1 | 2 | undefined;
  paceMs?: number | undefined;
}

export function withLinkOptions(command: Command): Command {
  return withLineOptions(command).option(
    '--reset <signal>',
    `reset the board first, where this is wired so: ${PULSE_LINES.join(', ')}`,
  );
}

/** Those that say how the line is, and do nothing to the board. */
export function withLineOptions(command: Command): Command {
  return command
    .option(
      '--port <port>',
      'the board: a path, tcp://HOST:PORT, rfc2217://HOST:PORT, USB vvvv:pppp, serial number, or a pattern',
    )
    .addOption(decidedLater('--baud <rate>', 'bits per second', String(DEFAULT_BAUD)))
    .addOption(decidedLater('--flow <control>', 'rtscts: the board may hold us back; none: it cannot', 'rtscts'))
    .addOption(decidedLater('--stop-bits <bits>', '1 or 2', '1'))
    .addOption(
      decidedLater('--pace <ms>', 'time from one byte to the next, for lines without flow control (1 is safe)', '0'),
    );
}

export interface LineSettings {
  baud: number;
  flow: FlowControl;
  stopBits: 1 | 2;
  paceMs: number;
}

/** What flags and defaults make of a line. @throws UsageError for values that cannot be */
export function lineSettings(flags: LinkFlags, defaults: LineDefaults = {}): LineSettings {
  const wanted = flags.flow ?? defaults.flow ?? 'rtscts';
  const flow = FLOWS.find((one) => one === wanted);
  if (flow === undefined)
    throw new UsageError(`the flow control is ${JSON.stringify(wanted)}`, { hint: `give ${FLOWS.join(' or ')}` });
  const paceMs = Number(flags.pace ?? defaults.paceMs ?? 0);
  if (!(paceMs >= 0 && paceMs <= 1000))
    throw new UsageError(`the pace is ${JSON.stringify(flags.pace)}`, { hint: 'give milliseconds, from 0 to 1000' });
  const baud = flags.baud ?? String(defaults.baud ?? DEFAULT_BAUD);
  const stopBits = flags.stopBits ?? String(defaults.stopBits ?? 1);
  return {
    baud: wholeNumber('the baud rate', baud, 50, 4_000_000),
    flow,
    stopBits: wholeNumber('the number of stop bits', stopBits, 1, 2) as 1 | 2,
    paceMs,
  };
}

/**
 * Open the line that the flags name; what they leave open is taken from a board file (`defaults`), then from what
 * doctor has found out about the board on that port (with `shell`, which is told so), else it is 115200 8N1, RTS/CTS.
 * @throws UsageError for values that cannot be; LinkError when the line cannot be opened
 */
export async function openFromFlags(
  flags: LinkFlags,
  defaults: LineDefaults = {},
  shell?: Shell,
  signal = shell?.signal,
): Promise<SteadyLink> {
  if (flags.port === undefined)
    throw new UsageError('which port is the board on?', { hint: 'name it with --port; z80lm ports lists them' });
  if (shell !== undefined) defaults = { ...(await remembered(shell, flags, defaults)), ...defaults };
  const line = lineSettings(flags, defaults);
  const { reset } = flags;
  if (reset !== undefined && !isPulseLine(reset))
    throw new UsageError(`the reset is ${JSON.stringify(reset)}`, { hint: `give ${PULSE_LINES.join(', ')}` });
  const link = await openLink(flags.port, {
    clock: nodeClock,
    ...line,
    ...(signal && { signal }),
  });
  if (reset === undefined) return link;
  try {
    shell?.note(`${link.name}: resetting the board by ${reset.toUpperCase()}`);
    await resetBoard(link, nodeClock, reset, signal);
    return link;
  } catch (error) {
    await link.close();
    throw error;
  }
}

const isPulseLine = (text: string): text is PulseLine => (PULSE_LINES as readonly string[]).includes(text);

/** What doctor has found out, for what neither flags nor board file say. */
async function remembered(shell: Shell, flags: LinkFlags, defaults: LineDefaults): Promise<LineDefaults> {
  const key = await boardKey(flags.port!);
  const known = key === undefined ? undefined : recall(shell.files, key, shell.note);
  if (known === undefined) return {};
  const baud = flags.baud === undefined && defaults.baud === undefined ? known.baud : undefined;
  // A pace was found with a kind of flow control: both or none of them.
  const free = [flags.flow, flags.pace, defaults.flow, defaults.paceMs].every((given) => given === undefined);
  const { flow, paceMs } = free ? known : {};
  const words = [
    baud !== undefined && baud !== DEFAULT_BAUD && `--baud ${baud}`,
    flow === 'none' && '--flow none',
    paceMs && `--pace ${paceMs}`,
  ].filter((word) => typeof word === 'string');
  if (words.length > 0)
    shell.note(`${flags.port}: ${words.join(' ')}, as found on ${known.seen} (${knownBoardsFile()})`);
  return { baud, flow, paceMs };
}
