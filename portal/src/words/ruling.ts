/** What administrators read where they set rules: for one role at one place, and for the tiers that fill the rest. */

export const SETTINGS = {
  title: "Role settings",
  lead: "How long, with whose approval and on what terms each role can be asked for, place by place.",
  none: "No role has rules of its own, and nobody is eligible for any: the tiers rule everywhere.",
  leadOfOne: "What somebody who asks for it has to meet.",
  choose: "Set rules for a role",
  chooseTitle: "Rules for which role, where?",
  seeRules: "See its rules",
  role: "Role",
  where: "Where",
  roleAndPlace: "Role and place",
  from: "Rules come from",
  here: "set here",
  beside: "and for your own people what is set for the places it lies in",
  tier: "Tier",
  tierHelp: "Fills every rule that is not set here.",
  nothingHere: "Nothing is set here yet",
  saved: "Saved. The rules hold from now on; what is live keeps its end.",
  these: "these settings",
} as const;

export const roleOn = (role: string, place: string) => `${role} on ${place}`;
export const policyOf = (application: string) => `the JIT policy of ${application}`;
export const tierNamed = (tier: string) => `tier ${tier}`;
export const inheritedWords = (from: string) => `inherited from ${from}`;
export const byPermission = (tier: string) => `${tier}, by what the role permits`;
export const saveFor = (place: string) => `Save for ${place}`;

/** `above`: the settings that rule here until some are set; null where the tier does. */
export function nothingSetWords(
  above: { readonly documentName: string; readonly scopeName: string } | null,
  tier: string,
): string {
  return above === null
    ? `Tier ${tier} fills everything. What you set here holds here and below.`
    : `The settings “${above.documentName}” at ${above.scopeName} rule here. What you save begins as a copy of them; what is changed there later does not reach here any more.`;
}

/** Before and after the link to the application itself. */
export const policyRules = (application: string) =>
  [
    `Whoever asks from the publisher meets ${policyOf(application)} alone. Your own people also meet what is set for the places it lies in: what holds for them stands here. The policy is changed with the`,
    "application",
    ", not with role settings.",
  ] as const;

export const TIERS = {
  title: "Tiers",
  lead: "Templates: whatever role settings leave open, the tier of the role fills.",
  none: "There are no tiers.",
  make: "New tier",
  tier: "Tier",
  maximum: "Maximum",
  approval: "Approval",
  whose: "Whose",
  yours: "your own",
  builtIn: "as built in",
  changed: "changed by you",
  newTitle: "A tier of your own",
  setRules: "Set its rules",
  name: "Name",
  nameHelp: "It begins as the tier standard is built in.",
  notThere: "It is not there before you save it.",
  leadBuiltIn: "Built in; what you set here holds for every role of this tier.",
  leadOwn: "Your own; what you leave open is as the tier standard is built in.",
  permitting: "Roles that permit",
  permittingHelp:
    "A role that permits an action like one of these belongs to this tier, unless its settings name another. Such as Microsoft.Authorization/*; Enter adds one.",
  this: "this tier",
} as const;

export const tierTitle = (name: string) => `Tier ${name}`;
export const saveTier = (name: string) => `Save tier ${name}`;
export const tierSaved = (name: string) => `Saved. Tier ${name} holds from now on.`;
