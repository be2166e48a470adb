/** What a program says when a step fails for a reason that is known, and what to do about it. */
interface StepHint {
  readonly says: RegExp;
  readonly fix: string;
}

const hints: readonly StepHint[] = [
  {
    says: /`npm ci` can only install packages when your package\.json and .* are in sync/,
    fix: 'package-lock.json is not what package.json asks for: run npm install, commit package-lock.json and push again',
  },
  {
    says: /ERR_PNPM_(OUTDATED_LOCKFILE|LOCKFILE_CONFIG_MISMATCH)/,
    fix: 'pnpm-lock.yaml is not what package.json asks for: run pnpm install, commit pnpm-lock.yaml and push again',
  },
  {
    says: /Your lockfile needs to be updated, but yarn was run with|YN0028/,
    fix: 'yarn.lock is not what package.json asks for: run yarn install, commit yarn.lock and push again; if nothing changes, name your yarn in package.json ("packageManager": "yarn@VERSION")',
  },
  {
    says: /lockfile had changes, but lockfile is frozen/,
    fix: 'bun.lock is not what package.json asks for: run bun install, commit bun.lock and push again',
  },
  {
    says: /npm (error|ERR!) code ERESOLVE/,
    fix: 'two packages ask for versions that contradict each other: mend them in package.json, or commit a file .npmrc with legacy-peer-deps=true',
  },
  {
    says: /ERR_PNPM_IGNORED_BUILDS/,
    fix: 'pnpm asks which packages may run their scripts: pnpm approve-builds, and commit what it writes',
  },
  {
    says: /gyp ERR! (find Python|stack Error: not found: make)|make: not found|g\+\+: not found/,
    fix: 'a package has to be compiled: name what it needs in app.json: {"build": {"packages": {"build": ["python3", "make", "g++"]}}}',
  },
  {
    says: /ERR_OSSL_EVP_UNSUPPORTED/,
    fix: 'the build uses a hash that newer Nodes refuse: update webpack, or config:set NODE_OPTIONS=--openssl-legacy-provider',
  },
  {
    says: /JavaScript heap out of memory/,
    fix: "Node's own limit is too low for the build: config:set NODE_OPTIONS=--max-old-space-size=2048 (MiB)",
  },
  {
    says: /^no main manifest attribute, in /,
    fix: 'the jar names no class to be started: give it one in the build file (<mainClass> of maven-jar-plugin or maven-shade-plugin, the plugin of Spring Boot, Main-Class in Gradle), or name it in a Procfile: "web: java $JAVA_OPTS -cp target/NAME.jar CLASS"',
  },
  {
    says: /not one jar to be started in /,
    fix: 'name the one that is to be started in a file Procfile: "web: java $JAVA_OPTS -jar target/NAME.jar"',
  },
  {
    says: /invalid target release: |release version \d+ not supported|Unsupported class file major version/,
    fix: 'the code asks for another Java than builds it: name it in a file system.properties, java.runtime.version=21, and commit it',
  },
  {
    says: /PKIX path building failed/,
    fix: 'Java trusts its own certificates alone, not those that the machine trusts besides: commit a trust store with them, and name it in .mvn/jvm.config or gradle.properties (-Djavax.net.ssl.trustStore=FILE)',
  },
];

/** The fix for a step that failed with these lines, where they tell of something that is known. */
export function stepHint(lines: readonly string[]): string | undefined {
  return hints.find(({ says }) => lines.some((line) => says.test(line)))?.fix;
}
