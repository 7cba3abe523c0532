/**
 * The whole command line as a function: a table of commands, each in a file of its own that is loaded only when it is
 * called, so that `z80lm --help` and small commands start at once.
 */
import { Command, CommanderError } from 'commander';
import { manifest } from '../package.js';
import { EXIT } from '../seams/errors.js';
import { showExamples } from './examples.js';
import { SETTLED, settleSettings } from './settings.js';
import { COMMANDS } from './table.js';

/** Run a command; its exit status is in `process.exitCode` then. @param words as in process.argv, from the third on */
export async function runCommandLine(words: readonly string[]): Promise<void> {
  try {
    await parse(words.length === 0 ? ['tui'] : words);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const isDone = error.exitCode === 0;
    // Commander has said what was wrong with the command line, but not to programs.
    if (!isDone && words.includes('--json') && error.code !== SETTLED) process.stdout.write(usageJson(error));
    process.exitCode = isDone ? EXIT.done : EXIT.usage;
  }
}

async function parse(words: readonly string[]): Promise<void> {
  const program = new Command('z80lm')
    .description('Teach a very small language model to talk, and put it on a Z80 board.')
    .version(manifest().version)
    .option('--json', 'one JSON document (or one object a line) on stdout, and nothing else there')
    .option('--quiet', 'no progress, no remarks')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  const wanted = words.find((word) => !word.startsWith('-'));
  for (const entry of COMMANDS) {
    if (entry.name === wanted) (await entry.load())(program);
    else program.command(entry.name).description(entry.summary);
  }
  for (const command of program.commands) command.exitOverride();
  showExamples(program);
  settleSettings(program);
  await program.parseAsync([...words], { from: 'user' });
}

/** As `report` of shared.ts has it for all other errors. Commander puts its hint into a second line: (Did you mean asm?) */
function usageJson({ code, message }: CommanderError): string {
  // What Commander says where it has shown the help instead.
  if (code === 'commander.help') message = 'no command is named\n(z80lm --help lists them)';
  const [what, hint] = message.replace(/^error: /, '').split('\n');
  const error = { name: 'UsageError', message: what, ...(hint && { hint: hint.replace(/^\((.*)\)$/, '$1') }) };
  return `${JSON.stringify({ error })}\n`;
}
