/** `z80lm console`: a board's console here, until Ctrl-] (src/console does the work). */
import type { Command } from 'commander';
import { MAP_NAMES } from '../console/map-in.js';
import { preferencesFrom, type Preferences } from '../console/preferences.js';
import { mayBeSent } from '../console/session.js';
import { UsageError } from '../seams/errors.js';
import { canBeTyped } from './flash-here.js';
import { keyboardOption } from './keyboard-options.js';
import { openFromFlags, withLinkOptions, type LinkFlags } from './link-options.js';
import { mirror, type MirrorOptions } from './mirror.js';
import { action, type Shell } from './shared.js';
import { decidedLater } from './values.js';

interface Options extends LinkFlags, Omit<MirrorOptions, 'note' | 'view' | 'times'> {
  hex?: boolean;
  names?: boolean;
  timestamps?: boolean;
}

export function registerConsole(program: Command): void {
  withLinkOptions(
    program
      .command('console')
      .description("a board's console; Ctrl-] leaves, Ctrl-\\ shows a menu")
      .addOption(keyboardOption('terminal'))
      .addOption(keyboardOption('arrows'))
      .option('--raw', 'bytes both ways as they are: nothing is filtered, nothing is drawn')
      .option('--log <file>', 'write what the board says to a file, byte for byte')
      .option('--log-clean', 'its text as it stood on the screen: no control characters, no escape sequences')
      .option('--log-append', 'behind what is in the file')
      .option('--timestamps', 'times beside the lines')
      .option('--hex', 'show bytes in hexadecimal')
      .option('--names', 'show control characters by name: <CR>, ^[')
      .addOption(
        decidedLater('--echo [how]', 'show what is typed, for boards that do not echo', 'off').choices(['on', 'off']),
      )
      .addOption(keyboardOption('enter'))
      .addOption(keyboardOption('backspace'))
      .addOption(keyboardOption('charset'))
      .addOption(
        decidedLater('--map-in <names>', `what the board sends, with commas: ${MAP_NAMES.join(', ')}`, 'as it is'),
      )
      .addOption(
        decidedLater(
          '--char-delay <ms>',
          'between characters of a paste or a file, at least; they wait for their echo anyhow',
          '0',
        ),
      )
      .addOption(decidedLater('--line-delay <ms>', 'the same behind a line', '0'))
      .option('--send <file>', 'type a text file first, each character when the one before has been echoed')
      .option('--reconnect', 'wait for a port that goes away (unless given: at a terminal)')
      .option('--no-reconnect', 'end when the port goes away'),
  ).action(
    action<Options>(async (shell, { hex, names, timestamps, ...options }) => {
      const view = hex ? 'hex' : names ? 'names' : undefined;
      const whole: MirrorOptions = { ...options, view, times: timestamps };
      if (options.raw && (shell.json || process.stdin.isTTY !== true))
        throw new UsageError('--raw is for somebody at a terminal', {
          hint: 'without it, keys from a pipe are typed line by line at the pace of the board, and --json gives its text',
        });
      // Before the log is opened, which empties it.
      const preferences = preferencesFrom(whole);
      shell.files.willWrite({ '--log': options.log });
      if (options.send !== undefined) mustBeText(shell, options.send, preferences, options.port);
      const link = await openFromFlags(options, {}, shell);
      try {
        await mirror(shell, link, whole);
      } finally {
        await link.close();
      }
    }),
  );
}

/**
 * @throws UsageError; at the menu it is offered to be flashed, but here nobody may be there who could be asked
 * @throws InputError for characters that the charset refuses
 */
function mustBeText(shell: Shell, file: string, preferences: Preferences, port = 'PORT'): void {
  const bytes = shell.files.read(file);
  if (canBeTyped(file, bytes)) return mayBeSent(file, bytes, preferences);
  throw new UsageError('this is no text: typed at a prompt, it would be run as commands', {
    where: file,
    hint: `send it with: z80lm flash ${file} --port ${port}`,
  });
}
