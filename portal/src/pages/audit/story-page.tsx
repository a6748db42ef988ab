/** A request from the ask to the end, as the log of one's own organisation tells it. */
import { Anchor, Group } from "@mantine/core";
import { Link, useParams } from "react-router";
import { useApi } from "../../api/api.ts";
import { Page, Section } from "../../parts/page.tsx";
import { Loading, Problem } from "../../parts/states.tsx";
import { Timeline } from "../../parts/timeline.tsx";
import { STORY } from "../../words/audit.ts";
import { askWords } from "../../words/request.ts";

export function StoryPage() {
  const { id = "" } = useParams();
  const request = useApi("readAccessRequest", { path: { id } });
  const story = useApi("readRequestTimeline", { path: { id } });
  const error = request.error ?? story.error;
  return (
    <Page
      title={STORY.title}
      lead={request.data === undefined ? undefined : `${askWords(request.data)}.`}
      up={{ to: "/audit", label: STORY.up }}
      width={860}
    >
      {error !== null ? (
        <Problem error={error} again={() => Promise.all([request.refetch(), story.refetch()])} />
      ) : story.data === undefined ? (
        <Loading rows={5} height={40} />
      ) : (
        <Section
          title={STORY.section}
          aside={
            <Group gap="md">
              <Anchor component={Link} to={`/requests/${id}`} size="sm">
                {STORY.request}
              </Anchor>
              <Anchor component={Link} to={`/audit?request=${id}`} size="sm">
                {STORY.entries}
              </Anchor>
            </Group>
          }
        >
          <Timeline label={STORY.section} entries={story.data.items} />
        </Section>
      )}
    </Page>
  );
}
