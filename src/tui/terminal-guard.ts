/**
 * Gives the terminal back when the process that drew on it died without doing so (SIGKILL, a crash of Node itself):
 * the engine, which outlives it for a moment, does it then.
 */
import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';

/** Attributes off, cursor shown, keypad and mouse as usual, main screen. */
const LEAVE = '\x1b[m\x1b[?2004l\x1b[?25h\x1b[?1l\x1b>\x1b[?1000l\x1b[?1002l\x1b[?1006l\x1b[?1049l';
const TTY = '/dev/tty';

/** The terminal's settings as `stty` writes them, or undefined where there is no stty. */
export function terminalSettings(): string | undefined {
  try {
    return execFileSync('stty', ['-g'], { stdio: ['inherit', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    return undefined;
  }
}

export function restoreTerminal(settings: string | undefined): Promise<void> {
  try {
    writeFileSync(TTY, LEAVE);
  } catch {
    // The terminal is gone as well: then nobody misses it.
    return Promise.resolve();
  }
  if (settings === undefined) return Promise.resolve();
  // By now another program may have the foreground: whoever sets the terminal from behind is stopped (SIGTTOU).
  const child = spawn('/bin/sh', ['-c', `trap '' TTOU; exec stty "$0" <${TTY}`, settings], { stdio: 'ignore' });
  return new Promise((resolve) => child.once('close', () => resolve()).once('error', () => resolve()));
}
