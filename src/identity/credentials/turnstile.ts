/** Lets few through at once, some wait, and turns the rest away: slow hashing must not become a way to stop the server. */

export class Turnstile {
  readonly #atOnce: number;
  readonly #mayWait: number;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  constructor(limits: { readonly atOnce: number; readonly mayWait: number }) {
    this.#atOnce = limits.atOnce;
    this.#mayWait = limits.mayWait;
  }

  /** Null when the queue is full; nothing was done. */
  async pass<T>(work: () => Promise<T>): Promise<T | null> {
    if (this.#inside < this.#atOnce) this.#inside += 1;
    else if (this.#waiting.length >= this.#mayWait) return null;
    // Whoever leaves hands the place over, so that `inside` never counts a place twice.
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#inside -= 1;
      else next();
    }
  }
}
