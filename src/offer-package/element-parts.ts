/** The larger elements, each asked by several fields; what they come to has the shape that Microsoft's reference gives. */
import {
  besideIt,
  choice,
  labelOf,
  newOrExisting,
  type PartsForm,
  part,
  pattern,
  requiredOf,
  textsIn,
  within,
} from "./element-words.ts";
import type { FormElement } from "./form-element.ts";
import { type Json, type JsonObject, own, ownText } from "./json.ts";
import type { UiElement } from "./ui-definition.ts";

const GUID = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";
const RESOURCE_ID = "^/subscriptions/[0-9a-fA-F-]{36}/resourceGroups/[^/]{1,90}/providers/[A-Za-z.]+/[^ ]+$";

export const credentials: PartsForm = {
  title: ["", "Credentials"],
  parts(element) {
    const linux = own(element, "osPlatform") === "Linux";
    const required = requiredOf(element);
    const custom = within(element, "constraints", "customPasswordRegex");
    const message = within(element, "constraints", "customValidationMessage");
    const keysOnly = within(element, "options", "hidePassword") === true;
    const word = (key: string, otherwise: string) => labelOf(element, key) ?? otherwise;
    const password = part("password", word("password", "Password"), {
      kind: "password",
      toolTip: labelOf(element, "password", "toolTip"),
      required,
      constraints:
        typeof custom === "string"
          ? { regex: custom, validationMessage: message ?? null }
          : pattern(linux ? "^.{6,72}$" : "^.{12,72}$", `${linux ? 6 : 12} to 72 characters`),
      settings: { options: { hideConfirmation: within(element, "options", "hideConfirmation") === true } },
    });
    if (!linux) return [password];
    const key = part("sshPublicKey", word("sshPublicKey", "SSH public key"), {
      toolTip: labelOf(element, "sshPublicKey", "toolTip"),
      required,
      settings: { multiLine: true },
      constraints: pattern(
        "^(?:ssh-(?:rsa|ed25519)|ecdsa-sha2-nistp(?:256|384|521)) [A-Za-z0-9+/=]+",
        "A public key begins with ssh-rsa, ssh-ed25519 or ecdsa-sha2",
      ),
    });
    const type = word("authenticationType", "Authentication type");
    if (keysOnly) return [choice("authenticationType", type, { sshPublicKey: "SSH public key" }), key];
    return [
      choice("authenticationType", type, { password: "Password", sshPublicKey: "SSH public key" }),
      { ...password, when: { part: "authenticationType", is: ["password"] } },
      { ...key, when: { part: "authenticationType", is: ["sshPublicKey"] } },
    ];
  },
  completed: (value) => ({ authenticationType: "password", ...value }),
};

export const servicePrincipal: PartsForm = {
  title: ["sectionHeader", "Service principal"],
  note: "Azure's portal would list service principals, or make one. Type what one has that exists.",
  parts(element) {
    const word = (key: string, otherwise: string) => labelOf(element, key) ?? otherwise;
    const guid = {
      required: true,
      constraints: pattern(GUID, "An id has 32 digits and letters from a to f"),
    };
    const password = part("password", word("password", "Password"), {
      kind: "password",
      required: true,
      constraints: { regex: within(element, "constraints", "regex") ?? null },
      settings: { options: { hideConfirmation: true } },
      when: { part: "authenticationType", is: ["password"] },
    });
    const certified = within(element, "options", "hideCertificate") !== true;
    return [
      part("appId", "Application id", {
        ...guid,
        defaultValue: within(element, "defaultValue", "principalId") ?? null,
      }),
      part("objectId", "Object id", guid),
      choice("authenticationType", word("authenticationType", "Authentication type"), {
        password: "Password",
        ...(certified ? { certificate: "Certificate" } : {}),
      }),
      password,
      ...(certified
        ? [
            part("certificateThumbprint", word("certificateThumbprint", "Certificate thumbprint"), {
              required: true,
              constraints: THUMBPRINT,
              when: { part: "authenticationType", is: ["certificate"] },
            }),
          ]
        : []),
    ];
  },
  completed(value) {
    const { objectId = null } = value;
    return {
      password: "",
      certificateThumbprint: "",
      newOrExisting: "existing",
      ...value,
      objectId: typeof objectId === "string" ? [objectId] : objectId,
    };
  },
};

const THUMBPRINT = pattern("^[0-9A-Fa-f]{40}$", "A thumbprint has 40 digits and letters from A to F");

export const certificate: PartsForm = {
  title: ["", "Certificate"],
  note: "Azure's portal would list vaults and their certificates. Type what one has.",
  parts: () => [
    part("keyVaultId", "Resource id of the vault", {
      required: true,
      constraints: pattern(RESOURCE_ID, "It begins with /subscriptions/"),
    }),
    part("certificateName", "Name of the certificate", {
      required: true,
      constraints: pattern("^[A-Za-z0-9-]{1,127}$", "Letters, digits and -"),
    }),
    part("certificateUrl", "Address of its secret", {
      required: true,
      constraints: pattern("^https://[^ ]+$", "An address begins with https://"),
    }),
    part("certificateThumbprint", "Thumbprint", { constraints: THUMBPRINT }),
  ],
  completed: (value) => ({ keyVaultName: lastOf(value, "keyVaultId"), ...value }),
};

/** The last part of a path: the name of a resource, or of a file. */
function lastOf(value: JsonObject, key: string): Json {
  return (ownText(value, key) ?? "").split("?", 1)[0]?.split("/").at(-1) || null;
}

export const identities: PartsForm = {
  title: ["", "Managed identities"],
  note: "Azure's portal would list managed identities. Type the resource ids of those to assign.",
  parts(element) {
    const first = within(element, "defaultValue", "systemAssignedIdentity");
    const fixed = typeof first === "string" && first.endsWith("Only");
    const system = part("systemAssignedIdentity", "Assign an identity of its own", {
      kind: "checkBox",
      toolTip: labelOf(element, "systemAssignedIdentity", "toolTip"),
      defaultValue: typeof first === "string" && first.startsWith("On"),
      // What the publisher fixed is not asked.
      visible: !fixed,
    });
    const users = part("userAssignedIdentities", "Identities to assign", {
      kind: "list",
      toolTip: labelOf(element, "userAssignedIdentity", "toolTip"),
      constraints: pattern(RESOURCE_ID, "A resource id begins with /subscriptions/"),
      defaultValue: [],
    });
    return [
      ...(within(element, "options", "hideSystemAssignedIdentity") === true ? [] : [system]),
      ...(within(element, "options", "hideUserAssignedIdentity") === true ? [] : [users]),
    ];
  },
  completed({ type, systemAssignedIdentity, userAssignedIdentities = [], ...others }) {
    if (typeof type === "string") return { type, userAssignedIdentities, ...others };
    const ids = textsIn(userAssignedIdentities);
    const types = [
      ...(systemAssignedIdentity === true ? ["SystemAssigned"] : []),
      ...(ids.length > 0 ? ["UserAssigned"] : []),
    ];
    return {
      type: types.join(",") || "None",
      ...(ids.length > 0 ? { userAssignedIdentities: Object.fromEntries(ids.map((id) => [id, {}])) } : {}),
    };
  },
};

export const resource: PartsForm = {
  title: ["", "Resource"],
  note: "Azure's portal would list the resources of this type. Type the id of one.",
  parts: (element) => [
    part("id", `Resource id${typeText(element)}`, {
      required: requiredOf(element),
      constraints: pattern(RESOURCE_ID, "A resource id begins with /subscriptions/"),
    }),
    part("location", "Where it is", { toolTip: "The region, such as westeurope." }),
  ],
  completed: (value) => ({ name: lastOf(value, "id"), ...value }),
};

function typeText(element: UiElement): string {
  const type = ownText(element, "resourceType");
  return type === null ? "" : ` (${type})`;
}

const STORAGE_TYPES = ["Standard_LRS", "Standard_GRS", "Standard_RAGRS", "Standard_ZRS", "Premium_LRS"];

function storageType(element: UiElement): FormElement {
  const allowed = textsIn(within(element, "constraints", "allowedTypes"));
  const excluded = textsIn(within(element, "constraints", "excludedTypes"));
  const types = (allowed.length > 0 ? allowed : STORAGE_TYPES).filter((one) => !excluded.includes(one));
  const first = within(element, "defaultValue", "type");
  return part("type", labelOf(element, "type") ?? "Kind of storage", {
    kind: "dropDown",
    required: true,
    options: types.map((value) => ({ label: value, value, description: null })),
    defaultValue: typeof first === "string" ? first : (types[0] ?? null),
  });
}

export const manyStorageAccounts: PartsForm = {
  title: ["", "Storage accounts"],
  parts: (element) => [
    part("prefix", labelOf(element, "prefix") ?? "What their names begin with", {
      required: true,
      defaultValue: within(element, "defaultValue", "prefix") ?? null,
      constraints: pattern("^[a-z0-9]{3,11}$", "3 to 11 lower-case letters and digits"),
    }),
    storageType(element),
  ],
  completed: (value, element, resourceGroup) =>
    besideIt({ count: own(element, "count") ?? 1, ...value }, resourceGroup),
};

export const storageAccount: PartsForm = {
  title: ["", "Storage account"],
  note: "Azure's portal would list the accounts that exist. Type the name of one, or of a new one.",
  parts: (element) => [
    ...newOrExisting(element),
    part("name", "Its name", {
      required: true,
      defaultValue: within(element, "defaultValue", "name") ?? null,
      constraints: pattern("^[a-z0-9]{3,24}$", "3 to 24 lower-case letters and digits"),
    }),
    storageType(element),
  ],
  completed: (value, _, resourceGroup) => besideIt({ kind: "StorageV2", ...value }, resourceGroup),
};

export const storageBlob: PartsForm = {
  title: ["", "Blob"],
  note: "Azure's portal would show accounts and containers to choose from. Type the address of the blob.",
  parts(element) {
    const endings = textsIn(within(element, "constraints", "allowedFileExtensions")).filter((one) =>
      /^[A-Za-z0-9]{1,16}$/.test(one),
    );
    const named = endings.length === 0 ? "" : `\\.(?:${endings.join("|")})(?:\\?[^ ]*)?`;
    return [
      // With a signature in it, it opens the blob to whoever reads it.
      part("sasUri", "Address with its signature", {
        kind: "password",
        required: requiredOf(element),
        settings: { options: { hideConfirmation: true } },
        constraints: pattern(
          `^https://[^ ]+${named}$`,
          `It begins with https://${endings.length === 0 ? "" : `, and is of a file that ends in ${endings.join(", ")}`}`,
        ),
      }),
    ];
  },
  completed: (value) => ({ blobName: lastOf(value, "sasUri"), ...value }),
};
