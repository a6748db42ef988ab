/** A date and a time by the reader's own clock: its value is read by `instantOf`. */
import { TextInput, type TextInputProps } from "@mantine/core";

/** With it a browser takes no year of five digits, of which no date can be made. */
const LAST = "9999-12-31T23:59";

export function LocalTimeField({
  onChange,
  ...props
}: Omit<TextInputProps, "onChange"> & { readonly onChange: (value: string) => void }) {
  return (
    <TextInput
      {...props}
      type="datetime-local"
      max={LAST}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
