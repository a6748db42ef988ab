/** Makes a new cluster with initdb, whole or not at all. */
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { type RunAs, spawnLocked } from "./run-as.ts";

const LIMIT_MS = 120_000;

/**
 * The password comes through a pipe: on no command line, in no environment, in no further file. `cat` turns our
 * socket into a pipe that initdb can open by name.
 */
const SCRIPT = `umask 077
cd "$1" || exit
rm -rf cluster.new || exit
cat | "$2/bin/initdb" --pgdata="$1/cluster.new" --username="$3" --pwfile=/dev/stdin --auth=scram-sha-256 \\
  --encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 --data-checksums >&2 || exit
mv cluster.new cluster && sync .`;

export interface ClusterRequest {
  readonly dataDir: string;
  readonly nativeDir: string;
  readonly runAs: RunAs;
  readonly lockFd: number;
  readonly superuser: { readonly user: string; readonly password: string };
}

/** @throws EmbeddedPostgresError `init-failed`. */
export async function createCluster(request: ClusterRequest): Promise<void> {
  const { dataDir, nativeDir, runAs, lockFd, superuser } = request;
  const argv = ["/bin/sh", "-c", SCRIPT, "sh", dataDir, nativeDir, superuser.user];
  const { child, stdin, stdout, stderr } = spawnLocked(runAs, argv, lockFd);
  let said = "";
  stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-2_000);
  });
  stdout.resume();
  stdin.on("error", () => {}); // it says why it went away on stderr
  stdin.end(superuser.password);
  const limit = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, "SIGKILL"), LIMIT_MS);
  const outcome = await new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(code === 0 ? "" : `exit ${signal ?? code}`));
  });
  clearTimeout(limit);
  if (outcome === "") return;
  throw new EmbeddedPostgresError(
    "init-failed",
    `initdb failed in \`${dataDir}\` (${outcome}): ${said.trim() || "it said nothing"}; free space and start again`,
  );
}
