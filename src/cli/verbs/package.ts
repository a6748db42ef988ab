/** `package validate`: a publisher's package, checked on this machine before anybody sees it; needs no server. */
import { randomUUID } from "node:crypto";
import { jitSettingFaults } from "../../offer-package/check-jit-setting.ts";
import { describeForm, notesIn } from "../../offer-package/describe-form.ts";
import { evaluateOutputs, type Given } from "../../offer-package/evaluate-outputs.ts";
import type { FormElement } from "../../offer-package/form-element.ts";
import { type JitAccessPolicy, jitAccessPolicyOf } from "../../offer-package/jit-output.ts";
import type { PackageFault } from "../../offer-package/package-fault.ts";
import { readPackage } from "../../offer-package/read-package.ts";
import { JIT_OUTPUT, type OfferPackage } from "../../offer-package/ui-definition.ts";
import { readPackageFolder } from "../configuration/read-package-folder.ts";
import { EXIT } from "../exit.ts";
import type { Screen } from "../screen.ts";
import { oneOf } from "../values.ts";
import type { Run } from "../verb.ts";

export const packageValidate: Run = async ({ screen }, given) => {
  const [folder = ""] = given.words;
  const jit = oneOf(given, "jit", ["on", "off"] as const);
  const texts = readPackageFolder(folder);
  const { createUiDefinition } = texts;
  const read = readPackage(texts);
  const { warnings } = read;
  if (!read.ok) return showFaults(screen, read.faults, warnings);
  const faults = jit ? jitSettingFaults(read.package, jit === "on", createUiDefinition) : [];
  if (faults.length > 0) return showFaults(screen, faults, warnings);
  return showPackage(screen, read.package, warnings);
};

type Faults = readonly PackageFault[];

function showFaults(screen: Screen, faults: Faults, warnings: Faults): number {
  screen.json({ ok: false, faults, warnings });
  for (const { file, line, column, message } of faults) screen.result(`${file}:${line}:${column} ${message}`);
  showWarnings(screen, warnings);
  const verdict = faults.length === 1 ? "There is 1 fault." : `There are ${faults.length} faults.`;
  screen.progress(verdict);
  return screen.failed(EXIT.usage, verdict);
}

function showWarnings(screen: Screen, warnings: Faults): void {
  for (const { file, line, column, message } of warnings)
    screen.result(`${file}:${line}:${column} warning: ${message}`);
}

function showPackage(
  screen: Screen,
  { uiDefinition, viewDefinition, parameters }: OfferPackage,
  warnings: Faults,
): number {
  const form = describeForm(uiDefinition);
  const outputs = evaluateOutputs(uiDefinition, nothingGiven());
  const jit = defaultPolicy(uiDefinition);
  screen.json({ ok: jit.fault === null, form, outputs, jit, warnings });
  showWarnings(screen, warnings);
  const counts = [
    counted(form.steps.length - 1, "step"),
    counted(
      form.steps.reduce((sum, { elements }) => sum + countOf(elements), 0),
      "element",
    ),
    counted(form.outputs.length, "output"),
  ];
  screen.result(`✓ createUiDefinition.json: ${counts.join(", ")}`);
  for (const { label, elements } of form.steps)
    screen.result(
      `    ${label}: ${elements.map(({ name }) => name).join(", ") || "nothing but what every form has"}`,
    );
  for (const { at, note } of notesIn(form)) screen.result(`- ${at}: ${note}`);
  if (viewDefinition !== null) screen.result("✓ viewDefinition.json");
  if (parameters !== null)
    screen.result(`✓ mainTemplate.json: ${counted(Object.keys(parameters).length, "parameter")}`);
  screen.result(
    outputs.ok
      ? "✓ the outputs can be evaluated with default values"
      : `- the outputs need more than default values: \`${outputs.fault.output}\`: ${outputs.fault.message}`,
  );
  if (jit.fault !== null) screen.result(`✗ JIT access: ${jit.fault}`);
  else
    screen.result(
      jit.policy === null
        ? "- JIT access is not offered"
        : `✓ JIT access by default: ${policyWords(jit.policy)}`,
    );
  return jit.fault === null ? EXIT.done : screen.failed(EXIT.usage, jit.fault);
}

/** What the consumer gets who leaves the form as it is; a control's default is complete, so a fault is the output's. */
function defaultPolicy(uiDefinition: OfferPackage["uiDefinition"]): {
  readonly policy: JitAccessPolicy | null;
  readonly fault: string | null;
} {
  const { [JIT_OUTPUT]: output } = uiDefinition.parameters.outputs;
  if (output === undefined) return { policy: null, fault: null };
  const alone = {
    ...uiDefinition,
    parameters: { ...uiDefinition.parameters, outputs: { [JIT_OUTPUT]: output } },
  };
  const evaluated = evaluateOutputs(alone, nothingGiven());
  if (!evaluated.ok) return { policy: null, fault: evaluated.fault.message };
  const jit = jitAccessPolicyOf(evaluated.outputs);
  return jit.ok ? { policy: jit.policy, fault: null } : { policy: null, fault: jit.fault.message };
}

const NOBODY = "00000000-0000-0000-0000-000000000000";

/** A form that was left as it is, deployed to a made-up place. */
function nothingGiven(): Given {
  return {
    basics: {},
    steps: {},
    location: "westeurope",
    subscription: {
      id: `/subscriptions/${NOBODY}`,
      subscriptionId: NOBODY,
      tenantId: NOBODY,
      displayName: "example",
    },
    resourceGroup: { mode: "New", name: "example", location: "westeurope" },
    now: Date.now() as Given["now"],
    newGuid: randomUUID,
  };
}

function policyWords(policy: JitAccessPolicy): string {
  if (!policy.jitAccessEnabled) return "off";
  const mode = policy.jitApprovalMode === "AutoApprove" ? "approved automatically" : "approved by a person";
  return `on, ${mode}, at most ${policy.maximumJitAccessDuration}, ${counted(policy.jitApprovers.length, "approver")}`;
}

function countOf(elements: readonly FormElement[]): number {
  return elements.reduce((sum, { elements }) => sum + 1 + countOf(elements), 0);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
