/** A real Chromium, from npm or from the system, and people who sit at it: each notes what their console said. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { TOTP } from "otpauth";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import type { ReadyFile } from "../../src/demo/ready-file.ts";
import { demoDirectory } from "../fixtures/prepared.ts";
import { type Demo, startDemo } from "../fixtures/program.ts";

const SYSTEM_CHROMIUM = "/usr/bin/chromium";
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--no-first-run",
];

export const DESKTOP = { width: 1280, height: 860 };
export const PHONE = { width: 390, height: 844 };

export interface Person {
  readonly page: Page;
  /** Errors of the console, of scripts and of the content security policy, so far. */
  readonly faults: string[];
  close(): Promise<void>;
}

/** A demo and a browser for one file of tests, both gone after its last. */
export async function openPortal(): Promise<{ readonly demo: Demo; readonly browser: Browser }> {
  const demo = await startDemo(demoDirectory());
  const opening = openBrowser();
  after(async () => {
    try {
      await (await opening).close();
    } finally {
      await demo.close();
    }
  });
  return { demo, browser: await opening };
}

export async function openBrowser(): Promise<Browser> {
  // Not the package's own arguments: they switch off web security, which is what is looked at here.
  const executablePath = await browserProgram();
  return chromium.launch({ executablePath, args: ARGUMENTS, env: withFonts(dirname(executablePath)) });
}

/**
 * Where letters come from on a machine without any: the package brings some, and names them only in folders of its
 * own choice. Without one font every word is nothing high, and nothing with words in it is "visible".
 */
function withFonts(folder: string): Record<string, string | undefined> {
  if (!existsSync(join(folder, "fonts"))) return process.env;
  const conf = join(folder, `fonts-${process.pid}.conf`);
  const dirs = ["/usr/share/fonts", join(folder, "fonts")].map((dir) => `<dir>${dir}</dir>`).join("");
  const cache = `<cachedir>${join(folder, "fonts-cache")}</cachedir>`;
  writeFileSync(conf, `<?xml version="1.0"?>\n<fontconfig>${dirs}${cache}</fontconfig>\n`);
  return { ...process.env, FONTCONFIG_FILE: conf };
}

/** Unpacks it where it has to be; the runner does so once, for several processes would get in each other's way. */
export async function browserProgram(): Promise<string> {
  if (existsSync(SYSTEM_CHROMIUM)) return SYSTEM_CHROMIUM;
  // It unpacks into the temporary folder: one for each user, for nobody else can read what root unpacked.
  const folder = join(tmpdir(), `curfew-chromium-${userInfo().uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { TMPDIR } = process.env;
  process.env.TMPDIR = folder;
  // Makes the package bring its own libraries; a bare machine has none.
  process.env.AWS_EXECUTION_ENV ??= "AWS_Lambda_nodejs24.x";
  const { default: packed } = await import("@sparticuz/chromium");
  const program = await packed.executablePath();
  if (TMPDIR === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = TMPDIR;
  return program;
}

/** A browser window of its own: cookies are not shared. */
export async function openWindow(
  browser: Browser,
  ready: ReadyFile,
  options: BrowserContextOptions = {},
): Promise<Person> {
  const context = await browser.newContext({
    baseURL: ready.http,
    viewport: DESKTOP,
    reducedMotion: "reduce",
    timezoneId: "Europe/Berlin",
    locale: "en-GB",
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const faults: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => faults.push(String(error)));
  return { page, faults, close: () => context.close() };
}

export async function signIn(
  browser: Browser,
  ready: ReadyFile,
  name: string,
  options: BrowserContextOptions & { to?: string } = {},
): Promise<Person> {
  const { to = "/", ...context } = options;
  const person = await openWindow(browser, ready, context);
  await person.page.goto(`/auth/sign-in?${new URLSearchParams({ to })}`);
  await typeCredentials(person.page, ready, name);
  await person.page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
  return person;
}

export async function typeCredentials(page: Page, ready: ReadyFile, name: string): Promise<void> {
  const persona = ready.personas[name];
  if (persona === undefined) throw new Error(`nobody is called ${name}`);
  await page.getByLabel("E-mail").fill(persona.email);
  await page.getByLabel("Password").fill(persona.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  if (persona.totpSecret === undefined) return;
  await page.getByLabel("Code").fill(new TOTP({ secret: persona.totpSecret }).generate());
  await page.getByLabel("Code").press("Enter");
}

/** As from far away: 300 ms to the server, 1.6 Mbit/s, and nothing kept from before. */
export async function slowDown(page: Page): Promise<void> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send("Network.enable");
  await devTools.send("Network.clearBrowserCache");
  await devTools.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 300,
    downloadThroughput: 1_600_000 / 8,
    uploadThroughput: 1_600_000 / 8,
  });
}
