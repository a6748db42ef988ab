/** A mail server in a process of its own: its port, and then the Message-ID of each mail that it accepted, a line each. */
import { startMailServer } from "../fixtures/mail-server.ts";

// Written before it answers: what a client was told is in the list, whatever becomes of the client.
const server = await startMailServer({
  onMail(raw) {
    const id = /^Message-ID: <([^@]+)@/im.exec(raw)?.[1] ?? "none";
    process.stdout.write(`${id}\n`);
    return null;
  },
});
process.stdout.write(`port ${server.port}\n`);
process.stdin.on("end", () => process.exit(0));
process.stdin.resume();
