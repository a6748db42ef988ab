/** Something to read or fill in before going on: a dialog, and on a phone a sheet from the bottom. */
import { Button, Drawer, Group, MantineThemeProvider, Modal, Stack } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import type { ReactNode } from "react";
import { BACK } from "../words/shared.ts";
import { Problem } from "./states.tsx";

interface SheetProps {
  readonly title: string;
  readonly opened: boolean;
  readonly close: () => void;
  readonly children: ReactNode;
  readonly size?: string;
}

export const PHONE = "(max-width: 47.99em)";

/** What there is to choose from belongs to the dialog: outside of it nothing is there for a reader. */
const IN_DIALOG = {
  components: { Combobox: { defaultProps: { withinPortal: false, floatingStrategy: "fixed" } } },
};

const AS_TALL_AS_NEEDED = { height: "auto", maxHeight: "92dvh" };

export function Sheet({ title, opened, close, children, size = "md" }: SheetProps) {
  const phone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const shared = { opened, onClose: close, title };
  const content = <MantineThemeProvider theme={IN_DIALOG}>{children}</MantineThemeProvider>;
  return phone ? (
    <Drawer {...shared} position="bottom" radius="md" styles={{ content: AS_TALL_AS_NEEDED }}>
      {content}
    </Drawer>
  ) : (
    <Modal {...shared} size={size}>
      {content}
    </Modal>
  );
}

interface ConfirmProps extends SheetProps {
  /** What the button does, as a verb. */
  readonly verb: string;
  readonly color?: string;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly disabled?: boolean;
  readonly confirm: () => void;
}

/** A sheet with one decision: what it does stands on the button; Enter in a field confirms. */
export function ConfirmSheet({
  verb,
  color,
  busy,
  error,
  disabled,
  confirm,
  children,
  ...sheet
}: ConfirmProps) {
  return (
    <Sheet {...sheet}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          // Opened from within a form, it is no part of that one.
          event.stopPropagation();
          if (disabled !== true && !busy) confirm();
        }}
      >
        <Stack gap="md">
          {children}
          {error === null ? null : <Problem error={error} />}
          <Group justify="flex-end" gap="sm" className="sheet-actions">
            <Button variant="default" onClick={sheet.close}>
              {BACK}
            </Button>
            <Button type="submit" color={color} loading={busy} disabled={disabled}>
              {verb}
            </Button>
          </Group>
        </Stack>
      </form>
    </Sheet>
  );
}
