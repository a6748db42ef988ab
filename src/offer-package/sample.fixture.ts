/** The sample package of test/fixtures/offer-package, small definitions, and a form that was left as it is. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { instant } from "../domain/time.ts";
import { type Evaluation, evaluateOutputs, type Given } from "./evaluate-outputs.ts";
import type { Json, JsonObject } from "./json.ts";
import { type PackageRead, readPackage } from "./read-package.ts";
import type { OfferPackage, UiDefinition } from "./ui-definition.ts";

const FOLDER = new URL("../../test/fixtures/offer-package/", import.meta.url);

export function sampleTexts() {
  const read = (name: string) => readFileSync(new URL(name, FOLDER), "utf8");
  return {
    createUiDefinition: read("createUiDefinition.json"),
    viewDefinition: read("viewDefinition.json"),
    mainTemplate: read("mainTemplate.json"),
  };
}

export function samplePackage(): OfferPackage {
  return mustRead(readPackage(sampleTexts()));
}

export function mustRead(read: PackageRead): OfferPackage {
  assert.ok(read.ok, JSON.stringify(read));
  return read.package;
}

export interface Parts {
  readonly basics?: readonly Json[];
  readonly steps?: readonly Json[];
  readonly outputs?: JsonObject;
}

/** As it stands in a file; wrong parts stay wrong. */
export function definitionText({ basics = [], steps = [], outputs = {} }: Parts): string {
  const parameters = { basics, steps, outputs };
  return JSON.stringify(
    { handler: "Microsoft.Azure.CreateUIDef", version: "0.1.2-preview", parameters },
    null,
    2,
  );
}

/** Not read, so that also what no package may hold can be evaluated. */
export function definitionOf(parts: Parts): UiDefinition {
  return JSON.parse(definitionText(parts)) as UiDefinition;
}

export function textBox(name: string, more: JsonObject = {}): JsonObject {
  return { name, type: "Microsoft.Common.TextBox", label: name, ...more };
}

export function given(more: Partial<Given> = {}): Given {
  return {
    basics: {},
    steps: {},
    location: "westeurope",
    subscription: { id: "/subscriptions/s1", subscriptionId: "s1", tenantId: "t1", displayName: "Contoso" },
    resourceGroup: { mode: "New", name: "ledger", location: "westeurope" },
    now: instant(Date.parse("2026-11-21T13:02:03Z")),
    newGuid: () => "c7bc8bdc-7252-4a82-ba53-7c468679a511",
    ...more,
  };
}

/** One expression as the only output; `e` of the step `s` has the value. */
export function evaluated(expression: Json, value: Json = null): Evaluation {
  const steps = [{ name: "s", label: "S", elements: [textBox("e")] }];
  return evaluateOutputs(
    definitionOf({ steps, outputs: { out: expression } }),
    given({ steps: { s: { e: value } } }),
  );
}

export function valueOfExpression(expression: Json, value: Json = null): Json {
  const found = evaluated(expression, value);
  assert.ok(found.ok, `${JSON.stringify(expression)}: ${JSON.stringify(found)}`);
  return found.outputs.out ?? null;
}
