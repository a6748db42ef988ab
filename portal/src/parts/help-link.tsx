/** Where a publisher helps: its address as it wrote it, to click where a click can lead there safely. */
import { Anchor } from "@mantine/core";
import { helpAddress } from "../words/catalogue.ts";

export function HelpLink({ support }: { readonly support: string }) {
  const address = helpAddress(support);
  if (address === null) return <bdi>{support}</bdi>;
  return (
    <Anchor
      href={address}
      target="_blank"
      rel="noreferrer"
      underline="always"
      style={{ overflowWrap: "anywhere" }}
    >
      <bdi>{support}</bdi>
    </Anchor>
  );
}
