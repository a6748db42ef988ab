/**
 * The one session that is always there: it hears wake-ups, says for every other session whether the database answers,
 * and is the only one that tries to reach a database that is away.
 */
import { setTimeout as delay } from "node:timers/promises";
import { type ConnectionSettings, openConnection } from "./database.ts";
import { DatabaseAway, type GuardedClient, type Reach } from "./guarded-client.ts";

const ANSWER_WITHIN_MS = 500;
const TRY_EVERY_MS = 500;
const OPEN_WITHIN_MS = 5_000;

export interface Attendance {
  readonly reach: Reach;
  /** Calls back at each wake-up on the channel, and whenever some may have been missed. Returns a function that stops it. */
  onWake(channel: string, callback: () => void): () => void;
  /** Shows these words to every other process, as the name of the session, for as long as this one runs. */
  introduce(words: string): Promise<void>;
  close(): Promise<void>;
}

/** Resolves when the database was reached. @throws when it was not, at the first try. */
export async function attend(settings: ConnectionSettings, channels: readonly string[]): Promise<Attendance> {
  const callbacks = new Map(channels.map((channel) => [channel, new Set<() => void>()]));
  const others = new Set<GuardedClient>();
  let session: GuardedClient | null = null;
  let away: DatabaseAway | null = null;
  let question: Promise<unknown> | null = null;
  let introduction: string | null = null;
  let isClosed = false;

  const tell = (channel: string): void => {
    for (const callback of callbacks.get(channel) ?? []) callback();
  };
  const name = (client: GuardedClient, words: string) =>
    client.query("SELECT set_config('application_name', $1, false)", [words]);
  const goAway = (why: string, cause?: unknown): void => {
    if (away !== null || isClosed) return;
    away = new DatabaseAway(why, cause);
    for (const other of others) other.cut(away);
  };
  const ask = (answer: Promise<unknown>): Promise<void> => {
    const asked = isAnswered(answer)
      .then((answered) => {
        if (!answered) goAway(`no answer within ${ANSWER_WITHIN_MS} ms`);
      })
      // What the session's loss means, the next try will tell.
      .catch(() => {})
      .finally(() => {
        if (question === asked) question = null;
      });
    question = asked;
    return asked;
  };
  const open = async (): Promise<GuardedClient> => {
    const client = await openConnection(settings, { answerMs: OPEN_WITHIN_MS });
    client.on("notification", ({ channel }) => tell(channel));
    try {
      for (const channel of channels) await client.query(`LISTEN ${channel}`);
      if (introduction !== null) await name(client, introduction);
    } catch (error) {
      client.end().catch(() => {});
      throw error;
    }
    session = client;
    away = null;
    channels.forEach(tell);
    return client;
  };
  const keep = async (first: GuardedClient): Promise<void> => {
    let triedAtMs = performance.now();
    let current: GuardedClient | null = first;
    while (!isClosed) {
      if (current !== null) await current.ended;
      session = null;
      const waitMs = triedAtMs + TRY_EVERY_MS - performance.now();
      if (waitMs > 0) await delay(waitMs);
      if (isClosed) break;
      triedAtMs = performance.now();
      const opened = open();
      ask(opened);
      current = await opened.catch((error: unknown) => {
        if (!wasCutWhileOpening(error)) goAway("it cannot be reached", error);
        return null;
      });
    }
    await current?.end();
  };
  void keep(await open());

  return {
    reach: {
      async admit() {
        while (away === null && question !== null) await question;
        if (away !== null) throw away;
      },
      suspect() {
        const asked = session;
        if (asked === null || question !== null || isClosed) return;
        ask(asked.query("SELECT 1")).then(() => {
          // Silent, and so no use; its end starts the tries.
          if (away !== null && session === asked) asked.cut(away);
        });
      },
      add: (other) => void others.add(other),
      remove: (other) => void others.delete(other),
    },
    onWake(channel, callback) {
      callbacks.get(channel)?.add(callback);
      callback();
      return () => void callbacks.get(channel)?.delete(callback);
    },
    async introduce(words) {
      introduction = words;
      if (session !== null) await name(session, words);
    },
    async close() {
      isClosed = true;
      await session?.end();
    },
  };
}

/** False when there was no answer in time. Rejects as the answer does. */
function isAnswered(answer: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    // After a turn of the loop in which answers are read: if it was this process that stood still, it is there.
    const timer = setTimeout(() => setImmediate(() => resolve(false)), ANSWER_WITHIN_MS);
    answer.then(() => resolve(true), reject).finally(() => clearTimeout(timer));
  });
}

/** Somebody ended the session as it began: the database is there. */
function wasCutWhileOpening(error: unknown): boolean {
  const cause = error instanceof DatabaseAway ? error.cause : null;
  return cause instanceof Error && "code" in cause && cause.code === "57P01";
}
