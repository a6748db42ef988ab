/** What network an address belongs to: the one answer for every limit, so that nobody is two by writing it otherwise. */

/** Whatever is no address counts as one network: a header that was made up gains nothing. */
const NOWHERE = "unknown";
const GROUPS = 8;
// RFC 6052: where IPv4 reaches a server that has IPv6 alone.
const TRANSLATED = [0x64, 0xff9b, 0, 0, 0, 0];
const MAPPED = [0, 0, 0, 0, 0, 0xffff];

/** One IPv6 customer holds a /64: it counts as one, as an IPv4 address does. */
export function networkOf(address: string): string {
  return prefixOf(address, 64);
}

/**
 * As much as one customer gets for the asking: an IPv4 address, or the 65,536 networks of a /48. For what there are few
 * of and one at a time is enough, so that nobody takes them all.
 */
export function siteOf(address: string): string {
  return prefixOf(address, 48);
}

function prefixOf(address: string, bits: 48 | 64): string {
  const bare = bareAddress(address);
  const four = octetsOf(bare);
  if (four !== null) return four.join(".");
  const groups = groupsOf(bare);
  if (groups === null) return NOWHERE;
  const [, , , , , , high = 0, low = 0] = groups;
  if ([MAPPED, TRANSLATED].some((prefix) => prefix.every((part, index) => groups[index] === part)))
    return [high >> 8, high & 255, low >> 8, low & 255].join(".");
  return `${groups
    .slice(0, bits / 16)
    .map((group) => group.toString(16))
    .join(":")}::/${bits}`;
}

/** Without brackets, port and zone: some proxies name all three. */
function bareAddress(address: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(address)?.[1];
  const fourWithPort = /^([\d.]+):\d{1,5}$/.exec(address)?.[1];
  return (bracketed ?? fourWithPort ?? address).split("%")[0] ?? "";
}

function octetsOf(text: string): number[] | null {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return null;
  const octets = text.split(".").map(Number);
  return octets.every((octet) => octet <= 255) ? octets : null;
}

function groupsOf(text: string): number[] | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const [left, right] = [partsOf(halves[0] ?? ""), partsOf(halves[1] ?? "")];
  if (left === null || right === null) return null;
  const zeros = GROUPS - left.length - right.length;
  if (halves.length === 1 ? zeros !== 0 : zeros < 1) return null;
  return [...left, ...Array<number>(zeros).fill(0), ...right];
}

/** An IPv4 address may stand for the last two. */
function partsOf(half: string): number[] | null {
  if (half === "") return [];
  const parts = half.split(":");
  const four = octetsOf(parts.at(-1) ?? "");
  const plain = four === null ? parts : parts.slice(0, -1);
  if (!plain.every((part) => /^[\da-f]{1,4}$/i.test(part))) return null;
  const groups = plain.map((part) => Number.parseInt(part, 16));
  const [a = 0, b = 0, c = 0, d = 0] = four ?? [];
  return four === null ? groups : [...groups, (a << 8) | b, (c << 8) | d];
}
