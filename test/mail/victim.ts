/** A process that sends what is due, and kills itself, as `kill -9` would, at the given moment of the nth mail. */
import { randomUUID } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instant } from "../../src/domain/time.ts";
import { createMailer } from "../../src/mail/smtp-mailer.ts";
import { dueWork } from "../../src/store/due-work.ts";
import { openStore } from "../../src/store/open-store.ts";
import { type MailDeps, sendDueMail } from "../../src/use-cases/mail/send-due-mail.ts";

const [databaseUrl = "", keyFile = "", port = "", at = "", moment = "", nth = "0"] = process.argv.slice(2);

const opened = await openStore({
  dataDir: mkdtempSync(join(tmpdir(), "curfew-victim-")),
  databaseUrl,
  keyFile,
  log: () => {},
});
const now = () => instant(Number(at));
const clock = { now, bounds: () => ({ earliest: now(), latest: now() }) };
const die = () => process.kill(process.pid, "SIGKILL");
const mailer = createMailer({
  server: { host: "127.0.0.1", port: Number(port), tls: "never", login: null, ca: null },
  from: { name: "Curfew", address: "curfew@contoso.example" },
  dkim: null,
  origin: "https://curfew.example",
});
let begun = 0;
let stored = 0;
const deps: MailDeps = {
  store: {
    ...opened.store,
    async inTenant(tenantId, work) {
      const done = await opened.store.inTenant(tenantId, work);
      if (begun > 0 && ++stored >= Number(nth) && moment === "stored") die();
      return done;
    },
  },
  clock,
  ids: { next: randomUUID },
  due: dueWork(opened.db, now),
  mailer: {
    ...mailer,
    async deliver(mail) {
      const isIt = ++begun === Number(nth);
      if (isIt && moment === "taken") die();
      if (isIt && moment === "under way") setTimeout(die, 3);
      const delivery = await mailer.deliver(mail);
      if (isIt && moment === "accepted") die();
      return delivery;
    },
  },
};
while ((await sendDueMail(deps)).taken > 0);
mailer.rest();
await opened.close();
