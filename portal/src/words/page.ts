/** What pages are called in the menu, by what other words people look for them, and what is said where there is none. */

export const AREAS = { applications: "Applications", manage: "Manage", oversight: "Oversight" } as const;

/** `words`: looked for as well, never shown. */
export const PAGES = {
  home: { label: "Home", words: "start overview live now" },
  request: { label: "Request access", words: "activate elevate pim checkout ask role jit sudo" },
  access: {
    label: "My access",
    words: "live scheduled requests ended grants deactivate extend connect",
  },
  approvals: { label: "Approvals", words: "decide approve deny review requests queue" },
  applications: {
    label: "Applications",
    words: "managed applications jit policy configuration standing access consumer",
  },
  catalogue: { label: "Catalogue", words: "deploy create marketplace offers of publishers" },
  customers: { label: "Customers", words: "activate publisher consumers applications" },
  offers: { label: "Offers", words: "publish package definition" },
  eligibilities: { label: "Eligibilities", words: "assign eligible roles pim" },
  roleSettings: { label: "Role settings", words: "policy rules maximum duration approvers timeouts" },
  tiers: { label: "Tiers", words: "templates standard critical low" },
  people: { label: "People and groups", words: "users directory members service principals" },
  targets: { label: "Targets", words: "health drift systems kinds" },
  mail: {
    label: "Mail",
    words: "smtp notifications defaults subject footer reply addresses bounced switched off",
  },
  exports: { label: "Exports", words: "webhooks siem stream events sent replay" },
  bindings: { label: "Bindings", words: "entitlements roles become bind" },
  audit: { label: "Audit", words: "log history export csv json" },
  notifications: { label: "Notifications", words: "bell unread messages" },
  history: { label: "My history", words: "audit log what I did own entries" },
  security: {
    label: "My security",
    words: "second factor authenticator recovery codes mfa password",
  },
  preferences: { label: "Preferences", words: "dark light theme colours mail quiet hours digest" },
} as const;

export const NO_PAGE = { title: "Nothing here", home: "Go home" } as const;

export const BROKEN = {
  title: "This page broke",
  text: "Nothing was changed. Load it again; if it stays, tell whoever runs Curfew.",
  again: "Load again",
  unknown: "unknown fault",
} as const;
