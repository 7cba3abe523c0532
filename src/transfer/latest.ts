/** The newest of values that come by callback, for a generator to pass on while other work goes on. */
export class Latest<T> {
  #value: T | undefined;
  #wake: (() => void) | undefined;

  put(value: T): void {
    this.#value = value;
    this.#wake?.();
  }

  /** Values until `work` settles; its error is thrown here. */
  async *until(work: Promise<unknown>): AsyncGenerator<T> {
    let over = false;
    const end = work.finally(() => {
      over = true;
      this.#wake?.();
    });
    end.catch(() => undefined);
    while (!over) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        if (this.#value !== undefined || over) resolve();
      });
      const value = this.#value;
      this.#value = undefined;
      if (value !== undefined) yield value;
    }
    await end;
  }
}
