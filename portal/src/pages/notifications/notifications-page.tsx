/** Everything one was told, the newest first; opening one marks it read. */
import { Badge, Button, Group, SegmentedControl, Select, Text } from "@mantine/core";
import { Link } from "react-router";
import { useApiCall, useApiPages } from "../../api/api.ts";
import { useMe } from "../../app/session.tsx";
import { Page } from "../../parts/page.tsx";
import { type Column, Rows } from "../../parts/rows.tsx";
import { Time, Told } from "../../parts/time.tsx";
import { useAddress } from "../../parts/use-address.ts";
import {
  addressOf,
  leadWords,
  type Notification,
  PAGE,
  SHOWN,
  type Shown,
  TYPE_CHOICES,
} from "../../words/notification.ts";

const AT_ONCE = 100;

const COLUMNS: readonly Column<Notification>[] = [
  { label: PAGE.happened, width: "1fr", cell: (one) => <What notification={one} /> },
  { label: PAGE.when, width: "9rem", cell: ({ at }) => <Time at={at} as="ago" /> },
];

const FILTERS: Readonly<Record<Shown, { readonly unread?: "true"; readonly asks?: "true" }>> = {
  all: {},
  unread: { unread: "true" },
  asks: { asks: "true" },
};

export function NotificationsPage() {
  const { counts } = useMe();
  const { query: address, change } = useAddress();
  const shown = SHOWN.find(({ value }) => value === address.get("show"))?.value ?? "all";
  const type = TYPE_CHOICES.find(({ value }) => value === address.get("type"))?.value ?? null;
  const { items, query } = useApiPages("listMyNotifications", {
    query: { limit: AT_ONCE, ...FILTERS[shown], ...(type === null ? {} : { type }) },
  });
  const read = useApiCall("markMyNotificationsRead");
  const open = ({ id, readAt }: Notification) => {
    if (readAt === null) read.mutate({ body: { ids: [id] } });
  };
  return (
    <Page
      title={PAGE.title}
      lead={leadWords(counts.unread)}
      width={860}
      actions={
        <>
          <Button variant="default" component={Link} to="/preferences">
            {PAGE.preferences}
          </Button>
          <Button
            variant="default"
            disabled={counts.unread === 0}
            loading={read.isPending}
            onClick={() => read.mutate({ body: { all: true } })}
          >
            {PAGE.markAll}
          </Button>
        </>
      }
    >
      <Group mb="md" gap="sm" align="flex-end">
        <SegmentedControl
          aria-label={PAGE.show}
          data={[...SHOWN]}
          value={shown}
          onChange={(value) => change({ show: value === "all" ? null : value })}
        />
        <Select
          aria-label={PAGE.about}
          placeholder={PAGE.anything}
          data={TYPE_CHOICES}
          value={type}
          onChange={(value) => change({ type: value })}
          searchable
          clearable
          w={280}
        />
      </Group>
      <Rows
        label={PAGE.title}
        items={items}
        query={query}
        keyOf={({ id }) => id}
        to={addressOf}
        onOpen={open}
        columns={COLUMNS}
        empty={shown === "all" && type === null ? PAGE.empty : PAGE.noneSuch}
      />
    </Page>
  );
}

function What({ notification }: { readonly notification: Notification }) {
  const unread = notification.readAt === null;
  return (
    <Group component="span" gap="xs" wrap="nowrap" align="baseline">
      {unread ? <Badge size="sm">{PAGE.unread}</Badge> : null}
      <Text component="span" inherit fw={unread ? 600 : 400}>
        <Told>{notification.text}</Told>
      </Text>
    </Group>
  );
}
