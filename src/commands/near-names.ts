/** What other tools call our commands, for those who type that. */
import { pageUrl } from '../seams/pages.js';

const OTHERS: Readonly<Record<string, string>> = {
  console: 'monitor terminal term serial connect minicom picocom tio screen',
  flash: 'upload send burn program write load put install deploy transfer',
  ports: 'port devices list ls scan',
  doctor: 'check diagnose test probe detect',
  run: 'emulate emulator emu sim simulate exec start cpm',
  board: 'virtual',
  build: 'compile make link',
  asm: 'assemble assembler as',
  disasm: 'disassemble disassembler dis objdump',
  chat: 'ask talk say',
  train: 'learn fit',
  eval: 'evaluate score',
  compare: 'diff verify',
  time: 'bench benchmark measure speed',
  new: 'init create',
  config: 'settings preferences set get',
  data: 'dataset datasets lint stats',
  report: 'bug bugreport',
  tui: 'ui gui',
  completion: 'completions autocomplete',
  help: 'man',
};

/** Told instead of a command. */
const REMARKS: Readonly<Record<string, string>> = {
  version: 'z80lm --version tells it',
  upgrade: `npm brings new versions: ${pageUrl('install')}`,
  update: `npm brings new versions: ${pageUrl('install')}`,
};

/** What to say to a word that is no command, if other tools have it: as Commander says it for words that are near. */
export function otherToolsName(word: string): string | undefined {
  const name = word.toLowerCase();
  const meant = Object.keys(OTHERS).find((command) => OTHERS[command]!.split(' ').includes(name));
  if (meant !== undefined) return `Did you mean ${meant}?`;
  return Object.hasOwn(REMARKS, name) ? REMARKS[name] : undefined;
}
