/** Tokens kept between commands, one file for each server, refreshed by one command at a time. */
import { mkdirSync, rmdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Tokens } from "../../client/provider.ts";
import type { Environment } from "../verb.ts";
import { readPrivateJson, removeFile, writePrivateJson } from "./private-files.ts";

const LOCK_WAIT_MS = 10_000;
const LOCK_STALE_MS = 60_000;
const LOCK_PAUSE_MS = 50;

export function configFolder(env: Environment): string {
  const base = env.XDG_CONFIG_HOME;
  return join(base?.startsWith("/") ? base : join(env.HOME ?? homedir(), ".config"), "curfew");
}

export function tokenFile(folder: string, baseUrl: string): string {
  return join(folder, `${new URL(baseUrl).host.replace(/[^A-Za-z0-9.-]/g, "_")}.json`);
}

/** Null when none is kept, or what is kept is of another form. */
export function readTokens(file: string): Tokens | null {
  const found = readPrivateJson(file);
  if (typeof found !== "object" || found === null) return null;
  const { accessToken, refreshToken, expiresAt } = found as Readonly<Record<string, unknown>>;
  if (typeof accessToken !== "string" || typeof expiresAt !== "number") return null;
  return { accessToken, expiresAt, refreshToken: typeof refreshToken === "string" ? refreshToken : null };
}

export function keepTokens(file: string, tokens: Tokens): void {
  writePrivateJson(file, tokens);
}

export function forgetTokens(file: string): void {
  removeFile(file);
}

/** A refresh token works once: two commands that used the same one would end the sign-in. */
export async function oneAtATime<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = `${file}.lock`;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const giveUpAt = Date.now() + LOCK_WAIT_MS;
  while (!takeLock(lock) && Date.now() < giveUpAt) await wait(LOCK_PAUSE_MS);
  try {
    return await work();
  } finally {
    dropLock(lock);
  }
}

function takeLock(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    const madeAt = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (Date.now() - madeAt > LOCK_STALE_MS) dropLock(lock);
    return false;
  }
}

function dropLock(lock: string): void {
  try {
    rmdirSync(lock);
  } catch {
    // Somebody took it for stale and removed it: that was its end as well.
  }
}
