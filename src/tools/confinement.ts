/**
 * What ordinary images need of root's powers, and no more; Docker itself would leave 14.
 * CHOWN, DAC_OVERRIDE, FOWNER: entrypoints that make folders as root and hand them to the program's user.
 * SETGID, SETUID: entrypoints and servers that then become that user (gosu, su-exec, nginx, apache).
 * KILL: the init process and supervisors that pass a signal on to a program of another user.
 * NET_BIND_SERVICE: programs that carry this power in their file (caddy) cannot be started at all without it.
 */
const capabilities = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'NET_BIND_SERVICE', 'SETGID', 'SETUID'];

/** Enough for any honest app, too few for a fork bomb to hurt the machine. */
const mostPids = 4096;

/** Nobody types into it. */
export const unattended = {
  Tty: false,
  OpenStdin: false,
  // Our own checks decide; an image's HEALTHCHECK would start a program every few seconds for nobody.
  Healthcheck: { Test: ['NONE'] },
};

/** What every container of ours is kept to. */
export const confinement = {
  // A program that is process 1 gets no SIGTERM unless it handles it: Docker's init takes that place.
  Init: true,
  LogConfig: { Type: 'local', Config: { 'max-size': '10m', 'max-file': '3' } },
  SecurityOpt: ['no-new-privileges'],
  CapDrop: ['ALL'],
  CapAdd: capabilities,
  PidsLimit: mostPids,
};

/** Bytes and cores, null: no limit. MemorySwap is memory and swap together: equal means no swap. */
export function limits({ memory, cpus }: { readonly memory: number | null; readonly cpus: number | null }) {
  return {
    ...(memory === null ? {} : { Memory: memory, MemorySwap: memory }),
    ...(cpus === null ? {} : { NanoCpus: Math.round(cpus * 1e9) }),
  };
}
