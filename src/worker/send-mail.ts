/** Takes what is due to be mailed, again and again; where the mail server is away all of it waits, in its order. */
import { SECOND_MS } from "../domain/time.ts";
import { type MailDeps, sendDueMail } from "../use-cases/mail/send-due-mail.ts";
import type { WorkerOptions } from "./worker.ts";

/** Mail that is planned now leaves within this. */
const LOOK_EVERY_MS = SECOND_MS;
const AWAY = { firstMs: 2 * SECOND_MS, lastMs: 120 * SECOND_MS };

export function mailSender({ deps, mail, onError }: WorkerOptions): {
  run(): Promise<number>;
  rest(): void;
} | null {
  if (mail == null) return null;
  const all: MailDeps = { ...deps, ...mail };
  let awayMs = 0;
  let notBefore = 0;
  return {
    async run() {
      // Woken whenever anything may be due; a server that is away is left alone for longer and longer.
      const waitMs = notBefore - performance.now();
      if (waitMs > 0) return waitMs;
      const { taken, unreachable } = await sendDueMail(all);
      if (unreachable === null) {
        awayMs = 0;
        if (taken > 0) return 0;
        notBefore = performance.now() + LOOK_EVERY_MS;
        return LOOK_EVERY_MS;
      }
      if (awayMs === 0) onError("mail waits", new Error(unreachable));
      awayMs = Math.min(Math.max(awayMs * 2, AWAY.firstMs), AWAY.lastMs);
      notBefore = performance.now() + awayMs;
      mail.mailer.rest();
      return awayMs;
    },
    rest: () => mail.mailer.rest(),
  };
}
