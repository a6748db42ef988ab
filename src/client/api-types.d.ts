// Generated from openapi.json by generate.ts: change the routes, not this file.
export type AccessRequest = {
  id: string;
  version: number;
  state: "pending" | "approved" | "denied" | "canceled" | "timedOut";
  stateAt: string;
  timedOutBecause: ("decideBy" | "neededUntil" | "grantEnded") | null;
  requester: { tenantId: string; objectId: string; kind: string; displayName: string; tenantName: string };
  beneficiary: { tenantId: string; objectId: string; kind: string; displayName: string; tenantName: string };
  scope: string;
  scopeName: string;
  ownerName: string;
  roles: { id: string; name: string }[];
  asked: { roleDefinitionIds: string[]; duration: string; startAt: string | null };
  terms: { roleDefinitionIds: string[]; duration: string; startAt: string | null };
  proposal: {
    terms: { roleDefinitionIds: string[]; duration: string; startAt: string | null };
    justification: string | null;
    at: string;
  } | null;
  operation: {
    purpose: "troubleshooting" | "maintenance" | "update" | "investigation" | "other";
    plan: string | null;
  } | null;
  justification: string | null;
  ticket: { system: string; number: string } | null;
  emergency: boolean;
  extendsGrantId: string | null;
  createdAt: string;
  decideBy: string | null;
  neededUntil: string | null;
  strandedAt: string | null;
  stages: {
    required: number;
    approved: number;
    approvers: { tenantName: string; count: number; names: string[] };
  }[];
  decisions: {
    decision: "approve" | "deny";
    by:
      | { tenantId: string; objectId: string; kind: string; displayName: string; tenantName: string }
      | { tenantName: string };
    stage: number;
    justification: string | null;
    terms: { roleDefinitionIds: string[]; duration: string; startAt: string | null };
    at: string;
  }[];
  grantIds: string[];
  became: {
    name: "scheduled" | "opening" | "live" | "closing" | "ended";
    unconfirmed: string | null;
    endsAt: string | null;
    got: {
      liveFor: string;
      of: string | null;
      because:
        | "expired"
        | "revoked"
        | "deactivated"
        | "canceled"
        | "eligibility_lost"
        | "condition_lost"
        | "entitlement_lost"
        | "locked_out"
        | "never_live";
      fetched: boolean | null;
    } | null;
  } | null;
  denial: {
    justification: string | null;
    rules: {
      rule:
        | "EligibilityRule"
        | "BeneficiaryRule"
        | "ExpirationRule"
        | "ActiveDurationTooShort"
        | "TargetRule"
        | "JustificationRule"
        | "TicketingRule"
        | "MfaRule"
        | "AuthenticationContextRule"
        | "ConditionRule"
        | "RoleAssignmentExists"
        | "PendingRoleAssignmentRequest"
        | "RequestLimitRule"
        | "EmergencyRule";
      outcome: "satisfied" | "unsatisfied" | "notApplicable";
      message: string;
      missing?: string;
    }[];
  } | null;
};

export type Application = {
  id: string;
  name: string;
  side: "consumer" | "publisher";
  consumer: { tenantId: string; name: string };
  publisher: { tenantId: string; name: string };
  scope: string;
  managedScope: string;
  offerId: string;
  offerVersion: number;
  roles: { id: string; name: string }[];
  jitEnabled: boolean;
  jitPolicy: {
    version: number;
    mode: "automatic" | "manual";
    maximumDuration: string;
    minimumDuration: string;
    decideBy: string;
    required: number;
    approvers: { count: number; names: string[] };
    justificationRequired: boolean;
    mfaRequired: boolean;
    emergencyAllowed: boolean;
  } | null;
  deployedAt: string;
  offerName: string;
  support: string | null;
  own: {
    owners: { tenantId: string; objectId: string; kind: string; displayName: string; tenantName: string }[];
    mayManage: boolean;
    approvers: {
      tenantId: string;
      objectId: string;
      kind: string;
      displayName: string;
      tenantName: string;
    }[];
    policy: { [name: string]: unknown } | null;
    declined: {
      by: { tenantId: string; objectId: string; kind: string; displayName: string; tenantName: string };
      at: string;
    } | null;
  } | null;
};

export type ApplicationHistory = {
  items: {
    at: string;
    byName: string;
    changes: { field: string; from: string | null; to: string | null }[];
    sentence: string;
  }[];
};

export type AuditHead = { tenantId: string; sequence: number; linkHash: string; at: string };

export type Configuration = {
  apiVersion: string;
  kind:
    | "Tenant"
    | "Subscription"
    | "User"
    | "ServicePrincipal"
    | "Group"
    | "RoleDefinition"
    | "Tier"
    | "ApplicationDefinition"
    | "Application"
    | "RoleSettings"
    | "Eligibility"
    | "Target"
    | "Binding"
    | "Export";
  tenant: string;
  name: string;
  id: string;
  spec: { [name: string]: unknown };
};

export type Grant = {
  id: string;
  requestId: string | null;
  underGrantId: string | null;
  kind: "activation" | "standing";
  state: "scheduled" | "provisioning" | "active" | "deprovisioning" | "ended";
  liveness:
    | "live"
    | "scheduled"
    | "provisioning"
    | "ended"
    | "expired"
    | "revoked"
    | "deactivated"
    | "canceled"
    | "eligibility_lost"
    | "condition_lost"
    | "entitlement_lost"
    | "locked_out"
    | "never_live";
  beneficiary: { tenantId: string; objectId: string; kind: string; displayName: string; tenantName: string };
  roleDefinitionId: string;
  roleName: string;
  scope: string;
  scopeName: string;
  ownerName: string;
  managedScope: string | null;
  startsAt: string;
  endsAt: string | null;
  effectiveEnd: { at: string | null; because: string };
  heldBy: "native" | "clock" | "timerOnly" | "never";
  endedBecause:
    | (
        | "expired"
        | "revoked"
        | "deactivated"
        | "canceled"
        | "eligibility_lost"
        | "condition_lost"
        | "entitlement_lost"
        | "locked_out"
        | "never_live"
      )
    | null;
  unconfirmed: {
    of: "opening" | "held" | "end" | "never";
    sentence: string;
    reason: string | null;
    openUntil: string | null;
  } | null;
  askAgain: string | null;
  got: {
    liveFor: string;
    of: string | null;
    because:
      | "expired"
      | "revoked"
      | "deactivated"
      | "canceled"
      | "eligibility_lost"
      | "condition_lost"
      | "entitlement_lost"
      | "locked_out"
      | "never_live";
    fetched: boolean | null;
  } | null;
  extension: { requestId: string; askedAt: string; duration: string; decideBy: string } | null;
  emergency: boolean;
  review: { outcome: "justified" | "unjustified"; justification: string; at: string } | null;
  why: string | null;
  entitlements: {
    bindingId: string;
    targetId: string;
    targetKind: string;
    target: {
      label: string;
      atTheEnd: string;
      sessions: "cutByCurfew" | "native" | "none";
      issuesSecret: boolean;
      canExtend: boolean;
    } | null;
    member: { tenantId: string; objectId: string };
    required: boolean;
    state: "planned" | "present" | "leaving" | "absent";
    enforcedUntil: string | null;
    attempts: number;
    lastError: string | null;
    fault: {
      kind: "retryable" | "permanent" | "forbidden" | "conflict";
      outcomeUnknown: boolean;
      triedAgain: boolean;
    } | null;
    secretIssued: boolean;
  }[];
  endedBy?: { name: string; justification: string | null } | null;
  ends?: {
    targetName: string;
    targetKind: string;
    targetLabel: string;
    heldBy: "native" | "timerOnly";
    sessions: "cutByCurfew" | "native" | "none";
    ended: { count: number; p99Ms: number | null };
    sentence: string;
    ifDown: string;
  }[];
};

export type Key = {
  generation: number;
  since: string | null;
  rotation: {
    phase: "announced" | "sealing" | "bothAccepted";
    waitingFor: string[];
    leavesBehind: boolean;
    acceptedUntil: string | null;
  } | null;
};

export type MailSettings = {
  subjectPrefix: string | null;
  footer: string | null;
  replyTo: string | null;
  isOn: boolean;
};

export type Me = {
  principal: { tenantId: string; objectId: string; kind: string; displayName: string; tenantName: string };
  email: string | null;
  rights: ("operator" | "administrator" | "auditor")[];
  session: { amr: string[]; authTime: string | null; via: string; limited: boolean };
  places: (
    | "request"
    | "approvals"
    | "applications"
    | "catalogue"
    | "customers"
    | "offers"
    | "manage"
    | "audit"
  )[];
  counts: { toDecide: number; unread: number };
  newestUnreadAt: string | null;
  restored: { because: string; since: string } | null;
  now: string;
};

export type MyNotificationPreferences = {
  said: {
    off?: (
      | "submitted"
      | "decided"
      | "starting"
      | "live"
      | "ended"
      | "extended"
      | "settings_changed"
      | "eligibility_given"
      | "eligibility_ending"
      | "weekly_digest"
      | "automatic_digest"
      | "comment"
    )[];
    automatic?: "each" | "daily" | "weekly" | "never";
    reminders?: boolean;
    escalation?: boolean;
    quietHours?: { from: string; to: string } | null;
    timeZone?: string;
  };
  otherwise: {
    off: (
      | "submitted"
      | "decided"
      | "starting"
      | "live"
      | "ended"
      | "extended"
      | "settings_changed"
      | "eligibility_given"
      | "eligibility_ending"
      | "weekly_digest"
      | "automatic_digest"
      | "comment"
    )[];
    automatic: "each" | "daily" | "weekly" | "never";
    reminders: boolean;
    escalation: boolean;
    quietHours: { from: string; to: string } | null;
    timeZone: string;
  };
  inForce: {
    off: (
      | "submitted"
      | "decided"
      | "starting"
      | "live"
      | "ended"
      | "extended"
      | "settings_changed"
      | "eligibility_given"
      | "eligibility_ending"
      | "weekly_digest"
      | "automatic_digest"
      | "comment"
    )[];
    automatic: "each" | "daily" | "weekly" | "never";
    reminders: boolean;
    escalation: boolean;
    quietHours: { from: string; to: string } | null;
    timeZone: string;
  };
};

export type NotificationPreferences = {
  said: {
    off?: (
      | "submitted"
      | "decided"
      | "starting"
      | "live"
      | "ended"
      | "extended"
      | "settings_changed"
      | "eligibility_given"
      | "eligibility_ending"
      | "weekly_digest"
      | "automatic_digest"
      | "comment"
    )[];
    automatic?: "each" | "daily" | "weekly" | "never";
    reminders?: boolean;
    escalation?: boolean;
    quietHours?: { from: string; to: string } | null;
    timeZone?: string;
  };
  otherwise: {
    off: (
      | "submitted"
      | "decided"
      | "starting"
      | "live"
      | "ended"
      | "extended"
      | "settings_changed"
      | "eligibility_given"
      | "eligibility_ending"
      | "weekly_digest"
      | "automatic_digest"
      | "comment"
    )[];
    automatic: "each" | "daily" | "weekly" | "never";
    reminders: boolean;
    escalation: boolean;
    quietHours: { from: string; to: string } | null;
    timeZone: string;
  };
  inForce: {
    off: (
      | "submitted"
      | "decided"
      | "starting"
      | "live"
      | "ended"
      | "extended"
      | "settings_changed"
      | "eligibility_given"
      | "eligibility_ending"
      | "weekly_digest"
      | "automatic_digest"
      | "comment"
    )[];
    automatic: "each" | "daily" | "weekly" | "never";
    reminders: boolean;
    escalation: boolean;
    quietHours: { from: string; to: string } | null;
    timeZone: string;
  };
};

export type OfferForm = {
  version: number;
  form: {
    steps: {
      name: string;
      label: string;
      elements: {
        name: string;
        type: string;
        kind: string;
        label: string;
        note: string | null;
        [name: string]: unknown;
      }[];
    }[];
    outputs: string[];
  } | null;
};

export type OfferLogo = unknown;

export type Overview = {
  live: {
    count: number;
    items: {
      id: string;
      requestId: string | null;
      underGrantId: string | null;
      kind: "activation" | "standing";
      state: "scheduled" | "provisioning" | "active" | "deprovisioning" | "ended";
      liveness:
        | "live"
        | "scheduled"
        | "provisioning"
        | "ended"
        | "expired"
        | "revoked"
        | "deactivated"
        | "canceled"
        | "eligibility_lost"
        | "condition_lost"
        | "entitlement_lost"
        | "locked_out"
        | "never_live";
      beneficiary: {
        tenantId: string;
        objectId: string;
        kind: string;
        displayName: string;
        tenantName: string;
      };
      roleDefinitionId: string;
      roleName: string;
      scope: string;
      scopeName: string;
      ownerName: string;
      managedScope: string | null;
      startsAt: string;
      endsAt: string | null;
      effectiveEnd: { at: string | null; because: string };
      heldBy: "native" | "clock" | "timerOnly" | "never";
      endedBecause:
        | (
            | "expired"
            | "revoked"
            | "deactivated"
            | "canceled"
            | "eligibility_lost"
            | "condition_lost"
            | "entitlement_lost"
            | "locked_out"
            | "never_live"
          )
        | null;
      unconfirmed: {
        of: "opening" | "held" | "end" | "never";
        sentence: string;
        reason: string | null;
        openUntil: string | null;
      } | null;
      askAgain: string | null;
      got: {
        liveFor: string;
        of: string | null;
        because:
          | "expired"
          | "revoked"
          | "deactivated"
          | "canceled"
          | "eligibility_lost"
          | "condition_lost"
          | "entitlement_lost"
          | "locked_out"
          | "never_live";
        fetched: boolean | null;
      } | null;
      extension: { requestId: string; askedAt: string; duration: string; decideBy: string } | null;
      emergency: boolean;
      review: { outcome: "justified" | "unjustified"; justification: string; at: string } | null;
      why: string | null;
      entitlements: {
        bindingId: string;
        targetId: string;
        targetKind: string;
        target: {
          label: string;
          atTheEnd: string;
          sessions: "cutByCurfew" | "native" | "none";
          issuesSecret: boolean;
          canExtend: boolean;
        } | null;
        member: { tenantId: string; objectId: string };
        required: boolean;
        state: "planned" | "present" | "leaving" | "absent";
        enforcedUntil: string | null;
        attempts: number;
        lastError: string | null;
        fault: {
          kind: "retryable" | "permanent" | "forbidden" | "conflict";
          outcomeUnknown: boolean;
          triedAgain: boolean;
        } | null;
        secretIssued: boolean;
      }[];
      endedBy?: { name: string; justification: string | null } | null;
      ends?: {
        targetName: string;
        targetKind: string;
        targetLabel: string;
        heldBy: "native" | "timerOnly";
        sessions: "cutByCurfew" | "native" | "none";
        ended: { count: number; p99Ms: number | null };
        sentence: string;
        ifDown: string;
      }[];
    }[];
  };
  permanent: {
    count: number;
    items: {
      id: string;
      requestId: string | null;
      underGrantId: string | null;
      kind: "activation" | "standing";
      state: "scheduled" | "provisioning" | "active" | "deprovisioning" | "ended";
      liveness:
        | "live"
        | "scheduled"
        | "provisioning"
        | "ended"
        | "expired"
        | "revoked"
        | "deactivated"
        | "canceled"
        | "eligibility_lost"
        | "condition_lost"
        | "entitlement_lost"
        | "locked_out"
        | "never_live";
      beneficiary: {
        tenantId: string;
        objectId: string;
        kind: string;
        displayName: string;
        tenantName: string;
      };
      roleDefinitionId: string;
      roleName: string;
      scope: string;
      scopeName: string;
      ownerName: string;
      managedScope: string | null;
      startsAt: string;
      endsAt: string | null;
      effectiveEnd: { at: string | null; because: string };
      heldBy: "native" | "clock" | "timerOnly" | "never";
      endedBecause:
        | (
            | "expired"
            | "revoked"
            | "deactivated"
            | "canceled"
            | "eligibility_lost"
            | "condition_lost"
            | "entitlement_lost"
            | "locked_out"
            | "never_live"
          )
        | null;
      unconfirmed: {
        of: "opening" | "held" | "end" | "never";
        sentence: string;
        reason: string | null;
        openUntil: string | null;
      } | null;
      askAgain: string | null;
      got: {
        liveFor: string;
        of: string | null;
        because:
          | "expired"
          | "revoked"
          | "deactivated"
          | "canceled"
          | "eligibility_lost"
          | "condition_lost"
          | "entitlement_lost"
          | "locked_out"
          | "never_live";
        fetched: boolean | null;
      } | null;
      extension: { requestId: string; askedAt: string; duration: string; decideBy: string } | null;
      emergency: boolean;
      review: { outcome: "justified" | "unjustified"; justification: string; at: string } | null;
      why: string | null;
      entitlements: {
        bindingId: string;
        targetId: string;
        targetKind: string;
        target: {
          label: string;
          atTheEnd: string;
          sessions: "cutByCurfew" | "native" | "none";
          issuesSecret: boolean;
          canExtend: boolean;
        } | null;
        member: { tenantId: string; objectId: string };
        required: boolean;
        state: "planned" | "present" | "leaving" | "absent";
        enforcedUntil: string | null;
        attempts: number;
        lastError: string | null;
        fault: {
          kind: "retryable" | "permanent" | "forbidden" | "conflict";
          outcomeUnknown: boolean;
          triedAgain: boolean;
        } | null;
        secretIssued: boolean;
      }[];
      endedBy?: { name: string; justification: string | null } | null;
      ends?: {
        targetName: string;
        targetKind: string;
        targetLabel: string;
        heldBy: "native" | "timerOnly";
        sessions: "cutByCurfew" | "native" | "none";
        ended: { count: number; p99Ms: number | null };
        sentence: string;
        ifDown: string;
      }[];
      because: "declined" | "readOnly" | "assigned";
    }[];
  };
  left: {
    count: number;
    items: {
      id: string;
      requestId: string | null;
      underGrantId: string | null;
      kind: "activation" | "standing";
      state: "scheduled" | "provisioning" | "active" | "deprovisioning" | "ended";
      liveness:
        | "live"
        | "scheduled"
        | "provisioning"
        | "ended"
        | "expired"
        | "revoked"
        | "deactivated"
        | "canceled"
        | "eligibility_lost"
        | "condition_lost"
        | "entitlement_lost"
        | "locked_out"
        | "never_live";
      beneficiary: {
        tenantId: string;
        objectId: string;
        kind: string;
        displayName: string;
        tenantName: string;
      };
      roleDefinitionId: string;
      roleName: string;
      scope: string;
      scopeName: string;
      ownerName: string;
      managedScope: string | null;
      startsAt: string;
      endsAt: string | null;
      effectiveEnd: { at: string | null; because: string };
      heldBy: "native" | "clock" | "timerOnly" | "never";
      endedBecause:
        | (
            | "expired"
            | "revoked"
            | "deactivated"
            | "canceled"
            | "eligibility_lost"
            | "condition_lost"
            | "entitlement_lost"
            | "locked_out"
            | "never_live"
          )
        | null;
      unconfirmed: {
        of: "opening" | "held" | "end" | "never";
        sentence: string;
        reason: string | null;
        openUntil: string | null;
      } | null;
      askAgain: string | null;
      got: {
        liveFor: string;
        of: string | null;
        because:
          | "expired"
          | "revoked"
          | "deactivated"
          | "canceled"
          | "eligibility_lost"
          | "condition_lost"
          | "entitlement_lost"
          | "locked_out"
          | "never_live";
        fetched: boolean | null;
      } | null;
      extension: { requestId: string; askedAt: string; duration: string; decideBy: string } | null;
      emergency: boolean;
      review: { outcome: "justified" | "unjustified"; justification: string; at: string } | null;
      why: string | null;
      entitlements: {
        bindingId: string;
        targetId: string;
        targetKind: string;
        target: {
          label: string;
          atTheEnd: string;
          sessions: "cutByCurfew" | "native" | "none";
          issuesSecret: boolean;
          canExtend: boolean;
        } | null;
        member: { tenantId: string; objectId: string };
        required: boolean;
        state: "planned" | "present" | "leaving" | "absent";
        enforcedUntil: string | null;
        attempts: number;
        lastError: string | null;
        fault: {
          kind: "retryable" | "permanent" | "forbidden" | "conflict";
          outcomeUnknown: boolean;
          triedAgain: boolean;
        } | null;
        secretIssued: boolean;
      }[];
      endedBy?: { name: string; justification: string | null } | null;
      ends?: {
        targetName: string;
        targetKind: string;
        targetLabel: string;
        heldBy: "native" | "timerOnly";
        sessions: "cutByCurfew" | "native" | "none";
        ended: { count: number; p99Ms: number | null };
        sentence: string;
        ifDown: string;
      }[];
    }[];
  };
  adrift: { name: string; label: string; seenAt: string; drift: { at: string; what: string }[] }[];
  ending: {
    count: number;
    items: {
      what: "eligibility" | "assignment";
      principal: {
        tenantId: string;
        objectId: string;
        kind: string;
        displayName: string;
        tenantName: string;
      };
      roleName: string;
      scopeName: string;
      endsAt: string;
    }[];
  };
  overdue: {
    count: number;
    items: {
      id: string;
      version: number;
      state: "pending" | "approved" | "denied" | "canceled" | "timedOut";
      stateAt: string;
      timedOutBecause: ("decideBy" | "neededUntil" | "grantEnded") | null;
      requester: {
        tenantId: string;
        objectId: string;
        kind: string;
        displayName: string;
        tenantName: string;
      };
      beneficiary: {
        tenantId: string;
        objectId: string;
        kind: string;
        displayName: string;
        tenantName: string;
      };
      scope: string;
      scopeName: string;
      ownerName: string;
      roles: { id: string; name: string }[];
      asked: { roleDefinitionIds: string[]; duration: string; startAt: string | null };
      terms: { roleDefinitionIds: string[]; duration: string; startAt: string | null };
      proposal: {
        terms: { roleDefinitionIds: string[]; duration: string; startAt: string | null };
        justification: string | null;
        at: string;
      } | null;
      operation: {
        purpose: "troubleshooting" | "maintenance" | "update" | "investigation" | "other";
        plan: string | null;
      } | null;
      justification: string | null;
      ticket: { system: string; number: string } | null;
      emergency: boolean;
      extendsGrantId: string | null;
      createdAt: string;
      decideBy: string | null;
      neededUntil: string | null;
      strandedAt: string | null;
      stages: {
        required: number;
        approved: number;
        approvers: { tenantName: string; count: number; names: string[] };
      }[];
      decisions: {
        decision: "approve" | "deny";
        by:
          | { tenantId: string; objectId: string; kind: string; displayName: string; tenantName: string }
          | { tenantName: string };
        stage: number;
        justification: string | null;
        terms: { roleDefinitionIds: string[]; duration: string; startAt: string | null };
        at: string;
      }[];
      grantIds: string[];
      became: {
        name: "scheduled" | "opening" | "live" | "closing" | "ended";
        unconfirmed: string | null;
        endsAt: string | null;
        got: {
          liveFor: string;
          of: string | null;
          because:
            | "expired"
            | "revoked"
            | "deactivated"
            | "canceled"
            | "eligibility_lost"
            | "condition_lost"
            | "entitlement_lost"
            | "locked_out"
            | "never_live";
          fetched: boolean | null;
        } | null;
      } | null;
      denial: {
        justification: string | null;
        rules: {
          rule:
            | "EligibilityRule"
            | "BeneficiaryRule"
            | "ExpirationRule"
            | "ActiveDurationTooShort"
            | "TargetRule"
            | "JustificationRule"
            | "TicketingRule"
            | "MfaRule"
            | "AuthenticationContextRule"
            | "ConditionRule"
            | "RoleAssignmentExists"
            | "PendingRoleAssignmentRequest"
            | "RequestLimitRule"
            | "EmergencyRule";
          outcome: "satisfied" | "unsatisfied" | "notApplicable";
          message: string;
          missing?: string;
        }[];
      } | null;
    }[];
  };
  pendingCount: number;
  customers: {
    applicationId: string;
    name: string;
    consumerName: string;
    jitEnabled: boolean;
    roleNames: string[];
    liveCount: number;
  }[];
};

export type Person = {
  person: { tenantId: string; objectId: string; kind: string; displayName: string; tenantName: string };
  email: string | null;
  rights: ("operator" | "administrator" | "auditor")[];
  lockedOut: {
    since: string;
    by: { tenantId: string; objectId: string; kind: string; displayName: string; tenantName: string };
    justification: string;
  } | null;
  mail: {
    state: "confirmed" | "unconfirmed" | "switchedOff";
    addressId: string | null;
    switchedOff: { at: string; why: string } | null;
  } | null;
  whole: boolean;
  mayLock: boolean;
  mayEndEverything: boolean;
  held: {
    id: string;
    requestId: string | null;
    underGrantId: string | null;
    kind: "activation" | "standing";
    state: "scheduled" | "provisioning" | "active" | "deprovisioning" | "ended";
    liveness:
      | "live"
      | "scheduled"
      | "provisioning"
      | "ended"
      | "expired"
      | "revoked"
      | "deactivated"
      | "canceled"
      | "eligibility_lost"
      | "condition_lost"
      | "entitlement_lost"
      | "locked_out"
      | "never_live";
    beneficiary: {
      tenantId: string;
      objectId: string;
      kind: string;
      displayName: string;
      tenantName: string;
    };
    roleDefinitionId: string;
    roleName: string;
    scope: string;
    scopeName: string;
    ownerName: string;
    managedScope: string | null;
    startsAt: string;
    endsAt: string | null;
    effectiveEnd: { at: string | null; because: string };
    heldBy: "native" | "clock" | "timerOnly" | "never";
    endedBecause:
      | (
          | "expired"
          | "revoked"
          | "deactivated"
          | "canceled"
          | "eligibility_lost"
          | "condition_lost"
          | "entitlement_lost"
          | "locked_out"
          | "never_live"
        )
      | null;
    unconfirmed: {
      of: "opening" | "held" | "end" | "never";
      sentence: string;
      reason: string | null;
      openUntil: string | null;
    } | null;
    askAgain: string | null;
    got: {
      liveFor: string;
      of: string | null;
      because:
        | "expired"
        | "revoked"
        | "deactivated"
        | "canceled"
        | "eligibility_lost"
        | "condition_lost"
        | "entitlement_lost"
        | "locked_out"
        | "never_live";
      fetched: boolean | null;
    } | null;
    extension: { requestId: string; askedAt: string; duration: string; decideBy: string } | null;
    emergency: boolean;
    review: { outcome: "justified" | "unjustified"; justification: string; at: string } | null;
    why: string | null;
    entitlements: {
      bindingId: string;
      targetId: string;
      targetKind: string;
      target: {
        label: string;
        atTheEnd: string;
        sessions: "cutByCurfew" | "native" | "none";
        issuesSecret: boolean;
        canExtend: boolean;
      } | null;
      member: { tenantId: string; objectId: string };
      required: boolean;
      state: "planned" | "present" | "leaving" | "absent";
      enforcedUntil: string | null;
      attempts: number;
      lastError: string | null;
      fault: {
        kind: "retryable" | "permanent" | "forbidden" | "conflict";
        outcomeUnknown: boolean;
        triedAgain: boolean;
      } | null;
      secretIssued: boolean;
    }[];
    endedBy?: { name: string; justification: string | null } | null;
    ends?: {
      targetName: string;
      targetKind: string;
      targetLabel: string;
      heldBy: "native" | "timerOnly";
      sessions: "cutByCurfew" | "native" | "none";
      ended: { count: number; p99Ms: number | null };
      sentence: string;
      ifDown: string;
    }[];
  }[];
  pending: {
    id: string;
    version: number;
    state: "pending" | "approved" | "denied" | "canceled" | "timedOut";
    stateAt: string;
    timedOutBecause: ("decideBy" | "neededUntil" | "grantEnded") | null;
    requester: { tenantId: string; objectId: string; kind: string; displayName: string; tenantName: string };
    beneficiary: {
      tenantId: string;
      objectId: string;
      kind: string;
      displayName: string;
      tenantName: string;
    };
    scope: string;
    scopeName: string;
    ownerName: string;
    roles: { id: string; name: string }[];
    asked: { roleDefinitionIds: string[]; duration: string; startAt: string | null };
    terms: { roleDefinitionIds: string[]; duration: string; startAt: string | null };
    proposal: {
      terms: { roleDefinitionIds: string[]; duration: string; startAt: string | null };
      justification: string | null;
      at: string;
    } | null;
    operation: {
      purpose: "troubleshooting" | "maintenance" | "update" | "investigation" | "other";
      plan: string | null;
    } | null;
    justification: string | null;
    ticket: { system: string; number: string } | null;
    emergency: boolean;
    extendsGrantId: string | null;
    createdAt: string;
    decideBy: string | null;
    neededUntil: string | null;
    strandedAt: string | null;
    stages: {
      required: number;
      approved: number;
      approvers: { tenantName: string; count: number; names: string[] };
    }[];
    decisions: {
      decision: "approve" | "deny";
      by:
        | { tenantId: string; objectId: string; kind: string; displayName: string; tenantName: string }
        | { tenantName: string };
      stage: number;
      justification: string | null;
      terms: { roleDefinitionIds: string[]; duration: string; startAt: string | null };
      at: string;
    }[];
    grantIds: string[];
    became: {
      name: "scheduled" | "opening" | "live" | "closing" | "ended";
      unconfirmed: string | null;
      endsAt: string | null;
      got: {
        liveFor: string;
        of: string | null;
        because:
          | "expired"
          | "revoked"
          | "deactivated"
          | "canceled"
          | "eligibility_lost"
          | "condition_lost"
          | "entitlement_lost"
          | "locked_out"
          | "never_live";
        fetched: boolean | null;
      } | null;
    } | null;
    denial: {
      justification: string | null;
      rules: {
        rule:
          | "EligibilityRule"
          | "BeneficiaryRule"
          | "ExpirationRule"
          | "ActiveDurationTooShort"
          | "TargetRule"
          | "JustificationRule"
          | "TicketingRule"
          | "MfaRule"
          | "AuthenticationContextRule"
          | "ConditionRule"
          | "RoleAssignmentExists"
          | "PendingRoleAssignmentRequest"
          | "RequestLimitRule"
          | "EmergencyRule";
        outcome: "satisfied" | "unsatisfied" | "notApplicable";
        message: string;
        missing?: string;
      }[];
    } | null;
  }[];
  past: {
    id: string;
    requestId: string | null;
    underGrantId: string | null;
    kind: "activation" | "standing";
    state: "scheduled" | "provisioning" | "active" | "deprovisioning" | "ended";
    liveness:
      | "live"
      | "scheduled"
      | "provisioning"
      | "ended"
      | "expired"
      | "revoked"
      | "deactivated"
      | "canceled"
      | "eligibility_lost"
      | "condition_lost"
      | "entitlement_lost"
      | "locked_out"
      | "never_live";
    beneficiary: {
      tenantId: string;
      objectId: string;
      kind: string;
      displayName: string;
      tenantName: string;
    };
    roleDefinitionId: string;
    roleName: string;
    scope: string;
    scopeName: string;
    ownerName: string;
    managedScope: string | null;
    startsAt: string;
    endsAt: string | null;
    effectiveEnd: { at: string | null; because: string };
    heldBy: "native" | "clock" | "timerOnly" | "never";
    endedBecause:
      | (
          | "expired"
          | "revoked"
          | "deactivated"
          | "canceled"
          | "eligibility_lost"
          | "condition_lost"
          | "entitlement_lost"
          | "locked_out"
          | "never_live"
        )
      | null;
    unconfirmed: {
      of: "opening" | "held" | "end" | "never";
      sentence: string;
      reason: string | null;
      openUntil: string | null;
    } | null;
    askAgain: string | null;
    got: {
      liveFor: string;
      of: string | null;
      because:
        | "expired"
        | "revoked"
        | "deactivated"
        | "canceled"
        | "eligibility_lost"
        | "condition_lost"
        | "entitlement_lost"
        | "locked_out"
        | "never_live";
      fetched: boolean | null;
    } | null;
    extension: { requestId: string; askedAt: string; duration: string; decideBy: string } | null;
    emergency: boolean;
    review: { outcome: "justified" | "unjustified"; justification: string; at: string } | null;
    why: string | null;
    entitlements: {
      bindingId: string;
      targetId: string;
      targetKind: string;
      target: {
        label: string;
        atTheEnd: string;
        sessions: "cutByCurfew" | "native" | "none";
        issuesSecret: boolean;
        canExtend: boolean;
      } | null;
      member: { tenantId: string; objectId: string };
      required: boolean;
      state: "planned" | "present" | "leaving" | "absent";
      enforcedUntil: string | null;
      attempts: number;
      lastError: string | null;
      fault: {
        kind: "retryable" | "permanent" | "forbidden" | "conflict";
        outcomeUnknown: boolean;
        triedAgain: boolean;
      } | null;
      secretIssued: boolean;
    }[];
    endedBy?: { name: string; justification: string | null } | null;
    ends?: {
      targetName: string;
      targetKind: string;
      targetLabel: string;
      heldBy: "native" | "timerOnly";
      sessions: "cutByCurfew" | "native" | "none";
      ended: { count: number; p99Ms: number | null };
      sentence: string;
      ifDown: string;
    }[];
  }[];
  eligibilities: {
    roleName: string;
    scope: string;
    scopeName: string;
    through: string | null;
    endsAt: string | null;
  }[];
};

export type Place = {
  scope: string;
  scopeName: string;
  ownerName: string;
  application: { id: string; name: string; side: "consumer" | "publisher" } | null;
  whole: boolean;
  holds: {
    id: string;
    requestId: string | null;
    underGrantId: string | null;
    kind: "activation" | "standing";
    state: "scheduled" | "provisioning" | "active" | "deprovisioning" | "ended";
    liveness:
      | "live"
      | "scheduled"
      | "provisioning"
      | "ended"
      | "expired"
      | "revoked"
      | "deactivated"
      | "canceled"
      | "eligibility_lost"
      | "condition_lost"
      | "entitlement_lost"
      | "locked_out"
      | "never_live";
    beneficiary: {
      tenantId: string;
      objectId: string;
      kind: string;
      displayName: string;
      tenantName: string;
    };
    roleDefinitionId: string;
    roleName: string;
    scope: string;
    scopeName: string;
    ownerName: string;
    managedScope: string | null;
    startsAt: string;
    endsAt: string | null;
    effectiveEnd: { at: string | null; because: string };
    heldBy: "native" | "clock" | "timerOnly" | "never";
    endedBecause:
      | (
          | "expired"
          | "revoked"
          | "deactivated"
          | "canceled"
          | "eligibility_lost"
          | "condition_lost"
          | "entitlement_lost"
          | "locked_out"
          | "never_live"
        )
      | null;
    unconfirmed: {
      of: "opening" | "held" | "end" | "never";
      sentence: string;
      reason: string | null;
      openUntil: string | null;
    } | null;
    askAgain: string | null;
    got: {
      liveFor: string;
      of: string | null;
      because:
        | "expired"
        | "revoked"
        | "deactivated"
        | "canceled"
        | "eligibility_lost"
        | "condition_lost"
        | "entitlement_lost"
        | "locked_out"
        | "never_live";
      fetched: boolean | null;
    } | null;
    extension: { requestId: string; askedAt: string; duration: string; decideBy: string } | null;
    emergency: boolean;
    review: { outcome: "justified" | "unjustified"; justification: string; at: string } | null;
    why: string | null;
    entitlements: {
      bindingId: string;
      targetId: string;
      targetKind: string;
      target: {
        label: string;
        atTheEnd: string;
        sessions: "cutByCurfew" | "native" | "none";
        issuesSecret: boolean;
        canExtend: boolean;
      } | null;
      member: { tenantId: string; objectId: string };
      required: boolean;
      state: "planned" | "present" | "leaving" | "absent";
      enforcedUntil: string | null;
      attempts: number;
      lastError: string | null;
      fault: {
        kind: "retryable" | "permanent" | "forbidden" | "conflict";
        outcomeUnknown: boolean;
        triedAgain: boolean;
      } | null;
      secretIssued: boolean;
    }[];
    endedBy?: { name: string; justification: string | null } | null;
    ends?: {
      targetName: string;
      targetKind: string;
      targetLabel: string;
      heldBy: "native" | "timerOnly";
      sessions: "cutByCurfew" | "native" | "none";
      ended: { count: number; p99Ms: number | null };
      sentence: string;
      ifDown: string;
    }[];
  }[];
  roles: {
    roleDefinitionId: string;
    roleName: string;
    askingName: string;
    maximumDuration: string;
    askers: {
      principal: {
        tenantId: string;
        objectId: string;
        kind: string;
        displayName: string;
        tenantName: string;
      };
      members: number | null;
      endsAt: string | null;
    }[];
    deciders: { tenantName: string; count: number; names: string[]; required: number }[];
  }[];
};

export type Principal = {
  principal: { tenantId: string; objectId: string; kind: string; displayName: string; tenantName: string };
  name: string;
  email: string | null;
  rights: ("operator" | "administrator" | "auditor")[];
  lockedOut: {
    since: string;
    by: { tenantId: string; objectId: string; kind: string; displayName: string; tenantName: string };
    justification: string;
  } | null;
  memberOf: {
    objectId: string;
    displayName: string;
    kind: "user" | "group" | "servicePrincipal";
    through: string[];
  }[];
  members: {
    objectId: string;
    displayName: string;
    kind: "user" | "group" | "servicePrincipal";
    direct: boolean;
  }[];
  owners: { objectId: string; displayName: string; kind: "user" | "group" | "servicePrincipal" }[];
  owns: { objectId: string; displayName: string; kind: "user" | "group" | "servicePrincipal" }[];
  linkedTo: {
    tenantId: string;
    objectId: string;
    kind: string;
    displayName: string;
    tenantName: string;
  } | null;
  linkedElsewhere: boolean;
  eligibilities: {
    roleName: string;
    scope: string;
    scopeName: string;
    through: string | null;
    endsAt: string | null;
  }[];
  liveGrants: number;
  refusedSignIns: {
    count: number;
    since: string;
    until: string;
    networkCount: number;
    networks: { network: string; count: number }[];
  } | null;
};

export type RequestContext = {
  canDecide: boolean;
  cannotDecide: { code: string; message: string } | null;
  canCancel: boolean;
  canAccept: boolean;
  adds: {
    roleDefinitionId: string;
    roleName: string;
    can: string[];
    alreadyCan: string[];
    sentence: string;
  }[];
  history: { earlier: number; endedOnTime: number; endedEarly: number; denied: number; sentence: string };
  overlapping: {
    grantId: string;
    roleName: string;
    scope: string;
    scopeName: string;
    startsAt: string;
    endsAt: string | null;
    liveness:
      | "live"
      | "scheduled"
      | "provisioning"
      | "ended"
      | "expired"
      | "revoked"
      | "deactivated"
      | "canceled"
      | "eligibility_lost"
      | "condition_lost"
      | "entitlement_lost"
      | "locked_out"
      | "never_live";
  }[];
  rules: {
    rule:
      | "EligibilityRule"
      | "BeneficiaryRule"
      | "ExpirationRule"
      | "ActiveDurationTooShort"
      | "TargetRule"
      | "JustificationRule"
      | "TicketingRule"
      | "MfaRule"
      | "AuthenticationContextRule"
      | "ConditionRule"
      | "RoleAssignmentExists"
      | "PendingRoleAssignmentRequest"
      | "RequestLimitRule"
      | "EmergencyRule";
    outcome: "satisfied" | "unsatisfied" | "notApplicable";
    message: string;
    missing?: string;
  }[];
  window: { startsAt: string; endsAt: string | null };
  extending: { grantId: string; startsAt: string; endsAt: string | null; latestEnd: string | null } | null;
  minimumDuration: string | null;
  justificationRequired: boolean;
  lately: {
    requestId: string;
    at: string;
    outcome:
      | "pending"
      | "denied"
      | "canceled"
      | "timedOut"
      | "scheduled"
      | "opening"
      | "live"
      | "closing"
      | "ended";
    here: boolean;
    roleNames: string[];
    scopeName: string;
    live: { startsAt: string; endsAt: string }[];
  }[];
  talk: {
    canComment: boolean;
    canRemind: boolean;
    remindFrom: string | null;
    said: { at: string; by: string; text: string | null }[];
  };
  ends: {
    targetName: string;
    targetKind: string;
    targetLabel: string;
    heldBy: "native" | "timerOnly";
    sessions: "cutByCurfew" | "native" | "none";
    ended: { count: number; p99Ms: number | null };
    sentence: string;
    ifDown: string;
  }[];
};

export type RequestTimeline = {
  items: {
    at: string;
    type: string;
    sentence: string;
    actorName: string | null;
    tone: "neutral" | "good" | "bad" | "waiting";
  }[];
};

export type RoleSettingsInForce = {
  fields: {
    field: string;
    value: unknown;
    from: { kind: "roleSettings" | "tier" | "builtIn" | "application" | "together"; name: string };
  }[];
  spec: { [name: string]: unknown };
  documentName: string | null;
  application: string | null;
  above: { documentName: string; scopeName: string } | null;
};

export type Sessions = {
  items: {
    member: { tenantId: string; objectId: string; kind: string; displayName: string; tenantName: string };
    targetLabel: string;
    sessions: { since: string; from: string; program: string | null }[] | null;
    more: number;
    unknown: string | null;
  }[];
  at: string;
};

export interface Operations {
  acceptAccessRequest: {
    input: { path: { id: string }; headers?: { "if-match"?: string | undefined } };
    answer: AccessRequest;
  };
  acceptClock: { input: { body: { justification: string } }; answer: { clock: "accepted" | "repaired" } };
  applyConfiguration: {
    input: {
      body: {
        documents: { kind: string; name: string; [name: string]: unknown }[];
        dryRun?: boolean | undefined;
        prune?: boolean | undefined;
        acknowledge?: string[] | undefined;
      };
    };
    answer: {
      changes: {
        action: "create" | "update" | "delete" | "unchanged";
        kind:
          | "Tenant"
          | "Subscription"
          | "User"
          | "ServicePrincipal"
          | "Group"
          | "RoleDefinition"
          | "Tier"
          | "ApplicationDefinition"
          | "Application"
          | "RoleSettings"
          | "Eligibility"
          | "Target"
          | "Binding"
          | "Export";
        tenant: string;
        name: string;
        id: string;
        fields?: string[];
        note?: string;
      }[];
      applied: boolean;
      touched: {
        items: {
          kind: "grant" | "eligibility" | "refused" | "request" | "rule";
          id: string;
          sentence: string;
        }[];
        more: boolean;
      };
    };
  };
  assignEligibility: {
    input: {
      headers?: { "idempotency-key"?: string | undefined };
      body: {
        principalId: string;
        roleDefinitionId: string;
        scope: string;
        startsAt?: string | undefined;
        endsAt?: (string | null) | undefined;
        justification?: string | undefined;
      };
    };
    answer: {
      id: string;
      documentName: string | null;
      principal: {
        tenantId: string;
        objectId: string;
        kind: string;
        displayName: string;
        tenantName: string;
      };
      roleDefinitionId: string;
      roleName: string;
      scope: string;
      scopeName: string;
      startsAt: string;
      endsAt: string | null;
      source: { kind: "assigned" | "application"; name: string | null; at: string | null };
      members: number | null;
    };
  };
  assignRole: {
    input: {
      headers?: { "idempotency-key"?: string | undefined };
      body: {
        scope: string;
        roleDefinitionId: string;
        principalId: string;
        tenantId?: string | undefined;
        startsAt?: string | undefined;
        endsAt?: string | undefined;
        justification?: string | undefined;
      };
    };
    answer: Grant;
  };
  cancelAccessRequest: {
    input: { path: { id: string }; headers?: { "if-match"?: string | undefined } };
    answer: AccessRequest;
  };
  changeJitPolicy: {
    input: {
      path: { id: string };
      query?: { acknowledge?: string | undefined };
      headers?: { "if-match"?: string | undefined };
      body: { [name: string]: unknown };
    };
    answer: { version: number };
  };
  changeMailSettings: {
    input: { body: { subjectPrefix: string | null; footer: string | null; replyTo: string | null } };
    answer: MailSettings;
  };
  checkAccess: {
    input: {
      body: {
        principalId: string;
        tenantId?: string | undefined;
        scope: string;
        action?: string | undefined;
        roleDefinitionId?: string | undefined;
      };
    };
    answer: { allowed: boolean; reason: string; until: string | null; grants: string[] };
  };
  checkProposed: {
    input: { body: { kind: "Target" | "Binding"; name: string; spec: { [name: string]: unknown } } };
    answer: {
      ok: boolean;
      reachable: boolean;
      version: string | null;
      excess: string[];
      missing: string[];
      findings: { refuses: boolean; detail: string }[];
      expiry: "enforced" | "bypassable" | "unverified";
      [name: string]: unknown;
    };
  };
  checkTarget: {
    input: { path: { name: string } };
    answer: {
      ok: boolean;
      reachable: boolean;
      version: string | null;
      excess: string[];
      missing: string[];
      findings: { refuses: boolean; detail: string }[];
      expiry: "enforced" | "bypassable" | "unverified";
      [name: string]: unknown;
    };
  };
  checkTargetAgain: {
    input: { path: { name: string } };
    answer: {
      health: {
        ok: boolean;
        reachable: boolean;
        version: string | null;
        excess: string[];
        missing: string[];
        findings: { refuses: boolean; detail: string }[];
        expiry: "enforced" | "bypassable" | "unverified";
        [name: string]: unknown;
      };
      retried: number;
    };
  };
  claimSecret: {
    input: { path: { id: string }; body: { bindingId?: string | undefined; reissue?: boolean | undefined } };
    answer: {
      expiresAt: string;
      targetKind: string;
      targetLabel: string;
      fields: { name: string; label: string; value: string; masked: boolean; copyable: boolean }[];
      commands: { label: string; line: string }[];
      [name: string]: unknown;
    };
  };
  commentAccessRequest: { input: { path: { id: string }; body: { text: string } }; answer: { at: string } };
  confirmRestore: { input: { body: { justification: string } }; answer: { restore: "confirmed" } };
  deactivateGrant: { input: { path: { id: string } }; answer: Grant };
  decideAccessRequest: {
    input: {
      path: { id: string };
      headers?: { "if-match"?: string | undefined };
      body: {
        decision: "approve" | "deny";
        justification?: string | undefined;
        terms?:
          | {
              duration?: string | undefined;
              startAt?: string | undefined;
              roleDefinitionIds?: string[] | undefined;
            }
          | undefined;
      };
    };
    answer: AccessRequest;
  };
  deleteConfiguration: {
    input: {
      path: {
        kind:
          | "Tenant"
          | "Subscription"
          | "User"
          | "ServicePrincipal"
          | "Group"
          | "RoleDefinition"
          | "Tier"
          | "ApplicationDefinition"
          | "Application"
          | "RoleSettings"
          | "Eligibility"
          | "Target"
          | "Binding"
          | "Export";
        name: string;
      };
      query?: {
        tenant?: string | undefined;
        dryRun?: ("true" | "false") | undefined;
        acknowledge?: string | undefined;
      };
      headers?: { "if-match"?: string | undefined };
    };
    answer: {
      changes: {
        action: "create" | "update" | "delete" | "unchanged";
        kind:
          | "Tenant"
          | "Subscription"
          | "User"
          | "ServicePrincipal"
          | "Group"
          | "RoleDefinition"
          | "Tier"
          | "ApplicationDefinition"
          | "Application"
          | "RoleSettings"
          | "Eligibility"
          | "Target"
          | "Binding"
          | "Export";
        tenant: string;
        name: string;
        id: string;
        fields?: string[];
        note?: string;
      }[];
      applied: boolean;
      touched: {
        items: {
          kind: "grant" | "eligibility" | "refused" | "request" | "rule";
          id: string;
          sentence: string;
        }[];
        more: boolean;
      };
    };
  };
  endEligibility: {
    input: { path: { id: string }; body: { justification?: string | undefined } };
    answer: { id: string; ended: true };
  };
  endEverything: {
    input: { path: { objectId: string }; body: { justification: string; tenantId?: string | undefined } };
    answer: { endedGrants: string[]; keptGrants: string[]; canceledRequests: number };
  };
  endSessions: {
    input: { path: { objectId: string }; body: { justification?: string | undefined } };
    answer: { ended: number };
  };
  evaluateOfferForm: {
    input: {
      path: { id: string };
      body: {
        basics?: { [name: string]: unknown } | undefined;
        steps?: { [name: string]: unknown } | undefined;
        location?: string | undefined;
        subscriptionId: string;
        resourceGroup: string;
      };
    };
    answer: {
      outputs: { [name: string]: unknown };
      jitAccessPolicy: {
        jitAccessEnabled: boolean;
        jitApprovalMode: "AutoApprove" | "ManualApprove";
        jitApprovers: { id: string; type: "user" | "group"; displayName: string }[];
        maximumJitAccessDuration: string;
      } | null;
      jit: { [name: string]: unknown } | null;
    };
  };
  exportAuditEntries: {
    input: {
      query?: {
        type?: string | undefined;
        subjectId?: string | undefined;
        correlationId?: string | undefined;
        requestId?: string | undefined;
        actorId?: string | undefined;
        personId?: string | undefined;
        applicationId?: string | undefined;
        roleDefinitionId?: string | undefined;
        from?: string | undefined;
        to?: string | undefined;
        order?: ("newest" | "sequence") | undefined;
        format?: ("csv" | "json") | undefined;
      };
    };
    answer: string;
  };
  extendGrant: {
    input: {
      path: { id: string };
      headers?: { "idempotency-key"?: string | undefined };
      body: {
        duration?: string | undefined;
        justification?: string | undefined;
        ticket?: { system: string; number: string } | undefined;
      };
    };
    answer: AccessRequest;
  };
  letIn: { input: { path: { objectId: string }; body: { justification: string } }; answer: { at: string } };
  listAccessRequests: {
    input: {
      query?: {
        limit?: number | undefined;
        cursor?: string | undefined;
        view?: ("mine" | "toDecide" | "decided" | "all") | undefined;
        state?: ("pending" | "approved" | "denied" | "canceled" | "timedOut") | undefined;
        scope?: string | undefined;
        applicationId?: string | undefined;
        about?: ("applications" | "resources" | "groups") | undefined;
        under?: string | undefined;
        requesterId?: string | undefined;
        roleDefinitionId?: string | undefined;
        from?: string | undefined;
        to?: string | undefined;
      };
    };
    answer: { items: AccessRequest[]; nextCursor: string | null };
  };
  listApplications: {
    input: Record<string, never>;
    answer: {
      items: {
        id: string;
        name: string;
        side: "consumer" | "publisher";
        consumer: { tenantId: string; name: string };
        publisher: { tenantId: string; name: string };
        scope: string;
        managedScope: string;
        offerId: string;
        offerVersion: number;
        roles: { id: string; name: string }[];
        jitEnabled: boolean;
        jitPolicy: {
          version: number;
          mode: "automatic" | "manual";
          maximumDuration: string;
          minimumDuration: string;
          decideBy: string;
          required: number;
          approvers: { count: number; names: string[] };
          justificationRequired: boolean;
          mfaRequired: boolean;
          emergencyAllowed: boolean;
        } | null;
        deployedAt: string;
      }[];
      nextCursor: string | null;
    };
  };
  listAuditEntries: {
    input: {
      query?: {
        limit?: number | undefined;
        cursor?: string | undefined;
        type?: string | undefined;
        subjectId?: string | undefined;
        correlationId?: string | undefined;
        requestId?: string | undefined;
        actorId?: string | undefined;
        personId?: string | undefined;
        applicationId?: string | undefined;
        roleDefinitionId?: string | undefined;
        from?: string | undefined;
        to?: string | undefined;
        order?: ("newest" | "sequence") | undefined;
      };
    };
    answer: {
      items: {
        id: string;
        sequence: number | null;
        entry: { [name: string]: unknown };
        leafHash: string;
        linkHash: string | null;
        openings: { [name: string]: unknown }[];
        sentence: string;
        actorName: string | null;
      }[];
      nextCursor: string | null;
    };
  };
  listConfiguration: {
    input: {
      path: {
        kind:
          | "Tenant"
          | "Subscription"
          | "User"
          | "ServicePrincipal"
          | "Group"
          | "RoleDefinition"
          | "Tier"
          | "ApplicationDefinition"
          | "Application"
          | "RoleSettings"
          | "Eligibility"
          | "Target"
          | "Binding"
          | "Export";
      };
      query?: { tenant?: string | undefined; cursor?: string | undefined };
    };
    answer: { items: Configuration[]; nextCursor: string | null };
  };
  listEligibilities: {
    input: {
      query?: {
        limit?: number | undefined;
        cursor?: string | undefined;
        principalId?: string | undefined;
        roleDefinitionId?: string | undefined;
        scope?: string | undefined;
      };
    };
    answer: {
      items: {
        id: string;
        documentName: string | null;
        principal: {
          tenantId: string;
          objectId: string;
          kind: string;
          displayName: string;
          tenantName: string;
        };
        roleDefinitionId: string;
        roleName: string;
        scope: string;
        scopeName: string;
        startsAt: string;
        endsAt: string | null;
        source: { kind: "assigned" | "application"; name: string | null; at: string | null };
        members: number | null;
      }[];
      nextCursor: string | null;
    };
  };
  listExportDeadLetters: {
    input: { path: { name: string }; query?: { after?: number | undefined } };
    answer: { items: { number: number; reason: string; at: string; replay: boolean }[] };
  };
  listExportKinds: {
    input: Record<string, never>;
    answer: {
      items: {
        kind: string;
        label: string;
        schema: { config: { [name: string]: unknown }; secrets: string[] };
        makesSecret: string | null;
      }[];
    };
  };
  listExports: {
    input: { query?: { limit?: number | undefined; cursor?: string | undefined } };
    answer: {
      items: {
        name: string;
        kind: string;
        kindLabel: string;
        place: string;
        through: number;
        behind: number;
        waitingSince: string | null;
        paused: ("person" | "refused" | "secret") | null;
        tries: number;
        againAt: string | null;
        acceptedAt: string | null;
        lastError: string | null;
        lastErrorAt: string | null;
        deadLetters: number;
      }[];
      nextCursor: string | null;
    };
  };
  listGrants: {
    input: {
      query?: {
        limit?: number | undefined;
        cursor?: string | undefined;
        view?: ("mine" | "held" | "toReview" | "all") | undefined;
        state?: ("scheduled" | "provisioning" | "active" | "deprovisioning" | "ended") | undefined;
        requestId?: string | undefined;
        applicationId?: string | undefined;
        about?: ("applications" | "resources" | "groups") | undefined;
        under?: string | undefined;
      };
    };
    answer: { items: Grant[]; nextCursor: string | null };
  };
  listInstallationExports: {
    input: Record<string, never>;
    answer: {
      items: {
        kind: string;
        kindLabel: string;
        place: string;
        streams: number;
        behind: number;
        waitingSince: string | null;
        failing: number;
        deadLetters: number;
        acceptedAt: string | null;
        lastError: string | null;
        lastErrorAt: string | null;
      }[];
    };
  };
  listMailAddresses: {
    input: {
      query?: {
        limit?: number | undefined;
        cursor?: string | undefined;
        switchedOff?: ("true" | "false") | undefined;
      };
    };
    answer: {
      items: {
        id: string;
        address: string;
        person: { objectId: string; displayName: string } | null;
        ruleOf: string | null;
        state: "confirmed" | "unconfirmed" | "switchedOff";
        refused: number;
        switchedOffAt: string | null;
        switchedOffWhy: string | null;
        digestsStoppedAt: string | null;
      }[];
      nextCursor: string | null;
    };
  };
  listMails: {
    input: {
      query?: {
        limit?: number | undefined;
        cursor?: string | undefined;
        state?: ("waiting" | "sent" | "withdrawn" | "refused" | "given_up") | undefined;
      };
    };
    answer: {
      items: {
        id: string;
        kind:
          | "submitted"
          | "decision_wanted"
          | "decided"
          | "starting"
          | "live"
          | "ending_soon"
          | "ended"
          | "extended"
          | "revoked"
          | "could_not_open"
          | "could_not_close"
          | "settings_changed"
          | "eligibility_given"
          | "eligibility_ending"
          | "nobody_left"
          | "emergency_used"
          | "drift"
          | "new_device"
          | "weekly_digest"
          | "automatic_digest"
          | "reminder"
          | "escalation"
          | "comment"
          | "address_confirmation"
          | "invitation"
          | "reset";
        to: { person: string } | { address: string; ruleOf: string };
        headline: string;
        plannedAt: string;
        notBefore: string;
        state: "waiting" | "sent" | "withdrawn" | "refused" | "given_up";
        attempts: number;
        nextTryAt: string;
        lastError: string | null;
        acceptedAt: string | null;
      }[];
      nextCursor: string | null;
    };
  };
  listMyEligibilities: {
    input: Record<string, never>;
    answer: {
      items: {
        scope: string;
        scopeName: string;
        managedScope: string | null;
        ownerName: string;
        roleDefinitionId: string;
        roleName: string;
        through: string | null;
        startsAt: string;
        endsAt: string | null;
        limits: {
          maximumDuration: string;
          defaultDuration: string;
          minimumDuration: string;
          justificationRequired: boolean;
          ticketRequired: boolean;
          mfaRequired: boolean;
          emergencyAllowed: boolean;
          emergencyMaximumDuration: string;
          approval: "automatic" | "manual";
        };
        source: { kind: string; name: string; version: number };
        decidedBy: { tenantName: string; count: number; names: string[]; required: number }[];
      }[];
      nextCursor: string | null;
    };
  };
  listMyHistory: {
    input: {
      query?: {
        limit?: number | undefined;
        cursor?: string | undefined;
        from?: string | undefined;
        to?: string | undefined;
      };
    };
    answer: {
      items: {
        id: string;
        at: string;
        type: string;
        sentence: string;
        actorName: string | null;
        requestId: string | null;
      }[];
      nextCursor: string | null;
    };
  };
  listMyNotifications: {
    input: {
      query?: {
        limit?: number | undefined;
        cursor?: string | undefined;
        unread?: ("true" | "false") | undefined;
        asks?: ("true" | "false") | undefined;
        type?:
          | (
              | "access_assigned"
              | "approval_comment"
              | "approval_wanted"
              | "eligibility_ending"
              | "eligibility_given"
              | "grant_ended"
              | "grant_extended"
              | "grant_failed"
              | "grant_live"
              | "grant_never_live"
              | "grant_scheduled"
              | "new_device"
              | "nobody_left"
              | "principal_let_in"
              | "principal_locked_out"
              | "request_approved"
              | "request_canceled"
              | "request_comment"
              | "request_denied"
              | "request_notice"
              | "request_sent"
              | "request_stranded"
              | "request_timed_out"
              | "settings_changed"
              | "target_drifted"
              | "terms_proposed"
            )
          | undefined;
      };
    };
    answer: {
      items: {
        id: string;
        type: string;
        requestId: string | null;
        grantId: string | null;
        text: string;
        at: string;
        readAt: string | null;
      }[];
      nextCursor: string | null;
    };
  };
  listOffers: {
    input: Record<string, never>;
    answer: {
      items: {
        id: string;
        name: string;
        displayName: string;
        description: string | null;
        support: string | null;
        logo: string | null;
        publisher: { tenantId: string; name: string };
        version: number;
        jitOffered: boolean;
        roles: { id: string; name: string }[];
      }[];
      nextCursor: string | null;
    };
  };
  listPrincipals: {
    input: {
      query?: {
        limit?: number | undefined;
        cursor?: string | undefined;
        q?: string | undefined;
        kind?: ("user" | "group" | "servicePrincipal") | undefined;
      };
    };
    answer: {
      items: {
        tenantId: string;
        objectId: string;
        kind: "user" | "group" | "servicePrincipal";
        name: string;
        displayName: string;
        email: string | null;
      }[];
      nextCursor: string | null;
    };
  };
  listRoleDefinitions: {
    input: { query?: { limit?: number | undefined; cursor?: string | undefined } };
    answer: {
      items: {
        id: string;
        name: string;
        description: string;
        builtIn: boolean;
        assignableScopes: string[];
      }[];
      nextCursor: string | null;
    };
  };
  listRoleSettings: {
    input: {
      query?: {
        limit?: number | undefined;
        cursor?: string | undefined;
        scope?: string | undefined;
        roleDefinitionId?: string | undefined;
      };
    };
    answer: {
      items: {
        roleDefinitionId: string;
        roleName: string;
        scope: string;
        scopeName: string;
        source: { kind: "roleSettings" | "tier" | "application"; name: string; version: number };
        application: string | null;
        inheritedFrom: string | null;
        documentName: string | null;
      }[];
      nextCursor: string | null;
    };
  };
  listSessions: {
    input: { path: { objectId: string } };
    answer: {
      items: { client: string | null; signedInAt: string | null; methods: string[]; endsAt: string }[];
    };
  };
  listSubscriptions: {
    input: { query?: { limit?: number | undefined; cursor?: string | undefined } };
    answer: { items: { id: string; name: string; resourceGroups: string[] }[]; nextCursor: string | null };
  };
  listTargetKinds: {
    input: Record<string, never>;
    answer: {
      items: {
        kind: string;
        label: string;
        guide: string;
        example: string;
        schema: {
          config: { [name: string]: unknown };
          entitlement: { [name: string]: unknown };
          secrets: string[];
        };
      }[];
    };
  };
  listTargets: {
    input: { query?: { limit?: number | undefined; cursor?: string | undefined } };
    answer: {
      items: {
        name: string;
        kind: string;
        kindLabel: string;
        label: string;
        bindings: {
          name: string;
          roleDefinitionId: string;
          roleName: string;
          scope: string;
          scopeName: string;
          standing: boolean;
          required: boolean;
          entitlement: { [name: string]: unknown };
        }[];
        openGrants: number;
        lastObservedAt: string | null;
        drift: { at: string; what: string }[];
        capabilities: { [name: string]: unknown } | null;
      }[];
      nextCursor: string | null;
    };
  };
  listTiers: {
    input: { query?: { limit?: number | undefined; cursor?: string | undefined } };
    answer: {
      items: {
        name: string;
        builtIn: boolean;
        documentName: string | null;
        rolesPermitting: string[];
        fields: {
          field: string;
          value: OfferLogo;
          from: { kind: "roleSettings" | "tier" | "builtIn" | "application" | "together"; name: string };
        }[];
        template: {
          field: string;
          value: OfferLogo;
          from: { kind: "roleSettings" | "tier" | "builtIn" | "application" | "together"; name: string };
        }[];
      }[];
      nextCursor: string | null;
    };
  };
  lockOut: {
    input: { path: { objectId: string }; body: { justification: string } };
    answer: {
      endedGrants: string[];
      keptGrants: string[];
      canceledRequests: number;
      at: string;
      owns: string[];
      alsoIs: { objectId: string; displayName: string }[];
    };
  };
  markMyNotificationsRead: {
    input: { body: { ids?: string[] | undefined; all?: true | undefined } };
    answer: { marked: number };
  };
  pauseExport: {
    input: { path: { name: string } };
    answer: { paused: ("person" | "refused" | "secret") | null };
  };
  previewAccessRequest: {
    input: {
      body: {
        scope: string;
        roleDefinitionIds: string[];
        duration?: string | undefined;
        startAt?: string | undefined;
        neededUntil?: string | undefined;
        justification?: string | undefined;
        ticket?: { system: string; number: string } | undefined;
        operation?:
          | {
              purpose: "troubleshooting" | "maintenance" | "update" | "investigation" | "other";
              plan?: string | undefined;
            }
          | undefined;
        beneficiaryId?: string | undefined;
        emergency?: boolean | undefined;
      };
    };
    answer: {
      allowed: boolean;
      problem: { code: string; message: string } | null;
      rules: {
        rule:
          | "EligibilityRule"
          | "BeneficiaryRule"
          | "ExpirationRule"
          | "ActiveDurationTooShort"
          | "TargetRule"
          | "JustificationRule"
          | "TicketingRule"
          | "MfaRule"
          | "AuthenticationContextRule"
          | "ConditionRule"
          | "RoleAssignmentExists"
          | "PendingRoleAssignmentRequest"
          | "RequestLimitRule"
          | "EmergencyRule";
        outcome: "satisfied" | "unsatisfied" | "notApplicable";
        message: string;
        missing?: string;
      }[];
      missing: string[];
      duration: string;
      window: { startsAt: string; endsAt: string | null };
      scope: string;
      scopeName: string;
      ownerName: string;
      roles: string[];
      through: string | null;
      limits: {
        maximumDuration: string;
        defaultDuration: string;
        minimumDuration: string;
        justificationRequired: boolean;
        ticketRequired: boolean;
        mfaRequired: boolean;
        emergencyAllowed: boolean;
        emergencyMaximumDuration: string;
        approval: "automatic" | "manual";
      };
      stages: {
        required: number;
        approved: number;
        approvers: { tenantName: string; count: number; names: string[] };
      }[];
      enforcedBy: string[];
      ends: {
        targetName: string;
        targetKind: string;
        targetLabel: string;
        heldBy: "native" | "timerOnly";
        sessions: "cutByCurfew" | "native" | "none";
        ended: { count: number; p99Ms: number | null };
        sentence: string;
        ifDown: string;
      }[];
    };
  };
  previewExtension: {
    input: {
      path: { id: string };
      body: {
        duration?: string | undefined;
        justification?: string | undefined;
        ticket?: { system: string; number: string } | undefined;
      };
    };
    answer: {
      allowed: boolean;
      problem: { code: string; message: string } | null;
      rules: {
        rule:
          | "EligibilityRule"
          | "BeneficiaryRule"
          | "ExpirationRule"
          | "ActiveDurationTooShort"
          | "TargetRule"
          | "JustificationRule"
          | "TicketingRule"
          | "MfaRule"
          | "AuthenticationContextRule"
          | "ConditionRule"
          | "RoleAssignmentExists"
          | "PendingRoleAssignmentRequest"
          | "RequestLimitRule"
          | "EmergencyRule";
        outcome: "satisfied" | "unsatisfied" | "notApplicable";
        message: string;
        missing?: string;
      }[];
      missing: string[];
      duration: string;
      window: { startsAt: string; endsAt: string | null };
      scope: string;
      scopeName: string;
      ownerName: string;
      roles: string[];
      through: string | null;
      limits: {
        maximumDuration: string;
        defaultDuration: string;
        minimumDuration: string;
        justificationRequired: boolean;
        ticketRequired: boolean;
        mfaRequired: boolean;
        emergencyAllowed: boolean;
        emergencyMaximumDuration: string;
        approval: "automatic" | "manual";
      };
      stages: {
        required: number;
        approved: number;
        approvers: { tenantName: string; count: number; names: string[] };
      }[];
      enforcedBy: string[];
      ends: {
        targetName: string;
        targetKind: string;
        targetLabel: string;
        heldBy: "native" | "timerOnly";
        sessions: "cutByCurfew" | "native" | "none";
        ended: { count: number; p99Ms: number | null };
        sentence: string;
        ifDown: string;
      }[];
      newEnd: string;
    };
  };
  putConfiguration: {
    input: {
      path: {
        kind:
          | "Tenant"
          | "Subscription"
          | "User"
          | "ServicePrincipal"
          | "Group"
          | "RoleDefinition"
          | "Tier"
          | "ApplicationDefinition"
          | "Application"
          | "RoleSettings"
          | "Eligibility"
          | "Target"
          | "Binding"
          | "Export";
        name: string;
      };
      query?: {
        tenant?: string | undefined;
        dryRun?: ("true" | "false") | undefined;
        mustBeNew?: ("true" | "false") | undefined;
      };
      headers?: { "if-match"?: string | undefined };
      body: { spec: { [name: string]: unknown }; acknowledge?: string[] | undefined };
    };
    answer: {
      changes: {
        action: "create" | "update" | "delete" | "unchanged";
        kind:
          | "Tenant"
          | "Subscription"
          | "User"
          | "ServicePrincipal"
          | "Group"
          | "RoleDefinition"
          | "Tier"
          | "ApplicationDefinition"
          | "Application"
          | "RoleSettings"
          | "Eligibility"
          | "Target"
          | "Binding"
          | "Export";
        tenant: string;
        name: string;
        id: string;
        fields?: string[];
        note?: string;
      }[];
      applied: boolean;
      touched: {
        items: {
          kind: "grant" | "eligibility" | "refused" | "request" | "rule";
          id: string;
          sentence: string;
        }[];
        more: boolean;
      };
    };
  };
  readAccessRequest: { input: { path: { id: string } }; answer: AccessRequest };
  readApplication: { input: { path: { id: string } }; answer: Application };
  readApplicationHistory: { input: { path: { id: string } }; answer: ApplicationHistory };
  readAuditHead: { input: Record<string, never>; answer: AuditHead };
  readConfiguration: {
    input: {
      path: {
        kind:
          | "Tenant"
          | "Subscription"
          | "User"
          | "ServicePrincipal"
          | "Group"
          | "RoleDefinition"
          | "Tier"
          | "ApplicationDefinition"
          | "Application"
          | "RoleSettings"
          | "Eligibility"
          | "Target"
          | "Binding"
          | "Export";
        name: string;
      };
      query?: { tenant?: string | undefined };
    };
    answer: Configuration;
  };
  readGrant: { input: { path: { id: string } }; answer: Grant };
  readKey: { input: Record<string, never>; answer: Key };
  readMailSettings: { input: Record<string, never>; answer: MailSettings };
  readMe: { input: Record<string, never>; answer: Me };
  readMyNotificationPreferences: { input: Record<string, never>; answer: NotificationPreferences };
  readNotificationPreferences: { input: Record<string, never>; answer: NotificationPreferences };
  readOfferForm: { input: { path: { id: string } }; answer: OfferForm };
  readOfferLogo: { input: { path: { id: string; hash: string } }; answer: OfferLogo };
  readOverview: { input: Record<string, never>; answer: Overview };
  readPerson: {
    input: { path: { objectId: string }; query?: { tenantId?: string | undefined } };
    answer: Person;
  };
  readPlace: { input: { query: { scope: string } }; answer: Place };
  readPrincipal: { input: { path: { objectId: string } }; answer: Principal };
  readRequestContext: { input: { path: { id: string } }; answer: RequestContext };
  readRequestTimeline: { input: { path: { id: string } }; answer: RequestTimeline };
  readRoleSettingsInForce: {
    input: { query: { roleDefinitionId: string; scope: string } };
    answer: RoleSettingsInForce;
  };
  readSessions: { input: { path: { id: string } }; answer: Sessions };
  remindApprovers: { input: { path: { id: string } }; answer: { at: string; againAt: string } };
  renewExportSecret: {
    input: { path: { name: string } };
    answer: { secret: string; previousUntil: string | null };
  };
  repairClock: {
    input: { body: { to: string; justification: string } };
    answer: { clock: "accepted" | "repaired" };
  };
  replayExport: {
    input: { path: { name: string }; body: { deadLetters: "all" | number } | { from: number } };
    answer: { count: number };
  };
  replayInstallationExport: { input: { path: { kind: string } }; answer: { count: number } };
  replayRoleSettings: {
    input: {
      body: {
        roleDefinitionId?: string | undefined;
        scope?: string | undefined;
        tier?: string | undefined;
        applicationId?: string | undefined;
        spec: { [name: string]: unknown };
      };
    };
    answer: {
      from: string;
      considered: number;
      cut: boolean;
      changed: {
        requestId: string;
        requesterName: string;
        roleNames: string[];
        scopeName: string;
        createdAt: string;
        was: string;
        would: string;
        sentence: string;
      }[];
      unknown: string[];
      summary: string;
    };
  };
  resumeExport: {
    input: { path: { name: string } };
    answer: { paused: ("person" | "refused" | "secret") | null };
  };
  reviewGrant: {
    input: { path: { id: string }; body: { outcome: "justified" | "unjustified"; justification: string } };
    answer: Grant;
  };
  revokeGrant: {
    input: { path: { id: string }; body: { justification?: string | undefined } };
    answer: Grant;
  };
  rotateKey: { input: { body: { justification: string; leaveBehind?: boolean | undefined } }; answer: Key };
  search: {
    input: { query: { q: string } };
    answer: {
      items: {
        kind:
          | "principal"
          | "application"
          | "place"
          | "request"
          | "grant"
          | "roleSettings"
          | "tier"
          | "target"
          | "offer";
        id: string;
        name: string;
        who: string | null;
        where: string | null;
        scope: string | null;
        tenantId: string | null;
        state: string | null;
        own: boolean;
        at: string | null;
      }[];
    };
  };
  setMyNotificationPreferences: {
    input: {
      body: {
        off?:
          | (
              | "submitted"
              | "decided"
              | "starting"
              | "live"
              | "ended"
              | "extended"
              | "settings_changed"
              | "eligibility_given"
              | "eligibility_ending"
              | "weekly_digest"
              | "automatic_digest"
              | "comment"
            )[]
          | undefined;
        automatic?: ("each" | "daily" | "weekly" | "never") | undefined;
        reminders?: boolean | undefined;
        escalation?: boolean | undefined;
        quietHours?: ({ from: string; to: string } | null) | undefined;
        timeZone?: string | undefined;
      };
    };
    answer: NotificationPreferences;
  };
  setNotificationPreferences: {
    input: {
      body: {
        off?:
          | (
              | "submitted"
              | "decided"
              | "starting"
              | "live"
              | "ended"
              | "extended"
              | "settings_changed"
              | "eligibility_given"
              | "eligibility_ending"
              | "weekly_digest"
              | "automatic_digest"
              | "comment"
            )[]
          | undefined;
        automatic?: ("each" | "daily" | "weekly" | "never") | undefined;
        reminders?: boolean | undefined;
        escalation?: boolean | undefined;
        quietHours?: ({ from: string; to: string } | null) | undefined;
        timeZone?: string | undefined;
      };
    };
    answer: NotificationPreferences;
  };
  streamEvents: { input: Record<string, never>; answer: OfferLogo };
  submitAccessRequest: {
    input: {
      headers?: { "idempotency-key"?: string | undefined };
      body: {
        scope: string;
        roleDefinitionIds: string[];
        duration?: string | undefined;
        startAt?: string | undefined;
        neededUntil?: string | undefined;
        justification?: string | undefined;
        ticket?: { system: string; number: string } | undefined;
        operation?:
          | {
              purpose: "troubleshooting" | "maintenance" | "update" | "investigation" | "other";
              plan?: string | undefined;
            }
          | undefined;
        beneficiaryId?: string | undefined;
        emergency?: boolean | undefined;
      };
    };
    answer: AccessRequest;
  };
  switchOnMailAddress: {
    input: { path: { id: string } };
    answer: {
      id: string;
      address: string;
      person: { objectId: string; displayName: string } | null;
      ruleOf: string | null;
      state: "confirmed" | "unconfirmed" | "switchedOff";
      refused: number;
      switchedOffAt: string | null;
      switchedOffWhy: string | null;
      digestsStoppedAt: string | null;
    };
  };
  validateOfferPackage: {
    input: {
      body: {
        createUiDefinition: string;
        viewDefinition?: string | undefined;
        mainTemplate?: string | undefined;
        jitOffered?: boolean | undefined;
      };
    };
    answer: {
      faults: {
        file: "createUiDefinition.json" | "viewDefinition.json" | "mainTemplate.json";
        line: number;
        column: number;
        path: string;
        code:
          | "comment"
          | "duplicate_key"
          | "duplicate_name"
          | "empty"
          | "file_too_large"
          | "forbidden_name"
          | "ignored_property"
          | "invalid_expression"
          | "invalid_json"
          | "invalid_name"
          | "jit_control_missing"
          | "jit_control_unexpected"
          | "jit_output_missing"
          | "jit_output_unexpected"
          | "jit_output_unrelated"
          | "missing_property"
          | "text_too_long"
          | "too_deep"
          | "too_many"
          | "unknown_element"
          | "unknown_element_type"
          | "unknown_function"
          | "unknown_handler"
          | "unknown_step"
          | "unknown_version"
          | "unstorable_text"
          | "unsupported_function"
          | "wrong_argument_count"
          | "wrong_type";
        message: string;
      }[];
      warnings: {
        file: "createUiDefinition.json" | "viewDefinition.json" | "mainTemplate.json";
        line: number;
        column: number;
        path: string;
        code:
          | "comment"
          | "duplicate_key"
          | "duplicate_name"
          | "empty"
          | "file_too_large"
          | "forbidden_name"
          | "ignored_property"
          | "invalid_expression"
          | "invalid_json"
          | "invalid_name"
          | "jit_control_missing"
          | "jit_control_unexpected"
          | "jit_output_missing"
          | "jit_output_unexpected"
          | "jit_output_unrelated"
          | "missing_property"
          | "text_too_long"
          | "too_deep"
          | "too_many"
          | "unknown_element"
          | "unknown_element_type"
          | "unknown_function"
          | "unknown_handler"
          | "unknown_step"
          | "unknown_version"
          | "unstorable_text"
          | "unsupported_function"
          | "wrong_argument_count"
          | "wrong_type";
        message: string;
      }[];
      form: {
        steps: {
          name: string;
          label: string;
          elements: {
            name: string;
            type: string;
            kind: string;
            label: string;
            note: string | null;
            [name: string]: unknown;
          }[];
        }[];
        outputs: string[];
      } | null;
    };
  };
}
