/** The one way to the clipboard: what is taken along is as it was written, without what only a page needs. */
import { Button, type ButtonProps } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { bare } from "../api/isolated.ts";

export function useCopy() {
  const { copied, copy, error } = useClipboard();
  return { copied, error, copy: (text: string) => copy(bare(text)) };
}

interface Props extends ButtonProps {
  readonly text: string;
  /** What the button says before and after. */
  readonly says: { readonly copy: string; readonly copied: string };
}

export function CopyButton({ text, says, ...look }: Props) {
  const { copied, copy } = useCopy();
  return (
    <Button size="xs" {...look} onClick={() => copy(text)}>
      {copied ? says.copied : says.copy}
    </Button>
  );
}

/** What is marked by hand and copied is taken along the same way. */
addEventListener("copy", (event) => {
  const marked = document.getSelection()?.toString() ?? "";
  if (event.clipboardData === null || marked === bare(marked)) return;
  event.clipboardData.setData("text/plain", bare(marked));
  event.preventDefault();
});
