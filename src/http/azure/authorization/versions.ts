/** Versions of Microsoft.Authorization that are served. */
export const PIM = ["2020-10-01", "2020-10-01-preview", "2024-09-01-preview"] as const;
export const APPROVALS = ["2021-01-01-preview"] as const;
export const ROLES = [
  "2022-04-01",
  "2022-05-01-preview",
  "2020-04-01-preview",
  "2018-07-01",
  "2015-07-01",
] as const;
