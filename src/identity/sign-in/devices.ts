/**
 * The cookie of a browser that signed in: sealed, so that it names nobody to whoever reads it, and good for the account
 * and the credential it was given for. It lets nobody in; it only says that this is no stranger.
 */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { addMs, type Clock, DAY_MS, SECOND_MS } from "../../domain/time.ts";
import type { Sealer } from "../../use-cases/identity-ports.ts";
import type { Proven } from "./proof.ts";

const LIFETIME_MS = 90 * DAY_MS;
/** People who share a browser; the latest stay. */
const MOST_ACCOUNTS = 4;
const MAX_TEXT = 2_048;
const CONTEXT = "devices";
const PATH = "/sign-in";
const NAMES = { https: "__Secure-curfew_device", http: "curfew_device" } as const;

const shape = z.object({
  id: z.string(),
  accounts: z.array(z.object({ id: z.string(), version: z.number(), until: z.number() })),
});
type Noted = z.infer<typeof shape>;

export interface Device {
  readonly id: string;
  knows(account: Proven): boolean;
}

export interface Devices {
  /** Null where there is none of ours among the cookies. */
  read(cookies: string | undefined): Device | null;
  /** A `Set-Cookie` that adds this account to what the browser has. */
  remember(account: Proven, cookies: string | undefined, scheme: keyof typeof NAMES): string;
}

export function createDevices(key: Sealer, clock: Clock): Devices {
  const noted = (cookies: string | undefined): Noted | null => {
    const sealed = cookies === undefined ? null : cookieIn(cookies);
    if (sealed === null || sealed.length > MAX_TEXT) return null;
    const clear = unseal(key, sealed);
    const read = shape.safeParse(clear === null ? null : JSON.parse(clear));
    if (!read.success) return null;
    return { ...read.data, accounts: read.data.accounts.filter(({ until }) => clock.now() < until) };
  };
  return {
    read(cookies) {
      const note = noted(cookies);
      if (note === null) return null;
      return {
        id: note.id,
        knows: ({ ref, version }) =>
          note.accounts.some((one) => one.id === ref.objectId && one.version === version),
      };
    },
    remember({ ref, version }, cookies, scheme) {
      const before = noted(cookies);
      const others = before?.accounts.filter(({ id }) => id !== ref.objectId) ?? [];
      const own = { id: ref.objectId, version, until: addMs(clock.now(), LIFETIME_MS) };
      const note: Noted = {
        id: before?.id ?? randomUUID(),
        accounts: [own, ...others].slice(0, MOST_ACCOUNTS),
      };
      const value = key.seal(CONTEXT, JSON.stringify(note)).toString("base64url");
      const secure = scheme === "https" ? "; Secure" : "";
      return `${NAMES[scheme]}=${value}; Path=${PATH}; Max-Age=${LIFETIME_MS / SECOND_MS}; HttpOnly; SameSite=Strict${secure}`;
    },
  };
}

/** Of both listeners: what one of them gave is no secret from the other. */
function cookieIn(cookies: string): string | null {
  const pairs = cookies.split(";").map((pair) => pair.trim().split("="));
  const named = (wanted: string) => pairs.find(([name]) => name === wanted)?.[1] ?? null;
  return named(NAMES.https) ?? named(NAMES.http);
}

function unseal(key: Sealer, sealed: string): string | null {
  try {
    return key.open(CONTEXT, Buffer.from(sealed, "base64url"));
  } catch {
    return null;
  }
}
