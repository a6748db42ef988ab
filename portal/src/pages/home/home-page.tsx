/** What a person needs at once, in an order that never changes. */
import { Button, Stack } from "@mantine/core";
import { Link } from "react-router";
import { useAnswersForTenant } from "../../app/session.tsx";
import { Page } from "../../parts/page.tsx";
import { TITLE } from "../../words/home.ts";
import { AskAgain } from "./ask-again.tsx";
import { LiveNow } from "./live-now.tsx";
import { Overview } from "./overview.tsx";
import { WaitingForYou } from "./waiting-for-you.tsx";
import { YourRequests } from "./your-requests.tsx";

export function HomePage() {
  const answers = useAnswersForTenant();
  return (
    <Page
      title={TITLE}
      actions={
        <Button component={Link} to="/request" visibleFrom="sm">
          Request access
        </Button>
      }
    >
      <Stack gap={0}>
        {answers ? <Overview /> : <LiveNow />}
        <WaitingForYou />
        <YourRequests />
        <AskAgain />
      </Stack>
    </Page>
  );
}
