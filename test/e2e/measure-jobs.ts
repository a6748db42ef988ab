/**
 * `npm run jobs`: does ten jobs in a real browser as the person whose job it is, counts what each takes, and writes the
 * table to docs/portal/jobs.md. Every job begins on Home with nothing open, and ends when the page says that it is done.
 * What is found by its role and its name is found by a person, too: a job that cannot be done so fails, with its name.
 */
import { writeFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { startDemo } from "../fixtures/program.ts";
import { openBrowser, signIn } from "./browser.ts";

const FILE = new URL("../../docs/portal/jobs.md", import.meta.url);
const PACKAGE = new URL("../fixtures/offer-package/", import.meta.url).pathname;
const FILES = ["createUiDefinition.json", "viewDefinition.json", "mainTemplate.json"];

/** A hand at the mouse and the keyboard, which counts. */
interface Hand {
  readonly page: Page;
  click(what: Locator): Promise<void>;
  /** Into a field that has nothing else to say; to get there is a click. */
  type(field: Locator, text: string): Promise<void>;
  /** From a list that opens while one types. */
  pick(field: Locator, typed: string, option: string | RegExp): Promise<void>;
}

interface Job {
  readonly name: string;
  readonly who: string;
  /** @returns once the page says that it is done */
  work(hand: Hand): Promise<void>;
}

interface Measured {
  readonly job: Job;
  readonly clicks: number;
  readonly typed: number;
  readonly calls: number;
}

const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name });
const link = (page: Page, name: string | RegExp) => page.getByRole("link", { name });
const menu = (page: Page, name: string) =>
  page.getByRole("navigation", { name: "Main" }).getByRole("link", { name });
const says = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
const settled = async (page: Page) => {
  const waiting = page.locator('[aria-busy="true"]');
  while ((await waiting.count()) > 0) await waiting.first().waitFor({ state: "detached" });
};

const JOBS: readonly Job[] = [
  {
    name: "Ask for a role",
    who: "frank",
    async work({ page, click, type }) {
      await click(menu(page, "Request access"));
      await click(
        page.getByRole("group", { name: "orders, Contoso" }).getByRole("checkbox", { name: "Contributor" }),
      );
      await type(page.getByLabel(/^Why you need it/), "fix order 4711");
      await click(button(page, "Send request"));
      await page.waitForURL(/\/requests\/[0-9a-f-]{36}$/);
    },
  },
  {
    name: "Decide, for less time",
    who: "casey",
    async work({ page, click, type }) {
      await click(link(page, "Review").last());
      const decision = page.getByRole("region", { name: "Your decision" });
      await click(decision.getByText("15 min", { exact: true }).first());
      await type(decision.getByLabel("Your reason"), "one row is enough");
      await click(decision.getByRole("button", { name: /^Approve/ }));
      await page.getByRole("region", { name: "Your decision" }).waitFor({ state: "detached" });
    },
  },
  {
    name: "Connect",
    who: "frank",
    async work({ page, click }) {
      await click(link(page, "Connect").first());
      await click(button(page, "Show the log-in once"));
      await click(button(page, /^Copy run psql/));
    },
  },
  {
    name: "Extend",
    who: "frank",
    async work({ page, click, type }) {
      await click(button(page, "Extend").first());
      const sheet = page.getByRole("dialog", { name: "Ask for more time" });
      await type(sheet.getByLabel("Why you need longer"), "one more row");
      await click(sheet.getByRole("button", { name: "Ask for it" }));
      await sheet.waitFor({ state: "detached" });
    },
  },
  {
    name: "Deploy an application with JIT access",
    who: "carol",
    async work({ page, click, type }) {
      await click(menu(page, "Catalogue"));
      await click(link(page, "Create Orders platform"));
      await type(page.getByLabel("Application name"), "shop");
      for (const step of ["Database", "JIT access", "Review and create"]) {
        await click(button(page, "Next"));
        await page.getByRole("heading", { level: 2, name: step, exact: true }).waitFor();
      }
      await click(button(page, "Create shop"));
      await page.getByRole("heading", { level: 1, name: "shop", exact: true }).waitFor();
    },
  },
  {
    name: "Deploy one without",
    who: "carol",
    async work({ page, click, type }) {
      await click(menu(page, "Catalogue"));
      await click(link(page, "Create Orders platform"));
      await type(page.getByLabel("Application name"), "cellar");
      for (const step of ["Database", "JIT access"]) {
        await click(button(page, "Next"));
        await page.getByRole("heading", { level: 2, name: step, exact: true }).waitFor();
      }
      await click(page.getByRole("radio", { name: "No", exact: true }));
      await type(page.getByLabel("Type cellar to choose permanent access"), "cellar");
      await click(button(page, "Next"));
      await click(button(page, "Create cellar"));
      await page.getByRole("heading", { level: 1, name: "cellar", exact: true }).waitFor();
    },
  },
  {
    name: "Change a JIT configuration",
    who: "carol",
    async work({ page, click, type }) {
      await click(menu(page, "Applications"));
      await click(
        page.getByRole("table", { name: "Applications" }).getByRole("link", { name: "shop", exact: true }),
      );
      await click(link(page, "JIT configuration"));
      await type(page.getByLabel("Maximum duration"), "2 h");
      await click(button(page, "Save terms"));
      const confirm = page.getByRole("dialog").getByRole("button", { name: /^Save/ });
      await confirm
        .or(page.getByRole("list", { name: "What was changed" }))
        .first()
        .waitFor();
      if (await confirm.isVisible()) await click(confirm);
      await page.getByRole("list", { name: "What was changed" }).getByText(/2 h/).first().waitFor();
    },
  },
  {
    name: "Make somebody eligible",
    who: "carol",
    async work({ page, click, type, pick }) {
      await click(menu(page, "Eligibilities"));
      await click(link(page, "Make eligible"));
      await pick(page.getByLabel("Who", { exact: true }).first(), "Platform", "Platform approvers (group)");
      await pick(page.getByLabel("Role", { exact: true }).first(), "Read", "Reader");
      await pick(page.getByLabel("Where", { exact: true }).first(), "web", "contoso-production / web");
      await type(page.getByLabel("Why"), "the on-call rota");
      await click(button(page, "Make eligible"));
      await says(page, "Platform approvers may ask for Reader on web.");
    },
  },
  {
    name: "Edit role settings, with a replay",
    who: "carol",
    async work({ page, click, type }) {
      await click(menu(page, "Role settings"));
      await click(
        page.getByRole("table", { name: "Role settings" }).getByRole("link", { name: "Contributor on web" }),
      );
      const maximum = page.getByRole("group", { name: "Maximum", exact: true });
      await click(maximum.getByRole("button", { name: "Set here: Maximum" }));
      await type(maximum.getByLabel("Maximum", { exact: true }), "45 min");
      const chain = page.getByRole("group", { name: "Longest chain of extensions" });
      await chain.waitFor();
      await click(button(page, "Try and save"));
      const sheet = page.getByRole("dialog", { name: "What would this have changed?" });
      await click(sheet.getByRole("button", { name: "Save for web" }));
      await sheet.waitFor({ state: "detached" });
    },
  },
  {
    name: "Publish an offer",
    who: "fiona",
    async work({ page, click, type, pick }) {
      await click(menu(page, "Offers"));
      await click(button(page, "New offer"));
      await type(page.getByLabel("Name"), "Ledger of the jobs");
      await click(button(page, "Go on"));
      await click(link(page, "Package"));
      await page.locator("input[type=file]").setInputFiles(FILES.map((name) => `${PACKAGE}${name}`));
      await says(page, "Nothing is wrong with it.");
      await click(link(page, "Technical configuration"));
      await click(page.getByRole("combobox", { name: "Role" }));
      await click(page.getByRole("option", { name: "Contributor" }));
      await pick(page.getByRole("combobox", { name: "Who may ask for it" }), "supp", "support (group)");
      await click(button(page, "Publish"));
      await click(page.getByRole("dialog").getByRole("button", { name: "Publish now" }));
      await says(page, "Version 1 is the newest.");
    },
  },
];

const wanted = process.argv.slice(2);
const demo = await startDemo();
const browser = await openBrowser();
const measured: Measured[] = [];
const failed: string[] = [];
try {
  for (const job of JOBS.filter(
    ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
  )) {
    try {
      const one = await measure(job);
      measured.push(one);
      process.stdout.write(`${rowOf(one)}\n`);
    } catch (error) {
      failed.push(`${job.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
} finally {
  await browser.close();
  await demo.close();
}
if (failed.length > 0) {
  process.stderr.write(`${failed.join("\n\n")}\n`);
  process.exitCode = 1;
} else if (wanted.length === 0) writeFileSync(FILE, document(measured));

async function measure(job: Job): Promise<Measured> {
  const { page, close } = await signIn(browser, demo.ready, job.who);
  try {
    await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
    await settled(page);
    let [clicks, typed, calls] = [0, 0, 0];
    page.on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (/^\/(api|auth)\//.test(pathname) && pathname !== "/api/v1/events") calls++;
    });
    const click = async (what: Locator): Promise<void> => {
      await what.click();
      clicks++;
    };
    const type = async (field: Locator, text: string): Promise<void> => {
      await click(field);
      await field.fill(text);
      typed += text.length;
    };
    const pick = async (field: Locator, text: string, option: string | RegExp): Promise<void> => {
      await type(field, text);
      await click(page.getByRole("option", { name: option }));
    };
    await job.work({ page, click, type, pick });
    await settled(page);
    return { job, clicks, typed, calls };
  } finally {
    await close();
  }
}

function rowOf({ job, clicks, typed, calls }: Measured): string {
  return `| ${job.name} | ${job.who} | ${clicks} | ${typed} | ${calls} |`;
}

function document(all: readonly Measured[]): string {
  return `# What ten jobs take

Counted by \`npm run jobs\` in a real browser with the demo: each job begins on Home and ends when the page says that it is done. A click into a field is one; a letter typed is a key. Calls are what the page asked of the server meanwhile, what it read again because something had changed included.

| Job | Who | Clicks | Keys | Calls |
|---|---|---:|---:|---:|
${all.map(rowOf).join("\n")}
`;
}
