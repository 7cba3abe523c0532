/** `z80lm console`: a board's console here, until Ctrl-] (mirror.ts does the work). */
import type { Command } from 'commander';
import { UsageError } from '../seams/errors.js';
import { openFromFlags, withLinkOptions, type LinkFlags } from './link-options.js';
import { canBeTyped } from './flash-here.js';
import { ENTER, mirror, type MirrorOptions } from './mirror.js';
import { action, type Shell } from './shared.js';

interface Options extends LinkFlags, Omit<MirrorOptions, 'note' | 'enter'> {
  enter: string;
}

export function registerConsole(program: Command): void {
  withLinkOptions(
    program
      .command('console')
      .description("a board's console; Ctrl-] leaves, Ctrl-\\ shows a menu")
      .option('--log <file>', 'write what the board says to a file, byte for byte')
      .option('--timestamps', 'seconds since the start in front of each line')
      .option('--hex', 'show bytes in hexadecimal')
      .option('--echo', 'show what is typed, for boards that do not echo')
      .option('--enter <what>', `what Enter sends: ${Object.keys(ENTER).join(', ')}`, 'cr')
      .option('--send <file>', 'type a text file first, each character when the one before has been echoed')
      .option('--reconnect', 'wait for a port that goes away (unless given: at a terminal)')
      .option('--no-reconnect', 'end when the port goes away'),
  ).action(
    action<Options>(async (shell, options) => {
      const { enter } = options;
      if (!isEnter(enter))
        throw new UsageError(`Enter cannot send ${JSON.stringify(enter)}`, {
          hint: `give ${Object.keys(ENTER).join(', ')}`,
        });
      // Before the log is opened, which empties it.
      shell.files.willWrite({ '--log': options.log });
      if (options.send !== undefined) mustBeText(shell, options.send, options.port);
      const link = await openFromFlags(options, {}, shell);
      try {
        await mirror(shell, link, { ...options, enter });
      } finally {
        await link.close();
      }
    }),
  );
}

/** @throws UsageError; at the menu it is offered to be flashed, but here nobody may be there who could be asked */
function mustBeText(shell: Shell, file: string, port = 'PORT'): void {
  if (canBeTyped(file, shell.files.read(file))) return;
  throw new UsageError('this is no text: typed at a prompt, it would be run as commands', {
    where: file,
    hint: `send it with: z80lm flash ${file} --port ${port}`,
  });
}

const isEnter = (text: string): text is keyof typeof ENTER => Object.hasOwn(ENTER, text);
