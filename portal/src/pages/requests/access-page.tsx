/** What one holds, will hold, asked for and held. */
import { Button } from "@mantine/core";
import type { ComponentType } from "react";
import { Link, Navigate, useLocation, useSearchParams } from "react-router";
import { Page } from "../../parts/page.tsx";
import { TabLinks } from "../../parts/tab-links.tsx";
import { EndedGrants } from "../grants/ended-grants.tsx";
import { LiveGrants } from "../grants/live-grants.tsx";
import { ScheduledGrants } from "../grants/scheduled-grants.tsx";
import { OwnRequests } from "./own-requests.tsx";

const TABS: readonly { to: string; label: string; content: ComponentType }[] = [
  { to: "/access", label: "Live", content: LiveGrants },
  { to: "/access/scheduled", label: "Scheduled", content: ScheduledGrants },
  { to: "/access/requests", label: "Requests", content: OwnRequests },
  { to: "/access/ended", label: "Ended", content: EndedGrants },
];

export function AccessPage() {
  const { pathname } = useLocation();
  const [query] = useSearchParams();
  // `?tab=requests` leads to the same place as `/access/requests`.
  const asked = TABS.find(({ to }) => to === `/access/${query.get("tab") ?? ""}`);
  if (asked !== undefined) return <Navigate to={asked.to} replace />;
  const Content = TABS.find(({ to }) => to === pathname.replace(/\/$/, ""))?.content ?? LiveGrants;
  return (
    <Page
      title="My access"
      actions={
        <Button component={Link} to="/request" visibleFrom="sm">
          Request access
        </Button>
      }
    >
      <TabLinks label="My access" tabs={TABS} />
      <Content />
    </Page>
  );
}
