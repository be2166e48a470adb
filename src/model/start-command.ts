import { parseChain, type Chain } from './shell-chain.ts';

/*
 * A process gets SIGTERM to end by itself, and only the process that the container's init started receives it. A shell
 * in between does not hand it on: dash dies of it and the app is killed before it drained. So no shell stays, or the
 * whole process group is signalled and the shell waits.
 */

/** Words that begin a command which is more than simple, or which `exec` behind them would defeat. */
const beyond = new Set(
  'if then elif else fi for while until do done case esac select function time coproc { } ! [[ trap alias . source eval'.split(
    ' ',
  ),
);

/** Commands of the shell itself: there is no program of this name that could take the shell's place. */
const builtin = new Set(
  (
    ': break cd command continue exit export fg bg getopts hash jobs local read readonly return set shift times type ' +
    'ulimit umask unalias unset wait builtin declare typeset let pushd popd shopt disown enable'
  ).split(' '),
);

/** On SIGTERM: wait for the command at work and those in the background, go on with no further one, keep its status. */
const waiting = `trap 's=$?; trap "" TERM INT; wait; exit $s' TERM INT`;

/**
 * The arguments that start a line of the Procfile in a container with an init (HostConfig.Init), so that SIGTERM reaches
 * the app itself. Plain words are the arguments themselves; what needs a shell for expansion or a chain gets a shell that
 * the last command takes the place of; all else gets a shell that waits, for which see `needsGroupKill`. Never throws: a
 * line that is wrong is the shell's to complain of, in the log of the process.
 */
export function startCommand(line: string): readonly string[] {
  const chain = understood(line);
  if (!chain) return ['/bin/sh', '-c', `${waiting}; ${line}`];
  if (isPlain(chain)) return chain.flatMap((command) => command.words.map((word) => word.text));
  return ['/bin/sh', '-c', withExec(line, chain)];
}

/** Whether the init must signal the whole process group (TINI_KILL_PROCESS_GROUP=1): a shell stays in front of the app. */
export function needsGroupKill(line: string): boolean {
  return understood(line) === undefined;
}

/** The commands of the line, where the last one can take the place of the shell. */
function understood(line: string): Chain | undefined {
  const chain = parseChain(line);
  if (!chain) return undefined;
  const names = chain.map((command) => command.words[command.assignments]?.text ?? '');
  const last = names.at(-1) ?? '';
  return names.some((name) => beyond.has(name)) || builtin.has(last) ? undefined : chain;
}

function isPlain(chain: Chain): boolean {
  const [command, ...more] = chain;
  if (!command || more.length > 0 || command.redirected || command.assignments > 0) return false;
  return command.words[0]?.text !== 'exec' && !command.words.some((word) => word.expands);
}

function withExec(line: string, chain: Chain): string {
  const last = chain.at(-1);
  const word = last?.words[last.assignments];
  if (!word || word.text === 'exec') return line;
  return `${line.slice(0, word.at)}exec ${line.slice(word.at)}`;
}
