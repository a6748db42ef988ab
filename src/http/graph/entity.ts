/** Things as Graph shows them: properties, what they lead to when it is expanded, and lists of them as pages. */

import { accept, type Outcome } from "../../domain/rejection.ts";
import { inWords, type Words, withWords } from "../../pim/words.ts";
import { inOrder } from "../../use-cases/views/pages.ts";
import { byName } from "../cursor.ts";
import type { Expansion } from "../odata/expand.ts";
import { type Answer, done } from "../odata/operation.ts";
import { answerList, type Listed, nextLink } from "../odata/page.ts";
import { type Able, type Options, optionsOf } from "./options.ts";
import type { GraphCall } from "./surface.ts";

export interface Entity {
  readonly properties: Readonly<Record<string, unknown>>;
  /** Asked only when it is expanded. */
  readonly navigation?: Readonly<Record<string, () => Promise<Entity | readonly Entity[] | null>>>;
}

export type Shown = Pick<Options, "select" | "expand">;
export const PLAIN: Shown = { select: null, expand: [] };

export async function rendered(entity: Entity, { select, expand }: Shown): Promise<Record<string, unknown>> {
  const shown: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(entity.properties)) {
    if (select === null || name.startsWith("@") || select.includes(name.toLowerCase())) shown[name] = value;
  }
  for (const one of expand) shown[one.name] = await expanded(entity, one);
  return shown;
}

async function expanded(entity: Entity, expansion: Expansion): Promise<unknown> {
  const found = (await entity.navigation?.[expansion.name]?.()) ?? null;
  if (found === null) return null;
  if (!isMany(found)) return rendered(found, expansion);
  const all = [];
  for (const one of found) all.push(await rendered(one, expansion));
  return all;
}

function isMany(found: Entity | readonly Entity[]): found is readonly Entity[] {
  return Array.isArray(found);
}

/** `context` is what it belongs to, such as `roleManagement/directory/roleDefinitions`. */
export async function answerOne(
  call: GraphCall,
  context: string,
  make: (words: Words) => Promise<Entity> | Entity,
  { status = 200, ...shown }: Shown & { readonly status?: number } = PLAIN,
): Promise<Answer> {
  const body = await withWords(call, async (words) => rendered(await make(words), shown));
  return done(status, { "@odata.context": contextOf(call, `${context}/$entity`), ...body });
}

/** One thing as the call's options want it; they are read before it is looked for. */
export async function answerFound<T>(
  call: GraphCall,
  { context, ...able }: Able & { readonly context: string },
  find: () => Promise<Outcome<T>>,
  make: Make<T>,
): Promise<Answer> {
  const options = optionsOf(call, able);
  if (!options.ok) return options;
  const found = await find();
  return found.ok ? answerOne(call, context, (words) => make(found.value, words), options.value) : found;
}

type Make<T> = (one: T, words: Words) => Promise<Entity> | Entity;

export interface EntityList<T> extends Able {
  readonly context: string;
  readonly listed: Listed<T>;
  /** Of one page: what they all need is looked up once. */
  readonly entities: (all: readonly T[]) => Make<T> | Promise<Make<T>>;
}

export async function listOf<T>(
  call: GraphCall,
  { context, listed, entities, ...able }: EntityList<T>,
): Promise<Answer> {
  return answerList(optionsOf(call, able), listed, async ({ items, after }, options) => {
    const make = await entities(items);
    const value = await inWords(call, items, async (words, one) => rendered(await make(one, words), options));
    // Only where the whole list is here is its length known.
    const isWhole = after === null && options.after === undefined;
    return done(200, {
      "@odata.context": contextOf(call, context),
      ...(options.count && isWhole ? { "@odata.count": value.length } : {}),
      ...(after === null ? {} : { "@odata.nextLink": nextLink(call, after) }),
      value,
    });
  });
}

/** Of what belongs to one thing, in its own order. */
export function listOfAll<T>(
  call: GraphCall,
  context: string,
  all: readonly T[],
  entity: (one: T) => Entity,
): Promise<Answer> {
  const source = { all: async () => accept(all), key: inOrder };
  return listOf<T>(call, {
    context,
    fits: byName,
    listed: { source },
    entities: () => entity,
  });
}

function contextOf({ origin, version }: GraphCall, context: string): string {
  return `${origin}/${version}/$metadata#${context}`;
}
