/** Where we may connect to: resolves a name once, pins what it resolved to, and refuses addresses that are not public. */
import { lookup as systemLookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { posix } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { TargetFault } from "../domain/target-fault.ts";

/** Connect to exactly this; `name` is for TLS only and is never resolved again. */
export type Endpoint =
  | {
      readonly via: "tcp";
      readonly address: string;
      readonly port: number;
      readonly name: string;
      readonly reach: Reach;
      /** The operator permits this place to this tenant by name or address, or it would not be here. */
      readonly byPermit: boolean;
    }
  | { readonly via: "unix"; readonly directory: string; readonly port: number };

export type Reach = "loopback" | "private" | "public";

export interface Outbound {
  /**
   * The endpoints of a host name, an address, or the absolute folder of a Unix socket, to be tried in order.
   * Rejects with a `TargetFault`: forbidden where the address or the folder is not permitted; retryable for a name
   * that does not resolve or has such an address, whichever it is.
   */
  resolve(host: string, port: number): Promise<readonly Endpoint[]>;
}

export interface Permitted {
  /** Name or id of the tenant, in small letters; null: all of them. */
  readonly tenant: string | null;
  /**
   * What the operator, never a tenant, permits beside public addresses: `private` (loopback and private
   * networks), a host name or `*.suffix` (though it resolves to such an address), an address, a CIDR block,
   * or the absolute folder of a Unix socket (`/run/*` for those below it). Link-local, multicast and other
   * special addresses only by address or block.
   */
  readonly place: string;
  /** Null: any. */
  readonly port: number | null;
}

export interface OutboundOptions {
  readonly allow: readonly Permitted[];
  /** For tests; the system's resolver by default. */
  readonly lookup?: (name: string) => Promise<readonly string[]>;
  /** A name that leads nowhere, or where it may not, is answered at the next whole one of these. */
  readonly stepMs?: number;
}

/** Whom the connection is for. */
export interface OnBehalfOf {
  readonly id: string;
  readonly name: string;
}

const LOOPBACK = blocks(["127.0.0.0/8", "::1/128"]);
const PRIVATE = blocks(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"]);
// IANA special-purpose registries (RFC 6890 and successors): nothing here is a public server of anybody.
// 64:ff9b::/96, 2002::/16 and 2001::/32 carry an IPv4 address that this check would not see.
const SPECIAL = blocks([
  ...["0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24"],
  ...["203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"],
  ...["::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16"],
  ...["fe80::/10", "fec0::/10", "ff00::/8"],
]);
const MAX_ADDRESSES = 8;
const ANSWER_STEP_MS = 1_000;

/** What each tenant may connect to; what is permitted to one is to the others as if it were not there. */
export function createOutbound(options: OutboundOptions): (tenant: OnBehalfOf) => Outbound {
  const lookup = options.lookup ?? lookupAll;
  const stepMs = options.stepMs ?? ANSWER_STEP_MS;
  return ({ id, name: tenantName }) => ({
    async resolve(host, port) {
      const mine = options.allow.filter(
        ({ tenant, port: at }) =>
          (tenant === null || tenant === tenantName.toLowerCase() || tenant === id.toLowerCase()) &&
          (at === null || at === port),
      );
      const rules = readRules(mine.map(({ place }) => place));
      if (host.startsWith("/")) return [unixEndpoint(host, port, rules)];
      const name = host.toLowerCase().replace(/\.$/, "");
      if (isIP(name) !== 0) return [tcpEndpoint(name, name, port, rules)];
      const began = performance.now();
      try {
        const found = await lookup(name);
        if (found.length === 0) throw new Error("no address");
        return found.slice(0, MAX_ADDRESSES).map((address) => tcpEndpoint(name, address, port, rules));
      } catch (cause) {
        // One answer, at a time that tells nothing: a tenant is not to learn which names there are on the operator's network.
        const spentMs = performance.now() - began;
        await pause(Math.ceil(spentMs / stepMs) * stepMs - spentMs);
        throw leadsNowhere(name, cause);
      }
    },
  });
}

interface Rules {
  readonly anyPrivate: boolean;
  readonly names: ReadonlySet<string>;
  readonly suffixes: readonly string[];
  readonly addresses: BlockList;
  readonly folders: ReadonlySet<string>;
  readonly foldersBelow: readonly string[];
}

function readRules(allow: readonly string[]): Rules {
  const patterns = allow.map((pattern) => pattern.trim()).filter((pattern) => pattern !== "");
  const paths = patterns.filter((pattern) => pattern.startsWith("/"));
  const hosts = patterns.filter((pattern) => !pattern.startsWith("/") && pattern !== "private");
  const numeric = hosts.filter((host) => isIP(host.split("/")[0] ?? "") !== 0);
  const named = hosts.filter((host) => !numeric.includes(host)).map((host) => host.toLowerCase());
  return {
    anyPrivate: patterns.includes("private"),
    names: new Set(named.filter((name) => !name.startsWith("*."))),
    suffixes: named.filter((name) => name.startsWith("*.")).map((name) => name.slice(1)),
    addresses: blocks(numeric),
    folders: new Set(paths.filter((path) => !path.endsWith("/*")).map((path) => posix.resolve(path))),
    foldersBelow: paths.filter((path) => path.endsWith("/*")).map((path) => posix.resolve(path.slice(0, -2))),
  };
}

function unixEndpoint(host: string, port: number, rules: Rules): Endpoint {
  const directory = posix.resolve(host);
  const below = rules.foldersBelow.some((folder) => directory.startsWith(`${folder}/`));
  if (!below && !rules.folders.has(directory)) throw notPermitted(host, "a Unix socket");
  return { via: "unix", directory, port };
}

async function lookupAll(name: string): Promise<readonly string[]> {
  const found = await systemLookup(name, { all: true, order: "ipv4first" });
  return found.map((entry) => entry.address);
}

/** One address that is not permitted condemns the name: a mixed answer is how rebinding looks. */
function tcpEndpoint(name: string, resolved: string, port: number, rules: Rules): Endpoint {
  const address = withoutMapping(resolved);
  const reach = reachOf(address);
  const named = rules.names.has(name) || rules.suffixes.some((suffix) => name.endsWith(suffix));
  const listed = contains(rules.addresses, address);
  const permitted = reach === "public" || (reach !== "special" && (named || rules.anyPrivate)) || listed;
  if (!permitted) throw notPermitted(name, `${reach} address \`${address}\``);
  const byPermit = reach !== "public" || named || listed;
  return { via: "tcp", address, port, name, reach: reach === "special" ? "private" : reach, byPermit };
}

function reachOf(address: string): Reach | "special" {
  if (contains(LOOPBACK, address)) return "loopback";
  if (contains(PRIVATE, address)) return "private";
  return contains(SPECIAL, address) ? "special" : "public";
}

/** `::ffff:127.0.0.1` is 127.0.0.1; every other way of writing it is refused with the block it lies in. */
function withoutMapping(address: string): string {
  if (isIP(address) !== 6) return address;
  const [, high, low] =
    /^\[::ffff:([0-9a-f]+):([0-9a-f]+)\]$/.exec(new URL(`http://[${address.split("%")[0]}]`).hostname) ?? [];
  if (high === undefined || low === undefined) return address;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return `${a >> 8}.${a & 255}.${b >> 8}.${b & 255}`;
}

function contains(list: BlockList, address: string): boolean {
  return list.check(address.split("%")[0] ?? address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

function blocks(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", prefix] = range.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

/** Worth another try: names come and go. */
function leadsNowhere(name: string, cause: unknown): TargetFault {
  const message = `\`${name}\` does not resolve, or leads to where your organisation is not permitted to connect; check it, or ask the operator of Curfew to permit it`;
  return new TargetFault("retryable", message, { cause });
}

function notPermitted(host: string, what: string): TargetFault {
  const message = `\`${host}\` is ${what}; the operator of Curfew has to permit it to your organisation, with its port (CURFEW_OUTBOUND_ALLOW)`;
  return new TargetFault("forbidden", message);
}
