/** What a form opened with: it stays while the form is open, whatever is read again behind it. */
import { useState } from "react";

/** Null until there is something. */
export function useOpened<T>(read: T | null): T | null {
  const [opened, setOpened] = useState(read);
  if (opened === null && read !== null) setOpened(read);
  return opened ?? read;
}
