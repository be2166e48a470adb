import type { Clock } from '../../base/clock.ts';
import { wait } from '../../base/retry.ts';
import type { ImageSettings } from '../../model/image-settings.ts';
import type { Out } from '../../model/line.ts';
import { imageDetails, tagImage } from '../../tools/docker-images.ts';
import { askRegistry } from '../../tools/docker-registry.ts';
import { type Docker, DockerError } from '../../tools/docker.ts';
import { megabytes } from './image-answers.ts';
import { classifyPullError, pull, type PullAnswer } from './pull.ts';
import { familiarName, parseReference, type Reference } from './reference.ts';
import { otherNames } from './registry-names.ts';

export interface RegistriesOptions {
  readonly docker: Docker;
  readonly settings: () => ImageSettings;
  /** The name on this machine of an image of this official name. */
  readonly local: (name: string) => string;
  /** Milliseconds until a registry must have said its first word. */
  readonly patience: number;
  readonly clock: Clock;
}

interface Work {
  readonly out: Out;
  readonly signal: AbortSignal;
}

/** What the last registry that was asked said. */
export type RegistryAnswer = PullAnswer & { readonly registry: string };

/** Milliseconds in which a registry that did not answer is not asked again. */
const silentFor = 60_000;

/** Milliseconds in which it is not asked anew whether any registry answers. */
const knownFor = 10 * 60_000;

/** Milliseconds that the question whether any registry answers is waited for. */
const briefly = 2000;

/** Any image that every mirror has. */
const wellKnown = 'debian:bookworm-slim';

/** The registries that images come from: docker.io, or what is set in its place; and those that an image names itself. */
export class Registries {
  readonly #options: RegistriesOptions;
  /** Registry -> when it is worth asking again. */
  readonly #silent = new Map<string, { until: number; reason: string }>();
  #known: { readonly of: string; readonly until: number; readonly answers: Promise<boolean> } | undefined;

  constructor(options: RegistriesOptions) {
    this.#options = options;
  }

  /** The names that registries are asked for it by, in order. */
  namesOf(wanted: Reference): Reference[] {
    const others = otherNames(wanted, this.#options.settings());
    return others.length > 0 ? others : [parseReference(this.#options.local(familiarName(wanted)))];
  }

  /** Gives an official name to what is here already under the name that a registry in place of docker.io has for it. */
  async adopt(wanted: Reference, { out }: Work): Promise<boolean> {
    for (const other of otherNames(wanted, this.#options.settings())) {
      const name = familiarName(other);
      if (!(await imageDetails(this.#options.docker, name))) continue;
      out.step(`Taking ${name} as ${familiarName(wanted)}`);
      await this.#name(other, wanted);
      return true;
    }
    return false;
  }

  /** Pulls it; then it has its official name here, beside the one it was asked by. Undefined: none may be asked. */
  async ask(wanted: Reference, work: Work): Promise<RegistryAnswer | undefined> {
    if (this.#options.settings().source === 'packages') return undefined;
    let answer: RegistryAnswer | undefined;
    for (const name of this.namesOf(wanted)) {
      answer = { ...(await this.#pull(name, { ...work, wanted })), registry: name.registry };
      if (answer.kind !== 'pulled') continue;
      await this.#name(name, wanted);
      return answer;
    }
    return answer;
  }

  /**
   * Whether one of the registries for official names answers, whatever it says; true where images come from a registry
   * only, false where from packages only. One that needs longer than 2 s to say so counts as silent.
   */
  async reachable(): Promise<boolean> {
    const { source } = this.#options.settings();
    if (source !== 'auto') return source === 'registry';
    const names = this.namesOf(parseReference(wellKnown));
    const of = names.map(familiarName).join(' ');
    const now = this.#options.clock.now();
    if (!this.#known || this.#known.of !== of || this.#known.until < now)
      this.#known = { of, until: now + knownFor, answers: this.#anyAnswers(names) };
    return orFalse(this.#known.answers);
  }

  async #pull(name: Reference, { wanted, out, signal }: Work & { wanted: Reference }): Promise<PullAnswer> {
    const { docker, clock, patience } = this.#options;
    const silence = this.#silent.get(name.registry);
    if (silence && clock.now() < silence.until) return { kind: 'unreachable', reason: silence.reason };
    const [shown, asked] = [familiarName(wanted), familiarName(name)];
    out.step(asked === this.#options.local(shown) ? `Pulling ${shown}` : `Pulling ${shown} as ${asked}`);
    const answer = await pull(docker, name, { signal, patience });
    if (answer.kind === 'unreachable')
      this.#silent.set(name.registry, { until: clock.now() + silentFor, reason: answer.reason });
    // Where none answered before, as on a machine that just got its network, that may be so no more.
    else this.#known = undefined;
    if (answer.kind === 'pulled') out.detail(`Pulled ${megabytes(answer.bytes)}`);
    return answer;
  }

  async #name(pulled: Reference, wanted: Reference): Promise<void> {
    const [from, to] = [familiarName(pulled), this.#options.local(familiarName(wanted))];
    if (from !== to) await tagImage(this.#options.docker, from, to);
  }

  async #anyAnswers(names: readonly Reference[]): Promise<boolean> {
    const { docker, patience } = this.#options;
    for (const name of names) {
      const signal = AbortSignal.timeout(patience);
      const answers = await askRegistry(docker, familiarName(name), signal).then(
        () => true,
        (error: unknown) => refuses(error, signal),
      );
      if (answers) return true;
    }
    return false;
  }
}

/** Whether a registry answered, though not with what was asked for. A Docker that is down has no registry either. */
function refuses(error: unknown, signal: AbortSignal): boolean {
  if (signal.aborted) return false;
  if (!(error instanceof DockerError)) throw error;
  return error.status !== 0 && classifyPullError(error.message).kind === 'refused';
}

async function orFalse(answer: Promise<boolean>): Promise<boolean> {
  const over = new AbortController();
  const late = wait(briefly, over.signal).then(
    () => false,
    () => false,
  );
  try {
    return await Promise.race([answer, late]);
  } finally {
    over.abort();
  }
}
