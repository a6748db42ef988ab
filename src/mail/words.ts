/** What the mails of each kind say beside their facts: what their link is for, and why somebody gets one. */
import type { MailKind } from "../domain/mail.ts";

export interface KindWords {
  /** On the link. */
  readonly action: string;
  readonly because: string;
}

const OWN = "it is about your own access";
const DECIDES = "you may decide about it";
const ANSWERS = "you answer for your organisation, for these rules or for this access";
const SEE = "See it in Curfew";

export const KIND_WORDS: Readonly<Record<MailKind, KindWords>> = {
  submitted: { action: SEE, because: "a request was made that concerns you" },
  decision_wanted: { action: "Look at it and decide", because: DECIDES },
  decided: { action: SEE, because: "a request that concerns you was decided" },
  starting: { action: SEE, because: OWN },
  live: { action: SEE, because: "this access concerns you" },
  ending_soon: { action: "Extend it, or end it now", because: OWN },
  ended: { action: SEE, because: "this access concerns you" },
  extended: { action: SEE, because: "this access concerns you" },
  revoked: { action: SEE, because: "this access concerns you" },
  could_not_open: { action: "See what its target said", because: "this access concerns you" },
  could_not_close: { action: "See what its target said", because: "this access concerns you" },
  settings_changed: { action: "See what changed", because: ANSWERS },
  eligibility_given: { action: SEE, because: "this eligibility concerns you" },
  eligibility_ending: { action: SEE, because: "this eligibility concerns you" },
  nobody_left: { action: "Name somebody who decides", because: ANSWERS },
  emergency_used: { action: "Look at it, and revoke it if need be", because: ANSWERS },
  drift: { action: "See what differs", because: ANSWERS },
  new_device: { action: "See your sessions", because: "somebody signed in as you" },
  weekly_digest: { action: "See all of it in Curfew", because: "digests are switched on for you" },
  automatic_digest: { action: "See all of it in Curfew", because: "digests are switched on for you" },
  reminder: { action: "Look at it and decide", because: DECIDES },
  escalation: { action: "Look at it and decide", because: DECIDES },
  comment: { action: "Read it, and answer", because: "you have a part in this request" },
  address_confirmation: {
    action: "Go to the page that asks",
    because: "somebody gave this address; if it was a mistake, do nothing, and nothing more comes",
  },
  invitation: { action: "Set up your account", because: "an administrator made an account for you" },
  reset: { action: "Choose a new password", because: "a new password was asked for, for your account" },
};
