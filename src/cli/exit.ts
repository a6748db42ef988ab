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

/** A command that cannot go on: `message` is for the person, a line each. */
export class Stop extends Error {
  override readonly name = "Stop";
  readonly exit: number;
  constructor(exit: number, message: string) {
    super(message);
    this.exit = exit;
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
