/** People and groups as documents name them ("group:leads"), picked by the names that people know. */
import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../../api/api.ts";
import { type FoundPrincipal, PrincipalPicker } from "../../../parts/principal-picker.tsx";
import { EDITOR } from "../../../words/rule.ts";

interface Props {
  readonly label: string;
  readonly help?: string;
  readonly words: readonly string[];
  readonly onChange: (words: readonly string[]) => void;
  readonly error?: string | null;
}

export function PrincipalWordsField({ label, help, words, onChange, error }: Props) {
  const [picked, setPicked] = useState<readonly FoundPrincipal[]>([]);
  const known = useNamed(words.filter((word) => !picked.some((one) => isNamed(one, word))));
  const all = [...picked, ...known];
  const chosen = words.flatMap((word) => all.find((one) => isNamed(one, word)) ?? []);
  // A name that nobody bears any more stays in the document until somebody takes it out there.
  const strangers = words.filter((word) => !all.some((one) => isNamed(one, word)));
  return (
    <PrincipalPicker
      label={label}
      description={strangers.length === 0 ? help : EDITOR.alsoNamed(strangers)}
      value={chosen}
      onChange={(found) => {
        setPicked(found);
        onChange([...strangers, ...found.map(({ kind, name }) => `${kind}:${name}`)]);
      }}
      error={error}
    />
  );
}

function useNamed(words: readonly string[]): FoundPrincipal[] {
  return useQueries({
    queries: words.map((word) => ({
      queryKey: ["listPrincipals", "named", word],
      queryFn: async () => {
        const { items } = await call("listPrincipals", { query: { q: nameIn(word), limit: 100 } });
        return items.filter((one) => isNamed(one, word));
      },
    })),
    combine: (found) => found.flatMap(({ data }) => data ?? []),
  });
}

function isNamed({ kind, name }: FoundPrincipal, word: string): boolean {
  const [prefix, rest] = splitWord(word);
  return name?.toLowerCase() === rest.toLowerCase() && (prefix === null || prefix === kind);
}

function nameIn(word: string): string {
  return splitWord(word)[1];
}

function splitWord(word: string): readonly [kind: string | null, name: string] {
  const found = /^(user|group|servicePrincipal):(.+)$/.exec(word);
  return found === null ? [null, word] : [found[1] ?? null, found[2] ?? ""];
}
