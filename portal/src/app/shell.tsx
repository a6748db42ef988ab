/** What stands around every page: the menu by right, the bell, the palette; on a phone a bar at the bottom. */
import {
  ActionIcon,
  AppShell,
  Badge,
  Box,
  Burger,
  Button,
  Drawer,
  Group,
  Indicator,
  Menu,
  NavLink,
  ScrollArea,
  Text,
  UnstyledButton,
  VisuallyHidden,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Bell, LogOut, MoreHorizontal, Search } from "lucide-react";
import { Suspense, useEffect } from "react";
import { Link, NavLink as RouterLink, ScrollRestoration, useLocation } from "react-router";
import { useLive } from "../api/live.ts";
import { Caution } from "../parts/caution.tsx";
import { Logo } from "../parts/logo.tsx";
import { PageSkeleton } from "../parts/page.tsx";
import { PersonMark } from "../parts/person-mark.tsx";
import { ShownOnce } from "../parts/shown-once.tsx";
import { Told } from "../parts/time.tsx";
import { isApple, pressedWords } from "../words/key.ts";
import { bellWords, unreadWords } from "../words/notification.ts";
import * as words from "../words/shell.ts";
import { Gate } from "./gate.tsx";
import { Keys } from "./key-sheet.tsx";
import { APPROVALS, areasOf, type Destination, HOME, PERSONAL, REQUEST } from "./navigation.ts";
import { openPalette, Palette } from "./palette.tsx";
import { useMe } from "./session.tsx";
import { signInAddress, signOut } from "./sign-in.ts";
import { Toasts } from "./toasts.tsx";
import { TroubleLine } from "./trouble-line.tsx";

const HEADER = 56;
const BOTTOM = 60;

export function Shell() {
  useLive();
  const [menuOpen, menu] = useDisclosure(false);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: whichever page comes, the menu gives way to it
  useEffect(() => menu.close(), [pathname]);
  return (
    <AppShell
      header={{ height: HEADER }}
      navbar={{ width: 248, breakpoint: "sm", collapsed: { mobile: true } }}
      footer={{ height: { base: BOTTOM, sm: 0 } }}
      padding={{ base: "md", sm: "lg" }}
    >
      <a href="#content" className="skip-link">
        {words.SKIP}
      </a>
      <AppShell.Header>
        <Header menuOpen={menuOpen} toggleMenu={menu.toggle} />
      </AppShell.Header>
      <AppShell.Navbar p="sm" aria-label={words.MAIN_MENU}>
        <ScrollArea flex={1} mih={0}>
          <MenuItems />
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <RestoredNote />
        <TroubleLine />
        <Suspense fallback={<PageSkeleton />}>
          <Gate />
        </Suspense>
      </AppShell.Main>
      <AppShell.Footer hiddenFrom="sm">
        <BottomBar more={menu.open} />
      </AppShell.Footer>
      <Drawer opened={menuOpen} onClose={menu.close} title={words.EVERYTHING} size="xs" hiddenFrom="sm">
        <nav aria-label={words.EVERYTHING}>
          <MenuItems />
        </nav>
      </Drawer>
      <Palette />
      <Keys />
      <Toasts />
      <ShownOnce />
      <ScrollRestoration />
    </AppShell>
  );
}

function Header({ menuOpen, toggleMenu }: { menuOpen: boolean; toggleMenu: () => void }) {
  const { counts, principal } = useMe();
  return (
    <Group h="100%" px="md" justify="space-between" wrap="nowrap">
      <Group gap="sm" wrap="nowrap">
        <Burger
          opened={menuOpen}
          onClick={toggleMenu}
          hiddenFrom="sm"
          size="sm"
          aria-label={words.EVERYTHING}
        />
        <Link to="/" className="plain-link" aria-label={words.homeWords(principal.tenantName)}>
          <Logo tenant={principal.tenantName} />
        </Link>
      </Group>
      <Group gap="xs" wrap="nowrap">
        <Button
          variant="default"
          size="sm"
          leftSection={<Search size={16} aria-hidden="true" />}
          onClick={openPalette}
          visibleFrom="sm"
        >
          {words.FIND}
          <Text component="span" size="xs" c="dimmed" ml="sm">
            {pressedWords("mod+K", isApple()).join(" ")}
          </Text>
        </Button>
        <ActionIcon variant="subtle" size="lg" onClick={openPalette} hiddenFrom="sm" aria-label={words.FIND}>
          <Search size={20} aria-hidden="true" />
        </ActionIcon>
        <Indicator
          label={unreadWords(counts.unread)}
          size={16}
          disabled={counts.unread === 0}
          color="red.8"
          offset={4}
        >
          <ActionIcon
            component={Link}
            to="/notifications"
            variant="subtle"
            size="lg"
            aria-label={bellWords(counts.unread)}
          >
            <Bell size={20} aria-hidden="true" />
          </ActionIcon>
        </Indicator>
        <PersonMenu />
      </Group>
    </Group>
  );
}

function PersonMenu() {
  const { principal } = useMe();
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <UnstyledButton className="person-button" aria-label={words.ownMenuWords(principal.displayName)}>
          <PersonMark person={principal} />
          <Text component="span" size="sm" fw={600} visibleFrom="md" lineClamp={1} maw="14rem">
            {principal.displayName}
          </Text>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Box px="sm" py="xs">
          <Text fw={600}>{principal.displayName}</Text>
          <Text size="sm" c="dimmed">
            {principal.tenantName}
          </Text>
        </Box>
        <Menu.Divider />
        {PERSONAL.map(({ to, label, icon: Icon, outside }) =>
          outside ? (
            <Menu.Item key={to} component="a" href={to} leftSection={<Icon size={16} aria-hidden="true" />}>
              {label}
            </Menu.Item>
          ) : (
            <Menu.Item key={to} component={Link} to={to} leftSection={<Icon size={16} aria-hidden="true" />}>
              {label}
            </Menu.Item>
          ),
        )}
        <Menu.Divider />
        <Menu.Item component="a" href={signInAddress({ other: true, to: "/" })}>
          {words.SWITCH_ACCOUNT}
        </Menu.Item>
        <Menu.Item leftSection={<LogOut size={16} aria-hidden="true" />} onClick={() => void signOut()}>
          {words.SIGN_OUT}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function MenuItems() {
  const me = useMe();
  return areasOf(me).map(({ label, destinations }) => (
    <Box key={label ?? "everyone"} mb="md">
      {label === null ? null : (
        <Text size="xs" fw={700} c="dimmed" px="sm" pb={4} tt="uppercase" lts={0.5}>
          {label}
        </Text>
      )}
      {destinations.map((destination) => (
        <MenuItem
          key={destination.to}
          {...destination}
          waiting={destination === APPROVALS ? me.counts.toDecide : 0}
        />
      ))}
    </Box>
  ));
}

function MenuItem({ to, label, icon: Icon, waiting }: Destination & { waiting: number }) {
  const { pathname } = useLocation();
  const here = to === "/" ? pathname === "/" : pathname === to || pathname.startsWith(`${to}/`);
  return (
    <NavLink
      component={RouterLink}
      to={to}
      end={to === "/"}
      label={label}
      active={here}
      leftSection={<Icon size={18} aria-hidden="true" />}
      rightSection={waiting === 0 ? null : <Waiting count={waiting} />}
    />
  );
}

function Waiting({ count }: { count: number }) {
  return (
    <Badge size="sm" variant="filled" color="red.8" className="steady">
      {unreadWords(count)}
      <VisuallyHidden> {words.TO_DECIDE}</VisuallyHidden>
    </Badge>
  );
}

function BottomBar({ more }: { more: () => void }) {
  const me = useMe();
  const shown = [HOME, REQUEST, ...(me.places.includes("approvals") ? [APPROVALS] : [])];
  return (
    <Group component="nav" gap={0} className="bottom-nav" aria-label={words.MOST_USED} wrap="nowrap">
      {shown.map(({ to, label, icon: Icon }) => (
        <RouterLink key={to} to={to} end={to === "/"}>
          <Indicator
            label={unreadWords(me.counts.toDecide)}
            size={16}
            disabled={to !== "/approvals" || me.counts.toDecide === 0}
            color="red.8"
          >
            <Icon size={20} aria-hidden="true" />
          </Indicator>
          {label.split(" ")[0]}
        </RouterLink>
      ))}
      <button type="button" onClick={more}>
        <MoreHorizontal size={20} aria-hidden="true" />
        {words.MORE}
      </button>
    </Group>
  );
}

function RestoredNote() {
  const { restored, rights } = useMe();
  if (restored === null) return null;
  return (
    <Box role="status" mb="md">
      <Caution title={words.RESTORED_TITLE}>
        <Text size="sm">
          <Told>{words.restoredWords(restored)}</Told>
        </Text>
        {rights.includes("operator") ? (
          <Text size="sm">
            {words.CONFIRM_RESTORE} <code>curfew restore confirm --because …</code>
          </Text>
        ) : null}
      </Caution>
    </Box>
  );
}
