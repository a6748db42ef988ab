/**
 * Starts the embedded server again whenever it ends without having been stopped: a full disk ends it, and so does
 * somebody's SIGKILL. What a person has to put right first is not tried again.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { EmbeddedPostgres } from "./embedded-postgres.ts";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8_000;
/** A server that ran for so long had its start behind it: the next one follows at once. */
const STEADY_AFTER_MS = 60_000;

export interface SupervisedPostgres
  extends Pick<EmbeddedPostgres, "socketDir" | "port" | "superuser" | "stop"> {
  /** Of the postmaster; null while it is down. */
  readonly pid: number | null;
  /** Why it is down; null while it runs. */
  readonly trouble: string | null;
  /** Resolves with a reason when it ended and is not started again. */
  readonly died: Promise<string>;
}

/** `start`: makes a server that takes the place of `first`. `tell`: a line for the operator. */
export function supervise(
  first: EmbeddedPostgres,
  start: () => Promise<EmbeddedPostgres>,
  tell: (line: string) => void,
): SupervisedPostgres {
  const { socketDir, port, superuser } = first;
  let server: EmbeddedPostgres | null = first;
  let trouble: string | null = null;
  let startedAtMs = performance.now();
  let pauseMs = FIRST_PAUSE_MS;
  const stopping = new AbortController();
  const { promise: died, resolve: giveUp } = Promise.withResolvers<string>();

  const isDown = (why: string): void => {
    if (trouble === null) tell(`${why}; it is started again, until it runs`);
    trouble = why;
  };
  /** Null where it cannot run: the reason was told, or it is to be tried again. */
  const tryOnce = async (): Promise<EmbeddedPostgres | null> => {
    try {
      const next = await start();
      if (next.socketDir === socketDir) return next;
      await next.stop();
      giveUp(`${trouble}; its socket is elsewhere now, at \`${next.socketDir}\``);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      // A lock or a file that cannot be written has an error of the system's, and passes as the disk does.
      if (!(error instanceof EmbeddedPostgresError) || error.code === "start-failed") isDown(why);
      else giveUp(why);
    }
    return null;
  };
  const keepUp = async (): Promise<void> => {
    let hasGivenUp = false;
    died.then(() => {
      hasGivenUp = true;
    });
    while (!stopping.signal.aborted && !hasGivenUp) {
      if (server !== null) {
        const reason = await server.died;
        server = null;
        isDown(reason);
        if (performance.now() - startedAtMs > STEADY_AFTER_MS) pauseMs = FIRST_PAUSE_MS;
      }
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      startedAtMs = performance.now();
      server = await tryOnce();
      if (server === null) continue;
      trouble = null;
      tell("the embedded PostgreSQL runs again");
    }
  };
  const keeping = keepUp();

  return {
    ...{ socketDir, port, superuser, died },
    get pid() {
      return server?.pid ?? null;
    },
    get trouble() {
      return trouble;
    },
    async stop() {
      stopping.abort();
      // One that is being started is waited for: nothing of it may be left.
      if (server === null) await keeping;
      await server?.stop();
    },
  };
}
