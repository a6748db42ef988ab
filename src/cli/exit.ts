/** How a command ends: a closed set of exit codes, and which of the API's refusals is which. */
export const EXIT = {
  done: 0,
  fault: 1,
  usage: 2,
  denied: 3,
  ended: 4,
  unsatisfied: 5,
  stepUp: 6,
  timeout: 7,
  signedOut: 8,
  /** As shells report a program that Ctrl-C stopped: 128 + SIGINT. */
  interrupted: 130,
} as const;

/** As help lists them, and `docs/command-line.md`. */
export const EXIT_MEANINGS: readonly (readonly [number, string])[] = [
  [EXIT.done, "done"],
  [EXIT.fault, "a fault, or an answer that could not be written"],
  [EXIT.usage, "wrong usage or input, or more than one thing that could be meant"],
  [EXIT.denied, "denied, or no"],
  [EXIT.ended, "timed out or canceled"],
  [EXIT.unsatisfied, "a rule is unsatisfied"],
  [EXIT.stepUp, "sign in with more, such as a second factor"],
  [EXIT.timeout, "--timeout passed"],
  [EXIT.signedOut, "not signed in, or not any more"],
  [EXIT.interrupted, "stopped by Ctrl-C"],
];

/** What programs are told of a failure beside its sentence; what is left out says that there is nothing of it. */
export interface About {
  /** The API's closed code, or the name of the exit code where the command line itself gives up. */
  readonly code?: string;
  /** Of the HTTP answer. */
  readonly status?: number | null;
  /** JSON pointer, or `file:line:pointer` for configuration. */
  readonly path?: string | null;
  /** The rules that are not satisfied. */
  readonly rules?: readonly object[];
  /** What a change of configuration would leave to nobody. */
  readonly touched?: readonly object[];
  /** By which whoever runs Curfew finds the call. */
  readonly requestId?: string | null;
}

/** How `--json` tells of a failure, every failure, with every member there: docs/command-line.md. */
export interface Failure extends Required<About> {
  readonly exit: number;
  readonly message: string;
}

export function failureOf(exit: number, message: string, about: About): Failure {
  const [name = "fault"] = Object.entries(EXIT).find(([, code]) => code === exit) ?? [];
  const code = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return { code, message, exit, status: null, path: null, rules: [], touched: [], requestId: null, ...about };
}

/** A command that cannot go on: `message` is for the person, a line each; `about` for programs. */
export class Stop extends Error {
  override readonly name = "Stop";
  readonly exit: number;
  readonly about: About & { readonly message?: string };
  constructor(exit: number, message: string, about: Stop["about"] = {}) {
    super(message);
    this.exit = exit;
    this.about = about;
  }
}

export function usage(message: string): Stop {
  return new Stop(EXIT.usage, message);
}

const BY_CODE: Readonly<Record<string, number>> = {
  acknowledgement_required: EXIT.unsatisfied,
  forbidden: EXIT.denied,
  idempotency_mismatch: EXIT.usage,
  invalid_input: EXIT.usage,
  no_eligible_approver: EXIT.unsatisfied,
  nobody_left: EXIT.unsatisfied,
  own_request: EXIT.denied,
  rules_not_satisfied: EXIT.unsatisfied,
  stage_not_reached: EXIT.denied,
  step_up_needed: EXIT.stepUp,
  terms_not_narrower: EXIT.unsatisfied,
  unauthenticated: EXIT.signedOut,
  unknown_principal: EXIT.usage,
  unknown_role: EXIT.usage,
  workload_cannot_decide: EXIT.denied,
};

export function exitOf(code: string): number {
  return BY_CODE[code] ?? EXIT.fault;
}
