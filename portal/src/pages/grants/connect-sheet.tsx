/** The secret, once: it is in this sheet and nowhere else, and gone when the sheet closes. */
import { Alert, Button, Code, CopyButton, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { type Answer, call } from "../../api/api.ts";
import { Sheet } from "../../parts/sheet.tsx";
import { Problem } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import type { Grant } from "../../words/grant.ts";
import { useHolder } from "./use-holder.ts";

interface Props {
  readonly grant: Grant;
  readonly close: () => void;
}

type Secret = Answer<"claimSecret">;
type Field = Secret["fields"][number];

export function ConnectSheet({ grant, close }: Props) {
  // Kept in this component's state only, never in the cache of answers.
  const [secret, setSecret] = useState<Secret | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const issued = useHolder(grant).entitlements.some(({ secretIssued }) => secretIssued);
  const claim = async (reissue: boolean) => {
    setBusy(true);
    setError(null);
    try {
      setSecret(await call("claimSecret", { path: { id: grant.id }, body: { reissue } }));
    } catch (problem) {
      setError(problem instanceof Error ? problem : new Error("it did not work"));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Sheet title={`Connect to ${grant.scopeName}`} opened close={close} size="lg">
      {secret === null ? (
        <Stack>
          <Text>
            {issued
              ? "A secret was given for this access already, and is shown once only. A new one voids the old one and cuts its sessions."
              : `The secret is made when you ask, shown once, and works ${grant.endsAt === null ? "for at most 8 hours" : "until the end"}. Nobody keeps a copy.`}
          </Text>
          {error === null ? null : <Problem error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Back
            </Button>
            <Button loading={busy} color={issued ? "red" : undefined} onClick={() => claim(issued)}>
              {issued ? "Void it and show a new one" : "Show the secret once"}
            </Button>
          </Group>
        </Stack>
      ) : (
        <ShownSecret secret={secret} close={close} />
      )}
    </Sheet>
  );
}

/** In the words and the order of the kind of target that made it. */
function ShownSecret({ secret, close }: { readonly secret: Secret; readonly close: () => void }) {
  return (
    <Stack>
      <Alert color="orange" title="Shown once">
        Copy what you need now. It works until <Time at={secret.expiresAt} />.
      </Alert>
      {secret.fields.map((field) => (
        <Shown key={field.name} {...field} />
      ))}
      {secret.commands.map(({ label, line }) => (
        <Shown key={label} label={`Run ${label}`} value={line} masked copyable />
      ))}
      <Button onClick={close}>I have it</Button>
    </Stack>
  );
}

function Shown({ label, value, masked, copyable }: Omit<Field, "name">) {
  const [hidden, setHidden] = useState(masked);
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {label}
      </Text>
      <Group gap="xs" wrap="nowrap">
        <Code block flex={1} style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
          {hidden ? "••••••••" : value}
        </Code>
        {masked ? (
          <Button
            size="xs"
            variant="default"
            onClick={() => setHidden(!hidden)}
            aria-label={`${hidden ? "Show" : "Hide"} ${label.toLowerCase()}`}
          >
            {hidden ? "Show" : "Hide"}
          </Button>
        ) : null}
        {copyable ? (
          <CopyButton value={value}>
            {({ copied, copy }) => (
              <Button size="xs" variant="default" onClick={copy} aria-label={`Copy ${label.toLowerCase()}`}>
                {copied ? "Copied" : "Copy"}
              </Button>
            )}
          </CopyButton>
        ) : null}
      </Group>
    </Stack>
  );
}
