/** What was found of Docker and of what this instance has in it. */
export interface EngineFacts {
  readonly name: string;
  readonly version: string;
  /** Version of the API that both sides know. */
  readonly api: string;
  readonly storageDriver: string;
  /** Folder of images and containers; null where it is not on this machine. */
  readonly dataRoot: string | null;
  /** Whether the network is there that build steps use. */
  readonly bridge: boolean;
  /** Why builds cannot be limited; null: they can. */
  readonly buildLimitProblem: string | null;
  /** How many subnets for apps are left of the pool. */
  readonly freeSubnets: number;
  /** Networks that are labelled as this instance's, or called as if they were. */
  readonly networks: readonly NetworkFact[];
  /** Containers that are labelled as this instance's. */
  readonly containers: readonly ContainerFact[];
  /** Tags of images that are named as this instance's. */
  readonly tags: readonly ImageTagFact[];
  /** Id of a process -> how often the engine started it again. */
  readonly restarts: ReadonlyMap<string, number>;
  /** Ports of the machine that the engine hands to containers, whosoever's. */
  readonly published: readonly PublishedPort[];
}

export interface NetworkFact {
  readonly name: string;
  readonly app: string | null;
  /** Carries our label. */
  readonly ours: boolean;
}

export interface ContainerFact {
  readonly name: string;
  readonly app: string | null;
}

export interface ImageTagFact {
  readonly tag: string;
  readonly app: string;
}

export interface PublishedPort {
  readonly container: string;
  readonly address: string;
  readonly port: number;
}

/** What was found of the router. */
export interface RouterFacts {
  readonly running: boolean;
  /** Its programs. */
  readonly pids: readonly number[];
  readonly served: readonly ServedRoute[];
}

export interface ServedRoute {
  readonly app: string;
  readonly hosts: readonly string[];
  /** How many processes get its requests. */
  readonly endpoints: number;
}

/** What was found of the machine. */
export interface HostFacts {
  readonly listeners: readonly ListenerFact[];
  readonly disks: readonly DiskFact[];
  readonly memory: MemoryFact;
  /** Whether the clock is kept right from outside; null where the machine does not tell. */
  readonly synchronized: boolean | null;
  /** Addresses of its interfaces, loopback left out. */
  readonly addresses: readonly string[];
  readonly modes: readonly ModeFact[];
  /** Whether the configuration of sshd names our file of keys. */
  readonly doorConfigured: boolean;
}

export interface ListenerFact {
  /** `0.0.0.0` and `::`: all addresses. */
  readonly address: string;
  readonly port: number;
  /** Those that have it open; empty where that cannot be seen. */
  readonly pids: readonly number[];
  readonly program: string | null;
}

export interface DiskFact {
  readonly folder: string;
  /** The same for folders of one file system. */
  readonly device: number;
  readonly bytes: number;
  /** Less than what is not free, where some is kept back for root. */
  readonly usedBytes: number;
  readonly freeBytes: number;
  /** 0 where the file system does not count them. */
  readonly inodes: number;
  readonly freeInodes: number;
}

/** In bytes. */
export interface MemoryFact {
  readonly total: number;
  readonly available: number;
  readonly swap: number;
}

export interface ModeFact {
  readonly path: string;
  /** Permission bits, or null where it is not there. */
  readonly mode: number | null;
  /** The most that it may have. */
  readonly most: number;
}
