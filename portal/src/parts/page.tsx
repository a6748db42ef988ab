/** The frame of one page: its title for the browser and the reader, its one line of help, its main action. */
import { Box, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { ChevronLeft } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { Link } from "react-router";
import { LOADING } from "../words/shared.ts";

interface PageProps {
  readonly title: string;
  /** What the browser calls it, where that says more than the title. */
  readonly tab?: string;
  /** One sentence: what this page answers. */
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  /** The list that this is one of. */
  readonly up?: { readonly to: string; readonly label: string };
  readonly children: ReactNode;
  readonly width?: number | string;
}

const WIDEST = 1120;

export function Page({ title, tab = title, lead, actions, up, children, width = WIDEST }: PageProps) {
  useEffect(() => {
    document.title = `${tab} · Curfew`;
  }, [tab]);
  return (
    // Narrow pages begin where wide ones do, so that nothing moves sideways from one to the next.
    <Box maw={WIDEST} mx="auto">
      <Box maw={width}>
        {up === undefined ? null : (
          <Link to={up.to} className="up-link">
            <ChevronLeft size={16} aria-hidden="true" />
            {up.label}
          </Link>
        )}
        <Group justify="space-between" align="flex-start" mb="lg" gap="sm">
          <Stack gap={4} flex="1 1 20rem" miw={0}>
            <Title order={1} size="h2">
              {title}
            </Title>
            {lead === undefined ? null : (
              <Text c="dimmed" maw="46rem">
                {lead}
              </Text>
            )}
          </Stack>
          {actions === undefined ? null : <Group gap="xs">{actions}</Group>}
        </Group>
        {children}
      </Box>
    </Box>
  );
}

/** A part of a page with a heading of its own. */
export function Section({
  title,
  aside,
  children,
}: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <Box component="section" aria-label={title} mb="xl">
      <Group justify="space-between" mb="sm" gap="xs">
        <Title order={2} size="h4">
          {title}
        </Title>
        {aside}
      </Group>
      {children}
    </Box>
  );
}

/** As tall as what comes, so that nothing jumps when it does. */
export function PageSkeleton() {
  return (
    <Stack maw={WIDEST} mx="auto" role="status" aria-busy="true" aria-label={LOADING}>
      <Skeleton h={32} w={240} />
      <Skeleton h={20} w="60%" />
      <Skeleton h={120} mt="md" />
      <Skeleton h={120} />
    </Stack>
  );
}
