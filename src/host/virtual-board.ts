/**
 * The virtual board in a process of its own, so that nothing this process does disturbs its pace.
 *
 *     here                                board-process.ts
 *     fork ─────────────────────────────► waits
 *     BoardSettings ────────────────────► assembles the firmware, opens pty or TCP port, runs in real time
 *          ◄──────────────────── Ready ── (or Failed, and exits)
 *     disconnect ───────────────────────► closes, exits; so it also does when this process dies
 */
import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, lstatSync, symlinkSync, unlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BoardOptions } from '../emu/board/board.js';
import type { FirmwareKind } from '../emu/board/personality.js';
import { LinkError, UsageError } from '../seams/errors.js';

/** What the board's process is told. */
export interface BoardSettings extends Omit<BoardOptions, 'firmware' | 'onOutput'> {
  /** Listen on this TCP port (0: any) instead of making a pseudo-terminal. */
  tcpPort?: number | undefined;
  /** The latency timer of its USB adapter, see RealtimeOptions. */
  latencyMs?: number | undefined;
  /** Which board it is; default: fast, CP/M with an XM that keeps up with the line. */
  firmware?: FirmwareKind | undefined;
  /** Microseconds that the board's XM wastes on each byte, see FirmwareOptions. */
  xmByteUs?: number | undefined;
}

/** What it answers. */
export type BoardAnswer = { path: string } | { error: { message: string; where?: string; hint?: string } };

export interface VirtualBoardOptions extends BoardSettings {
  /** Make a symbolic link of this name to the pseudo-terminal; it is removed at the end. */
  link?: string | undefined;
}

export interface VirtualBoard {
  /** What to open: /dev/pts/7, or the link's name, or tcp://127.0.0.1:2000. */
  readonly path: string;
  /** Resolves with a message if the board stops by itself, which it should not; with undefined after `close`. */
  readonly stopped: Promise<string | undefined>;
  /** Stop the board. Never throws; closing twice is harmless. */
  close(): Promise<void>;
}

const PACKAGE = fileURLToPath(new URL('../../', import.meta.url));
/** From the sources (tests, tsx) the process is a .ts file too, which Node needs tsx to run. */
const FROM_SOURCE = import.meta.url.endsWith('.ts');
const PROCESS = fileURLToPath(new URL(FROM_SOURCE ? './board-process.ts' : './board-process.js', import.meta.url));

/** Start a board; resolves when its line can be opened. @throws LinkError, UsageError, EmuError's message as LinkError */
export async function startVirtualBoard(options: VirtualBoardOptions = {}): Promise<VirtualBoard> {
  const { link, ...settings } = options;
  if (link !== undefined && settings.tcpPort !== undefined)
    throw new UsageError('a TCP port has no file name', { hint: 'give --pty or --tcp, not both' });
  const child = fork(PROCESS, [], {
    cwd: PACKAGE,
    execArgv: FROM_SOURCE ? ['--import', 'tsx'] : [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let closing = false;
  let linked = false;
  const stopped = new Promise<string | undefined>((resolve) => {
    child.once('exit', (code, signal) =>
      resolve(closing ? undefined : `the virtual board stopped (${signal ?? code})`),
    );
  });
  const close = async (): Promise<void> => {
    closing = true;
    if (child.connected) child.disconnect();
    if (linked) removeLink(link!);
    await stopped;
  };
  try {
    const path = await ready(child, settings, stopped);
    if (link !== undefined) makeLink(path, link);
    linked = link !== undefined;
    return { path: link ?? path, stopped, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function ready(
  child: ChildProcess,
  settings: BoardSettings,
  stopped: Promise<string | undefined>,
): Promise<string> {
  const answered = new Promise<BoardAnswer>((resolve) => child.once('message', (m) => resolve(m as BoardAnswer)));
  child.send(settings);
  const answer = await Promise.race([answered, stopped]);
  if (answer === undefined || typeof answer === 'string')
    throw new LinkError(answer ?? 'the virtual board was closed', { unavailable: true });
  if ('path' in answer) return answer.path;
  throw new LinkError(answer.error.message, { ...answer.error, unavailable: true });
}

/** The link of a board that is gone may be replaced; anything else of that name may not. */
function makeLink(path: string, link: string): void {
  if (isLink(link)) {
    if (existsSync(link))
      throw new LinkError('there is a link of that name already, and it leads somewhere', {
        where: link,
        hint: 'another board may be running; choose another name, or remove the link',
        unavailable: true,
      });
    unlinkSync(link);
  }
  try {
    symlinkSync(path, link);
  } catch (cause) {
    throw new LinkError(`the link cannot be made: ${(cause as Error).message}`, {
      where: link,
      unavailable: true,
      cause,
    });
  }
}

function removeLink(link: string): void {
  try {
    if (isLink(link)) unlinkSync(link);
  } catch {
    // Gone already, or the folder is: nothing is left to tidy.
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
