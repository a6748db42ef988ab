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
  Mail,
  Package,
  PlusCircle,
  ScrollText,
  Send,
  Server,
  Settings2,
  ShieldCheck,
  SlidersHorizontal,
  Store,
  UserCheck,
  Users,
} from "lucide-react";
import { AREAS as AREA_WORDS, PAGES } from "../words/page.ts";
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
  ...PAGES.home,
  icon: Home,
};
export const REQUEST: Destination = {
  key: "r",
  to: "/request",
  ...PAGES.request,
  icon: PlusCircle,
};
export const APPROVALS: Destination = {
  key: "q",
  to: "/approvals",
  ...PAGES.approvals,
  icon: UserCheck,
  place: "approvals",
  belowIsOpen: true,
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
        ...PAGES.access,
        icon: KeyRound,
      },
      APPROVALS,
    ],
  },
  {
    label: AREA_WORDS.applications,
    destinations: [
      {
        key: "a",
        to: "/applications",
        ...PAGES.applications,
        icon: AppWindow,
        place: "applications",
        belowIsOpen: true,
      },
      {
        key: "c",
        to: "/catalogue",
        ...PAGES.catalogue,
        icon: Store,
        place: "catalogue",
      },
      {
        key: "u",
        to: "/customers",
        ...PAGES.customers,
        icon: Building2,
        place: "customers",
      },
      {
        key: "o",
        to: "/offers",
        ...PAGES.offers,
        icon: Package,
        place: "offers",
      },
    ],
  },
  {
    label: AREA_WORDS.manage,
    destinations: [
      {
        key: "e",
        to: "/manage/eligibilities",
        ...PAGES.eligibilities,
        icon: ShieldCheck,
        place: "manage",
      },
      {
        key: "s",
        to: "/manage/role-settings",
        ...PAGES.roleSettings,
        icon: SlidersHorizontal,
        place: "manage",
      },
      {
        key: "t",
        to: "/manage/tiers",
        ...PAGES.tiers,
        icon: Layers,
        place: "manage",
      },
      {
        key: "p",
        to: "/manage/people",
        ...PAGES.people,
        icon: Users,
        place: "manage",
      },
      {
        key: "y",
        to: "/manage/targets",
        ...PAGES.targets,
        icon: Server,
        place: "manage",
      },
      {
        to: "/manage/bindings",
        ...PAGES.bindings,
        icon: Cable,
        place: "manage",
      },
      {
        to: "/manage/mail",
        ...PAGES.mail,
        icon: Mail,
        place: "manage",
      },
      {
        to: "/manage/exports",
        ...PAGES.exports,
        icon: Send,
        place: "manage",
      },
    ],
  },
  {
    label: AREA_WORDS.oversight,
    destinations: [
      {
        key: "l",
        to: "/audit",
        ...PAGES.audit,
        icon: ScrollText,
        place: "audit",
        belowIsOpen: true,
      },
    ],
  },
];

export const PERSONAL: readonly Destination[] = [
  { to: "/notifications", ...PAGES.notifications, icon: Bell },
  { to: "/history", ...PAGES.history, icon: History },
  {
    to: "/security",
    ...PAGES.security,
    icon: Gauge,
    outside: true,
  },
  { to: "/preferences", ...PAGES.preferences, icon: Settings2 },
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
