/**
 * What must be taken back if a piece of work fails before its point of no return.
 * `run` undoes in reverse order and goes on when one step fails, which the next `run` tries again; `forget` marks the
 * point of no return.
 */
export class UndoStack {
  #steps: { readonly what: string; readonly undo: () => Promise<void> }[] = [];

  push(what: string, undo: () => Promise<void>): void {
    this.#steps.push({ what, undo });
  }

  forget(): void {
    this.#steps = [];
  }

  /** Gives the errors of the steps that could not be undone. */
  async run(): Promise<{ what: string; error: unknown }[]> {
    const errors: { what: string; error: unknown }[] = [];
    for (const step of this.#steps.toReversed()) {
      try {
        await step.undo();
        this.#steps = this.#steps.filter((other) => other !== step);
      } catch (error) {
        errors.push({ what: step.what, error });
      }
    }
    return errors;
  }
}
