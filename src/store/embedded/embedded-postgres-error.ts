/** What can go wrong with the embedded PostgreSQL, as a closed set of codes; every message says what to do next. */

export type EmbeddedPostgresFailure =
  | "platform-unsupported"
  | "package-missing"
  | "tool-missing"
  | "binaries-unusable"
  | "data-dir-unusable"
  | "data-dir-unreachable"
  | "data-dir-in-use"
  | "socket-dir-unusable"
  | "setting-reserved"
  | "init-failed"
  | "start-failed"
  | "server-unsafe";

export class EmbeddedPostgresError extends Error {
  override readonly name = "EmbeddedPostgresError";
  readonly code: EmbeddedPostgresFailure;

  constructor(code: EmbeddedPostgresFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
