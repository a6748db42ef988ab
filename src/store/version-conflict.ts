/** Somebody else changed the row since it was read; the use case loads it again and decides again. */
export class VersionConflict extends Error {
  override readonly name = "VersionConflict";
  constructor(what: string) {
    super(`${what} changed meanwhile`);
  }
}
