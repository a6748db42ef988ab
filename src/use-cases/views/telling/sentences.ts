/** What happened, in one plain sentence an event: who did what to what. Pure; every name is looked up before. */
import type { EventType } from "../../../domain/event.ts";
import { isLost, LOST_BECAUSE } from "../../../domain/grant.ts";
import type { Json, JsonObject } from "../../../domain/target-binding.ts";

/** The names in an event, as the reader may know them. */
export interface EventWords {
  readonly actor: string;
  /** Whose request or access it is; for a sign-in, whose account. */
  readonly who: string;
  /** Roles and where: `Contributor on orders`. */
  readonly what: string;
  /** How long, as in `for 2 h`; empty where the event says nothing of it. */
  readonly length: string;
  /** `: what its target answered`, for the people of whoever owns the target; empty for others and where nothing failed. */
  readonly why: string;
}

type Say = (words: EventWords, facts: JsonObject) => string;

export function sentenceOf(type: string, words: EventWords, facts: JsonObject): string {
  const say = Object.hasOwn(SENTENCES, type) ? SENTENCES[type as EventType] : null;
  return say === null ? `${words.actor}: ${type}` : say(words, facts);
}

const SENTENCES: Readonly<Record<EventType, Say>> = {
  "request.submitted": ({ actor, what, length }, facts) =>
    `${actor} ${typeof facts.extends === "string" ? "asked to extend" : "asked for"} ${what}${length}${facts.emergency === true ? ", as an emergency" : ""}`,
  "request.refused": ({ actor, what }) => `${actor} asked for access to ${what}, and the rules refused it`,
  "request.approval_given": ({ actor, who, what, length }) =>
    `${actor} approved ${who}'s request for ${what}${length}`,
  "request.terms_proposed": ({ actor, who, what, length }) =>
    `${actor} proposed other terms for ${who}'s request for ${what}${length}`,
  "request.terms_accepted": ({ actor, who, what }) =>
    `${actor} accepted the terms proposed for ${who}'s request for ${what}`,
  "request.approved": ({ who, what, length }) => `${who}'s request for ${what}${length} was approved`,
  "request.denied": ({ actor, who, what }, facts) =>
    Array.isArray(facts.failed)
      ? `${who}'s request for ${what} was denied: it no longer met the rules`
      : `${actor} denied ${who}'s request for ${what}`,
  "request.canceled": ({ actor, who, what }) => `${actor} canceled ${who}'s request for ${what}`,
  "request.stranded": ({ who, what }) =>
    `Too few people are left who could decide ${who}'s request for ${what}`,
  "request.commented": ({ actor, who, what }, { text: said }) =>
    `${actor} wrote about ${who}'s request for ${what}: “${text(said)}”`,
  "request.reminded": ({ actor, who, what }) =>
    `${actor} reminded those who can decide ${who}'s request for ${what}`,
  "request.timed_out": ({ who, what }, { because }) =>
    `${who}'s request for ${what} timed out: ${TIMED_OUT[text(because)] ?? "nobody decided in time"}`,
  "decision.refused": ({ actor, who, what }) =>
    `${actor} tried to decide ${who}'s request for ${what}, and was refused`,
  "grant.scheduled": ({ who, what }, { startsAt }) =>
    `${who}'s access as ${what} is scheduled from ${text(startsAt)}`,
  "grant.opening": ({ who, what }) => `${who}'s access as ${what} is being opened in its target`,
  "grant.live": ({ who, what }) => `${who}'s access as ${what} is live`,
  "grant.extended": ({ who, what }, { endsAt }) =>
    `${who}'s access as ${what} was extended until ${text(endsAt)}`,
  "grant.provisioning_failed": ({ who, what, why }, { fault, unknown }) =>
    unknown === true
      ? `It is not known yet whether ${who}'s access as ${what} was opened in its target${why}`
      : `${who}'s access as ${what} could not be opened in its target ${fault === "permanent" ? "and is tried again once that changes" : "yet"}${why}`,
  // Not live any more; that is all that is known of it.
  "grant.closing": (words, facts) =>
    `${ended(words, facts)}; its target has not confirmed yet that it is gone`,
  "grant.removal_failed": ({ who, what, why }, { fault }) =>
    fault === undefined || fault === "retryable"
      ? `${who}'s access as ${what} is not confirmed gone from its target yet${why}`
      : `${who}'s access as ${what} is not confirmed gone from its target, and somebody has to put that right${why}`,
  "grant.look_failed": ({ who, what, why }, { fault }) =>
    `${who}'s access as ${what} could not be checked in its target${fault === "permanent" ? " and is checked again once that changes" : ""}, so whether it is still there is not known${why}`,
  "grant.unconfirmed": ({ who, what, why }) =>
    `${who}'s access as ${what} is no longer confirmed by its target${why}`,
  "grant.drifted": ({ who, what }) => `Somebody changed ${who}'s access as ${what} by hand in its target`,
  // With a justification, or none, it was ended; without the field, its target was seen to be rid of it.
  "grant.ended": (words, facts) =>
    Object.hasOwn(facts, "justification")
      ? ended(words, facts)
      : `${words.who}'s access as ${words.what} is gone from its target, with the sessions that used it`,
  "grant.secret_issued": ({ actor, what }, { reissue }) =>
    `${actor} fetched ${reissue === true ? "a new secret" : "the secret"} for ${what}`,
  "grant.reviewed": ({ actor, who, what }, { outcome }) =>
    `${actor} reviewed ${who}'s emergency access as ${what}: ${text(outcome)}`,
  "assignment.made": ({ actor, who, what }) => `${actor} assigned ${what} to ${who}`,
  "principal.locked_out": ({ actor, who }, { justification }) =>
    `${actor} locked ${who} out${typeof justification === "string" ? `: ${justification}` : ""}`,
  "principal.let_in": ({ actor, who }, { justification }) =>
    `${actor} let ${who} in again${typeof justification === "string" ? `: ${justification}` : ""}`,
  "eligibility.end_neared": ({ what }, { days }) =>
    `${what} ends in ${days === 1 ? "a day" : `${days} days`}`,
  "mail.confirmed": (_words, { address }) => `Mail to ${text(address)} was confirmed from there`,
  "mail.switched_off": (_words, { address, error }) =>
    `Nothing is mailed to ${text(address)} any more: its server refused it for good three times${typeof error === "string" && error !== "" ? ` (${error})` : ""}`,
  "mail.switched_on": ({ actor }, { address }) => `${actor} had mail sent to ${text(address)} again`,
  "mail.settings_changed": ({ actor }, { fields }) => `${actor} changed what mails say${listed(fields)}`,
  "configuration.changed": ({ actor, what }, { action, fields }) =>
    `${actor} ${CHANGED[text(action)] ?? "changed"} ${what}${listed(fields)}`,
  "change.tried": ({ actor }, facts) =>
    `${actor} tried out a change of ${objects(facts)}; nothing was stored`,
  "change.refused": ({ actor }, facts) =>
    `${actor} was refused a change of ${objects(facts)}${facts.dryRun === true ? ", tried out" : ""}`,
  "configuration.acknowledged": ({ actor }, facts) =>
    `${actor} acknowledged what a change leaves to nobody: ${acknowledgedIn(facts)}`,
  "application.deployed": ({ actor, what }, { jit }) =>
    `${actor} deployed ${what} ${isObject(jit) && jit.enabled === true ? "with JIT access" : "without JIT access"}`,
  "application.policy_changed": ({ actor, what }, { fields }) =>
    `${actor} changed the JIT policy of ${what}${listed(fields)}`,
  "application.deleted": ({ actor, what }) => `${actor} deleted ${what}`,
  "target.checked": ({ actor, what }, { ok, proposed }) =>
    `${actor} checked ${proposed === undefined ? what : `${text(proposed)}, for a target that was not saved yet`}${ok === true ? "" : ", and it was not as it should be"}`,
  "export.paused": ({ actor, what }, { because }) =>
    typeof because === "string"
      ? `The ${what} was paused, for its far side refuses what it is sent: ${because}`
      : `${actor} paused the ${what}`,
  "export.refused": ({ what }, { because }) =>
    `What was sent to the ${what} was refused for good: ${text(because)}`,
  "export.resumed": ({ actor, what }) => `${actor} resumed the ${what}`,
  "export.replayed": ({ actor, what }, { from, count }) =>
    typeof from === "number"
      ? `${actor} had everything from entry ${from} on sent again to the ${what}`
      : `${actor} had ${count === 1 ? "one event that was refused" : `${count} events that were refused`} sent again to the ${what}`,
  "export.secret_made": ({ actor, what }) => `${actor} had a new secret made for the ${what}`,
  "tenant.closed": ({ actor }) => `${actor} closed the organisation`,
  "clock.accepted": ({ actor }) => `${actor} vouched for a clock that had jumped`,
  "clock.repaired": ({ actor }, { from, to }) =>
    `${actor} lowered the time that was told last, from ${text(from)} to ${text(to)}`,
  "key.rotation_begun": ({ actor }, { leavesBehind }) =>
    `${actor} had the installation's key replaced${leavesBehind === true ? ", whether or not every process holds the new one" : ""}`,
  "key.rotation_finished": () => "The installation's key before this one was retired",
  "restore.confirmed": ({ actor }, { because }) => `${actor} confirmed a restored database: ${text(because)}`,
  "installation.completed": ({ actor }) => `${actor} set this installation up`,
  "sign_in.succeeded": ({ actor }) => `${actor} signed in`,
  "sign_in.refused": ({ who }) => `A sign-in as ${who} was refused`,
  "sign_in.many_refused": ({ who }, { count, networkCount, since }) =>
    `${count} sign-ins as ${who} were refused since ${text(since)}, from ${networkCount === 1 ? "one network" : `${networkCount} networks`}`,
  "sign_in.ended": ({ actor, who }, { count }) => `${actor} ended ${who}'s sessions (${count})`,
  "token.issued": ({ actor }) => `${actor} got an access token`,
  "mail.left_out": (_, { of, count }) =>
    `${count} more people would have had mail of \`${text(of)}\`: too many at once`,
  "entries.left_out": ({ actor, who }, { of, count, since, until }) =>
    `${of === "sign_in.refused" ? `Sign-ins as ${who} were refused` : `${actor} ${LEFT_OUT[text(of)] ?? `did \`${text(of)}\``}`} ${count} more times from ${text(since)} to ${text(until)}: too often for an entry each`,
};

const LEFT_OUT: Readonly<Record<string, string>> = {
  "request.refused": "asked for what the rules refuse",
  "decision.refused": "tried to decide and was refused",
  "change.tried": "tried out a change",
  "change.refused": "was refused a change",
};

const CHANGED: Readonly<Record<string, string>> = { create: "created", delete: "deleted" };

const TIMED_OUT: Readonly<Record<string, string>> = {
  neededUntil: "it was no longer needed",
  grantEnded: "the access that it would extend has ended",
};

function ended({ actor, who, what }: EventWords, { cause }: JsonObject): string {
  switch (cause) {
    case "expired":
      return `${who}'s access as ${what} reached its end`;
    case "never_live":
      return `${who}'s access as ${what} reached its end and had never been live: its target did not confirm it in time`;
    case "revoked":
      return `${actor} revoked ${who}'s access as ${what}`;
    case "canceled":
      return `${actor} canceled ${who}'s scheduled access as ${what}`;
    default:
      return isLost(cause)
        ? `${who}'s access as ${what} ended: ${LOST_BECAUSE[cause]}`
        : `${actor} ended ${who}'s access as ${what}`;
  }
}

/** As many as an entry names, and how many more there are. */
export function acknowledgedIn({ named, count }: JsonObject): string {
  const sentences = (Array.isArray(named) ? named : []).flatMap((one) =>
    isObject(one) ? [text(one.sentence)] : [],
  );
  const more = Number(count) - sentences.length;
  return `${sentences.join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
}

function listed(fields: Json | undefined): string {
  const names = Array.isArray(fields) ? fields.filter((field) => typeof field === "string") : [];
  return names.length === 0 ? "" : `: ${names.map(spaced).join(", ")}`;
}

/** `maximumDuration` as people read it: "maximum duration". */
function spaced(field: string): string {
  return field.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
}

/** The first few by name: the rest stands in the entry's facts. */
function objects({ objects: named, count }: JsonObject): string {
  const [first, ...more] = Array.isArray(named) ? named.filter(isObject) : [];
  const many = typeof count === "number" ? count : 0;
  if (first === undefined) return many === 1 ? "one object" : `${many} objects`;
  const word = `${spaced(text(first.kind)).trim()} \`${text(first.name)}\``;
  return many <= 1 && more.length === 0 ? word : `${word} and ${many - 1} more`;
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
