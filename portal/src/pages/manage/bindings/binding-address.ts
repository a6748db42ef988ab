/** Where bindings are made and changed. */
export const NEW_BINDING = "/manage/bindings/new";

export function bindingAddress(name: string): string {
  return `/manage/bindings/change/${encodeURIComponent(name)}`;
}
