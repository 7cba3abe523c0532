/**
 * The whole command line as a function: a table of commands, each in a file of its own that is loaded only when it is
 * called, so that `z80lm --help` and small commands start at once.
 */
import { Command, CommanderError } from 'commander';
import { manifest } from '../package.js';
import { EXIT } from '../seams/errors.js';
import { showExamples } from './examples.js';
import { SETTLED, settleSettings } from './settings.js';
import { COMMANDS, COMPLETE, jsonWords } from './table.js';

/** Run a command; its exit status is in `process.exitCode` then. @param words as in process.argv, from the third on */
export async function runCommandLine(words: readonly string[]): Promise<void> {
  if (words.length === 0) words = ['tui'];
  const { program, unknown, command } = await programFor(words);
  try {
    settleSettings(program);
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const isDone = error.exitCode === 0;
    process.exitCode = isDone ? EXIT.done : EXIT.usage;
    // Where help was shown, or the settings were wrong, all has been said.
    if (isDone || error.code === SETTLED) return;
    const { what, hint } = usageFault(error, unknown, command);
    if (error.code !== SHOWN) process.stderr.write(`error: ${what}\n${hint === undefined ? '' : `(${hint})\n`}`);
    if (words.includes('--json'))
      process.stdout.write(
        `${JSON.stringify({ error: { name: 'UsageError', message: what, ...(hint && { hint }) } })}\n`,
      );
  }
}

export interface Loaded {
  program: Command;
  /** The one that is called, with its options and its own commands; the others have a name and a summary only. */
  command: Command | undefined;
  /** What to say if it is none. */
  unknown: string | undefined;
}

/** The program with the command loaded that these words call: what runs it, and what shows its help. */
export async function programFor(words: readonly string[]): Promise<Loaded> {
  const [wanted, sub] = words.filter((word) => !word.startsWith('-'));
  const entry = COMMANDS.find(({ name }) => name === wanted);
  const program = new Command('z80lm')
    .description('Teach a very small language model to talk, and put it on a Z80 board.')
    .version(manifest().version)
    .option(
      '--json',
      entry ? jsonWords(entry, sub) : 'one JSON document (or one object a line) on stdout, and nothing else there',
    )
    .option('--quiet', 'no progress, no remarks')
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true })
    // Errors are told by runCommandLine, with a hint where Commander has none.
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  for (const one of COMMANDS) {
    if (one === entry) (await one.load())(program);
    else program.command(one.name).description(one.summary);
  }
  if (wanted === COMPLETE.name) (await COMPLETE.load())(program);
  for (const one of program.commands) one.exitOverride();
  showExamples(program);
  const command = program.commands.find((one) => one.name() === wanted);
  const unknown =
    wanted !== undefined && command === undefined
      ? (await import('./near-names.js')).otherToolsName(wanted)
      : undefined;
  return { program, command, unknown };
}

/** The code of an error where Commander has shown the help instead. */
const SHOWN = 'commander.help';

/** Commander puts its hint into a second line: (Did you mean asm?) */
function usageFault(
  { code, message }: CommanderError,
  unknown: string | undefined,
  command: Command | undefined,
): { what: string; hint?: string | undefined } {
  if (code === SHOWN) return { what: 'no command is named', hint: 'z80lm --help lists them' };
  const [what, near] = message.replace(/^error: /, '').split('\n') as [string, string?];
  const isUnknown = code === 'commander.unknownCommand';
  if (isUnknown && unknown !== undefined) return { what, hint: unknown };
  const takesPort = command?.options.some(({ long }) => long === '--port');
  if (code === 'commander.excessArguments' && takesPort) return { what, hint: 'a board is named with --port' };
  return { what, hint: near?.replace(/^\((.*)\)$/, '$1') ?? (isUnknown ? 'z80lm --help lists them' : undefined) };
}
