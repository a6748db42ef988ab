/** What a person sees: results on stdout, progress on stderr, nothing in either that could steer a terminal. */
import { revealed } from "../client/plain-text.ts";
import { type About, failureOf } from "./exit.ts";

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  on?(event: "error", listener: () => void): unknown;
}

/** The part of a process that the command line needs; `process` is one. */
export interface Terminal {
  readonly stdout: Output;
  readonly stderr: Output;
  on(event: "SIGINT", listener: () => void): unknown;
  off(event: "SIGINT", listener: () => void): unknown;
}

export interface Screen {
  readonly wantsJson: boolean;
  /** Whether a person watches. */
  readonly isWatched: boolean;
  /** A line of the answer. Not shown with --json. */
  result(line: string): void;
  /** A line about how it goes. */
  progress(line: string): void;
  /** The answer for programs. Shown only with --json. */
  json(value: unknown): void;
  /** The same for a list that comes in pieces: nobody holds all of it. Ended, it is an array as any other. */
  jsonList(): { add(items: readonly unknown[]): void; end(): void };
  /** A piece of a file that is the answer: as it is, with --json or without. */
  text(piece: string): void;
  /** That it failed, for programs: the last line of stderr, only with --json and only the first time. Answers `exit`. */
  failed(exit: number, message: string, about?: About): number;
}

export function createScreen(
  terminal: Terminal,
  env: Readonly<Record<string, string | undefined>>,
  wantsJson: boolean,
): Screen {
  // Whoever reads may stop before the end, as `head` does.
  for (const output of [terminal.stdout, terminal.stderr]) output.on?.("error", () => {});
  let told = false;
  const plain = (env.NO_COLOR ?? "") !== "" || env.TERM === "dumb";
  const writeLine = (output: Output, line: string) => {
    const safe = withoutControls(line);
    output.write(`${output.isTTY === true && !plain ? coloured(safe) : safe}\n`);
  };
  return {
    wantsJson,
    isWatched: terminal.stderr.isTTY === true,
    result(line) {
      if (!wantsJson) writeLine(terminal.stdout, line);
    },
    progress: (line) => writeLine(terminal.stderr, line),
    json(value) {
      if (wantsJson) terminal.stdout.write(`${safeJson(value)}\n`);
    },
    jsonList() {
      let before = "[";
      return {
        add(items) {
          for (const item of items) {
            const lines = safeJson(item).replace(/^/gm, "  ");
            if (wantsJson) terminal.stdout.write(`${before}\n${lines}`);
            before = ",";
          }
        },
        end() {
          if (wantsJson) terminal.stdout.write(before === "[" ? "[]\n" : "\n]\n");
        },
      };
    },
    text(piece) {
      terminal.stdout.write(piece);
    },
    failed(exit, message, about = {}) {
      if (wantsJson && !told)
        terminal.stderr.write(`${revealed(JSON.stringify({ error: failureOf(exit, message, about) }))}\n`);
      told = true;
      return exit;
    },
  };
}

/** Other people's words are printed: no escape sequence, no line of its own, no reversed reading order. */
export function withoutControls(text: string): string {
  return revealed(text.replace(/[\t\r\n]+/g, " "));
}

function safeJson(value: unknown): string {
  // Written out as JSON writes it: it is read as what it was.
  return revealed(JSON.stringify(value, null, 2));
}

const GREEN = "\u001b[32m";
const RED = "\u001b[31m";
const RESET = "\u001b[0m";

function coloured(line: string): string {
  return line.replace(/✓/g, `${GREEN}✓${RESET}`).replace(/✗/g, `${RED}✗${RESET}`);
}
