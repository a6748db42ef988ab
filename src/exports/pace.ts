/** How many events go into one request: fewer after each that took too long or was too large, so that a slow far side gets on. */
export interface Pace {
  readonly size: number;
  /** False where it is one already, and no smaller one is possible. */
  slower(): boolean;
  faster(): void;
}

export function createPace(most: number): Pace {
  let size = most;
  return {
    get size() {
      return size;
    },
    slower() {
      if (size === 1) return false;
      size = Math.floor(size / 2);
      return true;
    },
    faster() {
      size = Math.min(size * 2, most);
    },
  };
}
