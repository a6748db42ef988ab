/** What a page keeps in its address, such as a filter: several changes within one moment are all kept. */
import { useCallback, useEffect, useRef } from "react";
import { type NavigateOptions, useSearchParams } from "react-router";

/** Null takes a name away. */
type AddressChanges = Readonly<Record<string, string | null>>;

interface Address {
  readonly query: URLSearchParams;
  readonly change: (changes: AddressChanges, options?: NavigateOptions) => void;
}

/** Navigating takes a moment, in which the address still reads as before: what was changed since is remembered. */
export function useAddress(): Address {
  const [query, setQuery] = useSearchParams();
  const newest = useRef(query);
  useEffect(() => {
    newest.current = query;
  }, [query]);
  const change = useCallback(
    (changes: AddressChanges, options: NavigateOptions = {}) => {
      newest.current = withChanges(newest.current, changes);
      setQuery(newest.current, { replace: true, preventScrollReset: true, ...options });
    },
    [setQuery],
  );
  return { query, change };
}

export function withChanges(before: URLSearchParams, changes: AddressChanges): URLSearchParams {
  const after = new URLSearchParams(before);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) after.delete(name);
    else after.set(name, value);
  }
  return after;
}
