/** The kinds of targets that bring a client to the command line. */
import type { TargetClient } from "./client.ts";
import { postgresClient } from "./postgres/client.ts";

export const CLIENTS: readonly TargetClient[] = [postgresClient];
