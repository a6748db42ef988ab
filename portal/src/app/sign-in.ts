/** Addresses that lead through sign-in and back to where one was, and the way out, which every tab takes. */
import { notifications } from "@mantine/notifications";
import { forgetSent } from "../api/once.ts";
import { NOT_SIGNED_OUT } from "../words/shell.ts";

const SIGNED_OUT = "curfew-signed-out";

export function signInAddress(how: { mfa?: boolean; other?: boolean; to?: string } = {}): string {
  const query = new URLSearchParams({ to: how.to ?? here() });
  if (how.mfa === true) query.set("mfa", "1");
  if (how.other === true) query.set("other", "1");
  return `/auth/sign-in?${query}`;
}

/** Whoever could not be signed out is told so, and nothing that they wrote is gone. */
export async function signOut(): Promise<void> {
  const answer = await fetch("/auth/sign-out", { method: "POST", credentials: "same-origin" }).catch(
    () => null,
  );
  if (answer?.ok !== true) {
    notifications.show({ message: NOT_SIGNED_OUT, color: "red", autoClose: false });
    return;
  }
  forgetSent();
  localStorage.setItem(SIGNED_OUT, String(Date.now()));
  leave();
}

// Said in another tab: what was written in this one was written by whoever has signed out.
addEventListener("storage", ({ key }) => {
  if (key === SIGNED_OUT) leave();
});

function leave(): void {
  sessionStorage.clear();
  location.assign("/");
}

function here(): string {
  return `${location.pathname}${location.search}${location.hash}`;
}
