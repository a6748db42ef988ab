/** How the holder of live access gets in: each log-in is made when it is asked for, and shown once with the line to run. */
import { Button, Stack, Text, Title } from "@mantine/core";
import { Plug } from "lucide-react";
import { useApiCall } from "../../api/api.ts";
import { showOnce } from "../../parts/shown-once.tsx";
import { Problem } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { connectTitle, connectTo, connectWords, noLogInWords, showWords } from "../../words/access.ts";
import { type Grant, issuesSecret } from "../../words/grant.ts";
import { useHolder } from "./use-holder.ts";

type Held = Grant["entitlements"][number];

export function Connect({ grant }: { readonly grant: Grant }) {
  const own = useHolder(grant).entitlements.filter((one) => isOpenTo(grant, one));
  return (
    <Stack gap="sm" component="section" aria-label={connectTitle}>
      <Title order={3} size="h5">
        {connectTitle}
      </Title>
      {own.length === 0 ? <Text>{noLogInWords(grant)}</Text> : null}
      {own.map((held) => (
        <LogIn key={held.bindingId} grant={grant} held={held} />
      ))}
    </Stack>
  );
}

/** The log-in of standing access is made when somebody asks for it. */
export function isOpenTo({ kind }: Grant, held: Held): boolean {
  return issuesSecret(held) && (held.state === "present" || kind === "standing");
}

function LogIn({ grant, held }: { readonly grant: Grant; readonly held: Held }) {
  const claim = useApiCall("claimSecret");
  const { bindingId, secretIssued: reissue } = held;
  // Waited for here and not by the page, which may show something else by then.
  const show = async () => {
    const input = { path: { id: grant.id }, body: { bindingId, reissue } };
    const secret = await claim.mutateAsync(input).catch(() => null);
    if (secret === null) return;
    const { expiresAt, fields, commands } = secret;
    showOnce({ title: connectTo(grant), fields, commands, note: <Until at={expiresAt} /> });
  };
  return (
    <>
      <Text size="sm">{connectWords(grant, held)}</Text>
      {claim.error === null ? null : <Problem error={claim.error} />}
      <Button
        loading={claim.isPending}
        color={reissue ? "red" : undefined}
        variant={reissue ? "light" : "filled"}
        leftSection={<Plug size={16} aria-hidden="true" />}
        onClick={() => void show()}
        style={{ alignSelf: "flex-start" }}
      >
        {showWords(held)}
      </Button>
    </>
  );
}

function Until({ at }: { readonly at: string }) {
  return (
    <>
      It works until <Time at={at} />.
    </>
  );
}
