import type { ImageSource } from './image-settings.ts';

/** What the person who installs decides; read once at start by daemon/settings.ts. Paths are absolute. */
export interface Settings {
  readonly instance: string;
  /** The one folder that everything lives under. */
  readonly root: string;
  /** Where the programs and scripts are installed. */
  readonly lib: string;
  readonly httpPort: number;
  readonly httpsPort: number;
  /** Where certificates come from unless letsencrypt:set says otherwise: a short name, or the address of a directory. */
  readonly acmeServer: string;
  /** Port at which authorities look for proofs: 80, but for a test of ours. */
  readonly acmePort: number;
  /** Name servers that are asked for the domains of apps, as `ADDRESS[:PORT]`; empty: those of the machine. */
  readonly dnsServers: readonly string[];
  /** Address that the router listens on; `*` for all. */
  readonly bind: string;
  /** Apps are at APP.<this>; `localhost` where nothing else is known. */
  readonly globalDomain: string;
  /** User of the SSH door, whose group may use the door's socket and who owns the repositories. */
  readonly sshUser: string;
  /** Port of sshd, for addresses that are printed. */
  readonly sshPort: number;
  readonly dockerSocket: string;
  /** Address block that app networks are cut from, such as 10.192.0.0/11. */
  readonly subnets: string;
  /** systemd units, or our own supervisor script. */
  readonly supervisor: 'systemd' | 'script';
  /** Program of the router. */
  readonly haproxy: string;
  /** Files with further CA certificates that builds trust; empty: none. */
  readonly extraCa: readonly string[];
  /** What holds until images:set source says otherwise. */
  readonly imageSource: ImageSource;
  /** Archives may be fetched from private addresses. */
  readonly allowPrivateDownloads: boolean;
  /** Jobs that run at the same time, over all apps. */
  readonly maxJobs: number;
  /** Builds that run at the same time, over all apps. */
  readonly maxBuilds: number;
  /** For tests: the step at which every deploy stays for ever. */
  readonly pauseAt: string | null;
  readonly logLevel: string;
}
