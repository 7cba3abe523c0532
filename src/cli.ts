#!/usr/bin/env node
/**
 * The command line: a table of commands, each in a file of its own that is loaded only when it is called,
 * so that `z80lm --help` and small commands start at once.
 */
import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { EXIT } from './seams/errors.js';

type Register = (program: Command) => void;

interface Entry {
  name: string;
  summary: string;
  load: () => Promise<Register>;
}

const COMMANDS: Entry[] = [
  {
    name: 'tui',
    summary: 'the whole way on one screen (z80lm alone opens it, too)',
    load: async () => (await import('./commands/tui.js')).registerTui,
  },
  {
    name: 'demo',
    summary: 'the whole way on the shipped data and the virtual board',
    load: async () => (await import('./commands/demo.js')).registerDemo,
  },
  {
    name: 'train',
    summary: 'text pairs to a model',
    load: async () => (await import('./commands/train.js')).registerTrain,
  },
  {
    name: 'eval',
    summary: 'how many answers a model gets right',
    load: async () => (await import('./commands/eval.js')).registerEval,
  },
  {
    name: 'chat',
    summary: 'talk to the integer model on this computer',
    load: async () => (await import('./commands/chat.js')).registerChat,
  },
  {
    name: 'build',
    summary: 'a model to a CP/M program',
    load: async () => (await import('./commands/build.js')).registerBuild,
  },
  {
    name: 'run',
    summary: 'run a CP/M program in the emulator',
    load: async () => (await import('./commands/run.js')).registerRun,
  },
  { name: 'asm', summary: 'assemble Z80 source', load: async () => (await import('./commands/asm.js')).registerAsm },
  {
    name: 'disasm',
    summary: 'disassemble a program',
    load: async () => (await import('./commands/disasm.js')).registerDisasm,
  },
  {
    name: 'board',
    summary: 'a virtual RC2014 behind a pseudo-terminal',
    load: async () => (await import('./commands/board.js')).registerBoard,
  },
  {
    name: 'ports',
    summary: 'serial ports, best guess first',
    load: async () => (await import('./commands/ports.js')).registerPorts,
  },
  {
    name: 'doctor',
    summary: 'is the line to a board sound, and who answers',
    load: async () => (await import('./commands/doctor.js')).registerDoctor,
  },
  {
    name: 'flash',
    summary: 'send a program to a board and verify it',
    load: async () => (await import('./commands/flash.js')).registerFlash,
  },
  {
    name: 'console',
    summary: "a board's console",
    load: async () => (await import('./commands/console.js')).registerConsole,
  },
  {
    name: 'compare',
    summary: 'ask emulator and board the same questions and compare, byte for byte',
    load: async () => (await import('./commands/compare.js')).registerCompare,
  },
  {
    name: 'time',
    summary: 'time a program on a board, measured against predicted',
    load: async () => (await import('./commands/time.js')).registerTime,
  },
  {
    name: 'data',
    summary: 'look after training data',
    load: async () => (await import('./commands/data.js')).registerData,
  },
];

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

async function main(words: string[]): Promise<void> {
  const argv = words.length === 0 ? ['tui'] : words;
  const program = new Command('z80lm')
    .description('Teach a very small language model to talk, and put it on a Z80 board.')
    .version(version)
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
