/** How the holder of live access gets in: each log-in is shown once, with the line to run, in this page and nowhere else. */
import { Alert, Button, Code, CopyButton, Group, Stack, Text, Title } from "@mantine/core";
import { Plug } from "lucide-react";
import { useState } from "react";
import { type Answer, call } from "../../api/api.ts";
import { Problem } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { connectTitle, connectWords, noLogInWords, runWords, showWords } from "../../words/access.ts";
import { type Grant, issuesSecret } from "../../words/grant.ts";
import { useHolder } from "./use-holder.ts";

type Held = Grant["entitlements"][number];
type Secret = Answer<"claimSecret">;

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
  // Kept in this component's state only, never in the cache of answers.
  const [secret, setSecret] = useState<Secret | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const { bindingId, secretIssued: reissue } = held;
  const claim = async () => {
    setBusy(true);
    setError(null);
    try {
      setSecret(await call("claimSecret", { path: { id: grant.id }, body: { bindingId, reissue } }));
    } catch (problem) {
      setError(problem instanceof Error ? problem : new Error("it did not work"));
    } finally {
      setBusy(false);
    }
  };
  if (secret !== null) return <ShownSecret secret={secret} />;
  return (
    <>
      <Text size="sm">{connectWords(grant, held)}</Text>
      {error === null ? null : <Problem error={error} />}
      <Button
        loading={busy}
        color={reissue ? "red" : undefined}
        variant={reissue ? "light" : "filled"}
        leftSection={<Plug size={16} aria-hidden="true" />}
        onClick={claim}
        style={{ alignSelf: "flex-start" }}
      >
        {showWords(held)}
      </Button>
    </>
  );
}

/** The line to run first; then its parts, in the words and the order of the kind of target that made it. */
function ShownSecret({ secret }: { readonly secret: Secret }) {
  return (
    <Stack gap="sm">
      <Alert color="orange" title="Shown once">
        Copy what you need before you leave this page. It works until <Time at={secret.expiresAt} />.
      </Alert>
      {secret.commands.map(({ label, line }, index) => (
        <Shown key={label} label={runWords(label)} value={line} masked copyable first={index === 0} />
      ))}
      {secret.fields.map(({ name, ...field }) => (
        <Shown key={name} {...field} />
      ))}
    </Stack>
  );
}

interface ShownProps extends Omit<Secret["fields"][number], "name"> {
  /** What most people came for has the focus: Enter copies it. */
  readonly first?: boolean;
}

function Shown({ label, value, masked, copyable, first = false }: ShownProps) {
  const [hidden, setHidden] = useState(masked);
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {label}
      </Text>
      <Group gap="xs">
        <Code block flex="1 1 14rem" style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
          {hidden ? "••••••••" : value}
        </Code>
        {copyable ? (
          <CopyButton value={value}>
            {({ copied, copy }) => (
              <Button
                size="xs"
                variant={first ? "filled" : "default"}
                onClick={copy}
                autoFocus={first}
                aria-label={`Copy ${label.toLowerCase()}`}
              >
                {copied ? "Copied" : "Copy"}
              </Button>
            )}
          </CopyButton>
        ) : null}
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
      </Group>
    </Stack>
  );
}
