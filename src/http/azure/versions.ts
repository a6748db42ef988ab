/** Versions of Azure's contract that are served: clients name one in every call. */
export const SOLUTIONS = ["2021-07-01", "2020-08-21-preview", "2019-07-01", "2018-06-01"] as const;
export const RESOURCES = [
  "2022-12-01",
  "2022-09-01",
  "2021-04-01",
  "2021-01-01",
  "2020-06-01",
  "2020-01-01",
  "2019-11-01",
] as const;
