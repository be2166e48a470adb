import type { DeployStep } from '../model/deploy.ts';

/** Measures the named steps of a piece of work, in milliseconds. */
export class StepClock {
  readonly #began = performance.now();
  readonly #steps: DeployStep[] = [];
  readonly #reached: (step: string) => Promise<void>;

  /** `reached` is told each step before it begins. */
  constructor(reached: (step: string) => Promise<void> = async () => {}) {
    this.#reached = reached;
  }

  async time<T>(name: string, work: () => Promise<T>): Promise<T> {
    await this.#reached(name);
    const began = performance.now();
    try {
      return await work();
    } finally {
      this.#steps.push({ name, milliseconds: Math.round(performance.now() - began) });
    }
  }

  /** The steps so far, in the order they ended; those that ended with a failure too. */
  taken(): readonly DeployStep[] {
    return [...this.#steps];
  }

  /** Milliseconds since the beginning. */
  total(): number {
    return performance.now() - this.#began;
  }
}
