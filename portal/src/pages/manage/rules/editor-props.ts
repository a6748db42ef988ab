/** What every field that a rule is written in is given. */
export interface EditorProps<T> {
  readonly label: string;
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly error?: string | null;
}
