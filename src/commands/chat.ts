/** `z80lm chat M.npz`: talk to the integer model on this computer, as its program would on a board. */
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { answer } from '../model/inference.js';
import { decodeModel } from '../model/npz.js';
import { typed } from '../model/question.js';
import { action, type Shell } from './shared.js';
import { MODEL_ARGUMENT, modelPath } from './shipped-data.js';

export function registerChat(program: Command): void {
  program
    .command('chat')
    .description('talk to the integer model on this computer')
    .argument('<model>', MODEL_ARGUMENT)
    .argument('[question...]', 'ask this and leave')
    .action(action(chat));
}

async function chat(shell: Shell, _options: object, model: string, words: string[]): Promise<void> {
  const path = modelPath(shell.files, model);
  const network = decodeModel(shell.files.read(path), path);
  const reply = (question: string): void => {
    const said = answer(network, question);
    shell.print(said);
    shell.emit({ question, answer: said });
  };
  if (words.length > 0) return reply(words.join(' '));

  const { name, description } = network.about;
  shell.note([name, description].filter(Boolean).join(': ') || path);
  shell.note('Type a question; an empty line is skipped, ! or the end of input leaves.');
  const terminal = process.stdin.isTTY === true && !shell.json;
  for await (const line of terminal ? typedLines(shell.signal) : pipedLines(shell.signal)) {
    if (line.startsWith('!')) break;
    // Blanks alone are a question to the program, too.
    if (typed(line).length > 0) reply(line);
  }
}

/** With a prompt before each, and what a terminal needs to edit them. */
async function* typedLines(signal: AbortSignal): AsyncGenerator<string> {
  const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ', terminal: true });
  const close = (): void => lines.close();
  signal.addEventListener('abort', close);
  lines.on('SIGINT', close);
  try {
    lines.prompt();
    for await (const line of lines) {
      yield line;
      lines.prompt();
    }
  } finally {
    lines.close();
    signal.removeEventListener('abort', close);
  }
}

/** Not by readline, to which U+2028 ends a line, too: to the program it is three bytes of a question. */
async function* pipedLines(signal: AbortSignal): AsyncGenerator<string> {
  const close = (): void => void process.stdin.destroy();
  signal.addEventListener('abort', close);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let rest = '';
  try {
    for await (const chunk of process.stdin) {
      rest += decoder.decode(chunk as Uint8Array, { stream: true });
      // A CR may be half of a CR LF.
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop()!;
      yield* lines;
    }
    if (rest !== '') yield rest.replace(/\r$/, '');
  } finally {
    signal.removeEventListener('abort', close);
  }
}
