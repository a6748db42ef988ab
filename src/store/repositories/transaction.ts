/** Everything a use case may do inside one transaction, by what it is about. */
import { sql } from "kysely";
import { type Restoration, requireConfirmed } from "../../domain/restored.ts";
import type { Tx } from "../../use-cases/ports.ts";
import type { KeptBooks } from "../books.ts";
import { accountsIn } from "../identity/accounts.ts";
import { moveTo, type TenantScope } from "../within-tenant.ts";
import { answersIn } from "./answers.ts";
import { applicationsIn } from "./applications.ts";
import { appliedIn } from "./applied.ts";
import { dependentsIn } from "./dependents.ts";
import { directoryIn } from "./directory.ts";
import { exportsIn } from "./exports.ts";
import { fromBooks } from "./from-books.ts";
import { grantsIn } from "./grants.ts";
import { logIn } from "./log.ts";
import { mailIn } from "./mail.ts";
import { notificationsIn } from "./notifications.ts";
import { policyIn } from "./policy.ts";
import { principalsIn } from "./principals.ts";
import { recordIn } from "./record.ts";
import { requestsIn } from "./requests.ts";
import { resourcesIn } from "./resources.ts";
import { targetsIn } from "./targets.ts";
import { tenantsIn } from "./tenants.ts";
import { stopDecisions, takeTurns } from "./turns.ts";
import { writeIn } from "./write.ts";

export function transactionOf(scope: TenantScope, books: KeptBooks, restoration: Restoration): Tx {
  const life = { requests: requestsIn(scope), grants: grantsIn(scope), record: recordIn(scope) };
  const rows: Omit<Tx, "books"> = {
    tenantId: scope.tenantId,
    tenants: tenantsIn(scope),
    directory: directoryIn(scope),
    principals: principalsIn(scope),
    policy: policyIn(scope),
    applications: applicationsIn(scope),
    targets: targetsIn(scope),
    exports: exportsIn(scope),
    applied: appliedIn(scope),
    ...life,
    notifications: notificationsIn(scope),
    mail: mailIn(scope),
    log: logIn(scope),
    answers: answersIn(scope),
    resources: resourcesIn(scope),
    accounts: accountsIn(scope),
    dependents: dependentsIn(scope, books),
    write: writeIn(life),
    inside: (tenantId, work) =>
      moveTo(scope, tenantId, (there) => work(transactionOf(there, books, restoration))),
    async takeTurns(change, read) {
      // Whoever changes who may get access begins here.
      requireConfirmed(restoration);
      await takeTurns(scope, change, read);
    },
    stopDecisions: () => stopDecisions(scope),
    async holdPolicy(tenantIds) {
      await sql`SELECT hold_policy(${[...new Set(tenantIds)]}::uuid[])`.execute(scope.trx);
    },
  };
  return fromBooks(rows, scope, books);
}
