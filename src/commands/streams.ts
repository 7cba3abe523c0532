/**
 * Standard output and standard error when nobody takes what is written: a reader that has enough (`z80lm … | head`), a
 * full disk, a terminal that was closed. The first is no error; the others are told in one line, where that is possible.
 */
import { closeSync, fstatSync } from 'node:fs';
import { isatty } from 'node:tty';
import { EXIT, type ExitStatus } from '../seams/errors.js';
import { explain } from '../host/node-files.js';
import { colour } from './colour.js';
import type { Interruption } from './interruption.js';

/** The command that runs now: it is asked to stop, if it listens. */
let running: Interruption | undefined;

export function setRunning(interruption: Interruption | undefined): void {
  running = interruption;
}

/** Once, before anything is written. */
export function watchStreams({ stdout, stderr } = process, exit: (status: number) => void = process.exit): void {
  process.once('exit', leaveGoneTerminal);
  let isLost = false;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Each further write fails likewise.
    if (isLost) return;
    isLost = true;
    const { whileWorking, afterwards } = meaningOf(error, stdout.isTTY === true);
    if (afterwards === EXIT.usage) tell('standard output', error);
    if (running?.isHeard) running.stop(whileWorking);
    else exit(afterwards);
  });
  stderr.on('error', (error: NodeJS.ErrnoException) => {
    // There is nowhere to tell it, but for the exit status.
    if (!isReaderGone(error) && !(error.code === 'EIO' && stderr.isTTY)) process.exitCode ||= EXIT.usage;
  });
}

/**
 * At its end Node puts the terminal's settings back, and crashes (SIGABRT) where the terminal is gone: so it shall not
 * find it. To be called in the process's last moment.
 */
function leaveGoneTerminal(): void {
  for (const fd of [0, 1, 2])
    try {
      if (fstatSync(fd).isCharacterDevice() && !isatty(fd)) closeSync(fd);
    } catch {
      // It was closed before.
    }
}

const isReaderGone = ({ code }: NodeJS.ErrnoException): boolean => code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';

/** The exit status of a command that only printed, and of one that has to stop its work. */
function meaningOf(
  error: NodeJS.ErrnoException,
  isTerminal: boolean,
): Record<'whileWorking' | 'afterwards', ExitStatus> {
  if (isReaderGone(error)) return { whileWorking: EXIT.interrupted, afterwards: EXIT.done };
  if (error.code === 'EIO' && isTerminal) return { whileWorking: EXIT.hungUp, afterwards: EXIT.hungUp };
  return { whileWorking: EXIT.usage, afterwards: EXIT.usage };
}

function tell(stream: string, error: NodeJS.ErrnoException): void {
  const { message, hint } = explain(stream, error, 'write') as Error & { hint?: string };
  process.stderr.write(`${colour.red('error:')} ${stream}: ${message}\n`);
  if (hint !== undefined && error.code === 'ENOSPC') process.stderr.write(`${colour.cyan('hint:')} free some space\n`);
}
