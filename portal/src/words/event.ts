/** What can have happened, in two or three words each, in the order of a life. The server tells whole sentences. */
const KINDS = {
  Requests: {
    "request.submitted": "asked",
    "request.refused": "ask refused by the rules",
    "request.approval_given": "approved by one",
    "request.terms_proposed": "other terms proposed",
    "request.terms_accepted": "other terms accepted",
    "request.approved": "approved",
    "request.denied": "denied",
    "request.canceled": "canceled",
    "request.timed_out": "timed out",
    "request.stranded": "nobody left to decide it",
    "request.commented": "commented on",
    "request.reminded": "approvers reminded",
    "decision.refused": "decision refused",
  },
  Access: {
    "grant.scheduled": "scheduled",
    "grant.opening": "opening in a target",
    "grant.live": "live",
    "grant.extended": "extended",
    "grant.provisioning_failed": "not opened yet",
    "grant.closing": "closing in a target",
    "grant.removal_failed": "not removed yet",
    "grant.look_failed": "could not be checked",
    "grant.unconfirmed": "not confirmed any more",
    "grant.drifted": "changed by hand in a target",
    "grant.ended": "ended",
    "grant.secret_issued": "secret fetched",
    "grant.reviewed": "emergency reviewed",
    "assignment.made": "standing access assigned",
  },
  Configuration: {
    "configuration.changed": "configuration changed",
    "change.tried": "change tried out",
    "change.refused": "change refused",
    "configuration.acknowledged": "nobody left to decide, acknowledged",
    "application.deployed": "application deployed",
    "application.policy_changed": "JIT policy changed",
    "application.deleted": "application deleted",
    "target.checked": "target checked",
    "tenant.closed": "organisation closed",
    "installation.completed": "installation set up",
  },
  "Signing in": {
    "sign_in.succeeded": "signed in",
    "sign_in.refused": "sign-in refused",
    "sign_in.many_refused": "many sign-ins refused",
    "entries.left_out": "many more, counted only",
    "sign_in.ended": "sessions ended",
    "token.issued": "access token issued",
  },
} as const;

/** For a field that offers them by group. */
export const EVENT_CHOICES = Object.entries(KINDS).map(([group, words]) => ({
  group,
  items: Object.entries(words).map(([value, label]) => ({
    value,
    label: label.charAt(0).toUpperCase() + label.slice(1),
  })),
}));
