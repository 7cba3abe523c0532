/** The table of commands: name, a word about it, and its file, loaded when the command is called. */
import type { Command } from 'commander';

export type Register = (program: Command) => void;

export interface Entry {
  name: string;
  summary: string;
  load: () => Promise<Register>;
}

export const COMMANDS: Entry[] = [
  {
    name: 'tui',
    summary: 'the whole way on one screen (z80lm alone opens it, too)',
    load: async () => (await import('./tui.js')).registerTui,
  },
  {
    name: 'demo',
    summary: 'the whole way on the shipped data and the virtual board',
    load: async () => (await import('./demo.js')).registerDemo,
  },
  {
    name: 'train',
    summary: 'text pairs to a model',
    load: async () => (await import('./train.js')).registerTrain,
  },
  {
    name: 'eval',
    summary: 'how many answers a model gets right',
    load: async () => (await import('./eval.js')).registerEval,
  },
  {
    name: 'chat',
    summary: 'talk to the integer model on this computer',
    load: async () => (await import('./chat.js')).registerChat,
  },
  {
    name: 'build',
    summary: 'a model to a CP/M program',
    load: async () => (await import('./build.js')).registerBuild,
  },
  {
    name: 'run',
    summary: 'run a CP/M program in the emulator',
    load: async () => (await import('./run.js')).registerRun,
  },
  { name: 'asm', summary: 'assemble Z80 source', load: async () => (await import('./asm.js')).registerAsm },
  {
    name: 'disasm',
    summary: 'disassemble a program',
    load: async () => (await import('./disasm.js')).registerDisasm,
  },
  {
    name: 'board',
    summary: 'a virtual RC2014 behind a pseudo-terminal',
    load: async () => (await import('./board.js')).registerBoard,
  },
  {
    name: 'ports',
    summary: 'serial ports, best guess first',
    load: async () => (await import('./ports.js')).registerPorts,
  },
  {
    name: 'doctor',
    summary: 'is the line to a board sound, and who answers',
    load: async () => (await import('./doctor.js')).registerDoctor,
  },
  {
    name: 'flash',
    summary: 'send a program to a board and verify it',
    load: async () => (await import('./flash.js')).registerFlash,
  },
  {
    name: 'console',
    summary: "a board's console",
    load: async () => (await import('./console.js')).registerConsole,
  },
  {
    name: 'compare',
    summary: 'ask emulator and board the same questions and compare, byte for byte',
    load: async () => (await import('./compare.js')).registerCompare,
  },
  {
    name: 'time',
    summary: 'time a program on a board, measured against predicted',
    load: async () => (await import('./time.js')).registerTime,
  },
  {
    name: 'data',
    summary: 'look after training data',
    load: async () => (await import('./data.js')).registerData,
  },
  {
    name: 'new',
    summary: 'a starter project: data, settings, a page to go by',
    load: async () => (await import('./new.js')).registerNew,
  },
  {
    name: 'config',
    summary: 'what the settings are, and where each comes from',
    load: async () => (await import('./config.js')).registerConfig,
  },
  {
    name: 'report',
    summary: 'one file to attach to a bug report',
    load: async () => (await import('./report.js')).registerReport,
  },
  {
    name: 'completion',
    summary: 'completion for bash, zsh or fish',
    load: async () => (await import('./completion.js')).registerCompletion,
  },
];
