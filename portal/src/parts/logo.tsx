import { Group, Text } from "@mantine/core";

/** With whose house one is in: whoever works for several must not mistake one for another. */
export function Logo({ tenant }: { readonly tenant?: string }) {
  return (
    <Group gap={8} wrap="nowrap">
      <svg
        width="24"
        height="24"
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.2"
        strokeLinecap="round"
        aria-hidden="true"
      >
        <circle cx="12" cy="12" r="9.5" />
        <path d="M12 6.5V12l3.5 3.5" />
      </svg>
      <span className="logo-words">
        <Text fw={700} size="lg" lh={1.2} component="span">
          Curfew
        </Text>
        {tenant === undefined ? null : (
          <Text c="dimmed" component="span" lineClamp={1} className="logo-tenant">
            {tenant}
          </Text>
        )}
      </span>
    </Group>
  );
}
