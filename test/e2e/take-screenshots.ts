/** `npm run screenshots`: every page into docs/portal/, light and dark, wide and on a phone, and a page that shows them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { startDemo } from "../fixtures/program.ts";
import { everyPage, type Visit } from "./addresses.ts";
import { DESKTOP, openBrowser, type Person, PHONE, signIn } from "./browser.ts";
import { arrive } from "./sweep.ts";

const FOLDER = new URL("../../docs/portal/", import.meta.url).pathname;
const LOOKS = [
  { look: "light", viewport: DESKTOP, colorScheme: "light" },
  { look: "dark", viewport: DESKTOP, colorScheme: "dark" },
  { look: "phone", viewport: PHONE, colorScheme: "light" },
  { look: "phone-dark", viewport: PHONE, colorScheme: "dark" },
] as const;

const wanted = process.argv.slice(2);
const demo = await startDemo();
const browser = await openBrowser();
try {
  const pages = await everyPage(demo);
  const taken = pages.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
  mkdirSync(FOLDER, { recursive: true });
  for (const { look, ...options } of LOOKS) {
    const people = new Map<string, Person>();
    for (const visit of taken) {
      const person = people.get(visit.who) ?? (await signIn(browser, demo.ready, visit.who, options));
      people.set(visit.who, person);
      await take(person.page, visit, join(FOLDER, `${visit.name}-${look}.png`));
    }
    for (const person of people.values()) await person.close();
  }
  if (wanted.length === 0) writeFileSync(join(FOLDER, "README.md"), album(pages));
} finally {
  await browser.close();
  await demo.close();
}

async function take(page: Page, visit: Visit, file: string): Promise<void> {
  await arrive(page, visit);
  await page.screenshot({ path: file });
  process.stdout.write(`${file.slice(FOLDER.length)}\n`);
}

function album(pages: readonly Visit[]): string {
  const shown = pages.map(
    ({ name, who, path }) =>
      `## ${name}\n\n${who} at \`${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "{id}")}\`\n\n${LOOKS.map(({ look }) => `<img src="${name}-${look}.png" alt="${name}, ${look}" height="320">`).join("\n")}\n`,
  );
  return `# Every page of the portal\n\nTaken by \`npm run screenshots\` from the demo.\n\n${shown.join("\n")}`;
}
