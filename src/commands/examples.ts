/**
 * Two examples for the --help of each command. They work as they are printed, in a folder where `z80lm demo` and
 * `z80lm new my` have run and the virtual board of `z80lm board --pty ttyZ80` answers: test/front/examples.test.ts
 * runs them there.
 */
import type { Command } from 'commander';

export const EXAMPLES: Readonly<Record<string, readonly [string, string]>> = {
  tui: ['z80lm tui', 'z80lm tui --port /dev/ttyUSB0'],
  demo: ['z80lm demo', 'z80lm demo --epochs 2 --out quick'],
  train: ['z80lm train my/pairs.txt -o my.npz', 'z80lm train my/pairs.txt -o my.npz --time 60s --holdout 0.1'],
  eval: ['z80lm eval my.npz my/pairs.txt', 'z80lm eval out/model.npz my/pairs.txt --on z80'],
  chat: ['z80lm chat my.npz', 'z80lm chat my.npz "hello"'],
  build: ['z80lm build my.npz -o MY.COM', 'z80lm build --shell -o TALK.COM'],
  run: ['z80lm run MY.COM', 'z80lm run MY.COM --type hello --type ! --stats'],
  disk: ['z80lm disk new card.img', 'z80lm disk put card.img MY.COM'],
  debug: ['z80lm debug HELLO.COM', 'z80lm debug MY.COM --type hello'],
  asm: ['z80lm asm my/hello.asm -o HELLO.COM', 'z80lm asm my/hello.asm -o hello.hex --listing'],
  disasm: ['z80lm disasm HELLO.COM', 'z80lm disasm HELLO.COM -o again.asm'],
  lsp: ['z80lm lsp', 'z80lm lsp --main my/hello.asm --hints'],
  board: ['z80lm board --pty ttyZ80', 'z80lm board --tcp 6850 --no-flow-control'],
  ports: ['z80lm ports', 'z80lm ports --json'],
  doctor: ['z80lm doctor', 'z80lm doctor --port ./ttyZ80'],
  flash: ['z80lm flash MY.COM --port ./ttyZ80', 'z80lm flash MY.COM --port ./ttyZ80 --as CHAT.COM --run'],
  console: ['z80lm console --port ./ttyZ80', 'z80lm console --port ./ttyZ80 --log console.log'],
  compare: [
    'z80lm compare MY.COM --port ./ttyZ80 --prompts my/prompts.txt',
    'z80lm compare MY.COM --port ./ttyZ80 --prompts my/prompts.txt --no-flash --junit compare.xml',
  ],
  time: ['z80lm time MY.COM --port ./ttyZ80', 'z80lm time MY.COM --port ./ttyZ80 --repeat 1 --no-metronome'],
  data: ['z80lm data lint my/pairs.txt', 'z80lm data gen small-talk -o talk'],
  new: ['z80lm new my', 'z80lm new my --force'],
  config: ['z80lm config', 'z80lm config --json'],
  report: ['z80lm report', 'z80lm report -o report.zip'],
  completion: ['z80lm completion bash', 'z80lm completion fish'],
  help: ['z80lm help data lint', 'z80lm help --man'],
};

/** Those of a command's own commands. */
export const SUB_EXAMPLES: Readonly<Record<string, readonly [string, string]>> = {
  'disk new': ['z80lm disk new floppy.img --format ibm-3740', 'z80lm disk new cf.img --format classic --slices 8'],
  'disk put': ['z80lm disk put cf.img:2 MY.COM', 'z80lm disk put card.img my/pairs.txt --as PAIRS.TXT --text --user 3'],
  'disk ls': ['z80lm disk ls card.img', 'z80lm disk ls card.img "*.TXT" --user 3'],
  'disk get': ['z80lm disk get card.img "*.COM" -o out', 'z80lm disk get card.img PAIRS.TXT --user 3 --text'],
  'disk info': ['z80lm disk info card.img', 'z80lm disk info cf.img:2'],
  'disk rm': ['z80lm disk rm card.img MY.COM', 'z80lm disk rm cf.img:2 "*.*"'],
  'data lint': ['z80lm data lint my/pairs.txt', 'z80lm data lint my/pairs.txt --fix clean.txt'],
  'data stats': ['z80lm data stats my/pairs.txt', 'z80lm data stats my/pairs.txt --svg answers.svg'],
  'data balance': [
    'z80lm data balance my/pairs.txt -o even.txt',
    'z80lm data balance my/pairs.txt -o even.txt --to least',
  ],
  'data gen': ['z80lm data gen cpm-commands -o cpm', 'z80lm data gen --topic elephant --provider ollama'],
};

export function showExamples(program: Command): void {
  const show = (command: Command, examples: readonly string[] | undefined): void => {
    if (examples) command.addHelpText('after', `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`);
  };
  for (const command of program.commands) {
    show(command, EXAMPLES[command.name()]);
    for (const sub of command.commands) show(sub, SUB_EXAMPLES[`${command.name()} ${sub.name()}`]);
  }
}
