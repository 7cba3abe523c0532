/**
 * `z80lm new NAME`: a starter project, small enough to read whole: pairs to learn from, or the spec of a game, prompts to ask, settings, a
 * first assembler program, and the commands in the order in which one needs them.
 */
import { join } from 'node:path';
import type { Command } from 'commander';
import { UsageError } from '../seams/errors.js';
import { schemaUrl } from '../seams/pages.js';
import { parseSpec } from '../trainer/data-spec.js';
import { unknownText } from '../trainer/fallback.js';
import { GAME_SPEC, gameReadme } from './new-game.js';
import { CONFIG_FILE } from './settings.js';
import { action } from './shared.js';

/** What one asks, and what it answers: enough variants that a word more or less does not matter. */
const TALK: readonly (readonly [answer: string, ...questions: string[]])[] = [
  ['HI', 'hello', 'hi', 'hey', 'hello there', 'hi there', 'good morning', 'good evening', 'hello computer'],
  ['BYE', 'bye', 'goodbye', 'good bye', 'see you', 'see you later', 'good night', 'i must go', 'bye bye'],
  ['A Z80', 'what are you', 'what are you?', 'who are you', 'are you a computer', 'what chip are you', 'are you a pc'],
  ['FINE', 'how are you', 'how are you?', 'how do you do', 'how is it going', 'are you well', 'how do you feel'],
  ['64 KB', 'how big are you', 'how much memory', 'how much ram do you have', 'what is your memory', 'are you big'],
  ['NO', 'are you human', 'are you alive', 'do you sleep', 'do you eat', 'can you fly', 'are you a cat'],
  ['YES', 'are you old', 'do you like basic', 'can you count', 'are you small', 'do you think', 'do you know me'],
  ['THANKS', 'you are nice', 'i like you', 'you are clever', 'well done', 'good answer', 'you are great'],
];

/** The answer to all else. */
const UNKNOWN = 'HUH?';

const PROMPTS = ['hello', 'what are you?', 'how much memory', 'are you alive', 'bye'];

const HELLO_ASM = `; A first program: z80lm asm hello.asm -o HELLO.COM, then z80lm run HELLO.COM
BDOS    equ     5
PRINT   equ     9               ; print the text at DE up to "$"

        org     100h
        ld      de,text
        ld      c,PRINT
        call    BDOS
        ret                     ; back to CP/M

text:   db      "HELLO FROM A Z80",13,10,"$"
`;

/** The files by name. */
export function starterFiles(name: string, kind: 'talk' | 'game' = 'talk'): Map<string, string> {
  const com = `${
    name
      .toUpperCase()
      .replace(/[^A-Z0-9]/g, '')
      .slice(0, 8) || 'TALK'
  }.COM`;
  const common: [string, string][] = [
    ['hello.asm', HELLO_ASM],
    ['.gitignore', '*.npz\n*.ckpt\n*.COM\n*.com\n*.lst\n*.sym\nout/\n'],
    [CONFIG_FILE, `${JSON.stringify({ $schema: schemaUrl('config'), layout: 'auto' }, null, 2)}\n`],
  ];
  if (kind === 'game')
    return new Map([
      ['game.spec', GAME_SPEC],
      ['prompts.txt', `${parseSpec(GAME_SPEC, 'game.spec').prompts.join('\n')}\n`],
      ...common,
      ['README.md', gameReadme(name, com, CONFIG_FILE)],
    ]);
  const pairs = TALK.flatMap(([answer, ...questions]) => questions.map((question) => `${question}|${answer}`));
  return new Map([
    ['pairs.txt', `${[unknownText(UNKNOWN), ...pairs].join('\n')}\n`],
    ['prompts.txt', `${PROMPTS.join('\n')}\n`],
    ...common,
    ['README.md', talkReadme(name, com)],
  ]);
}

function talkReadme(name: string, com: string): string {
  return `# ${name}

    z80lm data lint pairs.txt          what may be wrong with the pairs
    z80lm train pairs.txt -o ${name}.npz     a few seconds
    z80lm chat ${name}.npz                   talk to it here
    z80lm build ${name}.npz -o ${com}        a CP/M program
    z80lm run ${com}                   in the emulator
    z80lm ports                        then put "port" into ${CONFIG_FILE}, and
    z80lm flash ${com} --run           onto the board

Lines of pairs.txt are question|answer. Give each answer several questions, each question one answer. The first line is what
it says when it is asked about something else.
`;
}

export function registerNew(program: Command): void {
  program
    .command('new')
    .description('a starter project in a new folder')
    .argument('<name>', 'the folder to make')
    .option('--game', 'a game of questions about a secret, not somebody to talk to')
    .option('--force', 'write over files that are there')
    .action(
      action<{ force?: boolean; game?: boolean }, [string]>(async (shell, { force, game }, name) => {
        if (!/^[A-Za-z0-9][\w.-]*$/.test(name))
          throw new UsageError(`${JSON.stringify(name)} is no name for a project`, {
            hint: 'letters, digits, ".", "-" and "_", such as my-talk',
          });
        const files = starterFiles(name, game ? 'game' : 'talk');
        const there = [...files.keys()].find((file) => shell.files.exists(join(name, file)));
        if (there !== undefined && !force)
          throw new UsageError('there is such a file already', {
            where: join(name, there),
            hint: 'choose another name, or write over it with --force',
          });
        for (const [file, text] of files) shell.files.write(join(name, file), text);
        shell.emit({ folder: name, files: [...files.keys()] });
        shell.print(`${name}: ${[...files.keys()].join(', ')}`);
        if (game) shell.print(`next: z80lm data gen ${name}/game.spec -o ${name}/game`);
        shell.print(`${game ? 'then' : 'next'}: z80lm train ${name}/${game ? 'game' : 'pairs'}.txt -o ${name}.npz`);
      }),
    );
}
