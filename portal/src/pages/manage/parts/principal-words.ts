/** People, groups and workloads in words. */
const KINDS: Readonly<Record<string, string>> = {
  user: "person",
  group: "group",
  servicePrincipal: "workload",
};

export function kindWords(kind: string): string {
  return KINDS[kind] ?? kind;
}

export function personAddress(objectId: string): string {
  return `/manage/people/${objectId}`;
}

export function peopleWords(count: number): string {
  return count === 1 ? "1 member" : `${count} members`;
}
