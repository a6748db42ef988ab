/**
 * A list of any length: a table, and on a phone cards. Only the rows in sight are in the document, and the next page
 * is read before its rows come into sight.
 */
import { Box, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import {
  type CSSProperties,
  memo,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { Link } from "react-router";
import classes from "./rows.module.css";
import { PHONE } from "./sheet.tsx";
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
  /** Where a row leads; its first cell becomes the link. */
  readonly to?: (item: T) => string;
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

const ROW_PX = 56;
const CARD_PX = 148;
const CARD_GAP_PX = 10;
const READ_AHEAD_ROWS = 20;

export function Rows<T>(props: RowsProps<T>) {
  const { items, empty, query } = props;
  if (query.error !== null && items.length === 0)
    return <Problem error={query.error} again={() => query.refetch()} />;
  if (query.isPending) return <Loading rows={6} height={48} />;
  if (items.length === 0) return <Empty>{empty}</Empty>;
  return <Table {...props} />;
}

function Table<T>({ label, items, columns, keyOf, query, ...leads }: RowsProps<T>) {
  const phone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const list = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0), []);
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => (phone ? CARD_PX : ROW_PX),
    gap: phone ? CARD_GAP_PX : 0,
    overscan: 12,
    scrollMargin: top,
    getItemKey: (index) => keyOf(items[index] as T),
  });
  const shown = rows.getVirtualItems();
  useReadAhead(shown.at(-1)?.index ?? 0, items.length, query);
  const tracks = {
    "--tracks": columns.map(({ width }) => `minmax(0, ${width ?? "1fr"})`).join(" "),
  } as CSSProperties;
  return (
    <Box
      role="table"
      aria-label={label}
      aria-rowcount={query.hasNextPage ? -1 : items.length + 1}
      className={classes.frame}
      style={tracks}
    >
      <Box role="row" aria-rowindex={1} className={classes.head}>
        {columns.map((column) => (
          <Text key={column.label} role="columnheader" size="sm" fw={600} c="dimmed">
            {column.label}
          </Text>
        ))}
      </Box>
      <Box role="rowgroup" ref={list} pos="relative" h={rows.getTotalSize()}>
        {shown.map(({ index, key, start }) => (
          <Box
            key={key}
            role="row"
            aria-rowindex={index + 2}
            data-index={index}
            ref={rows.measureElement}
            className={classes.row}
            style={{ transform: `translateY(${start - top}px)` }}
          >
            <Cells item={items[index] as T} columns={columns} {...leads} />
          </Box>
        ))}
      </Box>
      {query.isFetchingNextPage ? <Loading rows={1} height={48} /> : null}
    </Box>
  );
}

type CellsProps<T> = Pick<RowsProps<T>, "columns" | "to" | "stay" | "onOpen"> & { readonly item: T };

/** While one scrolls, only rows that come into sight are drawn. */
const Cells = memo(DrawnCells) as <T>(props: CellsProps<T>) => ReactNode;

function DrawnCells<T>({ item, columns, to, stay, onOpen }: CellsProps<T>): ReactNode {
  const leading = columns.findIndex(({ aside }) => aside !== true);
  return columns.map(({ label, cell }, position) => (
    <Box key={label} role="cell" className={classes.cell}>
      {position <= leading ? null : (
        <Text component="span" size="xs" c="dimmed" className={classes.label} aria-hidden="true">
          {label}
        </Text>
      )}
      {position === leading && to !== undefined ? (
        <Link
          to={to(item)}
          className={classes.link ?? ""}
          preventScrollReset={stay === true}
          onClick={() => onOpen?.(item)}
        >
          {cell(item)}
        </Link>
      ) : (
        <Box className={classes.content}>{cell(item)}</Box>
      )}
    </Box>
  ));
}

function useReadAhead(lastShown: number, count: number, query: RowsProps<unknown>["query"]): void {
  const { hasNextPage, isFetchingNextPage, fetchNextPage, error } = query;
  const near = lastShown >= count - READ_AHEAD_ROWS;
  useEffect(() => {
    if (near && hasNextPage === true && isFetchingNextPage !== true && error === null) fetchNextPage?.();
  }, [near, hasNextPage, isFetchingNextPage, fetchNextPage, error]);
}
