/** What administrators read about their organisation's mail: what each says, who hears what, where none goes any more. */

export const PAGE = {
  title: "Mail",
  lead: "What Curfew mails to your organisation's people.",
  off: "No mail is sent",
  offText: "This installation has no mail server. Whoever runs it sets one: docs/operations/mail.md.",
  every: "In every mail",
  defaults: "What people hear",
  defaultsLead: "Unless they choose otherwise under Preferences.",
  reset: "As Curfew has it",
  addresses: "Addresses",
} as const;

export const EVERY = {
  prefix: "Beginning of every subject",
  prefixHelp: "Such as [Contoso access], so that people can sort it.",
  footer: "Last lines of every mail",
  footerHelp: "Plain text: whom to ask, where your rules stand.",
  replyTo: "Answers go to",
  replyToHelp: "An address that somebody reads. Empty: answers go to the address that Curfew sends from.",
  save: "Save",
  saved: "Saved. The next mail is sent so.",
} as const;

export const ADDRESSES = {
  show: "Show addresses",
  off: "Switched off",
  all: "All",
  address: "Address",
  whose: "Whose",
  state: "Mail",
  noneOff: "Mail goes to every address that was confirmed.",
  none: "Nobody is mailed yet.",
  on: "Send mail again",
  onOne: (address: string) => `Send mail to ${address} again`,
  ofRule: (rule: string) => `named by ${rule}`,
  nobody: "nobody's any more",
  confirmed: "goes there",
  unconfirmed: "waits until the address is confirmed",
  refused: "refused for good: ",
} as const;
