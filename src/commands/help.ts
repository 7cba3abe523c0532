/** `z80lm help [COMMAND...]`: what `COMMAND --help` shows, and with `--man` the manual page of all commands. */
import type { Command } from 'commander';
import { UsageError } from '../seams/errors.js';
import { programFor, type Loaded } from './command-line.js';
import { action } from './shared.js';

export function registerHelp(program: Command): void {
  program
    .command('help')
    .description('what COMMAND --help shows; or all commands as a manual page')
    .argument('[command...]', 'a command, and one of its own commands')
    .option('--man', 'all of it in the form of man: z80lm help --man | man -l -')
    .action(
      action<{ man?: boolean }, [string[]]>(async (shell, { man }, words) => {
        const text = man ? await (await import('./man-page.js')).manPage() : helpText(await programFor(words), words);
        shell.write(text);
        shell.emit({ help: text });
      }),
    );
}

/** As Commander shows it, examples and all. @throws UsageError for what is no command */
function helpText({ program, unknown }: Loaded, words: readonly string[]): string {
  let command = program;
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word);
    if (!next)
      throw new UsageError(`there is no command ${JSON.stringify(words.join(' '))}`, {
        hint: unknown ?? 'z80lm --help lists them',
      });
    command = next;
  }
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  return text;
}
