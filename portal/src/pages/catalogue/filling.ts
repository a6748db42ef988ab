/** A form that is being filled in, as each of its fields sees it. */
import type { ReactNode } from "react";
import type { Json, LiveElement } from "./form.ts";
import type { Faults } from "./form-faults.ts";
import type { Path, Values } from "./form-values.ts";

interface Filling {
  readonly values: Values;
  readonly set: (path: Path, value: Json | undefined) => void;
  readonly faults: Faults;
  readonly confirmed: Readonly<Record<string, string>>;
  readonly confirm: (key: string, typed: string) => void;
  /** What stands where the form has its JIT control. */
  readonly jit: ReactNode;
}

export interface FieldProps {
  readonly element: LiveElement;
  readonly path: Path;
  readonly filling: Filling;
}

export interface FieldsProps extends Omit<FieldProps, "element"> {
  readonly elements: readonly LiveElement[];
}

/** What stands around every kind of field. */
export interface Frame {
  readonly label: string;
  readonly description: string | undefined;
  readonly withAsterisk: boolean;
  readonly error: string | undefined;
}
