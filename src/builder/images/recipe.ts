/** How an image is made on this machine where no registry gives it. Content is fetched by package name, never by address. */
export interface Recipe {
  /** The official image whose place it takes. */
  readonly name: string;
  /** Other tags of the official repository that mean exactly the same image. */
  readonly aliases: readonly string[];
  /** Seconds on a small machine, its base included; for the line that is shown while one waits. */
  readonly seconds: number;
  readonly make: DebianRecipe | LayerRecipe;
}

/** A minimal system of the distribution's own. */
export interface DebianRecipe {
  readonly kind: 'debian';
  readonly suite: string;
}

/** One layer upon another recipe's image: packages, files and a script. */
export interface LayerRecipe {
  readonly kind: 'layer';
  /** Name of the recipe that it builds upon. */
  readonly base: string;
  /** Users whom the packages would else make themselves, with whatever number is free then; made before them. */
  readonly users?: readonly LayerUser[];
  /** Packages of the distribution, without what they only recommend; installed before the script. */
  readonly packages?: readonly string[];
  /** Packages of npm, unpacked before the script. */
  readonly npm?: readonly NpmPart[];
  readonly files?: readonly LayerFile[];
  /** Lines of sh, run once as root. They end with a command that shows that what was installed works. */
  readonly setup: readonly string[];
  readonly config: LayerConfig;
}

/** A package of npm that becomes part of an image. */
export interface NpmPart {
  /** What `npm pack` is asked for; in it become the machine's: `ARCH` (`x64`, `arm64`), `CPU` (`x64`, `aarch64`). */
  readonly spec: string;
  /** The script finds its files in `/slipway/<name>/package`. */
  readonly name: string;
  /** The variable of the image's environment that tells its version. */
  readonly versionVariable?: string;
}

/** A user of the system and a group of the same name and number: those that the official image has, since volumes keep them. */
export interface LayerUser {
  readonly name: string;
  readonly id: number;
  readonly home: string;
}

export interface LayerFile {
  /** Without the slash in front. */
  readonly path: string;
  readonly text: string;
  readonly executable?: boolean;
}

/** Words as in the Engine API. */
export interface LayerConfig {
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly WorkingDir?: string;
  readonly User?: string;
  readonly StopSignal?: string;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  /** Folders that are a volume in every container. */
  readonly Volumes?: Readonly<Record<string, object>>;
}
