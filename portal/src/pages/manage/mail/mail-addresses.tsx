/** Where mail goes: the addresses that were switched off, each with why and a way back, or all of them. */
import { Button, SegmentedControl, Stack, Text } from "@mantine/core";
import { type ItemOf, useApiCall, useApiPages } from "../../../api/api.ts";
import { Section } from "../../../parts/page.tsx";
import { type Column, Rows } from "../../../parts/rows.tsx";
import { Problem, sentence } from "../../../parts/states.tsx";
import { Time } from "../../../parts/time.tsx";
import { useAddress } from "../../../parts/use-address.ts";
import { ADDRESSES, PAGE } from "../../../words/mail.ts";

type Address = ItemOf<"listMailAddresses">;

const AT_ONCE = 50;
const SHOWN = [
  { value: "off", label: ADDRESSES.off },
  { value: "all", label: ADDRESSES.all },
];

const COLUMNS: readonly Column<Address>[] = [
  { label: ADDRESSES.address, width: "2fr", cell: ({ address }) => address },
  { label: ADDRESSES.whose, cell: whose },
  { label: ADDRESSES.state, width: "2fr", cell: (one) => <State one={one} /> },
];

const to = ({ person }: Address) => (person === null ? null : `/people/${person.objectId}`);

export function MailAddresses() {
  const { query: address, change } = useAddress();
  const shown = address.get("addresses") === "all" ? "all" : "off";
  const { items, query } = useApiPages("listMailAddresses", {
    query: { limit: AT_ONCE, switchedOff: shown === "off" ? "true" : "false" },
  });
  return (
    <Section
      title={PAGE.addresses}
      aside={
        <SegmentedControl
          aria-label={ADDRESSES.show}
          data={SHOWN}
          value={shown}
          onChange={(value) => change({ addresses: value === "all" ? "all" : null })}
        />
      }
    >
      <Rows
        label={PAGE.addresses}
        items={items}
        query={query}
        keyOf={({ id }) => id}
        to={to}
        columns={COLUMNS}
        empty={shown === "off" ? ADDRESSES.noneOff : ADDRESSES.none}
      />
    </Section>
  );
}

function whose({ person, ruleOf }: Address): string {
  if (person !== null) return person.displayName;
  return ruleOf === null ? ADDRESSES.nobody : ADDRESSES.ofRule(ruleOf);
}

function State({ one }: { readonly one: Address }) {
  const switchOn = useApiCall("switchOnMailAddress");
  const { id, address, state, switchedOffAt, switchedOffWhy } = one;
  if (state !== "switchedOff") return ADDRESSES[state];
  return (
    <Stack gap="xs" align="flex-start">
      <Text span style={{ overflowWrap: "anywhere" }}>
        {switchedOffAt === null ? null : (
          <>
            <Time at={switchedOffAt} as="minute" />,{" "}
          </>
        )}
        {ADDRESSES.refused}
        {sentence(switchedOffWhy ?? "")}
      </Text>
      <Button
        size="xs"
        variant="default"
        aria-label={ADDRESSES.onOne(address)}
        loading={switchOn.isPending}
        onClick={() => switchOn.mutate({ path: { id } })}
      >
        {ADDRESSES.on}
      </Button>
      {switchOn.error === null ? null : <Problem error={switchOn.error} />}
    </Stack>
  );
}
