#!/usr/bin/env node
/**
 * The command line: a table of commands, each in a file of its own that is loaded only when it is called,
 * so that `z80lm --help` and small commands start at once.
 */
import { Command, CommanderError } from 'commander';
import { showExamples } from './commands/examples.js';
import { settleSettings } from './commands/settings.js';
import { COMMANDS } from './commands/table.js';
import { manifest } from './package.js';
import { EXIT } from './seams/errors.js';

async function main(words: string[]): Promise<void> {
  const argv = words.length === 0 ? ['tui'] : words;
  const program = new Command('z80lm')
    .description('Teach a very small language model to talk, and put it on a Z80 board.')
    .version(manifest().version)
    .option('--json', 'one JSON document (or one object a line) on stdout, and nothing else there')
    .option('--quiet', 'no progress, no remarks')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  const wanted = argv.find((word) => !word.startsWith('-'));
  for (const entry of COMMANDS) {
    if (entry.name === wanted) (await entry.load())(program);
    else program.command(entry.name).description(entry.summary);
  }
  for (const command of program.commands) command.exitOverride();
  showExamples(program);
  settleSettings(program);
  await program.parseAsync(argv, { from: 'user' });
}

// `z80lm … | head` ends the reader, not the world.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await main(process.argv.slice(2));
} catch (error) {
  // Commander has already said what was wrong with the command line.
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
}
