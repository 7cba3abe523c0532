/**
 * The virtual board in a process of its own, so that nothing this process does disturbs its pace.
 *
 *     here                                board-process.ts
 *     fork ─────────────────────────────► waits
 *     BoardSettings ────────────────────► assembles the firmware, opens its wire (wire.ts), runs in real time
 *          ◄─────────────────── { path } (or { error }, and exits)
 *     'unplug' ─────────────────────────► closes pty or port: { unplugged }
 *     'plug' ───────────────────────────► opens a new pty, or the same port: { path }
 *     disconnect ───────────────────────► closes, exits; so it also does when this process dies
 */
import { fork } from 'node:child_process';
import { existsSync, lstatSync, symlinkSync, unlinkSync } from 'node:fs';
import { resolve as wholePath } from 'node:path';
import type { BoardOptions } from '../emu/board/board.js';
import type { FirmwareKind } from '../emu/board/personality.js';
import { packagePath, startable } from '../package.js';
import { LinkError, UsageError } from '../seams/errors.js';
import { explain } from './node-files.js';
import type { WireWishes } from './wire.js';

/** What the board's process is told. */
export interface BoardSettings extends Omit<BoardOptions, 'firmware' | 'diskImage' | 'onOutput'>, WireWishes {
  /** The latency timer of its USB adapter, see RealtimeOptions. */
  latencyMs?: number | undefined;
  /** Which board it is; default: fast, CP/M with an XM that keeps up with the line. */
  firmware?: FirmwareKind | undefined;
  /** Keep drive A: in this file. It is made where there is none yet; then `files` are put on it. */
  diskFile?: string | undefined;
  /** Leave no more than so many KB free on A: (with a file FILLER.DAT). */
  freeKilobytes?: number | undefined;
  /** Pull the cable when the board has been sent so many bytes: the port is gone, the board runs on. */
  unplugAfter?: number | undefined;
  /** Then put it back after so many milliseconds; without it, never. */
  replugMs?: number | undefined;
  /** Microseconds that the board's XM wastes on each byte, see FirmwareOptions. */
  xmByteUs?: number | undefined;
}

/** What it answers. */
export type BoardRequest = 'unplug' | 'plug';
export type BoardAnswer =
  | { path: string; remark: string | undefined }
  | { unplugged: true }
  /** Something that its user should know; it runs on. */
  | { trouble: string }
  | { error: { message: string; where?: string; hint?: string } };

export interface VirtualBoardOptions extends Omit<BoardSettings, 'ptyOnly'> {
  /** Make a symbolic link of this name to the pseudo-terminal; it is removed at the end. */
  link?: string | undefined;
  /** Is told, in a sentence, what goes wrong while the board runs on: its disk cannot be saved. */
  onTrouble?: ((words: string) => void) | undefined;
}

export interface VirtualBoard {
  /** What to open: /dev/pts/7, or the link's name, or tcp://127.0.0.1:2000. After `plug` it may be another. */
  readonly path: string;
  /** Why its line is a TCP port though none was asked for; undefined if it is what was expected. */
  readonly remark: string | undefined;
  /** The cable is in. */
  readonly plugged: boolean;
  /** Pull the cable out, and put it back in. The board runs on meanwhile. */
  unplug(): Promise<void>;
  plug(): Promise<void>;
  /**
   * Resolves with a message if the board stops by itself, which it should not, and then with what its process said on
   * stderr; with undefined after `close`.
   */
  readonly stopped: Promise<string | undefined>;
  /** Stop the board. Never throws; closing twice is harmless. */
  close(): Promise<void>;
}

/** The end of what the process said on stderr goes into the error when it dies: so many characters. */
const COMPLAINT_KEPT = 4_000;

/** The other side of the drawing above. */
export interface BoardPeer {
  send(message: BoardSettings | BoardRequest): void;
  onAnswer(listener: (answer: BoardAnswer) => void): void;
  /** Tell it to end. */
  end(): void;
  /** Resolves when it has ended, with why it did if it was not told to. */
  readonly ended: Promise<string | undefined>;
}

/**
 * Start a board; resolves when its line can be opened. @throws LinkError, UsageError, EmuError's message as LinkError
 * @param start makes the other side; the default is a process
 */
export async function startVirtualBoard(
  options: VirtualBoardOptions = {},
  start: () => BoardPeer = forkBoard,
): Promise<VirtualBoard> {
  const { link, onTrouble, diskFile, ...rest } = options;
  const settings: BoardSettings = {
    ...rest,
    ptyOnly: link !== undefined,
    // Its process is in another folder than the user.
    ...(diskFile !== undefined && { diskFile: wholePath(diskFile) }),
  };
  if (link !== undefined && settings.tcpPort !== undefined)
    throw new UsageError('a TCP port has no file name', { hint: 'give --pty or --tcp, not both' });
  const peer = start();
  let linked = false;
  let path = '';
  let remark: string | undefined;
  let plugged = false;
  const unlink = (): void => {
    if (linked) removeLink(link!);
    linked = false;
  };
  // The cable may also be pulled and put back without our asking.
  const arrived = (answer: BoardAnswer): void => {
    if ('error' in answer) throw new LinkError(answer.error.message, { ...answer.error, unavailable: true });
    if ('trouble' in answer) return onTrouble?.(answer.trouble);
    plugged = 'path' in answer;
    unlink();
    if (!('path' in answer)) return;
    if (link !== undefined) makeLink(answer.path, link);
    linked = link !== undefined;
    path = link ?? answer.path;
    remark = answer.remark;
  };
  const ask = async (request: BoardSettings | BoardRequest): Promise<void> => {
    const answer = new Promise<void>((resolve, reject) => (waiting = { resolve, reject }));
    peer.send(request);
    const failure = await Promise.race([answer, peer.ended.then((why) => why ?? 'the virtual board was closed')]);
    if (failure !== undefined) throw new LinkError(failure, { unavailable: true });
  };
  let waiting: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  peer.onAnswer((answer) => {
    try {
      arrived(answer);
      if (!('trouble' in answer)) waiting?.resolve();
    } catch (error) {
      waiting?.reject(error);
    }
  });
  const close = async (): Promise<void> => {
    peer.end();
    unlink();
    await peer.ended;
  };
  try {
    await ask(settings);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    get path() {
      return path;
    },
    get remark() {
      return remark;
    },
    get plugged() {
      return plugged;
    },
    stopped: peer.ended,
    unplug: () => ask('unplug'),
    plug: () => ask('plug'),
    close,
  };
}

/** A process of its own. */
function forkBoard(): BoardPeer {
  const { path, execArgv } = startable('host/board-process');
  const child = fork(path, [], {
    cwd: packagePath('.'),
    execArgv,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let ending = false;
  let complaint = '';
  child
    .stderr!.setEncoding('utf8')
    .on('data', (text: string) => (complaint = (complaint + text).slice(-COMPLAINT_KEPT)));
  const ended = new Promise<string | undefined>((resolve) => {
    // Not started at all, or nothing can be said to it any more; in the latter case its exit follows.
    child.on('error', (error) => {
      if (child.pid === undefined) resolve(`the virtual board's process cannot be started: ${error.message}`);
    });
    child.once('exit', (code, signal) => {
      if (ending) {
        child.stderr!.destroy();
        return resolve(undefined);
      }
      // What it has written last comes after that.
      const tell = (): void => {
        const said = complaint.trim() === '' ? '' : `\n${complaint.trim()}`;
        resolve(`the virtual board stopped (${signal ?? code})${said}`);
      };
      if (child.stderr!.closed) tell();
      else child.stderr!.once('close', tell);
    });
  });
  return {
    send: (message) => void child.send(message),
    onAnswer: (listener) => void child.on('message', listener),
    end() {
      ending = true;
      if (child.connected) child.disconnect();
    },
    ended,
  };
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
    const isTaken = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    const { message, hint } = isTaken
      ? { message: 'there is a file of that name', hint: 'choose another name' }
      : (explain(link, cause, 'write') as Error & { hint?: string });
    throw new LinkError(`the link cannot be made: ${message}`, { where: link, hint, unavailable: true, cause });
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
