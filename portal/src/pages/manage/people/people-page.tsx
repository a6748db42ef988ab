/** Everybody and everything that can hold a role here. */
import { Button, Group, Menu, SegmentedControl, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { ChevronDown } from "lucide-react";
import { useEffect, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { type Input, type ItemOf, useApiPages } from "../../../api/api.ts";
import { useMe } from "../../../app/session.tsx";
import { Page } from "../../../parts/page.tsx";
import { type Column, Rows } from "../../../parts/rows.tsx";
import { finding, newTitle, people, principal as words } from "../../../words/administration.ts";
import { kindWords, personAddress } from "../parts/principal-words.ts";
import { NEW } from "./principal-draft.ts";

type Found = ItemOf<"listPrincipals">;
type Kind = NonNullable<NonNullable<Input<"listPrincipals">["query"]>["kind"]>;

const TYPING_MS = 250;
const KINDS = [
  { value: "", label: finding.all },
  { value: "user", label: finding.people },
  { value: "group", label: finding.groups },
  { value: "servicePrincipal", label: finding.workloads },
];

export function PeoplePage() {
  const { principal } = useMe();
  const [address, setAddress] = useSearchParams();
  const q = address.get("q") ?? "";
  const kind = KINDS.find(({ value }) => value !== "" && value === address.get("kind"))?.value;
  const [typed, setTyped] = useState(q);
  const [query] = useDebouncedValue(typed.trim(), TYPING_MS);
  useEffect(() => setAddress((now) => withValue(now, "q", query), { replace: true }), [query, setAddress]);
  const found = useApiPages("listPrincipals", {
    query: { limit: 50, ...(q === "" ? {} : { q }), ...(kind === undefined ? {} : { kind: kind as Kind }) },
  });
  return (
    <Page title={words.all} lead={people.lead(principal.tenantName)} actions={<NewMenu />}>
      <Group gap="sm" mb="md" align="flex-end">
        <TextInput
          label={finding.label}
          placeholder={finding.placeholder}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          maxLength={100}
          flex="1 1 16rem"
          maw={420}
        />
        <SegmentedControl
          aria-label={finding.kind}
          data={KINDS}
          value={kind ?? ""}
          onChange={(value) => setAddress((now) => withValue(now, "kind", value), { replace: true })}
        />
      </Group>
      <Rows
        label={words.all}
        items={found.items}
        columns={COLUMNS}
        keyOf={({ objectId }) => objectId}
        to={({ objectId }) => personAddress(objectId)}
        query={found.query}
        empty={q === "" ? finding.nobodyOfKind : finding.nobodyCalled(q)}
      />
    </Page>
  );
}

function NewMenu() {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button rightSection={<ChevronDown size={16} aria-hidden="true" />}>{people.make}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {Object.entries(NEW).map(([what, kind]) => (
          <Menu.Item key={what} component={Link} to={`/manage/people/new/${what}`}>
            {newTitle(kind)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

const COLUMNS: readonly Column<Found>[] = [
  { label: people.displayName, width: "2fr", cell: ({ displayName }) => displayName },
  { label: finding.kind, cell: ({ kind }) => kindWords(kind) },
  { label: people.email, width: "2fr", cell: ({ email }) => email ?? finding.noEmail },
];

function withValue(address: URLSearchParams, name: string, value: string): URLSearchParams {
  const next = new URLSearchParams(address);
  if (value === "") next.delete(name);
  else next.set(name, value);
  return next;
}
