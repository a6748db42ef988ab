/** What a person needs at once, in an order that never changes. */
import { Button, Stack } from "@mantine/core";
import { Link } from "react-router";
import { Page } from "../../parts/page.tsx";
import { AskAgain } from "./ask-again.tsx";
import { LiveNow } from "./live-now.tsx";
import { WaitingForYou } from "./waiting-for-you.tsx";
import { YourRequests } from "./your-requests.tsx";

export function HomePage() {
  return (
    <Page
      title="Home"
      actions={
        <Button component={Link} to="/request" visibleFrom="sm">
          Request access
        </Button>
      }
    >
      <Stack gap={0}>
        <LiveNow />
        <WaitingForYou />
        <YourRequests />
        <AskAgain />
      </Stack>
    </Page>
  );
}
