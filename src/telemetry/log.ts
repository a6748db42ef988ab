/**
 * The one form of every line on standard error: for people, or as JSON for programs (`CURFEW_LOG_FORMAT`). A line says
 * when, how bad, what, and of which request and trace; what comes from outside cannot break it, and no secret is in it.
 */
import { doing } from "./doing.ts";
import { plain } from "./plain.ts";

export type Level = "info" | "warn" | "error";
export type LogFormat = "text" | "json";

export interface More {
  /** Left out: `info`, or `error` where there is one. */
  readonly level?: Level | undefined;
  /** Its name, message, code and causes. Nothing else of it: a driver's errors carry rows. */
  readonly error?: unknown;
  /** With where it was thrown: for what nobody expected. */
  readonly isFault?: boolean;
  /** Where the line is written by something that knows its request better than `doing` does. */
  readonly requestId?: string | undefined;
  /** The template, never the address that was called. */
  readonly route?: string | undefined;
}

/** @param what a sentence of ours; what comes from outside may stand in it */
export type Log = (what: string, more?: More) => void;

export interface LogOptions {
  readonly format: LogFormat;
  readonly write?: (line: string) => void;
  readonly now?: () => Date;
}

const MOST_CAUSES = 5;
const MOST_FRAMES = 12;
const MOST_OF_ERROR = 1_000;

export function createLog({ format, write = toStandardError, now = () => new Date() }: LogOptions): Log {
  const form = format === "json" ? asJson : asText;
  return (what, more = {}) => write(`${form(lineOf(what, more, now()))}\n`);
}

/** @param given by the environment, before anything else was read of it: whatever it is, a line can be written */
export function logFormatOf(given: string | undefined): LogFormat {
  return given === "json" ? "json" : "text";
}

function toStandardError(line: string): void {
  process.stderr.write(line);
}

interface Line {
  readonly time: string;
  readonly level: Level;
  readonly what: string;
  readonly error?: string;
  readonly code?: string;
  readonly at?: readonly string[];
  readonly route?: string;
  readonly request?: string;
  readonly trace?: string;
}

function lineOf(what: string, more: More, at: Date): Line {
  const { error, route } = more;
  const { requestId, span } = doing();
  const request = more.requestId ?? requestId;
  const code = codeOf(error);
  return {
    time: at.toISOString(),
    level: more.level ?? (error === undefined ? "info" : "error"),
    what: plain(what),
    ...(error === undefined ? {} : { error: plain(wordsOf(error), MOST_OF_ERROR) }),
    ...(code === null ? {} : { code }),
    ...(more.isFault && error instanceof Error ? { at: framesOf(error) } : {}),
    ...(route === undefined ? {} : { route: plain(route) }),
    ...(request === null ? {} : { request: plain(request) }),
    ...(span === null ? {} : { trace: span.traceId }),
  };
}

function asText({ time, level, what, error, code, at, ...more }: Line): string {
  const said = error === undefined || error === "" ? what : `${what}: ${error}`;
  const pairs = Object.entries({ code, ...more }).filter(([, value]) => value !== undefined);
  const about = pairs.map(([name, value]) => `${name}=${value}`).join(" ");
  const frames = at === undefined ? "" : ` at ${at.join(" < ")}`;
  return `${time} ${level.padEnd(5)} ${said}${about === "" ? "" : ` [${about}]`}${frames}`;
}

function asJson(line: Line): string {
  return JSON.stringify(line);
}

/** With what lies behind it: "could not be migrated" alone helps nobody. */
export function wordsOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return String(error);
  if (depth >= MOST_CAUSES) return "";
  const within =
    error instanceof AggregateError
      ? error.errors.slice(0, MOST_CAUSES).map((one: unknown) => wordsOf(one, depth + 1))
      : [];
  const cause = error.cause === undefined ? "" : wordsOf(error.cause, depth + 1);
  const own = error.message === "" ? error.name : error.message;
  return [...new Set([own.replaceAll(/\s+/g, " ").trim(), ...within, cause])]
    .filter((one) => one !== "")
    .join(": ");
}

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error)) return null;
  const { code } = error;
  return typeof code === "string" && /^[A-Za-z0-9_.-]{1,60}$/.test(code) ? code : null;
}

/** Without the first line, which is the message again. */
function framesOf({ stack = "" }: Error): readonly string[] {
  return stack
    .split("\n")
    .filter((frame) => /^\s+at /.test(frame))
    .slice(0, MOST_FRAMES)
    .map((frame) =>
      plain(
        frame
          .trim()
          .slice(3)
          .replace(/\(?file:\/\/.*\/(?=(?:src|node_modules)\/)/, "("),
        200,
      ),
    );
}
