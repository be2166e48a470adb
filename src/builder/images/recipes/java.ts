import type { LayerConfig, Recipe } from '../recipe.ts';

const home = '/opt/java/openjdk';

const config: LayerConfig = {
  Env: [
    `JAVA_HOME=${home}`,
    `PATH=${home}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    'LANG=C.UTF-8',
  ],
};

/** The packages link their pages of the manual into a folder that a slim system lacks. */
const files = [{ path: 'usr/share/man/man1/.keep', text: '' }];

/** The official images keep Java below /opt; the package keeps it where its name says the processor. */
const setHome = ['mkdir -p /opt/java', `ln -s /usr/lib/jvm/java-17-openjdk-* ${home}`];

export const java: readonly Recipe[] = [
  {
    name: 'eclipse-temurin:17-jre',
    aliases: [],
    seconds: 50,
    make: {
      kind: 'layer',
      base: 'debian:bookworm-slim',
      packages: ['ca-certificates', 'openjdk-17-jre-headless'],
      files,
      setup: [...setHome, `${home}/bin/java -version`],
      config,
    },
  },
  {
    name: 'maven:3-eclipse-temurin-17',
    aliases: [],
    seconds: 60,
    make: {
      kind: 'layer',
      base: 'debian:bookworm-slim',
      packages: ['ca-certificates', 'git', 'maven', 'openjdk-17-jdk-headless'],
      files,
      setup: [...setHome, 'mvn --version'],
      config: {
        Env: [...(config.Env ?? []), 'MAVEN_HOME=/usr/share/maven', 'MAVEN_CONFIG=/root/.m2'],
        Cmd: ['mvn'],
      },
    },
  },
];
