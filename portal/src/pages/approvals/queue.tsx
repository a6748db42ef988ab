/** What waits for one's decision: the most urgent first, found by a word or a choice, moved through by keys, several decided at once. */
import { Button, Group, Select, Text, TextInput } from "@mantine/core";
import { Search } from "lucide-react";
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { useSearchParams } from "react-router";
import { useKeys } from "../../parts/keys.ts";
import { useNow } from "../../parts/now.ts";
import { type Column, Rows } from "../../parts/rows.tsx";
import { Time } from "../../parts/time.tsx";
import * as words from "../../words/deciding.ts";
import { durationWords } from "../../words/duration.ts";
import { type AccessRequest, whatWords, whoWords } from "../../words/request.ts";
import classes from "./decide.module.css";
import { DecideMany } from "./decide-many.tsx";
import {
  createPicked,
  MOST_PICKED,
  type Picked,
  PickedContext,
  useAllPicked,
  useIsPicked,
} from "./picked.ts";
import { choicesIn, type Filter, fits, WAITS } from "./queue-filter.ts";
import { useAllWaiting } from "./waiting.ts";

export function Queue() {
  const { items, query } = useAllWaiting();
  const [picked] = useState(createPicked);
  const { filter, change } = useFilter();
  const now = useNow();
  // The minute is enough for what waits how long; every second would draw every row again.
  const minute = Math.floor(now / 60_000) * 60_000;
  const wanted = useDeferredValue(filter);
  const shown = useMemo(
    () => items.filter((request) => fits(request, wanted, minute)),
    [items, wanted, minute],
  );
  const find = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  useQueueKeys(list, find, picked);
  return (
    <PickedContext value={picked}>
      <Filters items={items} filter={filter} change={change} find={find} />
      <Group justify="space-between" gap="xs" mb="xs" mih={30}>
        <Text size="sm" c="dimmed" role="status">
          {query.isPending || items.length === 0
            ? ""
            : words.waitingWords(shown.length, items.length, query.hasNextPage)}
        </Text>
        {shown.length < 2 ? null : (
          <Group gap="sm" className="no-print">
            <Text size="sm" c="dimmed" visibleFrom="sm">
              {words.KEYS}
            </Text>
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => picked.replace(shown.map(({ id }) => id))}
            >
              {shown.length > MOST_PICKED ? words.pickFirst(MOST_PICKED) : words.PICK_ALL}
            </Button>
          </Group>
        )}
      </Group>
      <div ref={list}>
        <Rows
          label={words.QUEUE}
          items={shown}
          columns={COLUMNS}
          keyOf={keyOf}
          to={addressOf}
          empty={items.length === 0 ? words.NOBODY_WAITS : words.NONE_FITS}
          query={query}
        />
      </div>
      <Many picked={picked} items={items} />
    </PickedContext>
  );
}

const keyOf = ({ id }: AccessRequest) => id;
const addressOf = ({ id }: AccessRequest) => `/approvals/${id}`;

function Pick({ request }: { readonly request: AccessRequest }) {
  const [picked, toggle] = useIsPicked(request.id);
  return (
    <input
      type="checkbox"
      className={classes.pick}
      aria-label={words.pickWords(request)}
      checked={picked}
      onChange={toggle}
    />
  );
}

const COLUMNS: readonly Column<AccessRequest>[] = [
  { label: words.PICK, width: "1.5rem", aside: true, cell: (request) => <Pick request={request} /> },
  {
    label: words.REQUEST,
    width: "3fr",
    cell: (request) => (
      <span data-request={request.id}>
        {whoWords(request.requester)}: {whatWords(request)} for {durationWords(request.terms.duration)}
      </span>
    ),
  },
  {
    label: words.WHY,
    width: "3fr",
    cell: ({ justification }) => (
      <Text size="sm" lineClamp={2}>
        {justification ?? words.NOT_JUSTIFIED}
      </Text>
    ),
  },
  { label: words.ASKED, width: "6.5rem", cell: ({ createdAt }) => <Time at={createdAt} as="ago" /> },
  {
    label: words.DECIDE_BY,
    width: "6.5rem",
    cell: ({ decideBy }) => (decideBy === null ? words.ANY_TIME : <Time at={decideBy} as="in" />),
  },
];

/** In the address: going back finds the list as it was. */
function useFilter(): { readonly filter: Filter; change: (part: Partial<Filter>) => void } {
  const [query, setQuery] = useSearchParams();
  const of = (name: string) => query.get(name) ?? "";
  const filter: Filter = {
    text: of("q"),
    person: of("person"),
    place: of("place"),
    role: of("role"),
    waits: WAITS.find((one) => one === of("waits")) ?? "",
  };
  const change = ({ text, ...part }: Partial<Filter>) => {
    const next = new URLSearchParams(query);
    const said = Object.entries(text === undefined ? part : { ...part, q: text });
    for (const [name, value] of said) value ? next.set(name, value) : next.delete(name);
    setQuery(next, { replace: true });
  };
  return { filter, change };
}

interface FiltersProps {
  readonly items: readonly AccessRequest[];
  readonly filter: Filter;
  readonly change: (part: Partial<Filter>) => void;
  readonly find: React.RefObject<HTMLInputElement | null>;
}

function Filters({ items, filter, change, find }: FiltersProps) {
  const { people, places, roles } = useMemo(() => choicesIn(items), [items]);
  const choose = (name: "person" | "place" | "role" | "waits", label: string, data: readonly Choice[]) => (
    <Select
      aria-label={label}
      placeholder={words.ANY[name]}
      data={[...data]}
      value={filter[name] === "" ? null : filter[name]}
      onChange={(value) => change({ [name]: value ?? "" })}
      searchable={data.length > 8}
      clearable
      flex="1 1 9rem"
    />
  );
  return (
    <Group gap="xs" mb="sm" className="no-print">
      <TextInput
        ref={find}
        aria-label={words.SEARCH}
        placeholder={words.SEARCH_HELP}
        leftSection={<Search size={16} aria-hidden="true" />}
        value={filter.text}
        maxLength={200}
        onChange={(event) => change({ text: event.currentTarget.value })}
        flex="2 1 16rem"
      />
      {choose("person", words.PERSON, people)}
      {choose("place", words.PLACE, places)}
      {choose("role", words.ROLE, roles)}
      {choose("waits", words.WAITS, words.WAITS_CHOICES)}
    </Group>
  );
}

type Choice = string | { value: string; label: string };

/** The row that has the focus is the one that is meant: what is read aloud and what keys do agree. */
function useQueueKeys(
  list: React.RefObject<HTMLDivElement | null>,
  find: React.RefObject<HTMLInputElement | null>,
  picked: Picked,
): void {
  const rows = () =>
    [...(list.current?.querySelectorAll<HTMLElement>("[data-request]") ?? [])].flatMap((mark) => {
      const link = mark.closest("a");
      return link === null ? [] : [{ id: mark.dataset.request ?? "", link }];
    });
  const here = (all: ReturnType<typeof rows>) => {
    const row = document.activeElement?.closest("tr");
    return row == null ? -1 : all.findIndex(({ link }) => row.contains(link));
  };
  const move = (step: number) => {
    const all = rows();
    const next = all[Math.min(Math.max(here(all) + step, 0), all.length - 1)];
    next?.link.focus();
    next?.link.closest("tr")?.scrollIntoView({ block: "nearest" });
  };
  const pick = () => {
    const all = rows();
    const row = all[here(all)];
    if (row !== undefined) picked.toggle(row.id);
  };
  useKeys(words.QUEUE, [
    { keys: "j", says: words.KEY_NEXT, act: () => move(1) },
    { keys: "k", says: words.KEY_BEFORE, act: () => move(-1) },
    { keys: "x", says: words.KEY_PICK, act: pick },
    { keys: "/", says: words.KEY_FIND, act: () => find.current?.focus() },
  ]);
}

function Many({ picked, items }: { readonly picked: Picked; readonly items: readonly AccessRequest[] }) {
  const ids = useAllPicked(picked);
  const [deciding, decide] = useState<readonly AccessRequest[] | null>(null);
  const found = items.filter(({ id }) => ids.has(id));
  // What somebody else has decided meanwhile is not picked any more.
  useEffect(() => {
    if (found.length < ids.size) picked.replace(found.map(({ id }) => id));
  });
  return (
    <>
      {found.length === 0 ? null : (
        <div className="action-bar">
          <Group justify="flex-end" gap="xs">
            <Text role="status">{words.pickedWords(found.length)}</Text>
            <Button variant="default" onClick={() => picked.replace([])}>
              {words.UNPICK}
            </Button>
            <Button onClick={() => decide(found)}>{words.DECIDE_PICKED}</Button>
          </Group>
        </div>
      )}
      {deciding === null ? null : <DecideMany requests={deciding} close={() => decide(null)} />}
    </>
  );
}
