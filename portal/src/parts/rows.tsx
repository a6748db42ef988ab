/**
 * A list of any length: a table, and on a phone cards. Every row that was read is in the document, so that the
 * browser's own find and print have it; those out of sight cost no layout (`content-visibility` in the styles). The
 * next page is read before one comes to its end, or all of them when somebody asks.
 */
import { Button, Group, Text, VisuallyHidden } from "@mantine/core";
import { type CSSProperties, memo, type ReactNode, useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import * as words from "../words/shared.ts";
import classes from "./rows.module.css";
import { Empty, Loading, Problem } from "./states.tsx";

export interface Column<T> {
  readonly label: string;
  readonly cell: (item: T) => ReactNode;
  /** A track of CSS grid, such as `2fr` or `8rem`; `1fr` when not given. */
  readonly width?: string;
  /** Something to press in front of what the row leads by. */
  readonly aside?: true;
}

interface RowsProps<T> {
  readonly label: string;
  readonly items: readonly T[];
  readonly columns: readonly Column<T>[];
  readonly keyOf: (item: T) => string;
  /** Where a row leads, and its first cell becomes the link; null: there is nothing behind it. */
  readonly to?: (item: T) => string | null;
  /** A row opens something above the list, which stays where it is. */
  readonly stay?: boolean;
  /** Before one goes there. */
  readonly onOpen?: (item: T) => void;
  readonly empty: ReactNode;
  readonly query: {
    readonly isPending: boolean;
    readonly error: Error | null;
    readonly hasNextPage?: boolean;
    readonly isFetchingNextPage?: boolean;
    readonly fetchNextPage?: () => unknown;
    readonly refetch: () => unknown;
  };
}

/** How far below the window the end of a list is when the next page is read. */
const READ_AHEAD = "1200px";
/** As many as a window stays smooth with; whoever wants more narrows the list down, or takes it along as a file. */
const MOST_ALL = 2_000;

export function Rows<T>(props: RowsProps<T>) {
  const { items, empty, query } = props;
  if (query.error !== null && items.length === 0)
    return <Problem error={query.error} again={() => query.refetch()} />;
  if (query.isPending) return <Loading rows={6} height={48} />;
  if (items.length === 0) return <Empty>{empty}</Empty>;
  return <Table {...props} />;
}

function Table<T>({ label, items, columns, keyOf, query, ...leads }: RowsProps<T>) {
  const tracks = {
    "--tracks": columns.map(({ width }) => `minmax(0, ${width ?? "1fr"})`).join(" "),
  } as CSSProperties;
  return (
    <>
      <table
        aria-label={label}
        aria-rowcount={query.hasNextPage ? -1 : items.length + 1}
        className={classes.frame}
        style={tracks}
      >
        <thead>
          <tr aria-rowindex={1} className={classes.head}>
            {columns.map((column) => (
              <th key={column.label} scope="col" className={classes.name}>
                {column.aside ? <VisuallyHidden>{column.label}</VisuallyHidden> : column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item, index) => (
            <Row key={keyOf(item)} item={item} index={index} columns={columns} {...leads} />
          ))}
        </tbody>
      </table>
      {query.hasNextPage === true ? <More count={items.length} query={query} /> : null}
    </>
  );
}

type RowProps<T> = Pick<RowsProps<T>, "columns" | "to" | "stay" | "onOpen"> & {
  readonly item: T;
  readonly index: number;
};

/** What was read stays as it was drawn when more is. */
const Row = memo(DrawnRow) as <T>(props: RowProps<T>) => ReactNode;

function DrawnRow<T>({ item, index, columns, to, stay, onOpen }: RowProps<T>): ReactNode {
  const leading = columns.findIndex(({ aside }) => aside !== true);
  const address = to?.(item) ?? null;
  return (
    <tr aria-rowindex={index + 2} className={classes.row}>
      {columns.map(({ label, cell }, position) => (
        <td key={label} className={position < leading ? `${classes.cell} ${classes.aside}` : classes.cell}>
          {position <= leading ? null : (
            <span className={classes.label} aria-hidden="true">
              {label}
            </span>
          )}
          {position === leading && address !== null ? (
            <Link
              to={address}
              className={classes.link ?? ""}
              preventScrollReset={stay === true}
              onClick={() => onOpen?.(item)}
            >
              {cell(item)}
            </Link>
          ) : (
            <div className={classes.content}>{cell(item)}</div>
          )}
        </td>
      ))}
    </tr>
  );
}

/** The end of what was read: there is more, it comes by itself when one comes near, or all of it when asked for. */
function More({ count, query }: { readonly count: number; readonly query: RowsProps<unknown>["query"] }) {
  const { isFetchingNextPage, fetchNextPage, error } = query;
  const end = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  const [all, setAll] = useState(false);
  useEffect(() => {
    const watcher = new IntersectionObserver(([seen]) => setNear(seen?.isIntersecting === true), {
      rootMargin: READ_AHEAD,
    });
    if (end.current !== null) watcher.observe(end.current);
    return () => watcher.disconnect();
  }, []);
  const wanted = near || (all && count < MOST_ALL);
  useEffect(() => {
    if (wanted && isFetchingNextPage !== true && error === null) fetchNextPage?.();
  }, [wanted, isFetchingNextPage, fetchNextPage, error]);
  return (
    <div ref={end}>
      {error === null ? null : <Problem error={error} again={() => fetchNextPage?.()} />}
      <Group gap="sm" mt="sm" mih={36}>
        <Text size="sm" c="dimmed" role="status">
          {words.shownWords(count)}
        </Text>
        {all && count >= MOST_ALL ? (
          <Text size="sm" c="dimmed">
            {words.TOO_MANY}
          </Text>
        ) : (
          <Button size="xs" variant="default" loading={all} onClick={() => setAll(true)} className="no-print">
            {words.SHOW_ALL}
          </Button>
        )}
      </Group>
    </div>
  );
}
