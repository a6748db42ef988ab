/** What the publisher may do at a customer's: whether it asks each time, and who may ask for what. */
import { Alert, Anchor, Button, Checkbox, Paper, Stack, Text } from "@mantine/core";
import { Plus } from "lucide-react";
import { Link, useLocation } from "react-router";
import { Section } from "../../parts/page.tsx";
import { AUTHORIZATIONS, JIT } from "../../words/offer.ts";
import { AuthorizationRow } from "./authorization-row.tsx";
import { type Authorization, type Draft, isWider } from "./draft.ts";
import type { DraftFields } from "./draft-fields.ts";
import type { PackageFault } from "./validation.ts";

interface Props extends DraftFields {
  readonly before: Draft | null;
  readonly roles: readonly string[];
  readonly faults: readonly PackageFault[];
}

const MOST = 100;

export function TechnicalTab({ draft, change, errorOf, before, roles, faults }: Props) {
  const { authorizations } = draft;
  const put = (key: string, part: Partial<Authorization>) =>
    change({ authorizations: authorizations.map((one) => (one.key === key ? { ...one, ...part } : one)) });
  const error = errorOf("authorizations");
  return (
    <>
      <Section title={JIT.title}>
        <Paper withBorder p="md">
          <Stack maw={720}>
            <Checkbox
              label={JIT.offer}
              description={draft.jitOffered ? JIT.offered : JIT.notOffered}
              checked={draft.jitOffered}
              onChange={(event) => change({ jitOffered: event.currentTarget.checked })}
            />
            <JitFaults faults={faults.filter(({ code }) => code.startsWith("jit_"))} />
          </Stack>
        </Paper>
      </Section>
      <Section title={AUTHORIZATIONS.title}>
        <Stack>
          <Text c="dimmed" maw={720}>
            {AUTHORIZATIONS.lead}
          </Text>
          {authorizations.map((one, index) => (
            <AuthorizationRow
              key={one.key}
              number={index + 1}
              authorization={one}
              roles={roles}
              taken={authorizations.flatMap(({ key, role }) => (key === one.key ? [] : (role ?? [])))}
              wider={one.principals.filter((principal) => isWider(before, one.role, principal))}
              put={(part) => put(one.key, part)}
              remove={() => change({ authorizations: authorizations.filter(({ key }) => key !== one.key) })}
            />
          ))}
          {error === null ? null : (
            <Text role="alert" size="sm" c="var(--mantine-color-error)">
              {error}
            </Text>
          )}
          {authorizations.length < MOST ? (
            <Button
              variant="default"
              leftSection={<Plus size={16} aria-hidden="true" />}
              style={{ alignSelf: "flex-start" }}
              onClick={() =>
                change({
                  authorizations: [
                    ...authorizations,
                    { key: String(Date.now()), role: null, principals: [] },
                  ],
                })
              }
            >
              {AUTHORIZATIONS.add}
            </Button>
          ) : null}
        </Stack>
      </Section>
    </>
  );
}

function JitFaults({ faults }: { readonly faults: readonly PackageFault[] }) {
  const { search } = useLocation();
  const [first] = faults;
  if (first === undefined) return null;
  return (
    <Alert color="orange" title={JIT.misfit}>
      <Text size="sm">
        {first.file}:{first.line}:{first.column} {first.message}
      </Text>
      <Anchor component={Link} to={{ pathname: "../package", search }} relative="path" size="sm">
        {JIT.seePackage}
      </Anchor>
    </Alert>
  );
}
