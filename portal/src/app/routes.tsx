/** Every address of the portal. A page is loaded when somebody goes there; Home comes with the frame. */
import type { ComponentType } from "react";
import { createBrowserRouter, Navigate, type RouteObject } from "react-router";
import { HomePage } from "../pages/home/home-page.tsx";
import { FaultPage, UnknownPage } from "./fault-page.tsx";
import { Shell } from "./shell.tsx";

type Load = () => Promise<ComponentType>;

const page = (path: string, load: Load): RouteObject => ({
  path,
  lazy: async () => ({ Component: await load() }),
});

export const router = createBrowserRouter([
  {
    element: <Shell />,
    errorElement: <FaultPage />,
    hydrateFallbackElement: <></>,
    children: [
      { index: true, element: <HomePage /> },
      page(
        "preferences",
        async () => (await import("../pages/preferences/preferences-page.tsx")).PreferencesPage,
      ),
      {
        path: "manage",
        lazy: async () => ({ Component: (await import("../pages/manage/manage-frame.tsx")).ManageFrame }),
        children: [
          { index: true, element: <Navigate to="/manage/eligibilities" replace /> },
          page(
            "eligibilities",
            async () =>
              (await import("../pages/manage/eligibilities/eligibilities-page.tsx")).EligibilitiesPage,
          ),
          page(
            "eligibilities/assign",
            async () => (await import("../pages/manage/eligibilities/assign-page.tsx")).AssignPage,
          ),
          page(
            "role-settings",
            async () =>
              (await import("../pages/manage/role-settings/role-settings-page.tsx")).RoleSettingsPage,
          ),
          page(
            "role-settings/edit",
            async () =>
              (await import("../pages/manage/role-settings/edit-settings-page.tsx")).EditSettingsPage,
          ),
          page("tiers", async () => (await import("../pages/manage/tiers/tiers-page.tsx")).TiersPage),
          page(
            "tiers/:name",
            async () => (await import("../pages/manage/tiers/edit-tier-page.tsx")).EditTierPage,
          ),
          page("people", async () => (await import("../pages/manage/people/people-page.tsx")).PeoplePage),
          page(
            "people/:objectId",
            async () => (await import("../pages/manage/people/principal-page.tsx")).PrincipalPage,
          ),
          page("targets", async () => (await import("../pages/manage/targets/targets-page.tsx")).TargetsPage),
          { path: "*", element: <UnknownPage /> },
        ],
      },
      { path: "*", element: <UnknownPage /> },
    ],
  },
]);
