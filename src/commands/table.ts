/**
 * The table of commands: name, a word about it, what --json makes of its output, and its file, loaded when the command is
 * called.
 */
import type { Command } from 'commander';

export type Register = (program: Command) => void;

/** What --json puts on standard output: one document, an object a line as things happen, or (where it only draws) nothing. */
export type JsonForm = 'document' | 'lines' | 'nothing' | `lines with ${string}`;

export interface Entry {
  name: string;
  summary: string;
  /** Of the command, or of each of its own commands. */
  json: JsonForm | Readonly<Record<string, JsonForm>>;
  load: () => Promise<Register>;
}

/** For the help of --json. @param sub the command's own command, where it has some */
export function jsonWords({ json }: Pick<Entry, 'json'>, sub?: string): string {
  const form = typeof json === 'string' ? json : json[sub ?? ''];
  if (form === undefined) return 'JSON on stdout, and nothing else there';
  if (form === 'nothing') return 'an error as one JSON document on stdout';
  if (form === 'document') return 'one JSON document on stdout, and nothing else there';
  if (form === 'lines') return 'a JSON object a line on stdout, and nothing else there';
  return `one JSON document on stdout, and nothing else there; ${form.replace('lines ', '')} a JSON object a line`;
}

export const COMMANDS: Entry[] = [
  {
    name: 'tui',
    summary: 'the whole way on one screen (z80lm alone opens it, too)',
    json: 'nothing',
    load: async () => (await import('./tui.js')).registerTui,
  },
  {
    name: 'demo',
    summary: 'the whole way on the shipped data and the virtual board',
    json: 'lines',
    load: async () => (await import('./demo.js')).registerDemo,
  },
  {
    name: 'train',
    summary: 'text pairs to a model',
    json: 'lines',
    load: async () => (await import('./train.js')).registerTrain,
  },
  {
    name: 'eval',
    summary: 'how many answers a model gets right',
    json: 'document',
    load: async () => (await import('./eval.js')).registerEval,
  },
  {
    name: 'chat',
    summary: 'talk to the integer model on this computer',
    json: 'lines',
    load: async () => (await import('./chat.js')).registerChat,
  },
  {
    name: 'build',
    summary: 'a model to a CP/M program',
    json: 'document',
    load: async () => (await import('./build.js')).registerBuild,
  },
  {
    name: 'run',
    summary: 'run a CP/M program in the emulator',
    json: 'document',
    load: async () => (await import('./run.js')).registerRun,
  },
  {
    name: 'disk',
    summary: 'the files of CP/M disk images',
    json: { info: 'document', ls: 'document', get: 'document', put: 'document', rm: 'document', new: 'document' },
    load: async () => (await import('./disk.js')).registerDisk,
  },
  {
    name: 'debug',
    summary: 'run a program in the debugger, forwards and backwards',
    json: 'lines',
    load: async () => (await import('./debug.js')).registerDebug,
  },
  {
    name: 'asm',
    summary: 'assemble Z80 source',
    json: 'document',
    load: async () => (await import('./asm.js')).registerAsm,
  },
  {
    name: 'disasm',
    summary: 'disassemble a program',
    json: 'document',
    load: async () => (await import('./disasm.js')).registerDisasm,
  },
  {
    name: 'lsp',
    summary: 'a language server: the assembler in an editor',
    json: 'nothing',
    load: async () => (await import('./lsp.js')).registerLsp,
  },
  {
    name: 'board',
    summary: 'a virtual RC2014 behind a pseudo-terminal',
    json: 'document',
    load: async () => (await import('./board.js')).registerBoard,
  },
  {
    name: 'ports',
    summary: 'serial ports, best guess first',
    json: 'lines',
    load: async () => (await import('./ports.js')).registerPorts,
  },
  {
    name: 'doctor',
    summary: 'is the line to a board sound, and who answers',
    json: 'lines',
    load: async () => (await import('./doctor.js')).registerDoctor,
  },
  {
    name: 'flash',
    summary: 'send a program to a board and verify it',
    json: 'lines with --run',
    load: async () => (await import('./flash.js')).registerFlash,
  },
  {
    name: 'console',
    summary: "a board's console",
    json: 'lines',
    load: async () => (await import('./console.js')).registerConsole,
  },
  {
    name: 'compare',
    summary: 'ask emulator and board the same questions and compare, byte for byte',
    json: 'lines',
    load: async () => (await import('./compare.js')).registerCompare,
  },
  {
    name: 'time',
    summary: 'time a program on a board, measured against predicted',
    json: 'document',
    load: async () => (await import('./time.js')).registerTime,
  },
  {
    name: 'data',
    summary: 'look after training data',
    json: { lint: 'document', stats: 'document', balance: 'document', gen: 'lines with --provider' },
    load: async () => (await import('./data.js')).registerData,
  },
  {
    name: 'new',
    summary: 'a starter project: data, settings, a page to go by',
    json: 'document',
    load: async () => (await import('./new.js')).registerNew,
  },
  {
    name: 'config',
    summary: 'what the settings are, and where each comes from',
    json: 'lines',
    load: async () => (await import('./config.js')).registerConfig,
  },
  {
    name: 'report',
    summary: 'one file to attach to a bug report',
    json: 'document',
    load: async () => (await import('./report.js')).registerReport,
  },
  {
    name: 'completion',
    summary: 'completion for bash, zsh or fish',
    json: 'document',
    load: async () => (await import('./completion.js')).registerCompletion,
  },
  {
    name: 'help',
    summary: 'help for a command; --man: all of it as a manual page',
    json: 'document',
    load: async () => (await import('./help.js')).registerHelp,
  },
];

/** What the shells' completion asks, at each Tab; nobody else calls it, and no list has it. */
export const COMPLETE: Pick<Entry, 'name' | 'load'> = {
  name: 'complete',
  load: async () => (await import('./complete.js')).registerComplete,
};
