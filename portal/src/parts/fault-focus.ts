/** Puts a reader at the first field that is wrong, when they tried to go on. */
import { type RefObject, useEffect, useRef, useState } from "react";

export function useFaultFocus(): {
  readonly form: RefObject<HTMLFormElement | null>;
  readonly look: () => void;
} {
  const form = useRef<HTMLFormElement>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (tries > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [tries]);
  return { form, look: () => setTries((before) => before + 1) };
}
