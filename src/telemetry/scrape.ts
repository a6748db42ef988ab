/** What `/metrics` answers, as Prometheus reads it. What the database has to be asked is asked seldom and not waited for long. */
import {
  type Configured,
  type Counts,
  DISTRIBUTIONS,
  type Measure,
  OF_DATABASE,
  OF_PROCESS,
  type Process,
  type Value,
} from "./measures.ts";
import type { Durations } from "./meters.ts";

export interface ScrapeOptions {
  readonly process: Process;
  /** Asks one function of the database; may fail, and may take as long as it likes: it is not waited for. */
  readonly ask: (question: {
    readonly name: string;
    readonly text: string;
    readonly values: readonly unknown[];
  }) => Promise<Counts>;
  readonly configured: Configured;
  /** Rejects when nothing could be decided just now, as `/readyz` says. */
  readonly ready: () => Promise<void>;
  /** However many scrape, the database is asked once in this time; left out: in 5 s. */
  readonly askEveryMs?: number | undefined;
}

const ASK_EVERY_MS = 5_000;
const ANSWERS_WITHIN_MS = 2_500;
/** The loop is watched as seldom as still tells: every look wakes the process. */
const LOOK_AT_LOOP_EVERY_MS = 200;
/** The start need not wait for this. */
const LOAD_AFTER_MS = 2_000;

interface Answers {
  readonly isReady: boolean;
  /** Null where it gave none in time. */
  readonly counts: readonly (Counts | null)[];
  readonly tookS: number;
}

export interface Scrape {
  text(): Promise<string>;
  close(): void;
}

export function createScrape(options: ScrapeOptions): Scrape {
  let asked: { readonly atMs: number; readonly answers: Promise<Answers> } | null = null;
  let node: Promise<{ metrics(): Promise<string> }> | null = null;
  const nodeMetrics = () => (node ??= loadNodeMetrics());
  // The event loop's lateness is measured from then on.
  const timer = setTimeout(nodeMetrics, LOAD_AFTER_MS).unref();
  const ask = oneAtATime(options);
  const answers = (): Promise<Answers> => {
    const now = performance.now();
    if (asked === null || now - asked.atMs >= (options.askEveryMs ?? ASK_EVERY_MS))
      asked = { atMs: now, answers: askAll(ask) };
    return asked.answers;
  };
  return {
    async text() {
      const [{ isReady, counts, tookS }, ofNode] = await Promise.all([
        answers(),
        nodeMetrics().then((register) => register.metrics()),
      ]);
      const isUp = counts.every((one) => one !== null);
      const parts = [
        rendered("up", "1 while this process serves", "gauge", [], 1),
        rendered(
          "database_up",
          "1 where the database answered this scrape in time; 0: what it is asked for is absent",
          "gauge",
          [],
          isUp ? 1 : 0,
        ),
        rendered(
          "database_answer_seconds",
          "how long it took to ask the database for all of this",
          "gauge",
          [],
          tookS,
        ),
        rendered(
          "ready",
          "1 while a decision can be made and stored, as /readyz says",
          "gauge",
          [],
          isReady ? 1 : 0,
        ),
        ...OF_PROCESS.map((measure) => measured(measure, options.process)),
        ...DISTRIBUTIONS.map(({ name, help, label, read }) =>
          distributed(name, help, label, read(options.process)),
        ),
        ...OF_DATABASE.flatMap(({ measures }, index) => {
          const row = counts[index] ?? null;
          return row === null ? [] : measures.map((measure) => measured(measure, row));
        }),
      ];
      return `${parts.join("")}${ofNode}`;
    },
    close: () => clearTimeout(timer),
  };
}

interface Asks {
  readonly ready: () => Promise<true>;
  readonly questions: readonly (() => Promise<Counts>)[];
}

/** What was not answered yet is not asked again: a database in trouble is not given more to do by who watches it. */
function oneAtATime({ ask, ready, configured }: ScrapeOptions): Asks {
  return {
    ready: once(() => ready().then(() => true as const)),
    questions: OF_DATABASE.map(({ name, text, values }) =>
      once(() => ask({ name, text, values: values(configured) })),
    ),
  };
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null;
  return () => {
    running ??= work().finally(() => {
      running = null;
    });
    return running;
  };
}

async function askAll({ ready, questions }: Asks): Promise<Answers> {
  const began = performance.now();
  const [isReady, counts] = await Promise.all([
    inTime(ready()),
    Promise.all(questions.map((question) => inTime(question()))),
  ]);
  return { isReady: isReady === true, counts, tookS: (performance.now() - began) / 1_000 };
}

/** Null for what fails or is late: that it is so is what the scrape tells. */
async function inTime<T>(work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ANSWERS_WITHIN_MS);
  });
  try {
    return await Promise.race([work.catch(() => null), over]);
  } finally {
    clearTimeout(timer);
  }
}

async function loadNodeMetrics() {
  const { collectDefaultMetrics, Registry } = await import("prom-client");
  const register = new Registry();
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: LOOK_AT_LOOP_EVERY_MS });
  return register;
}

function measured<From>({ name, help, type, labels = [], read }: Measure<From>, from: From): string {
  return rendered(name, help, type, labels, read(from));
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
function rendered(
  ...[name, help, type, labels, value]: [string, string, string, readonly string[], Value]
): string {
  if (value === null) return "";
  const values = typeof value === "number" ? [[[], value] as const] : [...value];
  const lines = values.map(([given, one]) => `curfew_${name}${braces(labels, given)} ${one}\n`);
  return `${head(name, help, type)}${lines.join("")}`;
}

function distributed(name: string, help: string, label: string | null, durations: Durations): string {
  const lines = [...durations.read()].flatMap(({ label: of, within, count, sumS }) => {
    const [names, given] = label === null ? [[], []] : [[label], [of]];
    const bucket = (bound: string, so: number) =>
      `curfew_${name}_bucket${braces([...names, "le"], [...given, bound])} ${so}\n`;
    return [
      ...durations.bucketsS.map((bound, index) => bucket(String(bound), within[index] ?? 0)),
      bucket("+Inf", count),
      `curfew_${name}_sum${braces(names, given)} ${sumS}\n`,
      `curfew_${name}_count${braces(names, given)} ${count}\n`,
    ];
  });
  return `${head(name, help, "histogram")}${lines.join("")}`;
}

function head(name: string, help: string, type: string): string {
  return `# HELP curfew_${name} ${help}\n# TYPE curfew_${name} ${type}\n`;
}

function braces(names: readonly string[], values: readonly string[]): string {
  if (names.length === 0) return "";
  return `{${names.map((name, index) => `${name}="${escaped(values[index] ?? "")}"`).join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}
