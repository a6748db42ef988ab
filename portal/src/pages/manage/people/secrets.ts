/** What this browser makes up for somebody to sign in with: sent once, shown once, kept nowhere. */
import { type ShownSecret, showOnce } from "../../../parts/shown-once.tsx";
import { people, signIn } from "../../../words/administration.ts";

// Nothing that is read for another.
const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";
const GROUP = 5;
const GROUPS = 4;

/** "k7m2p-h3qx9-…": close to a hundred bits, to be read aloud once if it must be. */
export function newPassword(): string {
  const group = () => Array.from({ length: GROUP }, () => LETTERS[fairly(LETTERS.length)]).join("");
  return Array.from({ length: GROUPS }, group).join("-");
}

/** 256 bits, in the letters of base64url. */
export function newClientSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** Each number below `count` as likely as the others. */
function fairly(count: number): number {
  const most = 256 - (256 % count);
  for (;;) {
    const [one = 255] = crypto.getRandomValues(new Uint8Array(1));
    if (one < most) return one % count;
  }
}

export function showPassword(name: string, email: string, password: string): void {
  showOnce({
    title: signIn.onceTitle(name),
    fields: [
      { name: "email", label: people.email, value: email, masked: false, copyable: true },
      { name: "password", label: signIn.passwordLabel, value: password, masked: true, copyable: true },
    ],
    commands: [],
  });
}

export function showClientSecret(name: string, clientId: string, secret: string): void {
  const shown: ShownSecret = {
    title: signIn.onceTitle(name),
    fields: [
      { name: "clientId", label: signIn.clientId, value: clientId, masked: false, copyable: true },
      { name: "clientSecret", label: signIn.clientSecret, value: secret, masked: true, copyable: true },
    ],
    commands: [
      {
        label: "curfew",
        line: `CURFEW_CLIENT_ID='${clientId}' CURFEW_CLIENT_SECRET='${secret}' npx curfew whoami`,
      },
    ],
  };
  showOnce(shown);
}
