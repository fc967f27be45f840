import type { Command } from '../command.ts';
import { usageFailure } from '../failure.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';

/** What a shell has to run so that Tab asks `kubectl __complete`. Our own scripts; the protocol is cobra's. */
const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `# bash completion for kubectl
__start_kubectl() {
    local words directive line
    words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
    COMPREPLY=()
    while IFS= read -r line; do
        case "$line" in
            :*) directive=\${line#:} ;;
            *) [[ $line == "\${COMP_WORDS[COMP_CWORD]}"* ]] && COMPREPLY+=("\${line%%$'\\t'*}") ;;
        esac
    done < <(kubectl __complete "\${words[@]}" 2>/dev/null)
    [[ $((directive & 2)) -ne 0 ]] && compopt -o nospace
}
complete -o default -F __start_kubectl kubectl
`,
  zsh: `#compdef kubectl
compdef _kubectl kubectl
_kubectl() {
    local line directive
    local -a completions
    while IFS= read -r line; do
        case "$line" in
            :*) directive=\${line#:} ;;
            *) completions+=("\${line//$'\\t'/:}") ;;
        esac
    done < <(kubectl __complete "\${words[@]:1:$CURRENT}" 2>/dev/null)
    _describe 'completions' completions
}
`,
  fish: `# fish completion for kubectl
function __kubectl_complete
    set -l words (commandline -opc) (commandline -ct)
    kubectl __complete $words[2..-1] 2>/dev/null | string match -v -r '^:'
end
complete -c kubectl -f -a '(__kubectl_complete)'
`,
  powershell: `# powershell completion for kubectl
Register-ArgumentCompleter -CommandName 'kubectl' -ScriptBlock {
    param($WordToComplete, $CommandAst, $CursorPosition)
    $words = $CommandAst.ToString().Split(' ') | Select-Object -Skip 1
    if ($WordToComplete -eq '') { $words += '""' }
    kubectl __complete @words 2>$null | Where-Object { $_ -notmatch '^:' } | ForEach-Object { $_.Split("\`t")[0] }
}
`,
};

export const completion: Command = {
  name: 'completion',
  short: 'Output shell completion code for the specified shell (bash, zsh, fish, or powershell)',
  usage: 'SHELL',
  examples: ['source <(kubectl completion bash)'],
  *run(session: Session): Task {
    const [shell, ...rest] = session.args;
    if (shell === undefined) throw usageFailure(session.path, 'Shell not specified.');
    if (rest.length > 0) throw usageFailure(session.path, 'Too many arguments. Expected only the shell type.');
    const script = SCRIPTS[shell];
    if (script === undefined) throw usageFailure(session.path, `Unsupported shell type ${JSON.stringify(shell)}.`);
    yield* session.print(script);
  },
};
