import type { Shell } from './parse-command.ts';

/*
 * The scripts behind `slipway completion SHELL`. Both ask `slipway __complete WORD...`, which prints one candidate a line.
 * Nothing is evaluated: candidates are data from the first line to the last.
 */

/**
 * Bash breaks words at `:` and `=`, so the line is cut at spaces instead, and what stands before the last break is taken
 * off the candidates again (bash manual, Programmable Completion, COMP_WORDBREAKS).
 */
const bash = `# slipway completion for bash: add to ~/.bashrc   eval "$(slipway completion bash)"
_slipway() {
  local line="\${COMP_LINE:0:COMP_POINT}" words current kept candidate
  read -r -a words <<< "$line"
  [[ "$line" == *[[:space:]] ]] && words+=('')
  current="\${words[\${#words[@]}-1]}"
  kept=''
  [[ "$current" == *[:=]* ]] && kept="\${current%"\${current##*[:=]}"}"
  COMPREPLY=()
  while IFS= read -r candidate; do
    COMPREPLY+=("\${candidate#"$kept"}")
  done < <(slipway __complete "\${words[@]:1}" 2>/dev/null)
  [[ \${#COMPREPLY[@]} -eq 1 && "\${COMPREPLY[0]}" == *= ]] && compopt -o nospace
  return 0
}
complete -F _slipway slipway
`;

const zsh = `#compdef slipway
# slipway completion for zsh: add to ~/.zshrc   eval "$(slipway completion zsh)"
_slipway() {
  local -a candidates
  candidates=("\${(@f)$(slipway __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  candidates=(\${candidates:#})
  compadd -Q -S '' -- \${(M)candidates:#*=}
  compadd -Q -- \${candidates:#*=}
}
compdef _slipway slipway
`;

const scripts: Readonly<Record<Shell, string>> = { bash, zsh };

/** The script for a shell, with its newline at the end. */
export function completionScript(shell: Shell): string {
  return scripts[shell];
}
