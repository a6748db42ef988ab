/** One offer as its consumers see it in their catalogue. */
import { Anchor, Badge, Button, Group, Image, Paper, Spoiler, Stack, Text, Title } from "@mantine/core";
import { Link } from "react-router";
import { HelpLink } from "../../parts/help-link.tsx";
import type { Application } from "../../words/application.ts";
import { accessWords, CATALOGUE } from "../../words/catalogue.ts";

export interface Shown {
  readonly displayName: string;
  readonly publisher: { readonly name: string };
  /** Null before the first is published. */
  readonly version: number | null;
  readonly jitOffered: boolean;
  readonly roles: readonly { readonly name: string }[];
  readonly description: string | null;
  readonly support: string | null;
  /** The address of a picture. */
  readonly logo: string | null;
}

interface CardProps {
  readonly offer: Shown;
  readonly own: boolean;
  readonly deployed: readonly Application[];
  /** Where it is deployed; null where it is only looked at. */
  readonly to: string | null;
}

export function OfferCard({ offer, own, deployed, to }: CardProps) {
  const { displayName, publisher, version, jitOffered, description, support, logo } = offer;
  return (
    <Paper withBorder p="md" component="article" aria-label={displayName}>
      <Stack gap="sm" h="100%" justify="space-between">
        <Stack gap="sm">
          <Group gap="sm" wrap="nowrap" align="flex-start">
            {logo === null ? null : <Logo src={logo} />}
            <Stack gap={2} miw={0} style={{ overflowWrap: "anywhere" }}>
              <Title order={2} size="h4">
                {displayName}
              </Title>
              <Text size="sm" c="dimmed">
                {CATALOGUE.by(publisher.name, own, version)}
              </Text>
            </Stack>
          </Group>
          <Badge color={jitOffered ? "night" : "orange"} w="fit-content">
            {jitOffered ? CATALOGUE.offered : CATALOGUE.notOffered}
          </Badge>
          {description === null ? null : <Description text={description} />}
          <Text>{accessWords(offer)}</Text>
          {support === null ? null : <Help support={support} />}
          <Running deployed={deployed} />
        </Stack>
        <Group>
          {to === null ? (
            <Button variant="light" disabled>
              {CATALOGUE.create}
            </Button>
          ) : (
            <Button component={Link} to={to} variant="light" aria-label={CATALOGUE.createOne(displayName)}>
              {CATALOGUE.create}
            </Button>
          )}
        </Group>
      </Stack>
    </Paper>
  );
}

const LOGO_PX = 48;

/** Its name stands beside it: the picture says nothing more. */
export function Logo({ src }: { readonly src: string }) {
  return <Image src={src} alt="" w={LOGO_PX} h={LOGO_PX} fit="contain" flex="none" radius="sm" />;
}

/** A stranger's text: isolated, and it wraps anywhere. */
function Description({ text }: { readonly text: string }) {
  return (
    <Spoiler maxHeight={120} showLabel={CATALOGUE.showAll} hideLabel={CATALOGUE.showLess}>
      <Text style={{ whiteSpace: "pre-line", overflowWrap: "anywhere" }}>
        <bdi>{text}</bdi>
      </Text>
    </Spoiler>
  );
}

function Help({ support }: { readonly support: string }) {
  return (
    <Text size="sm" style={{ overflowWrap: "anywhere" }}>
      {CATALOGUE.help}
      <HelpLink support={support} />
    </Text>
  );
}

function Running({ deployed }: Pick<CardProps, "deployed">) {
  if (deployed.length === 0) return null;
  return (
    <Text size="sm" c="dimmed">
      {CATALOGUE.runAs}
      {deployed.map(({ id, name }, at) => (
        <span key={id}>
          {at === 0 ? "" : ", "}
          <Anchor component={Link} to={`/applications/${id}`} underline="always">
            {name}
          </Anchor>
        </span>
      ))}
      .
    </Text>
  );
}
