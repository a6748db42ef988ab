/** The secret that an export signs with, as it is shown: once, to whoever had it made. */
import type { Answer } from "../../../api/api.ts";
import { showOnce } from "../../../parts/shown-once.tsx";
import { acts } from "../../../words/exports.ts";

export function showSigningSecret(
  name: string,
  { secret, previousUntil }: Answer<"renewExportSecret">,
): void {
  showOnce({
    title: acts.secretTitle(name),
    note: previousUntil === null ? acts.secretNote : acts.secretOverlap,
    fields: [{ name: "secret", label: acts.secretLabel, value: secret, masked: true, copyable: true }],
    commands: [],
  });
}
