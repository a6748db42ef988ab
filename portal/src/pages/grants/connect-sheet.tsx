/** Before a secret is made, once: what that means. What comes of it is shown beside the page. */
import { Text } from "@mantine/core";
import { useApiCall } from "../../api/api.ts";
import { ConfirmSheet } from "../../parts/sheet.tsx";
import { showOnce } from "../../parts/shown-once.tsx";
import { Time } from "../../parts/time.tsx";
import type { Grant } from "../../words/grant.ts";
import { useHolder } from "./use-holder.ts";

interface Props {
  readonly grant: Grant;
  readonly close: () => void;
}

export function ConnectSheet({ grant, close }: Props) {
  const issued = useHolder(grant).entitlements.some(({ secretIssued }) => secretIssued);
  const claim = useApiCall("claimSecret");
  const title = `Connect to ${grant.scopeName}`;
  // Waited for here and not by the page, which may show something else by then.
  const confirm = async () => {
    const input = { path: { id: grant.id }, body: { reissue: issued } };
    const secret = await claim.mutateAsync(input).catch(() => null);
    if (secret === null) return;
    const { expiresAt, fields, commands } = secret;
    close();
    showOnce({ title, fields, commands, note: <Until at={expiresAt} /> });
  };
  return (
    <ConfirmSheet
      title={title}
      opened
      close={close}
      size="lg"
      verb={issued ? "Void it and show a new one" : "Show the secret once"}
      {...(issued ? { color: "red" } : {})}
      busy={claim.isPending}
      error={claim.error}
      confirm={() => void confirm()}
    >
      <Text>
        {issued
          ? "A secret was given for this access already, and is shown once only. A new one voids the old one and cuts its sessions."
          : `The secret is made when you ask, shown once, and works ${grant.endsAt === null ? "for at most 8 hours" : "until the end"}. Nobody keeps a copy.`}
      </Text>
    </ConfirmSheet>
  );
}

function Until({ at }: { readonly at: string }) {
  return (
    <>
      It works until <Time at={at} />.
    </>
  );
}
