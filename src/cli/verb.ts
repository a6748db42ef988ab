/**
 * What a verb of the command line is: its form, which help and completions show and every call is read by, and the
 * module that runs it, which is loaded when the verb runs and not before.
 */
import type { Client } from "../client/client.ts";
import type { Given } from "./arguments.ts";
import type { Screen } from "./screen.ts";
import type { Access } from "./sign-in/access.ts";

export interface Flag {
  /** `text` takes a value, `list` may be given several times, `switch` stands alone. */
  readonly type: "text" | "list" | "switch";
  readonly short?: string;
  /** What the value is, for help: `DURATION`. */
  readonly value?: string;
  readonly help: string;
}

export type Flags = Readonly<Record<string, Flag>>;

export interface Verb {
  /** One word, or two as in `audit verify`. */
  readonly name: string;
  readonly summary: string;
  /** What follows the name: `ROLE... --on SCOPE`. */
  readonly form: string;
  readonly flags: Flags;
  /** How many words may follow the name: at least, at most. */
  readonly words: readonly [number, number];
  readonly notes?: readonly string[];
  load(): Promise<Run>;
}

/** Answers with an exit code. It may ask `given` for the flags of its form and for no other. */
export type Run = (context: Context, given: Given) => Promise<number>;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Context {
  readonly screen: Screen;
  readonly env: Environment;
  /** All of them, for those that speak about the others. */
  readonly verbs: readonly Verb[];
  /** Loaded when it is asked for: many verbs need no server. */
  access(): Promise<Access>;
  /** Signs in, or fails with what to do. */
  client(): Promise<Client>;
  /** How this command line is called again: `curfew --as frank`. */
  readonly self: string;
  /** Aborted by Ctrl-C; whoever asks for it takes Ctrl-C over. */
  interrupted(): AbortSignal;
}
