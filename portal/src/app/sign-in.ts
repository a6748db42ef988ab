/** Addresses that lead through sign-in and back to where one was. */
export function signInAddress(how: { mfa?: boolean; other?: boolean; to?: string } = {}): string {
  const query = new URLSearchParams({ to: how.to ?? here() });
  if (how.mfa === true) query.set("mfa", "1");
  if (how.other === true) query.set("other", "1");
  return `/auth/sign-in?${query}`;
}

export async function signOut(): Promise<void> {
  await fetch("/auth/sign-out", { method: "POST", credentials: "same-origin" });
  sessionStorage.clear();
  location.assign("/");
}

function here(): string {
  return `${location.pathname}${location.search}${location.hash}`;
}
