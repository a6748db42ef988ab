/**
 * While a transaction holds the policy of its tenants, nothing that it was told about people and rules can change:
 * such a question is asked of the database once. Forgotten as soon as the transaction itself changes any of it.
 */
import type { Tx } from "../../use-cases/ports.ts";

export function remembered(tx: Tx): Tx {
  const answers = new Map<string, Promise<unknown>>();
  let holding = false;
  const once = <A extends readonly unknown[], R>(name: string, ask: (...args: A) => Promise<R>) => {
    return (...args: A): Promise<R> => {
      if (!holding) return ask(...args);
      const key = `${name} ${JSON.stringify(args)}`;
      const answer = (answers.get(key) as Promise<R> | undefined) ?? ask(...args);
      answers.set(key, answer);
      return answer;
    };
  };
  return {
    ...tx,
    async holdPolicy(tenantIds) {
      const key = `holdPolicy ${JSON.stringify([...tenantIds].sort())}`;
      const held = (answers.get(key) as Promise<number> | undefined) ?? tx.holdPolicy(tenantIds);
      answers.set(key, held);
      const newest = await held;
      holding = true;
      return newest;
    },
    async bumpPolicy() {
      holding = false;
      answers.clear();
      await tx.bumpPolicy();
    },
    tenant: once("tenant", tx.tenant),
    identity: once("identity", tx.identity),
    peopleBehind: once("peopleBehind", tx.peopleBehind),
    usersReachedBy: once("usersReachedBy", tx.usersReachedBy),
    membersOf: once("membersOf", tx.membersOf),
    roles: once("roles", tx.roles),
    eligibilities: once("eligibilities", tx.eligibilities),
    storedSettings: once("storedSettings", tx.storedSettings),
    tiers: once("tiers", tx.tiers),
    applicationAt: once("applicationAt", tx.applicationAt),
    bindings: once("bindings", tx.bindings),
  };
}
