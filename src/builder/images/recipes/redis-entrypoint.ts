/**
 * The documented behaviour of the official image: a first word that is a flag or a file of settings is meant for the server,
 * and root is dropped. POSIX sh (dash).
 *
 * The official server is built without its protected mode, which would refuse all clients but those inside the container
 * while there is no password; so it is off, unless a file of settings says otherwise.
 */
export function redisEntrypoint(name: string): string {
  return `#!/bin/sh
set -eu
server=${name}-server

case "\${1-}" in '' | -* | *.conf) set -- $server "$@" ;; esac
if [ "$1" = $server ]; then
  if [ "$(id -u)" = 0 ]; then
    find . ! -user ${name} -exec chown ${name}:${name} {} +
    exec setpriv --reuid=${name} --regid=${name} --init-groups "$0" "$@"
  fi
  # Data is for nobody else to read.
  [ "$(umask)" != 0022 ] || umask 0077
  shift
  case "\${1-}" in
    *.conf)
      file=$1
      shift
      grep -qi '^ *protected-mode' "$file" || set -- --protected-mode no "$@"
      set -- "$file" "$@"
      ;;
    *) set -- --protected-mode no "$@" ;;
  esac
  set -- $server "$@"
fi
exec "$@"
`;
}
