/**
 * Who may try now (ADR 0024). Three budgets that never share: a browser that signed in to the account before, a network
 * that somebody did it from, and strangers. Strangers stand in a line and are refused by nothing else; the other two
 * fall to them when theirs is spent, and so are slowed at worst.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { asId, type ObjectId } from "../../domain/ids.ts";
import { networkOf, siteOf } from "../../domain/network.ts";
import { addMs, type Clock, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import type {
  Bucket,
  IdentityStore,
  LineRules,
  LocalAccount,
  Place,
  Stepped,
} from "../../use-cases/identity-ports.ts";
import type { Devices } from "./devices.ts";
import type { Attempt, Limits } from "./limits.ts";
import type { Tried } from "./log-in-names.ts";
import { proofName } from "./proof.ts";

/** A password or a code, from somebody known: a stolen cookie or a neighbour makes no more guesses than these. */
const KNOWN: Readonly<Record<Step, Bucket>> = {
  password: { capacity: 20, refillMs: MINUTE_MS },
  code: { capacity: 10, refillMs: 5 * MINUTE_MS },
};
const NETWORK_KNOWN_MS = 30 * DAY_MS;
/** Whoever proved a password has so many codes; then it is proved again. */
const CODES_OF_A_PROOF: Bucket = { capacity: 5, refillMs: HOUR_MS };
/** Credentials of an account that were compared with its namesakes': so many of a tenant's, each of them once a day. */
const COMPARED: Bucket = { capacity: 5, refillMs: 12 * HOUR_MS };
const COMPARED_TODAY: Bucket = { capacity: 1, refillMs: DAY_MS };
/** One password tried at many names: what a network joins without waiting. */
const CROWD: Bucket = { capacity: 60, refillMs: 2 * SECOND_MS };

const SHARED_RULES = { awayMs: 30 * SECOND_MS, turnMs: 2 * MINUTE_MS };
const PASSWORD_LINE = { ...SHARED_RULES, everyMs: 2 * SECOND_MS, slackMs: 0, most: 60 };
// Whoever gets here has the password, and each code is one of a million, three of which are right: a hundred at once
// and then one a minute keep it improbable for months. Eight wait, for what is proved is good for ten minutes.
const CODE_LINE = { ...SHARED_RULES, everyMs: MINUTE_MS, slackMs: 100 * MINUTE_MS, most: 8 };
/** So short a wait is waited for here: nothing has to be typed twice. */
const HELD_MS = 3 * SECOND_MS;
/** A timer and the database's clock need not agree to the millisecond. */
const HELD_MORE_MS = 20;
const HELD: readonly Stepped["answer"][] = ["wait", "shared"];

type Step = "password" | "code";
export type Lane = "known" | "strangers";

export interface From {
  readonly ip: string;
  /** One browser's one interaction: whose place it is. */
  readonly holder: string;
  /** The cookies of the call. */
  readonly cookies: string | undefined;
}

export interface Admitted {
  readonly kind: "admitted";
  readonly lane: Lane;
  /** Accounts at which this is no stranger. */
  readonly known: readonly LocalAccount[];
  /** Whether it is also one's turn as a stranger, at every account of the name. */
  readonly all: boolean;
  /** It was right: the try counts for nothing. */
  right(): Promise<void>;
  /** Nothing was tried: the place at the front is kept. */
  untried(): Promise<void>;
}

export interface Waiting {
  readonly kind: "waiting";
  readonly because: Exclude<Stepped["answer"], "turn">;
  readonly waitMs: number;
}

export interface Asked {
  readonly name: string;
  readonly accounts: readonly LocalAccount[];
  /** Whether the tenant was said. */
  readonly ofOneTenant: boolean;
}

export interface Admission {
  password(asked: Asked, from: From): Promise<Admitted | Waiting>;
  /**
   * For a password that was wrong wherever it could be tried, as a stranger at the others of that name; null where the turn
   * does not come soon. Asked whether or not there are others: its time tells nothing.
   */
  otherwise(asked: Asked, from: From): Promise<Admitted | null>;
  /**
   * Whether a password that was right is no guess at namesakes. Who gives an account of their own one password after the
   * other sees from each whether it fits a namesake too, and leaves no wrong one on record.
   */
  isNoGuess(name: string, tried: Pick<Tried, "compared" | "fitting">): Promise<boolean>;
  /** Whether it is one's turn to type the password, without taking it. */
  look(name: string, from: From): Promise<Waiting | null>;
  /** `once`: which typing of the password proved it; null when that had all its codes. */
  code(account: LocalAccount, once: string, from: From): Promise<Admitted | Waiting | null>;
  lookForCode(account: LocalAccount, from: From): Promise<Waiting | null>;
}

export interface AdmissionDeps {
  readonly identities: Pick<IdentityStore, "lines" | "buckets" | "accountsReachedFrom">;
  readonly limits: Limits;
  readonly devices: Devices;
  readonly clock: Clock;
}

export function createAdmission(deps: AdmissionDeps): Admission {
  return {
    async password({ name, accounts, ofOneTenant }, from) {
      const standing = passwordLine(deps, name, from);
      const known = await asKnown(deps, "password", accounts, from);
      if (known === null) return asStranger(deps, standing);
      // Others of that name are strangers' to try, or somebody with an account of it elsewhere could guess at them.
      return ofOneTenant ? known : alsoAsStranger(deps, known, standing);
    },
    async otherwise({ name }, from) {
      const { place, rules } = passwordLine(deps, name, from);
      const admitted = await asStranger(deps, { place, rules: { ...rules, awayMs: 0 } });
      return admitted.kind === "admitted" ? admitted : null;
    },
    async isNoGuess(name, { compared, fitting }) {
      if (compared.length < 2) return true;
      for (const account of fitting) {
        const today = await deps.limits.take(`compared ${proofName(account)}`, COMPARED_TODAY);
        if (today === null) continue;
        const beside = `compared of ${account.ref.tenantId} with ${name}`;
        if ((await deps.limits.take(beside, COMPARED)) !== null) continue;
        await today.giveBack();
        return false;
      }
      return true;
    },
    look: (name, from) => look(deps, passwordLine(deps, name, from)),
    async code(account, once, from) {
      const left = await deps.limits.take(`codes of ${once}`, CODES_OF_A_PROOF);
      if (left === null) return null;
      const admitted =
        (await asKnown(deps, "code", [account], from)) ??
        (await asStranger(deps, codeLine(deps, account, from)));
      if (admitted.kind === "waiting") await left.giveBack();
      return admitted;
    },
    lookForCode: (account, from) => look(deps, codeLine(deps, account, from)),
  };
}

/** By a cookie or a network of an earlier success; null for whoever has neither, or has spent what it is good for. */
async function asKnown(
  { identities, limits, devices, clock }: AdmissionDeps,
  step: Step,
  accounts: readonly LocalAccount[],
  { ip, cookies }: From,
): Promise<Admitted | null> {
  const network = networkOf(ip);
  const device = devices.read(cookies);
  const since = addMs(clock.now(), -NETWORK_KNOWN_MS);
  const ids = accounts.map(({ ref }) => ref.objectId);
  // Asked also for nobody: its time tells no one whether there is somebody.
  const asked = ids.length === 0 ? [asId<ObjectId>(randomUUID())] : ids;
  const reached = await identities.accountsReachedFrom(asked, network, since);
  const known: LocalAccount[] = [];
  const attempts: Attempt[] = [];
  for (const account of accounts) {
    const { objectId } = account.ref;
    const take = (by: string) => limits.take(`${step} by ${by} for ${objectId}`, KNOWN[step]);
    const attempt =
      (device?.knows(account) === true ? await take(`device ${device.id}`) : null) ??
      (reached.includes(objectId) ? await take(`network ${network}`) : null);
    if (attempt === null) continue;
    known.push(account);
    attempts.push(attempt);
  }
  if (known.length === 0) return null;
  const giveBack = async () => {
    for (const attempt of attempts) await attempt.giveBack();
  };
  return { kind: "admitted", lane: "known", known, all: false, right: giveBack, untried: giveBack };
}

/** In passing: where it is not one's turn at once, nothing is waited for and no place is left behind. */
async function alsoAsStranger(
  { identities: { lines, buckets }, clock }: AdmissionDeps,
  known: Admitted,
  { place, rules }: Standing,
): Promise<Admitted> {
  const { answer } = await lines.step(place, { ...rules, awayMs: 0 }, true, clock.now());
  if (answer !== "turn") return known;
  const { crowd } = rules;
  const giveBack = async () => {
    if (crowd !== null) await buckets.giveBack(crowd.key, crowd.bucket);
    await known.right();
  };
  return { ...known, all: true, right: giveBack, untried: giveBack };
}

/** A line, one's place in it and what holds there. */
interface Standing {
  readonly place: Place;
  readonly rules: LineRules;
}

/**
 * By the name as it was typed, not by the account: whoever waits learns nothing about whether it is somebody's, and
 * accounts of one name in several tenants share only what strangers have.
 */
function passwordLine({ limits }: AdmissionDeps, name: string, { ip, holder }: From): Standing {
  const site = siteOf(ip);
  return {
    place: {
      line: limits.keyOf(`line of ${name}`),
      network: limits.keyOf(`network ${site}`),
      holder: limits.keyOf(`holder ${holder}`),
    },
    rules: { ...PASSWORD_LINE, crowd: { key: limits.keyOf(`lines of ${site}`), bucket: CROWD } },
  };
}

function codeLine({ limits }: AdmissionDeps, { ref }: LocalAccount, { ip, holder }: From): Standing {
  return {
    place: {
      line: limits.keyOf(`code line of ${ref.objectId}`),
      network: limits.keyOf(`network ${siteOf(ip)}`),
      holder: limits.keyOf(`holder ${holder}`),
    },
    rules: { ...CODE_LINE, crowd: null },
  };
}

async function asStranger(
  { identities: { lines, buckets }, clock }: AdmissionDeps,
  { place, rules }: Standing,
): Promise<Admitted | Waiting> {
  const step = () => lines.step(place, rules, true, clock.now());
  let stepped = await step();
  for (let leftMs = HELD_MS; HELD.includes(stepped.answer) && stepped.waitMs <= leftMs; ) {
    const waitMs = Math.ceil(stepped.waitMs) + HELD_MORE_MS;
    await delay(waitMs);
    leftMs -= waitMs;
    stepped = await step();
  }
  if (stepped.answer !== "turn") return waiting(stepped.answer, stepped.waitMs);
  return {
    kind: "admitted",
    lane: "strangers",
    known: [],
    all: true,
    async right() {
      if (rules.crowd === null) await lines.shorten(place.line, rules.everyMs);
      else await buckets.giveBack(rules.crowd.key, rules.crowd.bucket);
    },
    untried: () => lines.stepBack(place, addMs(clock.now(), rules.turnMs)),
  };
}

async function look(
  { identities: { lines }, clock }: AdmissionDeps,
  { place, rules }: Standing,
): Promise<Waiting | null> {
  const { answer, waitMs } = await lines.step(place, rules, false, clock.now());
  return answer === "turn" ? null : waiting(answer, waitMs);
}

function waiting(because: Waiting["because"], waitMs: number): Waiting {
  return { kind: "waiting", because, waitMs };
}
