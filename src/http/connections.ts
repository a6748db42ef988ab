/**
 * How many connections there may be that ask for nothing: those that have not sent a whole request yet, and those kept
 * alive after one. Bounded for each address and in all; of those there are more of, asking or resting, the oldest goes.
 * What is being served is nobody's to end, as long as its answer is read; of those one address has half of what is left.
 */
import type { Server } from "node:http";
import { BlockList, isIP, type Socket } from "node:net";
import { networkOf } from "../domain/network.ts";

export interface ConnectionLimits {
  /** That one address, or one /64 of IPv6, may have without a request under way. */
  readonly perAddress: number;
  /** Of everybody, with those whose request is under way. */
  readonly inAll: number;
  /** A proxy has the connections of everybody behind it, and is bounded by `inAll` alone. */
  readonly trustedProxy: string | null;
  /** An answer that nobody reads any more is given up after once or twice as long. */
  readonly unreadMs?: number;
  /** Told of each that was ended to make room. */
  readonly onDropped?: () => void;
}

/** A browser has six at the most; the pages that listen for changes are being served. */
export const MOST_CONNECTIONS = { perAddress: 100, inAll: 4_000 };

/** A whole request is sent within these: the head, then all of it. How often that is looked at is the third. */
export const TIMES = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 2_000 };

/** Node forgives the first time, if something was sent before. */
const UNREAD_MS = 30_000;

/** `asking`: a request is being sent, or none was yet. `resting`: between two. `served`: one is under way. */
type State = "asking" | "resting" | "served";

interface Connection {
  readonly socket: Socket;
  readonly network: string;
  readonly isProxy: boolean;
  state: State;
  /** Requests that came and were not answered yet: a client may send the next one before. */
  underWay: number;
}

/** Oldest first. */
type Quiet = Readonly<Record<Exclude<State, "served">, Set<Connection>>>;

export function boundConnections(server: Server, limits: ConnectionLimits): void {
  const { perAddress, inAll, trustedProxy, unreadMs = UNREAD_MS, onDropped = () => {} } = limits;
  const isTrusted = trustedAddresses(trustedProxy);
  const open = new Map<string, Connection>();
  const quiet = quietSets();
  const byNetwork = new Map<string, Quiet>();
  const openOf = new Map<string, number>();
  // What is beyond what we make room for, because everybody is being served.
  server.maxConnections = inAll;

  const setsOf = (network: string): Quiet => {
    const known = byNetwork.get(network) ?? quietSets();
    byNetwork.set(network, known);
    return known;
  };
  const leave = (connection: Connection): void => {
    const { state, network } = connection;
    if (state === "served") return;
    quiet[state].delete(connection);
    const own = setsOf(network);
    own[state].delete(connection);
    if (sizeOf(own) === 0) byNetwork.delete(network);
  };
  const become = (connection: Connection, state: State): void => {
    leave(connection);
    connection.state = state;
    if (state === "served") return;
    quiet[state].add(connection);
    const own = setsOf(connection.network);
    own[state].add(connection);
    if (sizeOf(own) > perAddress && !connection.isProxy) drop(oldestOf(own));
    else if (open.size >= inAll) drop(oldestOf(quiet));
  };
  const drop = (connection: Connection | null): void => {
    if (connection === null) return;
    leave(connection);
    open.delete(keyOf(connection.socket));
    connection.state = "served";
    connection.socket.destroy();
    onDropped();
  };

  server.on("connection", (socket: Socket) => {
    const key = keyOf(socket);
    const network = networkOf(socket.remoteAddress ?? "");
    // An address of IPv4 may come as one of IPv6; its network is written as what it is.
    const isProxy = isTrusted(network) || isTrusted(socket.remoteAddress ?? "");
    const connection: Connection = { socket, network, isProxy, state: "served", underWay: 0 };
    const others = openOf.get(network) ?? 0;
    // Whoever asks for much and reads nothing, or waits for much, leaves as many places as they take.
    if (!isProxy && others > inAll - open.size) {
      socket.destroy();
      onDropped();
      return;
    }
    open.set(key, connection);
    openOf.set(network, others + 1);
    socket.once("close", () => {
      const left = (openOf.get(network) ?? 1) - 1;
      if (left === 0) openOf.delete(network);
      else openOf.set(network, left);
      leave(connection);
      if (open.get(key) === connection) open.delete(key);
    });
    become(connection, "asking");
  });
  // Node ends nothing by itself where somebody listens: those that rest have to be ended here as well. A call that takes
  // long has nothing to send yet, and stays.
  server.setTimeout(unreadMs, (socket: Socket) => {
    if (open.get(keyOf(socket))?.state !== "served" || socket.writableLength > 0) socket.destroy();
  });
  // Under TLS its socket is another one, at the same two ends.
  server.on("request", (request, response) => {
    const connection = open.get(keyOf(request.socket));
    if (connection === undefined) return;
    const { "content-length": length = "0", "transfer-encoding": encoding } = request.headers;
    const isWhole = length === "0" && encoding === undefined;
    connection.underWay++;
    become(connection, isWhole ? "served" : "asking");
    if (!isWhole) request.once("end", () => response.closed || become(connection, "served"));
    response.once("close", () => {
      connection.underWay--;
      if (connection.underWay === 0 && !connection.socket.destroyed) become(connection, "resting");
    });
  });
}

function quietSets(): Quiet {
  return { asking: new Set(), resting: new Set() };
}

function sizeOf({ asking, resting }: Quiet): number {
  return asking.size + resting.size;
}

/**
 * Whoever just came is asking: were those always first to go, a hundred that rest would keep everybody else out. A flood
 * drops its own, whether it never asked or asked once.
 */
function oldestOf({ asking, resting }: Quiet): Connection | null {
  const [oldest = null] = resting.size > asking.size ? resting : asking;
  return oldest;
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ["127.0.0.0/8", "::1/128"],
  linklocal: ["169.254.0.0/16", "fe80::/10"],
  uniquelocal: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
};

/** Reads `CURFEW_TRUSTED_PROXY` as Fastify does: addresses, blocks and three names, with commas between them. */
function trustedAddresses(trustedProxy: string | null): (network: string) => boolean {
  const list = new BlockList();
  for (const word of (trustedProxy ?? "").split(",").map((one) => one.trim())) {
    for (const block of NAMED[word] ?? [word]) {
      const [address = "", bits] = block.split("/");
      const family = isIP(address) === 6 ? "ipv6" : "ipv4";
      if (isIP(address) === 0) continue;
      list.addSubnet(address, bitsOf(bits) ?? (family === "ipv6" ? 128 : 32), family);
    }
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/** Of `8`, and of `255.0.0.0`. */
function bitsOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!text.includes(".")) return Number(text);
  const ones = text.split(".").map((octet) => Number(octet).toString(2).replaceAll("0", "").length);
  return ones.reduce((sum, some) => sum + some, 0);
}
