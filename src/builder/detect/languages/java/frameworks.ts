/** What serves, and how it is told where. */
export interface Framework {
  readonly name: string;
  /** The group that its libraries and plugins are published by. */
  readonly group: string;
  /** Options of java with the port. */
  readonly options: string;
  readonly env?: Readonly<Record<string, string>>;
}

const frameworks: readonly Framework[] = [
  {
    name: 'Spring Boot',
    group: 'org.springframework.boot',
    options: '-Dserver.port=$PORT',
    // Older ones than 3.4 cut off what they are answering.
    env: { SERVER_SHUTDOWN: 'graceful' },
  },
  { name: 'Quarkus', group: 'io.quarkus', options: '-Dquarkus.http.port=$PORT' },
  { name: 'Micronaut', group: 'io.micronaut', options: '-Dmicronaut.server.port=$PORT' },
  { name: 'Helidon', group: 'io.helidon', options: '-Dserver.port=$PORT' },
];

/** That which a build file names; the first where it names several, as Quarkus does with parts of others. */
export function frameworkOf(buildFile: string): Framework | undefined {
  return frameworks.find(({ group }) => buildFile.includes(group));
}

/** The line that starts an archive, as the framework wants it. */
export function startLine(framework: Framework | undefined, archive: string): string {
  return ['java', '$JAVA_OPTS', ...(framework ? [framework.options] : []), '-jar', archive].join(' ');
}
