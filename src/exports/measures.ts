/** What the export measures of itself: by kind of sink, never by tenant, name or address. */

/** Since this process started. */
export interface ExportCounts {
  readonly sent: number;
  /** Tries that came to nothing. */
  readonly failed: number;
  /** Events that were laid aside as dead letters. */
  readonly refused: number;
}

export interface ExportMeter {
  sent(kind: string, events: number): void;
  failed(kind: string): void;
  refused(kind: string): void;
  counts(): ReadonlyMap<string, ExportCounts>;
}

/** Of all sinks of a kind together, as the database knows it now. */
export interface ExportStanding {
  readonly kind: string;
  /** A tenant's own, or the operator's. */
  readonly own: boolean;
  /** Logs that are sent to sinks of this kind. */
  readonly streams: number;
  /** Events that are linked and not accepted yet. */
  readonly behind: number;
  /** How old the oldest of them is, in milliseconds; 0 where there is none. */
  readonly lagMs: number;
  readonly failing: number;
  readonly paused: number;
  readonly deadLetters: number;
}

export function createExportMeter(): ExportMeter {
  const counted = new Map<string, { sent: number; failed: number; refused: number }>();
  const of = (kind: string) => {
    const known = counted.get(kind) ?? { sent: 0, failed: 0, refused: 0 };
    counted.set(kind, known);
    return known;
  };
  return {
    sent(kind, events) {
      of(kind).sent += events;
    },
    failed(kind) {
      of(kind).failed++;
    },
    refused(kind) {
      of(kind).refused++;
    },
    counts: () => counted,
  };
}
