/** Addresses and networks, each asked by several fields, in the shape that Microsoft's reference gives. */
import {
  besideIt,
  choice,
  labelOf,
  newOrExisting,
  type PartsForm,
  part,
  pattern,
  within,
} from "./element-words.ts";
import type { FormElement } from "./form-element.ts";
import { isObject, type Json, type JsonObject, own, ownText } from "./json.ts";
import type { UiElement } from "./ui-definition.ts";

const LABEL = pattern(
  "^[a-z][a-z0-9-]{1,61}[a-z0-9]$",
  "3 to 63 lower-case letters, digits and -, a letter first",
);

export const publicAddress: PartsForm = {
  title: ["publicIpAddress", "Public IP address"],
  note: "Azure's portal would list the addresses that exist. Type the name of one, or of a new one.",
  parts(element) {
    const hidden = (what: string) => within(element, "options", `hide${what}`) === true;
    const required = within(element, "constraints", "required");
    const some = { when: { part: "newOrExistingOrNone", is: ["new", "existing"] } } as const;
    const word = (key: string, otherwise: string) => labelOf(element, key) ?? otherwise;
    return [
      choice("newOrExistingOrNone", "New or existing", {
        new: "New",
        ...(hidden("Existing") ? {} : { existing: "One that exists" }),
        ...(hidden("None") ? {} : { none: "None" }),
      }),
      part("name", "Its name", {
        ...some,
        required: true,
        defaultValue: within(element, "defaultValue", "publicIpAddressName") ?? null,
        constraints: pattern("^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$", "Up to 80 letters, digits and _ . -"),
      }),
      part("resourceGroup", "Its resource group", {
        required: true,
        when: { part: "newOrExistingOrNone", is: ["existing"] },
      }),
      ...(hidden("DomainNameLabel")
        ? []
        : [
            part("domainNameLabel", word("domainNameLabel", "DNS label"), {
              ...some,
              toolTip: labelOf(element, "domainNameLabel", "toolTip"),
              required: isObject(required) && own(required, "domainNameLabel") === true,
              defaultValue: within(element, "defaultValue", "domainNameLabel") ?? null,
              constraints: LABEL,
            }),
          ]),
    ];
  },
  completed(value, _, resourceGroup) {
    if (own(value, "newOrExistingOrNone") === "none") return { newOrExistingOrNone: "none" };
    const basic = { publicIPAllocationMethod: "Dynamic", sku: "Basic" };
    return besideIt({ ...basic, ...value }, resourceGroup);
  },
};

const OCTET = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";
const SMALLEST = 29;

/** An address space at least as large as `smallest`, such as /22. */
function space(smallest: number): JsonObject {
  const sizes = Array.from({ length: Math.max(1, smallest - 7) }, (_, at) => at + 8).join("|");
  return pattern(
    `^${Array(4).fill(OCTET).join("\\.")}/(?:${sizes})$`,
    `An address space of /${smallest} or larger, such as 10.0.0.0/${Math.min(16, smallest)}`,
  );
}

/** "/22" is 22; numbers that no network has are the given one. */
function sizeIn(written: Json | undefined, otherwise: number): number {
  const size = /^\/(\d{1,2})$/.exec(typeof written === "string" ? written : "")?.[1];
  return size !== undefined && Number(size) >= 8 && Number(size) <= SMALLEST ? Number(size) : otherwise;
}

export const virtualNetwork: PartsForm = {
  title: ["virtualNetwork", "Virtual network"],
  note: "Azure's portal would list the networks that exist, and choose free addresses. Type them.",
  parts(element) {
    const subnets = own(element, "subnets");
    const addresses = freeAddresses();
    return [
      ...newOrExisting(element),
      part("name", "Its name", {
        toolTip: labelOf(element, "virtualNetwork", "toolTip"),
        required: true,
        defaultValue: within(element, "defaultValue", "name") ?? null,
        constraints: pattern("^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$", "Up to 64 letters, digits and _ . -"),
      }),
      part("addressPrefix", "Its address space", {
        required: true,
        defaultValue: `10.0.0.0/${sizeIn(within(element, "defaultValue", "addressPrefixSize"), 16)}`,
        constraints: space(sizeIn(within(element, "constraints", "minAddressPrefixSize"), SMALLEST)),
      }),
      part("subnets", labelOf(element, "subnets") ?? "Subnets", {
        kind: "section",
        elements: Object.entries(isObject(subnets) ? subnets : {}).flatMap(([name, written]) =>
          isObject(written) ? [subnet(name, { ...written, name, type: "" }, addresses)] : [],
        ),
      }),
    ];
  },
  completed(value, _, resourceGroup) {
    const { addressPrefix = null, subnets } = value;
    return besideIt(
      {
        addressPrefixes: addressPrefix === null ? [] : [addressPrefix],
        ...value,
        subnets: Object.fromEntries(
          Object.entries(isObject(subnets) ? subnets : {}).map(([name, one]) => [name, withStart(one)]),
        ),
      },
      resourceGroup,
    );
  },
};

function subnet(name: string, element: UiElement, addresses: (size: number) => string): FormElement {
  const size = sizeIn(within(element, "defaultValue", "addressPrefixSize"), 24);
  return part(name, ownText(element, "label") ?? name, {
    kind: "section",
    elements: [
      part("name", "Its name", {
        required: true,
        defaultValue: within(element, "defaultValue", "name") ?? null,
        constraints: pattern("^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$", "Up to 80 letters, digits and _ . -"),
      }),
      part("addressPrefix", "Its addresses", {
        required: true,
        defaultValue: addresses(size),
        constraints: space(sizeIn(within(element, "constraints", "minAddressPrefixSize"), SMALLEST)),
      }),
    ],
  });
}

/** One after the other from 10.0.0.0 on, each where a network of its size may begin. */
function freeAddresses(): (size: number) => string {
  let next = 0;
  return (size) => {
    const length = 2 ** (32 - size);
    const start = Math.ceil(next / length) * length;
    next = start + length;
    return `10.${(start >>> 16) & 255}.${(start >>> 8) & 255}.${start & 255}/${size}`;
  };
}

/** Azure keeps the first four addresses of a subnet for itself. */
function withStart(subnet: Json): Json {
  const [, before, last] =
    /^(\d{1,3}\.\d{1,3}\.\d{1,3}\.)(\d{1,3})\//.exec(
      (isObject(subnet) && ownText(subnet, "addressPrefix")) || "",
    ) ?? [];
  if (!isObject(subnet) || before === undefined) return subnet;
  return { startAddress: `${before}${Number(last) + 4}`, ...subnet };
}
