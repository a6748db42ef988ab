/** The picture that consumers know an offer by. */
import { Button, FileButton, Group, Input, Text } from "@mantine/core";
import { Upload } from "lucide-react";
import { useId, useState } from "react";
import { sentence } from "../../parts/states.tsx";
import { OFFER } from "../../words/offer.ts";
import { Logo } from "../catalogue/offer-card.tsx";
import { logoOf } from "./logo-file.ts";

interface Props {
  readonly logo: string;
  readonly change: (logo: string) => void;
  readonly error: string | null;
}

export function LogoField({ logo, change, error }: Props) {
  const id = useId();
  const [problem, setProblem] = useState<string | null>(null);
  const take = async (file: File | null) => {
    if (file === null) return;
    const drawn = await logoOf(file);
    setProblem(drawn.problem);
    if (drawn.png !== null) change(drawn.png);
  };
  return (
    <Input.Wrapper
      label={OFFER.logo}
      labelElement="div"
      labelProps={{ id }}
      description={OFFER.logoHelp}
      error={problem === null ? error : sentence(problem)}
    >
      <Group gap="sm" mt="xs">
        {logo === "" ? (
          <Text size="sm" c="dimmed">
            {OFFER.noLogo}
          </Text>
        ) : (
          <Logo src={pictureOf(logo)} />
        )}
        <FileButton
          accept="image/png,image/jpeg,image/webp,image/gif"
          onChange={(file) => void take(file)}
          inputProps={{ "aria-labelledby": id }}
        >
          {(props) => (
            <Button {...props} variant="default" leftSection={<Upload size={16} aria-hidden="true" />}>
              {OFFER.chooseLogo}
            </Button>
          )}
        </FileButton>
        {logo === "" ? null : (
          <Button variant="subtle" onClick={() => change("")}>
            {OFFER.removeLogo}
          </Button>
        )}
      </Group>
    </Input.Wrapper>
  );
}

export function pictureOf(logo: string): string {
  return `data:image/png;base64,${logo}`;
}
