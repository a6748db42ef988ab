/** Whether pg_hba.conf lets somebody in without asking for a password, and so past the end of a role (PostgreSQL manual, 20.1). */
export interface HbaRule {
  readonly line: number;
  /** `local`, `host`, `hostssl`, `hostnossl`, `hostgssenc`, `hostnogssenc`. */
  readonly type: string;
  readonly database: readonly string[];
  readonly user: readonly string[];
  readonly address: string | null;
  readonly netmask: string | null;
  readonly method: string;
  readonly options: readonly string[];
}

export interface HbaVerdict {
  /** Lines that let an expired role in, until it is closed. */
  readonly holes: readonly string[];
  /** Lines that may, depending on maps outside PostgreSQL. */
  readonly doubts: readonly string[];
}

// VALID UNTIL is looked at when a password is checked, and never otherwise.
const CHECKS_END = new Set(["scram-sha-256", "md5", "password", "reject"]);

/** `rules` in their order: the first that matches a connection decides it. */
export function judgeHba(rules: readonly HbaRule[]): HbaVerdict {
  const holes: string[] = [];
  const doubts: string[] = [];
  for (const [index, rule] of rules.entries()) {
    if (CHECKS_END.has(rule.method) || !mayMatch(rule)) continue;
    if (rules.slice(0, index).some((earlier) => shadows(earlier, rule))) continue;
    const where = `line ${rule.line} of pg_hba.conf (${rule.type}, ${rule.method})`;
    if (rule.method === "trust") holes.push(where);
    else if (rule.options.some((option) => option.startsWith("map="))) doubts.push(where);
  }
  return { holes, doubts };
}

/** A temporary role can be meant only by a word that stands for many. */
function mayMatch(rule: HbaRule): boolean {
  const many = rule.user.some((user) => user === "all" || user.startsWith("/") || user.startsWith("+"));
  return many && !rule.database.every((database) => database === "replication");
}

function shadows(earlier: HbaRule, rule: HbaRule): boolean {
  if (!earlier.user.includes("all") || !earlier.database.includes("all")) return false;
  if (earlier.type === "local" || rule.type === "local") return earlier.type === rule.type;
  const wider = earlier.type === "host" || earlier.type === rule.type;
  const everywhere = earlier.address === "all";
  return wider && (everywhere || (earlier.address === rule.address && earlier.netmask === rule.netmask));
}
