/** Pieces that the entrypoints of several datastores have in common. POSIX sh (dash). */

/** Ends the container with a reason. */
export const fail = `fail() {
  echo >&2 "error: $*"
  exit 1
}
`;

/** \`from_file NAME\`: the value of NAME is in the file that NAME_FILE names, as secrets of Docker are. Needs \`fail\`. */
export const fromFile = `from_file() {
  file=$(printenv "$1_FILE") || return 0
  ! printenv "$1" >/dev/null || fail "$1 and $1_FILE are both set"
  value=$(cat "$file") || fail "$1_FILE cannot be read"
  export "$1=$value"
  unset "$1_FILE"
}
`;

/**
 * \`run_init_files\`: what was put into /docker-entrypoint-initdb.d, in the order of its names. Needs \`sql\`, which runs what it
 * reads. An archive is tested first, since sh does not see that the first command of a pipe failed.
 */
export const runInitFiles = `run_init_files() {
  for file in /docker-entrypoint-initdb.d/*; do
    [ -e "$file" ] || continue
    echo "running $file"
    case "$file" in
      *.sh) if [ -x "$file" ]; then "$file"; else bash "$file"; fi ;;
      *.sql) sql <"$file" ;;
      *.sql.gz) gzip -t "$file" && gzip -dc "$file" | sql ;;
      *.sql.xz) xz -t "$file" && xz -dc "$file" | sql ;;
      *.sql.zst) zstd -qt "$file" && zstd -dc "$file" | sql ;;
      *) echo "$file is left alone" ;;
    esac
  done
}
`;
