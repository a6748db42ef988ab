import assert from "node:assert/strict";
import { test } from "node:test";
import { ref } from "../domain/life.fixture.ts";
import type { RoleSettings } from "../domain/role-settings.ts";
import { DAY_MS, HOUR_MS, instant } from "../domain/time.ts";
import { BUILT_IN_TIERS } from "../policy/tiers.ts";
import { changesOf, type PatchRule, ruleSchema } from "./patch-rules.ts";
import { RULE_IDS, rulesOf } from "./policy-rules.ts";
import { scheduleInfoSchema, scheduleOf } from "./schedule-info.ts";
import type { Words } from "./words.ts";

const words = {
  principal: async ({ objectId }: { objectId: string }) => ({
    id: objectId,
    displayName: objectId,
    email: null,
    type: "User",
  }),
} as unknown as Words;
const STANDARD = BUILT_IN_TIERS.standard as RoleSettings;

const rule = (given: object) => {
  const parsed = ruleSchema.safeParse(given);
  assert.ok(parsed.success, JSON.stringify(parsed.error?.issues));
  return parsed.data;
};
const changed = (given: object, settings = STANDARD) => {
  const outcome = changesOf([rule(given)], settings);
  assert.ok(outcome.ok);
  return outcome.value;
};

test("there are 17 rules, each once and in Azure's names", async () => {
  const rules = await rulesOf(words, STANDARD);
  assert.equal(rules.length, 17);
  assert.deepEqual(rules.map(({ id }) => id).sort(), [...RULE_IDS].sort());
});

test("what a policy says of itself, sent back, changes nothing that it says", async () => {
  const manual: RoleSettings = {
    ...STANDARD,
    mfaRequired: true,
    approval: {
      mode: "manual",
      stages: [
        {
          approvers: [ref("carol")],
          required: 2,
          decideByMs: 3 * HOUR_MS,
          escalation: { afterMs: HOUR_MS, to: [ref("ops")] },
        },
      ],
    },
  };
  const rules = await rulesOf(words, manual);
  const outcome = changesOf(rules.map(rule), manual);
  assert.ok(outcome.ok);
  const settings = outcome.value;
  assert.deepEqual(settings.approval, {
    mode: "manual",
    // Two of them and three hours: what Azure has no word for stays as it was.
    stages: [
      { approvers: ["carol"], required: 2, decideBy: "PT3H", escalation: { after: "PT1H", to: ["ops"] } },
    ],
  });
  assert.equal(settings.mfaRequired, true);
  assert.equal(settings.maximumDuration, undefined);
});

test("a lower maximum brings down what lies above it; taking the end away is refused", () => {
  const settings = changed({ id: "Expiration_EndUser_Assignment", maximumDuration: "PT30M" });
  assert.deepEqual(settings, {
    maximumDuration: "PT30M",
    defaultDuration: "PT30M",
    minimumDuration: "PT5M",
    maximumTotal: "PT1H",
  });
  const outcome = changesOf(
    [rule({ id: "Expiration_EndUser_Assignment", isExpirationRequired: false })],
    STANDARD,
  );
  assert.equal(outcome.ok, false);
});

test("limits of eligibility and of assignments can be taken away, rules of assigning add up", () => {
  assert.deepEqual(changed({ id: "Expiration_Admin_Eligibility", isExpirationRequired: false }), {
    maximumEligibility: null,
  });
  const outcome = changesOf(
    [
      rule({ id: "Expiration_Admin_Assignment", isExpirationRequired: true, maximumDuration: "P30D" }),
      rule({ id: "Enablement_Admin_Assignment", enabledRules: ["Justification"] }),
    ],
    STANDARD,
  );
  assert.ok(outcome.ok);
  assert.deepEqual(outcome.value, {
    assigning: { justificationRequired: true, mfaRequired: false, maximumDuration: "P30D" },
  });
});

test("approval by days: another number of days is another time to decide", () => {
  const approval = (days: number) =>
    changed({
      id: "Approval_EndUser_Assignment",
      setting: {
        isApprovalRequired: true,
        approvalStages: [{ approvalStageTimeOutInDays: days, primaryApprovers: [{ id: "carol" }] }],
      },
    }).approval;
  assert.deepEqual(approval(2), {
    mode: "manual",
    stages: [{ approvers: ["carol"], required: 1, decideBy: "P2D", escalation: null }],
  });
  assert.equal(DAY_MS * 2, 172_800_000);
});

test("a justification: the enablement rule is meant where the approval rule's echo says otherwise", () => {
  const rules = [
    rule({ id: "Enablement_EndUser_Assignment", enabledRules: ["Justification"] }),
    rule({ id: "Approval_EndUser_Assignment", setting: { isRequestorJustificationRequired: false } }),
  ];
  for (const given of [rules, rules.toReversed()]) {
    const outcome = changesOf(given, STANDARD);
    assert.ok(outcome.ok);
    assert.equal(outcome.value.justificationRequired, true);
  }
  const [enablement, echo] = [rule({ id: "Enablement_EndUser_Assignment" }), ...rules.slice(1)];
  assert.ok(enablement && echo);
  const alone = changesOf([enablement, echo], STANDARD);
  assert.ok(alone.ok);
  assert.equal(alone.value.justificationRequired, false, "a rule that says nothing hides no other");
});

test("stages that leave an approver's justification out change nothing about it", () => {
  const approverJustification = (...said: object[]) =>
    changed({
      id: "Approval_EndUser_Assignment",
      setting: { approvalStages: said.map((one) => ({ primaryApprovers: [{ id: "carol" }], ...one })) },
    }).approverJustification;
  assert.equal(STANDARD.approverJustification === "never", false);
  assert.equal(approverJustification({}, {}), undefined);
  assert.equal(approverJustification({}, { isApproverJustificationRequired: null }), undefined);
  assert.equal(approverJustification({}, { isApproverJustificationRequired: false }), "never");
  assert.equal(
    approverJustification(
      { isApproverJustificationRequired: false },
      { isApproverJustificationRequired: true },
    ),
    undefined,
  );
});

test("each of the nine notification rules is one of the settings, and says what it leaves out as it was", async () => {
  const ids = RULE_IDS.filter((id) => id.startsWith("Notification_"));
  assert.equal(ids.length, 9);
  for (const id of ids) {
    const recipients = ["a@b.example", "c@d.example"];
    const first = changed({ id, notificationLevel: "Critical", notificationRecipients: recipients });
    const told = { ...STANDARD, ...first } as RoleSettings;
    const then = changed({ id, isDefaultRecipientsEnabled: false }, told);
    const shown = await rulesOf(words, { ...told, ...then } as RoleSettings);
    const before = new Map((await rulesOf(words, STANDARD)).map((one) => [one.id, one]));
    for (const one of shown) {
      const { notificationLevel, isDefaultRecipientsEnabled, notificationRecipients } =
        one as unknown as PatchRule;
      if (one.id !== id) assert.deepEqual(one, before.get(one.id), `${id} changes ${one.id}`);
      else
        assert.deepEqual(
          { notificationLevel, isDefaultRecipientsEnabled, notificationRecipients },
          {
            notificationLevel: "Critical",
            isDefaultRecipientsEnabled: false,
            notificationRecipients: recipients,
          },
        );
    }
  }
});

test("recipients are addresses, and an unknown rule is refused", () => {
  const id = "Notification_Admin_EndUser_Assignment";
  assert.equal(ruleSchema.safeParse({ id, notificationRecipients: ["nobody"] }).success, false);
  assert.equal(ruleSchema.safeParse({ id: "Expiration_Everybody" }).success, false);
});

test("what is named after what every object has is unknown, and no fault", () => {
  for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty"]) {
    const info = scheduleInfoSchema.parse({ expiration: { type: name, duration: "PT1H" } });
    const schedule = scheduleOf(info, instant(0));
    assert.equal(schedule.ok ? "" : schedule.rejection.path, "/scheduleInfo/expiration/type", name);
    const given = { id: `${name}_EndUser_Assignment`, maximumDuration: "PT1H", enabledRules: [] };
    const parsed = ruleSchema.safeParse(given);
    if (parsed.success) assert.equal(changesOf([parsed.data], STANDARD).ok, false, name);
  }
});
