/**
 * Every element that Microsoft documents, and what it becomes here: a field, several, or a text with a note. Curfew asks
 * Azure nothing, so what its portal would list is typed instead.
 *
 * https://learn.microsoft.com/azure/azure-resource-manager/managed-applications/create-uidefinition-elements
 */
import {
  certificate,
  credentials,
  identities,
  manyStorageAccounts,
  resource,
  servicePrincipal,
  storageAccount,
  storageBlob,
} from "./element-parts.ts";
import { chosenFrom, type FieldForm, labelOf, type PartsForm, part, textsIn } from "./element-words.ts";
import type { FormElement, FormElementKind } from "./form-element.ts";
import { isList, isObject, type JsonObject, own, ownText } from "./json.ts";
import { publicAddress, virtualNetwork } from "./network-parts.ts";
import { JIT_CONTROL, SECTION, type UiElement } from "./ui-definition.ts";

type Entry = FormElementKind | ((element: UiElement) => FieldForm) | PartsForm;

const UNSEEN = (what: string) => (): FieldForm => ({
  kind: "unseen",
  note: `Azure's portal ${what} here without showing it. Curfew does not; what depends on it is asked as a plain text.`,
});

const ELEMENTS: Readonly<Record<string, Entry>> = {
  "Microsoft.Common.CheckBox": "checkBox",
  "Microsoft.Common.DropDown": "dropDown",
  "Microsoft.Common.EditableGrid": grid,
  "Microsoft.Common.FileUpload": file,
  "Microsoft.Common.InfoBox": "info",
  "Microsoft.Common.OptionsGroup": "options",
  "Microsoft.Common.PasswordBox": "password",
  [SECTION]: "section",
  "Microsoft.Common.ServicePrincipalSelector": servicePrincipal,
  "Microsoft.Common.Slider": "slider",
  "Microsoft.Common.TagsByResource": { title: ["", "Tags"], parts: tagged },
  "Microsoft.Common.TextBlock": "textBlock",
  "Microsoft.Common.TextBox": "text",
  "Microsoft.Compute.CredentialsCombo": credentials,
  "Microsoft.Compute.SizeSelector": size,
  "Microsoft.Compute.UserNameTextBox": userName,
  "Microsoft.KeyVault.KeyVaultCertificateSelector": certificate,
  "Microsoft.ManagedIdentity.IdentitySelector": identities,
  "Microsoft.Network.PublicIpAddressCombo": publicAddress,
  "Microsoft.Network.VirtualNetworkCombo": virtualNetwork,
  "Microsoft.Solutions.ArmApiControl": UNSEEN("calls Azure Resource Manager"),
  "Microsoft.Solutions.BladeInvokeControl": UNSEEN("opens another of its pages from"),
  "Microsoft.Solutions.GraphApiControl": UNSEEN("calls Microsoft Graph"),
  [JIT_CONTROL]: "jitConfigurator",
  "Microsoft.Solutions.ResourceSelector": resource,
  "Microsoft.Storage.MultiStorageAccountCombo": manyStorageAccounts,
  "Microsoft.Storage.StorageAccountSelector": storageAccount,
  "Microsoft.Storage.StorageBlobSelector": storageBlob,
};

/** The elements that Microsoft documents. */
export const ELEMENT_TYPES: readonly string[] = Object.keys(ELEMENTS);

/** How an element is asked for. One that Microsoft does not document is a text, too: nobody ends before it. */
export function fieldOf(element: UiElement): FieldForm {
  const entry = entryOf(element.type);
  if (typeof entry === "string") return { kind: entry };
  if (typeof entry === "function") return entry(element);
  if (entry !== null)
    return {
      kind: "parts",
      label: titleOf(element, entry),
      note: entry.note ?? null,
      elements: entry.parts(element),
    };
  return {
    kind: "plain",
    note: `Curfew does not know ${element.type}. What is typed here is its value; what begins with { or [ is read as JSON.`,
  };
}

function titleOf(element: UiElement, { title: [key, otherwise] }: PartsForm): string {
  return ownText(element, "label") || labelOf(element, key) || otherwise;
}

/** The element by whose parts it is asked; null where it is one field. */
export function partsFormOf({ type }: UiElement): PartsForm | null {
  const entry = entryOf(type);
  return typeof entry === "object" ? entry : null;
}

/** Whether only Azure knows its value. */
export function isUnseen(element: UiElement): boolean {
  return fieldOf(element).kind === "unseen";
}

function entryOf(type: string): Entry | null {
  return Object.hasOwn(ELEMENTS, type) ? (ELEMENTS[type] ?? null) : null;
}

/** Columns are elements of their own, named by their ids. */
function grid(element: UiElement): FieldForm {
  const constraints = own(element, "constraints");
  const columns = isObject(constraints) ? own(constraints, "columns") : undefined;
  const cells = (isList(columns) ? columns : []).filter(isObject).flatMap((column): FormElement[] => {
    const cell = own(column, "element");
    const id = ownText(column, "id");
    if (id === null || !isObject(cell)) return [];
    const type = ownText(cell, "type") ?? "Microsoft.Common.TextBox";
    const { kind } = fieldOf({ ...cell, name: id, type });
    const inside = own(cell, "constraints");
    const { allowedValues, ...others } = isObject(inside) ? inside : ({} as JsonObject);
    return [
      part(id, ownText(column, "header") ?? id, {
        kind: ["text", "dropDown", "options", "checkBox", "slider"].includes(kind) ? kind : "plain",
        options: chosenFrom(allowedValues),
        required: own(others, "required") === true,
        constraints: others,
        settings: { placeholder: own(cell, "placeholder") ?? null },
      }),
    ];
  });
  return { kind: "grid", elements: cells };
}

/** Uploaded to nowhere: the content itself is the value, or the address where it is already. */
function file(element: UiElement): FieldForm {
  const options = own(element, "options");
  const given = isObject(options) ? options : {};
  if (own(given, "uploadMode") !== "url") return { kind: "file" };
  const note = "Azure's portal would upload a file and give its address. Type where it is already.";
  if (own(given, "multiple") === true) return { kind: "list", note };
  return { kind: "text", note, constraints: HTTPS };
}

const HTTPS = { regex: "^https://[^ ]+$", validationMessage: "An address begins with https://" };

function size(element: UiElement): FieldForm {
  const constraints = own(element, "constraints");
  const allowed = isObject(constraints) ? textsIn(own(constraints, "allowedSizes")) : [];
  const recommended = textsIn(own(element, "recommendedSizes"));
  const known = allowed.length > 0 ? allowed : recommended;
  const field: Partial<FieldForm> = {
    options: known.map((value) => ({
      label: value,
      value,
      description: allowed.length > 0 && recommended.includes(value) ? "recommended" : null,
    })),
    required: true,
    ...(recommended[0] === undefined ? {} : { defaultValue: recommended[0] }),
  };
  if (allowed.length > 0) return { ...field, kind: "dropDown" };
  return {
    ...field,
    kind: "text",
    note: "Azure's portal would list the sizes of its machines. Type one, such as Standard_D2s_v5.",
    constraints: {
      regex: "^[A-Za-z0-9_-]{3,64}$",
      validationMessage: "A size has letters, digits and _, such as Standard_D2s_v5",
    },
  };
}

const RESERVED =
  "1 123 a actuser adm admin admin1 admin2 administrator aspnet backup console david guest john owner root server sql support support_388945a0 sys test test1 test2 test3 user user1 user2 user3 user4 user5";

/** Azure refuses names that every machine has, and signs that its systems do not take. */
function userName(element: UiElement): FieldForm {
  const [regex, message] =
    own(element, "osPlatform") === "Linux"
      ? ["^[A-Za-z_][A-Za-z0-9_-]{0,63}$", "Up to 64 letters, digits, _ and -, a letter first"]
      : [
          '^[^\\\\/"\\[\\]:|<>+=;,?*@& ]{1,20}$',
          'Up to 20 signs, without spaces and \\ / " [ ] : | < > + = ; , ? * @ &',
        ];
  const constraints = own(element, "constraints");
  const given = isObject(constraints) ? constraints : {};
  const validations = own(given, "validations");
  return {
    kind: "text",
    constraints: {
      ...given,
      validations: [
        ...(isList(validations) ? validations : []),
        { regex, message },
        { regex: `^(?!(?:${RESERVED.replaceAll(" ", "|")})$)`, message: "Azure takes this name for itself" },
      ],
    },
  };
}

function tagged(element: UiElement): readonly FormElement[] {
  return textsIn(own(element, "resources")).map((type) =>
    part(type, type, { kind: "tags", toolTip: "Tags, each written name=value." }),
  );
}
