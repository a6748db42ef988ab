/** What a rule of a role management policy takes, in either surface's words; that its kind has such a field, `pim/patch-rules.ts` sees. */
import type { Takes } from "./takes.ts";

const APPROVERS = ["primaryApprovers", "escalationApprovers"];
const STAGES = "setting.approvalStages";

/** `before` stands before each name; `ids` are the names of an approver's id. */
export function ruleTakes(before: string, ids: readonly string[]): Required<Omit<Takes, "refused">> {
  const at = (name: string) => `${before}${name}`;
  const ofApprovers = (names: readonly string[]) =>
    APPROVERS.flatMap((set) => names.map((name) => at(`${STAGES}.${set}.${name}`)));
  const all = (names: readonly string[], what: string) =>
    Object.fromEntries(names.map((name) => [name, what]));
  return {
    honoured: [
      ...["id", "isExpirationRequired", "maximumDuration", "enabledRules", "isEnabled", "claimValue"].map(at),
      ...["notificationLevel", "isDefaultRecipientsEnabled", "notificationRecipients"].map(at),
      ...["isApprovalRequired", "isRequestorJustificationRequired"].map((name) => at(`setting.${name}`)),
      ...["approvalStageTimeOutInDays", "isApproverJustificationRequired"].map((name) =>
        at(`${STAGES}.${name}`),
      ),
      ...["escalationTimeInMinutes", "isEscalationEnabled"].map((name) => at(`${STAGES}.${name}`)),
      ...ofApprovers(ids),
    ],
    only: {
      ...all(["ruleType", "target", "notificationType", "recipientType"].map(at), "what the rule has"),
      [at("setting.approvalMode")]: "what the stages say",
      ...all(ofApprovers(["isBackup"]), "`false`"),
    },
    inert: {
      [at("setting.isApprovalRequiredForExtension")]:
        "an extension is decided as the ask that it extends; `true` without `isApprovalRequired` is refused",
    },
    readOnly: ofApprovers(["description"]),
  };
}
