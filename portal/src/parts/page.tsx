/** The frame of one page: its title for the browser and the reader, its one line of help, its main action. */
import { Box, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";

interface PageProps {
  readonly title: string;
  /** One sentence: what this page answers. */
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly width?: number | string;
}

export function Page({ title, lead, actions, children, width = 1120 }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Curfew`;
  }, [title]);
  return (
    <Box maw={width} mx="auto">
      <Group justify="space-between" align="flex-start" mb="lg" gap="sm">
        <Stack gap={4}>
          <Title order={1} size="h2" ref={heading} tabIndex={-1}>
            {title}
          </Title>
          {lead === undefined ? null : <Text c="dimmed">{lead}</Text>}
        </Stack>
        {actions === undefined ? null : <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
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
    <Stack maw={1120} mx="auto" aria-busy="true" aria-label="Loading">
      <Skeleton h={32} w={240} />
      <Skeleton h={20} w="60%" />
      <Skeleton h={120} mt="md" />
      <Skeleton h={120} />
    </Stack>
  );
}
