/** What a publisher's package holds once it was read: plain JSON, so that it can be stored as it is. */
import { isList, isObject, type Json, type JsonObject, own, ownText } from "./json.ts";

export interface OfferPackage {
  readonly uiDefinition: UiDefinition;
  readonly viewDefinition: JsonObject | null;
  /** The `parameters` of mainTemplate.json, as they are. */
  readonly parameters: JsonObject | null;
}

/** https://learn.microsoft.com/azure/azure-resource-manager/managed-applications/create-uidefinition-overview */
export type UiDefinition = JsonObject & {
  readonly handler: string;
  readonly version: string;
  readonly parameters: UiParameters;
};

/** Lists may hold empty objects, which are passed over: `elementsAmong` and `stepsOf` read them. */
export type UiParameters = JsonObject & {
  readonly basics: readonly JsonObject[];
  readonly steps: readonly JsonObject[];
  readonly outputs: JsonObject;
};

export type UiStep = JsonObject & { readonly name: string; readonly elements: readonly JsonObject[] };

export type UiElement = JsonObject & { readonly name: string; readonly type: string };

export const JIT_CONTROL = "Microsoft.Solutions.JitConfigurator";
export const SECTION = "Microsoft.Common.Section";
export const JIT_OUTPUT = "jitAccessPolicy";

/** The elements of a section as written; none for any other element. */
export function listIn(element: UiElement): readonly Json[] {
  const elements = element.type === SECTION ? own(element, "elements") : undefined;
  return isList(elements) ? elements : [];
}

export function elementsIn(element: UiElement): readonly UiElement[] {
  return elementsAmong(listIn(element));
}

export function elementsAmong(written: readonly Json[]): readonly UiElement[] {
  return written.filter(isElement);
}

export function stepsOf({ steps }: UiParameters): readonly UiStep[] {
  return steps.filter(isStep);
}

export function isElement(value: Json): value is UiElement {
  return isObject(value) && ownText(value, "name") !== null && ownText(value, "type") !== null;
}

export function isStep(value: Json): value is UiStep {
  return isObject(value) && ownText(value, "name") !== null && isList(own(value, "elements"));
}
