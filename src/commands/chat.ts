/** `z80lm chat M.npz`: talk to the integer model on this computer, as its program would on a board. */
import { randomInt } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { isLively } from '../model/closed-set.js';
import { Conversation, MOST_SEED, seedFrom } from '../model/conversation.js';
import type { Network } from '../model/network.js';
import { decodeModel } from '../model/npz.js';
import { typed } from '../model/question.js';
import { plain, plainLine } from '../seams/plain.js';
import { action, wholeNumber, type Shell } from './shared.js';
import { MODEL_ARGUMENT, modelPath } from './shipped-data.js';

export function registerChat(program: Command): void {
  program
    .command('chat')
    .description('talk to the integer model on this computer')
    .argument('<model>', MODEL_ARGUMENT)
    .argument('[question...]', 'ask this and leave')
    .option(
      '--seed <n>',
      `0 to ${MOST_SEED}: the same secrets and turns of phrase each time, as after /N (default: by chance)`,
    )
    .action(action(chat));
}

async function chat(shell: Shell, { seed }: { seed?: string }, model: string, words: string[]): Promise<void> {
  const fixed = seed === undefined ? undefined : wholeNumber('--seed', seed, 0, MOST_SEED);
  const path = modelPath(shell.files, model);
  const network = decodeModel(shell.files.read(path), path);
  const talk = new Conversation(network, { seed: fixed, chance: () => randomInt(MOST_SEED + 1) });
  if (words.length > 0) return reply(shell, network, talk, words.join(' '));

  const { name, description } = network.about;
  shell.note(plainLine([name, description].filter(Boolean).join(': ') || path));
  shell.note('Type a question; an empty line is skipped, ? helps, ! or the end of input leaves.');
  const terminal = process.stdin.isTTY === true && !shell.json;
  const lines = terminal ? typedLines(shell.signal, () => plain(talk.prompt)) : pipedLines(shell.signal);
  for await (const line of lines) {
    if (line.startsWith('!')) break;
    // Blanks alone are a question to the program, too.
    if (typed(line).length > 0) reply(shell, network, talk, line);
  }
}

/** `/TIME`, `/TIME 5` */
const TIMING = /^\/time[ \d]*$/i;

/** What the program says to a line; the seed of one that has its own. */
function reply(shell: Shell, network: Network, talk: Conversation, question: string): void {
  const { prompt } = talk;
  const seed = network.closed && isLively(network.closed) ? seedFrom(question) : undefined;
  if (TIMING.test(question)) return shell.note('/TIME is for a program on a board, which times itself.');
  // Any other line with a slash is a slip.
  if (question === '?' || (seed === undefined && question.startsWith('/'))) {
    for (const told of helpLines(network)) shell.note(told);
    return;
  }
  const said = seed === undefined ? talk.say(question) : talk.restart(seed);
  // A model that draws nothing by lot has nothing to say to a seed.
  if (seed === undefined || said !== '') shell.print(plain(said));
  shell.emit({ question, answer: said, ...(network.closed?.game && { prompt, number: parseInt(prompt) }) });
}

function helpLines({ about, closed }: Network): string[] {
  const { examples = [] } = about;
  return [
    ...(examples.length > 0 ? [plainLine(`Try: ${examples.join(' | ')}`)] : []),
    'Type a question and RETURN. ! leaves.' +
      (closed && isLively(closed) ? ` / and a number from 0 to ${MOST_SEED} begins anew, the same each time.` : ''),
  ];
}

/** With a prompt before each, and what a terminal needs to edit them. */
async function* typedLines(signal: AbortSignal, promptOf: () => string): AsyncGenerator<string> {
  const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: promptOf(), terminal: true });
  const close = (): void => lines.close();
  signal.addEventListener('abort', close);
  lines.on('SIGINT', close);
  try {
    lines.prompt();
    for await (const line of lines) {
      yield line;
      lines.setPrompt(promptOf());
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
  } catch (error) {
    // A stream that is destroyed in the middle of a wait says that it was.
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', close);
  }
}
