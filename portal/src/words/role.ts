/** The roles that every installation has, by the ids that Azure publishes for them. */
export const BUILT_IN_ROLES = [
  { id: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", name: "Owner" },
  { id: "b24988ac-6180-42a0-ab88-20f7382dd24c", name: "Contributor" },
  { id: "acdd72a7-3385-48ef-bd42-f606fba81ae7", name: "Reader" },
  { id: "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", name: "User Access Administrator" },
] as const;
