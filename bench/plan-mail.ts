/**
 * How long is planning for 100,000 facts? `node bench/plan-mail.ts [facts]`. In batches as the worker takes them, with the
 * store's own books, administrators and preferences; what is planned is counted and not stored.
 */
import { randomUUID } from "node:crypto";
import { asId } from "../src/domain/ids.ts";
import type { Fact } from "../src/use-cases/batches.ts";
import { deliverNotifications, TOLD_AT_ONCE } from "../src/use-cases/notifications/deliver-notifications.ts";
import type { Deps } from "../src/use-cases/ports.ts";
import { openWorld, value } from "../test/fixtures/world.ts";

const many = Number(process.argv[2] ?? 100_000);
const world = await openWorld();
try {
  const town = await world.newTown();
  value(await town.ask("colin"));
  const { decisions } = world.deps;
  let mails = 0;
  let planned = 0;
  /** The one fact that waits, as that many of that many requests. */
  const copying: Deps["decisions"] = (clock) => {
    const own = decisions(clock);
    const tell: typeof own.batches.tell = (home, most, telling) =>
      own.batches.tell(home, most, {
        ...telling,
        async words(books, facts) {
          const [fact] = facts;
          if (fact === undefined) throw new Error("nothing waits to be told");
          while (planned < many) {
            const size = Math.min(TOLD_AT_ONCE, many - planned);
            const copies = Array.from({ length: size }, () => copyOf(fact));
            const told = await telling.words(books, copies);
            mails += told.mails?.length ?? 0;
            planned += size;
          }
          return { notifications: [], retold: [] };
        },
      });
    return { ...own, batches: { ...own.batches, tell } };
  };
  const begun = performance.now();
  const cpuBefore = process.cpuUsage();
  await deliverNotifications({ ...world.deps, decisions: copying }, town.tenants.contoso);
  const seconds = (performance.now() - begun) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpu = ((user + system) / 1e6).toFixed(1);
  const rate = Math.round(planned / seconds).toLocaleString("en");
  process.stdout.write(
    `${planned.toLocaleString("en")} facts, ${mails.toLocaleString("en")} mails: ${seconds.toFixed(1)} s (${cpu} s of CPU), ${rate} facts a second\n`,
  );
  if (mails < planned) throw new Error("less mail was planned than there were facts");
} finally {
  await world.close();
}

function copyOf(fact: Fact): Fact {
  if (fact.request === null) throw new Error("the fact is about no request");
  const id = asId<typeof fact.request.id>(randomUUID());
  const event = { ...fact.event, subject: { ...fact.event.subject, id }, correlationId: id };
  return { ...fact, id: asId(randomUUID()), event, request: { ...fact.request, id } };
}
