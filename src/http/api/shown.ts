/** What is answered: values as the house has them. The shape of the answer writes them, and leaves out what is none of it. */
import { z } from "zod";

export type Shown<S extends z.ZodType> = DeepReadonly<z.output<S>>;

type DeepReadonly<T> = unknown extends T
  ? T
  : T extends string | number | boolean | null | undefined
    ? T
    : T extends readonly (infer E)[]
      ? readonly DeepReadonly<E>[]
      : // What a shape lets through beyond its names is nobody's to declare.
        { readonly [K in keyof T as string extends K ? never : K]: DeepReadonly<T[K]> };

/** A view that has the shape already. */
export function asIs<S extends z.ZodType>(_shape: S): (value: Shown<S>) => Shown<S> {
  return (value) => value;
}

/** As it is sent, for what is kept to be sent again. */
export function written<S extends z.ZodType>(shape: S): (value: Shown<S>) => z.input<S> {
  return (value) => z.encode(shape, value as z.output<S>);
}
