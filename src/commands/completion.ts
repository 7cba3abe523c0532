/**
 * `z80lm completion SHELL`: a completion script for bash, zsh or fish. It asks `z80lm complete` at each Tab (complete.ts),
 * so it need not be made anew when z80lm is.
 *
 *     eval "$(z80lm completion bash)"                                       in ~/.bashrc
 *     eval "$(z80lm completion zsh)"                                        in ~/.zshrc, after compinit
 *     z80lm completion fish > ~/.config/fish/completions/z80lm.fish
 */
import { Argument, type Command } from 'commander';
import { action } from './shared.js';

/** bash takes "=" and ":" for ends of words: what is asked is what stands between blanks, what comes back loses that front. */
const BASH = `# z80lm completion bash
_z80lm() {
  local line="\${COMP_LINE:0:COMP_POINT}" here="\${COMP_WORDS[COMP_CWORD]}" typed front reply
  local -a words
  read -a words <<< "$line"
  [[ $line == *[[:blank:]] ]] && words+=("")
  typed="\${words[\${#words[@]}-1]}"
  [[ $here == [=:] ]] && here=""
  front="\${typed%"$here"}"
  COMPREPLY=()
  while IFS=$'\\t' read -r reply _; do
    [[ $reply == */ ]] && compopt -o nospace 2>/dev/null
    [[ -e $reply ]] && printf -v reply %q "$reply"
    COMPREPLY+=("\${reply#"$front"}")
  done < <(z80lm complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -F _z80lm z80lm
`;

const ZSH = `#compdef z80lm
_z80lm() {
  local value about
  local -a values=() shown=() folders=()
  while IFS=$'\\t' read -r value about; do
    if [[ $value == */ ]]; then folders+=("$value"); continue; fi
    values+=("$value")
    shown+=("$value\${about:+  -- $about}")
  done < <(z80lm complete -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)
  (( $#values )) && compadd -l -d shown -- "\${values[@]}"
  (( $#folders )) && compadd -S '' -- "\${folders[@]}"
  (( $#values + $#folders ))
}
compdef _z80lm z80lm
`;

const FISH = `# z80lm completion fish
function __z80lm_complete
    set -l words (commandline -opc)
    z80lm complete -- $words[2..-1] (commandline -ct) 2>/dev/null
end
complete -c z80lm -f -a '(__z80lm_complete)'
`;

export const SHELLS = { bash: BASH, zsh: ZSH, fish: FISH } as const;

export function registerCompletion(program: Command): void {
  program
    .command('completion')
    .description('a completion script: eval "$(z80lm completion bash)" in ~/.bashrc; zsh likewise, after compinit')
    .addArgument(new Argument('<shell>', 'yours').choices(Object.keys(SHELLS)))
    .action(
      action<object, [keyof typeof SHELLS]>((shell, _, name) => {
        shell.write(SHELLS[name]);
        shell.emit({ shell: name, script: SHELLS[name] });
        return Promise.resolve();
      }),
    );
}
