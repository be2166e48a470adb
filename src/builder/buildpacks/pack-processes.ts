import { z } from 'zod';
import { processTypeProblem } from '../../model/procfile.ts';
import { quoteShellWord } from '../../model/shell-words.ts';

const words = z.union([z.string(), z.array(z.string())]).transform((command) => [command].flat());

const metadata = z.object({
  processes: z
    .array(
      z.object({
        type: z.string(),
        command: words,
        args: z.array(z.string()).nullish(),
        direct: z.boolean().nullish(),
      }),
    )
    .nullish(),
});

/** The label in which an image of Cloud Native Buildpacks says what it was made of (Platform Specification). */
export const packMetadata = 'io.buildpacks.build.metadata';

/** What the image says that its process types run: type -> line of sh. Empty where it says nothing that is understood. */
export function packProcesses(label: string | undefined): Readonly<Record<string, string>> {
  const found = metadata.safeParse(parsed(label));
  const all = (found.success && found.data.processes) || [];
  return Object.fromEntries(
    all
      .filter(({ type }) => processTypeProblem(type) === undefined)
      .map(({ type, command, args, direct }) => [
        type,
        lineOf([...command, ...(args ?? [])], direct ?? true),
      ]),
  );
}

/** One that is not direct is itself a line of a shell. */
function lineOf(all: readonly string[], direct: boolean): string {
  const [first = '', ...more] = all;
  return [direct ? quoteShellWord(first) : first, ...more.map(quoteShellWord)].join(' ');
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
