/** Sign-ins kept between commands: one file for each server, changed by one command at a time. */
import { closeSync, mkdirSync, openSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";
import type { Tokens } from "../../client/provider.ts";
import { EXIT, Stop } from "../exit.ts";
import type { Environment } from "../verb.ts";
import { readPrivateJson, removeFile, writePrivateJson } from "./private-files.ts";

/** Longer than a holder that renews may take: it waits 30 s for the server at most. */
const TURN_WAIT_MS = 60_000;
const TURN_PAUSE_MS = 50;

/** Who signed in where. */
export interface Login extends Tokens {
  /** The origin that these tokens are for, and that nothing of them is sent beyond. */
  readonly url: string;
  /** The certificate authority that it needs beside the usual ones. */
  readonly caFile: string | null;
  /** `Frank Fischer (Fabrikam)`; null where nobody asked. */
  readonly who: string | null;
  /** RFC 3339. */
  readonly signedInAt: string | null;
}

export function configFolder(env: Environment): string {
  const base = env.XDG_CONFIG_HOME;
  return join(base?.startsWith("/") ? base : join(env.HOME ?? homedir(), ".config"), "curfew");
}

export function tokenFile(folder: string, baseUrl: string): string {
  return join(folder, `${encodeURIComponent(new URL(baseUrl).origin)}.json`);
}

/** Null when none is kept for that server, or what is kept is of another form. */
export function readLogin(file: string, url: string): Login | null {
  const found = loginIn(readPrivateJson(file));
  return found?.url === url ? found : null;
}

/** Of every server, by its address. */
export function readLogins(folder: string): Login[] {
  return namesIn(folder)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => loginIn(readPrivateJson(join(folder, name))) ?? [])
    .sort((a, b) => (a.url < b.url ? -1 : 1));
}

export function keepLogin(file: string, login: Login): void {
  writePrivateJson(file, login);
}

export function forgetLogin(file: string): void {
  removeFile(file);
}

function loginIn(found: unknown): Login | null {
  if (typeof found !== "object" || found === null) return null;
  const { url, caFile, who, signedInAt, accessToken, refreshToken, expiresAt } = found as Readonly<
    Record<string, unknown>
  >;
  if (typeof url !== "string" || typeof accessToken !== "string" || typeof expiresAt !== "number")
    return null;
  const text = (value: unknown) => (typeof value === "string" ? value : null);
  return {
    url,
    caFile: text(caFile),
    who: text(who),
    signedInAt: text(signedInAt),
    accessToken,
    refreshToken: text(refreshToken),
    expiresAt,
  };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/**
 * A refresh token works once: two commands that used the same one would end the sign-in, so whatever changes the file
 * does so in its turn. The turn is a lock of the operating system's, held through an empty SQLite file, which Node brings
 * and which takes such a lock everywhere: it is gone with the process that held it, however that ended. The file stays.
 * @throws Stop when another command keeps its turn for a minute
 */
export async function oneAtATime<T>(file: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const turn = await openTurn(`${file}.turn`);
  held.add(turn);
  try {
    const giveUpAt = Date.now() + TURN_WAIT_MS;
    while (!takeTurn(turn)) {
      if (Date.now() > giveUpAt)
        throw new Stop(EXIT.fault, "another command has been renewing this sign-in for a minute; try again");
      await wait(TURN_PAUSE_MS);
    }
    return await work();
  } finally {
    held.delete(turn);
    turn.close();
  }
}

/** One that nobody referred to would be collected, and closed, while its work still waits. */
const held = new Set<DatabaseSync>();

async function openTurn(file: string): Promise<DatabaseSync> {
  closeSync(openSync(file, "a", 0o600));
  const { emitWarning } = process;
  // Early releases of Node 24 call it experimental, in the middle of our answer.
  process.emitWarning = () => {};
  try {
    const { DatabaseSync } = await import("node:sqlite");
    return new DatabaseSync(file);
  } finally {
    process.emitWarning = emitWarning;
  }
}

const BUSY = 5;

function takeTurn(turn: DatabaseSync): boolean {
  try {
    turn.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if (error instanceof Error && "errcode" in error && error.errcode === BUSY) return false;
    throw error;
  }
}
