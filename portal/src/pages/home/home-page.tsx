/** What a person needs at once, in an order that never changes. */
import { Button, Stack } from "@mantine/core";
import { Link } from "react-router";
import { useAnswersForTenant, useMe } from "../../app/session.tsx";
import { Page } from "../../parts/page.tsx";
import { REQUEST_ACCESS } from "../../words/holding.ts";
import { TITLE } from "../../words/home.ts";
import { AskAgain } from "./ask-again.tsx";
import { LiveNow } from "./live-now.tsx";
import { Numbers, Overview } from "./overview.tsx";
import { WaitingForYou } from "./waiting-for-you.tsx";
import { YourRequests } from "./your-requests.tsx";

export function HomePage() {
  const answers = useAnswersForTenant();
  // Who only administers is not told what they might ask for; everybody else is told whom to ask for it.
  const mayAsk = useMe().places.includes("request");
  const asks = mayAsk || !answers;
  return (
    <Page
      title={TITLE}
      actions={
        mayAsk ? (
          <Button component={Link} to="/request" visibleFrom="sm">
            {REQUEST_ACCESS}
          </Button>
        ) : undefined
      }
    >
      <Stack gap={0}>
        {answers ? <Numbers /> : <LiveNow />}
        <WaitingForYou />
        {answers ? <Overview /> : null}
        {asks ? (
          <>
            <YourRequests />
            <AskAgain />
          </>
        ) : null}
      </Stack>
    </Page>
  );
}
