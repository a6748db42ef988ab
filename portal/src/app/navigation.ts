/** Every page that has a name in the navigation, and who sees it: one list for menu, phone and palette. */
import {
  AppWindow,
  Bell,
  Building2,
  Cable,
  Gauge,
  History,
  Home,
  KeyRound,
  Layers,
  type LucideIcon,
  Package,
  PlusCircle,
  ScrollText,
  Server,
  Settings2,
  ShieldCheck,
  SlidersHorizontal,
  Store,
  UserCheck,
  Users,
} from "lucide-react";
import type { Me } from "./session.tsx";

export type Place = Me["places"][number];

export interface Destination {
  readonly to: string;
  readonly label: string;
  readonly icon: LucideIcon;
  /** Undefined: everyone. */
  readonly place?: Place;
  /** Of what lies below its address the server says, thing by thing, whose it is to see. */
  readonly belowIsOpen?: true;
  /** Other words that people look for it by. */
  readonly words: string;
  /** The letter that goes there after `g`. */
  readonly key?: string;
  /** Served by sign-in itself, not by this program. */
  readonly outside?: true;
}

interface Area {
  readonly label: string | null;
  readonly destinations: readonly Destination[];
}

export const HOME: Destination = {
  key: "h",
  to: "/",
  label: "Home",
  icon: Home,
  words: "start overview live now",
};
export const REQUEST: Destination = {
  key: "r",
  to: "/request",
  label: "Request access",
  icon: PlusCircle,
  words: "activate elevate pim checkout ask role jit sudo",
};
export const APPROVALS: Destination = {
  key: "q",
  to: "/approvals",
  label: "Approvals",
  icon: UserCheck,
  place: "approvals",
  belowIsOpen: true,
  words: "decide approve deny review requests queue",
};

const AREAS: readonly Area[] = [
  {
    label: null,
    destinations: [
      HOME,
      REQUEST,
      {
        key: "m",
        to: "/access",
        label: "My access",
        icon: KeyRound,
        words: "live scheduled requests ended grants deactivate extend connect",
      },
      APPROVALS,
    ],
  },
  {
    label: "Applications",
    destinations: [
      {
        key: "a",
        to: "/applications",
        label: "Applications",
        icon: AppWindow,
        place: "applications",
        belowIsOpen: true,
        words: "managed applications jit policy configuration standing access consumer",
      },
      {
        key: "c",
        to: "/catalogue",
        label: "Catalogue",
        icon: Store,
        place: "catalogue",
        words: "deploy create marketplace offers of publishers",
      },
      {
        key: "u",
        to: "/customers",
        label: "Customers",
        icon: Building2,
        place: "customers",
        words: "activate publisher consumers applications",
      },
      {
        key: "o",
        to: "/offers",
        label: "Offers",
        icon: Package,
        place: "offers",
        words: "publish package definition",
      },
    ],
  },
  {
    label: "Manage",
    destinations: [
      {
        key: "e",
        to: "/manage/eligibilities",
        label: "Eligibilities",
        icon: ShieldCheck,
        place: "manage",
        words: "assign eligible roles pim",
      },
      {
        key: "s",
        to: "/manage/role-settings",
        label: "Role settings",
        icon: SlidersHorizontal,
        place: "manage",
        words: "policy rules maximum duration approvers timeouts",
      },
      {
        key: "t",
        to: "/manage/tiers",
        label: "Tiers",
        icon: Layers,
        place: "manage",
        words: "templates standard critical low",
      },
      {
        key: "p",
        to: "/manage/people",
        label: "People and groups",
        icon: Users,
        place: "manage",
        words: "users directory members service principals",
      },
      {
        key: "y",
        to: "/manage/targets",
        label: "Targets",
        icon: Server,
        place: "manage",
        words: "health drift systems kinds",
      },
      {
        to: "/manage/bindings",
        label: "Bindings",
        icon: Cable,
        place: "manage",
        words: "entitlements roles become bind",
      },
    ],
  },
  {
    label: "Oversight",
    destinations: [
      {
        key: "l",
        to: "/audit",
        label: "Audit",
        icon: ScrollText,
        place: "audit",
        belowIsOpen: true,
        words: "log history export csv json",
      },
    ],
  },
];

export const PERSONAL: readonly Destination[] = [
  { to: "/notifications", label: "Notifications", icon: Bell, words: "bell unread messages" },
  { to: "/history", label: "My history", icon: History, words: "audit log what I did own entries" },
  {
    to: "/security",
    label: "My security",
    icon: Gauge,
    words: "second factor authenticator recovery codes mfa password",
    outside: true,
  },
  {
    to: "/preferences",
    label: "Preferences",
    icon: Settings2,
    words: "dark light theme colours mail quiet hours digest",
  },
];

/** The areas of one person: the union of what their rights show. */
export function areasOf(me: Me): readonly Area[] {
  return AREAS.map(({ label, destinations }) => ({
    label,
    destinations: destinations.filter(({ place }) => place === undefined || me.places.includes(place)),
  })).filter(({ destinations }) => destinations.length > 0);
}

/** What is not open to this person at an address; null where it is, or where the server says. */
export function closedAt(pathname: string, { places }: Me): { place: Place; label: string } | null {
  const found = AREAS.flatMap(({ destinations }) => destinations).find(
    ({ to, belowIsOpen }) => pathname === to || (!belowIsOpen && pathname.startsWith(`${to}/`)),
  );
  if (found?.place === undefined || places.includes(found.place)) return null;
  return { place: found.place, label: found.label };
}
