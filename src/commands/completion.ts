/**
 * `z80lm completion SHELL`: a completion script for bash, zsh or fish, made from the commands as they are, so it
 * knows every option. Commands first; an option after "-"; else files.
 *
 *     eval "$(z80lm completion bash)"                                       in ~/.bashrc
 *     eval "$(z80lm completion zsh)"                                        in ~/.zshrc, after compinit
 *     z80lm completion fish > ~/.config/fish/completions/z80lm.fish
 */
import { Argument, Command } from 'commander';
import { COMMANDS } from './table.js';
import { action } from './shared.js';

/** A command with its options, and its own commands, if any. */
export interface Words {
  name: string;
  summary: string;
  options: { flags: string[]; summary: string; takesValue: boolean; choices: readonly string[] }[];
  commands: Words[];
}

/** Every command's words, by loading them all. */
export async function allWords(): Promise<Words[]> {
  const program = new Command('z80lm');
  for (const entry of COMMANDS) (await entry.load())(program);
  return program.commands.map((command) => wordsOf(command));
}

function wordsOf(command: Command): Words {
  return {
    name: command.name(),
    summary: COMMANDS.find(({ name }) => name === command.name())?.summary ?? command.description(),
    options: [
      ...command.options.map((option) => ({
        flags: [option.short, option.long].filter((flag) => flag !== undefined && flag !== null),
        summary: option.description,
        takesValue: option.required || option.optional,
        choices: option.argChoices ?? [],
      })),
      ...Object.entries({ '--json': 'JSON on stdout', '--quiet': 'no progress', '--help': 'help' }).map(
        ([flag, summary]) => ({ flags: [flag], summary, takesValue: false, choices: [] }),
      ),
    ],
    commands: command.commands.map((one) => wordsOf(one)),
  };
}

const flagsOf = ({ options }: Words): string => options.flatMap(({ flags }) => flags).join(' ');
const namesOf = (commands: readonly Words[]): string => commands.map(({ name }) => name).join(' ');
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function bash(words: readonly Words[]): string {
  const cases = words.map((one) => `    ${one.name}) flags="${flagsOf(one)}"; subs="${namesOf(one.commands)}" ;;`);
  const subFlags = words.flatMap((one) =>
    one.commands.map((sub) => `    "${one.name} ${sub.name}") flags="${flagsOf(sub)}"; subs="" ;;`),
  );
  return `# z80lm completion bash
_z80lm() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" flags="" subs=""
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${namesOf(words)} --help --version" -- "$cur"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
${subFlags.join('\n')}
  esac
  case "$cur" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$cur")) ;;
    *) if [ "$COMP_CWORD" -eq 2 ] && [ -n "$subs" ]; then COMPREPLY=($(compgen -W "$subs" -- "$cur")); fi ;;
  esac
}
complete -o bashdefault -o default -F _z80lm z80lm
`;
}

function zsh(words: readonly Words[]): string {
  const spec = (one: Words): string =>
    `    ${one.name})
      if [[ $PREFIX == -* ]]; then compadd -- ${flagsOf(one)}
      ${one.commands.length > 0 ? `elif (( CURRENT == 3 )); then compadd -- ${namesOf(one.commands)}\n      ` : ''}else _files; fi ;;`;
  return `#compdef z80lm
_z80lm() {
  if (( CURRENT == 2 )); then
    local -a commands=(
${words.map(({ name, summary }) => `      ${quoted(`${name}:${summary.replaceAll(':', '\\:')}`)}`).join('\n')}
    )
    _describe command commands
    return
  fi
  case $words[2] in
${words.map(spec).join('\n')}
  esac
}
compdef _z80lm z80lm
`;
}

function fish(words: readonly Words[]): string {
  const lines = ['# z80lm completion fish', 'complete -c z80lm -n __fish_use_subcommand -f'];
  for (const { name, summary, options, commands } of words) {
    lines.push(`complete -c z80lm -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`);
    const here = `-n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
    for (const { flags, summary: about, takesValue, choices } of [
      ...options,
      ...commands.flatMap((sub) => sub.options.filter(({ flags }) => flags[0] !== '--help')),
    ]) {
      const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
      const value = takesValue ? ` -r${choices.length > 0 ? ` -a ${quoted(choices.join(' '))}` : ''}` : '';
      lines.push(`complete -c z80lm ${here} ${names.join(' ')}${value} -d ${quoted(about)}`);
    }
    for (const sub of commands) lines.push(`complete -c z80lm ${here} -f -a ${sub.name} -d ${quoted(sub.summary)}`);
  }
  return `${[...new Set(lines)].join('\n')}\n`;
}

export const SHELLS = { bash, zsh, fish } as const;

export function registerCompletion(program: Command): void {
  program
    .command('completion')
    .description('a completion script: eval "$(z80lm completion bash)" in ~/.bashrc; zsh likewise, after compinit')
    .addArgument(new Argument('<shell>', 'yours').choices(Object.keys(SHELLS)))
    .action(
      action<object, [keyof typeof SHELLS]>(async (shell, _, name) => {
        const script = SHELLS[name](await allWords());
        shell.write(script);
        shell.emit({ shell: name, script });
      }),
    );
}
