/**
 * A receiver of webhooks in a process of its own, as a team would run one: what it accepted is on its disk before it says
 * so. Prints its port, then each id that it accepted.
 */
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";

const [file = "", secret = ""] = process.argv.slice(2);
const log = openSync(file, "a");
const webhook = new Webhook(secret);

const server = createServer(async (request, response) => {
  const body = await text(request);
  try {
    const event = webhook.verify(body, request.headers as Record<string, string>) as {
      data: { sequence: number };
    };
    const id = String(request.headers["webhook-id"]);
    writeSync(log, `${JSON.stringify({ id, number: event.data.sequence })}\n`);
    fsyncSync(log);
    process.stdout.write(`${id}\n`);
    response.writeHead(204).end();
  } catch (error) {
    process.stderr.write(`${error}\n`);
    response.writeHead(401).end();
  }
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`${typeof address === "object" && address !== null ? address.port : 0}\n`);
});
process.stdin.on("end", () => {
  closeSync(log);
  process.exit(0);
});
process.stdin.resume();
