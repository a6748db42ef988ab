/** What a part of the portal says to whom it is closed: what it is, and what helps. */

export const PLACE_WORDS = {
  request: (tenant: string) =>
    `You may ask for nothing yet. Administrators of ${tenant} make people eligible; ask one of them.`,
  approvals: (tenant: string) =>
    `Requests to decide stand here for whoever ${tenant} names as an approver. Nobody has named you so far.`,
  applications: (tenant: string) =>
    `${tenant}'s applications stand here for its administrators, their owners and their approvers.`,
  catalogue: (tenant: string) =>
    `Only administrators of ${tenant} deploy applications from the catalogue. Ask one of them for what you need.`,
  customers: (tenant: string) =>
    `Customers stand here once somebody has deployed an application of ${tenant}, for those who may work on it.`,
  offers: (tenant: string) => `Only administrators of ${tenant} publish offers.`,
  manage: (tenant: string) => `Only administrators of ${tenant} manage roles, people and targets here.`,
  audit: (tenant: string) =>
    `Only auditors and administrators of ${tenant} read its whole log. What was done with your own access stands with each request of yours.`,
} as const;

export const closedTitle = (label: string) => `Not open to you: ${label}`;
export const signedInWords = (who: string) => `You are signed in as ${who}.`;
export const SWITCH_ACCOUNT = "Switch account";
export const GO_HOME = "Go home";
