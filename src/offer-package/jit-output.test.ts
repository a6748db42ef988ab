import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluateOutputs } from "./evaluate-outputs.ts";
import { type JitFaultCode, jitAccessPolicyOf } from "./jit-output.ts";
import type { Json, JsonObject } from "./json.ts";
import { definitionOf, given } from "./sample.fixture.ts";

const CASEY = { id: "11111111-1111-1111-1111-111111111111", type: "user", displayName: 'Casey "C" O\'Neil' };
const POLICY = {
  jitAccessEnabled: true,
  jitApprovalMode: "ManualApprove",
  jitApprovers: [CASEY],
  maximumJitAccessDuration: "PT4H",
};
const OWN_NAMES = {
  jitEnabled: true,
  jitApprovalMode: "ManualApprove",
  approvers: [CASEY],
  maxAccessDuration: "PT4H",
};

const CONTROL = "steps('jitConfiguration').jitConfigurationControl";
const WHOLE = `[${CONTROL}]`;
const BUILT = {
  jitAccessEnabled: `[${CONTROL}.jitEnabled]`,
  jitApprovalMode: `[${CONTROL}.jitApprovalMode]`,
  maximumJitAccessDuration: `[${CONTROL}.maxAccessDuration]`,
  jitApprovers: `[${CONTROL}.approvers]`,
};
// As Microsoft's documentation first had it.
const PARSED = `[parse(concat('{"jitAccessEnabled":', string(${CONTROL}.jitEnabled), ',"jitApprovalMode":"', ${CONTROL}.jitApprovalMode, '","maximumJitAccessDuration":"', ${CONTROL}.maxAccessDuration, '","jitApprovers":', string(${CONTROL}.approvers), '}'))]`;

function policyFrom(output: Json, value?: Json) {
  const control = {
    name: "jitConfigurationControl",
    type: "Microsoft.Solutions.JitConfigurator",
    label: "JIT",
  };
  const steps = [{ name: "jitConfiguration", label: "JIT", elements: [control] }];
  const filled: JsonObject =
    value === undefined ? {} : { jitConfiguration: { jitConfigurationControl: value } };
  const found = evaluateOutputs(
    definitionOf({ steps, outputs: { jitAccessPolicy: output } }),
    given({ steps: filled }),
  );
  assert.ok(found.ok, JSON.stringify(found));
  return jitAccessPolicyOf(found.outputs);
}

for (const [spelling, output] of [
  ["the control's whole value", WHOLE],
  ["an object built from its properties", BUILT],
  ["text put together and parsed", PARSED],
] as const) {
  test(`${spelling} gives the same policy, whichever names the form used`, () => {
    for (const value of [POLICY, OWN_NAMES])
      assert.deepEqual(policyFrom(output, value), { ok: true, policy: POLICY });
  });

  test(`${spelling} gives the default where the form was left as it is`, () => {
    assert.deepEqual(policyFrom(output), {
      ok: true,
      policy: {
        jitAccessEnabled: true,
        jitApprovalMode: "AutoApprove",
        jitApprovers: [],
        maximumJitAccessDuration: "PT8H",
      },
    });
  });
}

test("without such an output there is no policy; one without a value is a fault", () => {
  assert.deepEqual(jitAccessPolicyOf({ other: 1 }), { ok: true, policy: null });
  for (const value of [null, "x", 1, []]) {
    const found = jitAccessPolicyOf({ jitAccessPolicy: value });
    assert.ok(!found.ok && found.fault.code === "no_value" && found.fault.path === "/jitAccessPolicy");
  }
});

test("declined JIT access needs nothing else", () => {
  assert.deepEqual(jitAccessPolicyOf({ jitAccessPolicy: { jitEnabled: "False" } }), {
    ok: true,
    policy: {
      jitAccessEnabled: false,
      jitApprovalMode: "AutoApprove",
      jitApprovers: [],
      maximumJitAccessDuration: "PT8H",
    },
  });
});

test("enumerations match in any case; an approver without a type is a user", () => {
  const found = jitAccessPolicyOf({
    jitAccessPolicy: {
      ...POLICY,
      jitApprovalMode: "autoapprove",
      jitApprovers: [{ id: "g", type: "Group" }, { id: "u" }],
    },
  });
  assert.ok(found.ok);
  assert.equal(found.policy?.jitApprovalMode, "AutoApprove");
  assert.deepEqual(found.policy?.jitApprovers, [
    { id: "g", type: "group", displayName: "" },
    { id: "u", type: "user", displayName: "" },
  ]);
});

const REFUSED: readonly (readonly [change: JsonObject, code: JitFaultCode, path: string])[] = [
  [{ jitAccessEnabled: 1 }, "invalid_enabled", "/jitAccessEnabled"],
  [{ jitAccessEnabled: null }, "invalid_enabled", "/jitAccessEnabled"],
  [{ jitEnabled: false }, "contradiction", "/jitAccessEnabled"],
  [{ maxAccessDuration: "PT5H" }, "contradiction", "/maximumJitAccessDuration"],
  [{ jitApprovalMode: "NotSpecified" }, "invalid_approval_mode", "/jitApprovalMode"],
  [{ jitApprovalMode: "auto" }, "invalid_approval_mode", "/jitApprovalMode"],
  [{ maximumJitAccessDuration: "8" }, "invalid_duration", "/maximumJitAccessDuration"],
  [{ maximumJitAccessDuration: "P1M" }, "invalid_duration", "/maximumJitAccessDuration"],
  [{ maximumJitAccessDuration: null }, "invalid_duration", "/maximumJitAccessDuration"],
  [{ jitApprovers: "casey" }, "invalid_approver", "/jitApprovers"],
  [{ jitApprovers: Array(101).fill(CASEY) }, "invalid_approver", "/jitApprovers"],
  [{ jitApprovers: [CASEY, { type: "user" }] }, "invalid_approver", "/jitApprovers/1"],
  [{ jitApprovers: [{ id: "a", type: "servicePrincipal" }] }, "invalid_approver", "/jitApprovers/0"],
  [{ jitApprovers: ["casey"] }, "invalid_approver", "/jitApprovers/0"],
];
for (const [change, code, path] of REFUSED) {
  test(`a policy with ${JSON.stringify(change).slice(0, 60)} is refused as ${code}`, () => {
    const found = jitAccessPolicyOf({ jitAccessPolicy: { ...POLICY, ...change } });
    assert.ok(!found.ok, JSON.stringify(found));
    assert.deepEqual([found.fault.code, found.fault.path], [code, `/jitAccessPolicy${path}`]);
    assert.match(found.fault.message, /^[^A-Z].*[^.]$/);
  });
}
