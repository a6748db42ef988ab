/** A moment, and the books exactly as they were at that moment; looked at again while they move. */
import type { TenantId } from "../../domain/ids.ts";
import { accept, reject } from "../../domain/rejection.ts";
import type { BoundedClock } from "../../domain/time.ts";
import type { Book } from "../../policy/book/book.ts";
import { booksOf } from "../../policy/book/books.ts";
import type { Moment, Result, Who } from "../../use-cases/decisions.ts";
import type { KeptBooks, Run } from "../books.ts";
import { type StandingRow, standingIn } from "../identity/standing.ts";
import type { MomentRow, Question } from "./moments.ts";

const MAX_LOOKS = 5;

/** Under the code of a conflict: decided again, while the policy of these tenants is held. */
export class PolicyMoves extends Error {
  override readonly name = "PolicyMoves";
  readonly code = "CU001";
  readonly tenantIds: readonly string[];

  constructor(tenantIds: readonly string[]) {
    super("the policy moved at every look");
    this.tenantIds = tenantIds;
  }
}

export interface Looked<M extends Moment> {
  readonly moment: M;
  readonly row: MomentRow;
}

export function createLook(kept: KeptBooks, clock: BoundedClock) {
  /** Null where one has moved on. */
  async function booksAt(versions: Readonly<Record<string, number>>, run: Run): Promise<Book[] | null> {
    const found: Book[] = [];
    for (const [id, version] of Object.entries(versions)) {
      const tenantId = id as TenantId;
      const before = kept.kept(tenantId);
      const book = before?.version === version ? before : await kept.atLeast(tenantId, version, run);
      if (book?.version !== version) return null;
      found.push(book);
    }
    return found;
  }

  return async function look<Row extends MomentRow, M extends Moment>(
    who: Who,
    question: Question<Row, M>,
    run: Run,
  ): Promise<Result<Looked<M>>> {
    let tenantIds: readonly string[] = [];
    for (let looks = 0; looks < MAX_LOOKS; looks++) {
      for (const id of question.first) if (kept.kept(id) === null) await kept.atLeast(id, 0, run);
      const asked = question.first.map((id) => kept.kept(id)?.version);
      const statement = question.statement(clock.now(), kept.kept);
      if (statement === null) return reject("not_found", "there is no such organisation");
      const [row] = await run<Row>(statement);
      if (row === undefined) throw new Error(`${statement.name} answered nothing`);
      tenantIds = Object.keys(row.versions ?? {});
      const books = await booksAt(row.versions ?? {}, run);
      // What was asked for followed from a book, too: its places, and who is in its groups.
      const stillAsked = question.first.every((id, index) => row.versions?.[id] === asked[index]);
      if (books === null || !stillAsked) continue;
      const caller = "admit" in who ? who.admit(standingIn(row.standing as StandingRow | null)) : accept(who);
      if (!caller.ok) return caller;
      const at = { caller: caller.value, books: booksOf(books), now: clock.now() };
      return { ok: true, value: { moment: question.moment(row, at), row } };
    }
    throw new PolicyMoves(tenantIds);
  };
}
