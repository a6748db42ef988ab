/** Everything one was told, the newest first; opening one marks it read. */
import { Badge, Button, Group, Text } from "@mantine/core";
import { useApiCall, useApiPages } from "../../api/api.ts";
import { useMe } from "../../app/session.tsx";
import { useNow } from "../../parts/now.ts";
import { Page } from "../../parts/page.tsx";
import { Rows } from "../../parts/rows.tsx";
import { Time } from "../../parts/time.tsx";
import { addressOf, type Notification, unreadWords } from "../../words/notification.ts";
import { withTimes } from "../../words/time.ts";

const PAGE = 100;

export function NotificationsPage() {
  const { counts } = useMe();
  const { items, query } = useApiPages("listMyNotifications", { query: { limit: PAGE } });
  const read = useApiCall("markMyNotificationsRead");
  const open = ({ id, readAt }: Notification) => {
    if (readAt === null) read.mutate({ body: { ids: [id] } });
  };
  return (
    <Page
      title="Notifications"
      lead={counts.unread === 0 ? "You have read everything." : `${unreadWords(counts.unread)} unread.`}
      width={860}
      actions={
        <Button
          variant="default"
          disabled={counts.unread === 0}
          loading={read.isPending}
          onClick={() => read.mutate({ body: { all: true } })}
        >
          Mark all as read
        </Button>
      }
    >
      <Rows
        label="Notifications"
        items={items}
        query={query}
        keyOf={({ id }) => id}
        to={(one) => addressOf(one) ?? "/notifications"}
        onOpen={open}
        columns={[
          { label: "What happened", width: "1fr", cell: (one) => <What notification={one} /> },
          { label: "When", width: "9rem", cell: ({ at }) => <Time at={at} as="ago" /> },
        ]}
        empty="You were told nothing yet. What becomes of your requests, and what waits for you, comes here."
      />
    </Page>
  );
}

function What({ notification }: { readonly notification: Notification }) {
  const now = useNow();
  const unread = notification.readAt === null;
  return (
    <Group component="span" gap="xs" wrap="nowrap" align="baseline">
      {unread ? <Badge size="sm">New</Badge> : null}
      <Text component="span" inherit fw={unread ? 600 : 400}>
        {withTimes(notification.text, now)}
      </Text>
    </Group>
  );
}
