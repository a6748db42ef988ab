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
      {
        // A page that breaks leaves the menu where it is.
        errorElement: <FaultPage />,
        children: [
          { index: true, element: <HomePage /> },
          page(
            "preferences",
            async () => (await import("../pages/preferences/preferences-page.tsx")).PreferencesPage,
          ),
          page("request", async () => (await import("../pages/request/request-page.tsx")).RequestPage),
          page(
            "applications",
            async () => (await import("../pages/applications/applications-page.tsx")).ApplicationsPage,
          ),
          page(
            "applications/:id/:tab?/:part?",
            async () => (await import("../pages/applications/application-page.tsx")).ApplicationPage,
          ),
          page(
            "catalogue",
            async () => (await import("../pages/catalogue/catalogue-page.tsx")).CataloguePage,
          ),
          page(
            "catalogue/:offerId",
            async () => (await import("../pages/catalogue/offer-page.tsx")).OfferPage,
          ),
          page(
            "customers",
            async () => (await import("../pages/customers/customers-page.tsx")).CustomersPage,
          ),
          page(
            "customers/:id/:tab?/:part?",
            async () => (await import("../pages/customers/customer-page.tsx")).CustomerPage,
          ),
          page("offers", async () => (await import("../pages/offers/offers-page.tsx")).OffersPage),
          page("offers/:name/:tab?", async () => (await import("../pages/offers/offer-page.tsx")).OfferPage),
          page("approvals", async () => (await import("../pages/approvals/approvals-page.tsx")).ToDecidePage),
          page(
            "approvals/decided",
            async () => (await import("../pages/approvals/approvals-page.tsx")).DecidedPage,
          ),
          page("approvals/:id", async () => (await import("../pages/approvals/decide-page.tsx")).DecidePage),
          ...["access", "access/scheduled", "access/requests", "access/ended"].map((path) =>
            page(path, async () => (await import("../pages/requests/access-page.tsx")).AccessPage),
          ),
          page("access/:id", async () => (await import("../pages/grants/grant-page.tsx")).GrantPage),
          page("requests/:id", async () => (await import("../pages/requests/request-page.tsx")).RequestPage),
          page(
            "notifications",
            async () => (await import("../pages/notifications/notifications-page.tsx")).NotificationsPage,
          ),
          page("history", async () => (await import("../pages/history/history-page.tsx")).HistoryPage),
          page("people/:objectId", async () => (await import("../pages/people/person-page.tsx")).PersonPage),
          page("places", async () => (await import("../pages/places/place-page.tsx")).PlacePage),
          page("audit", async () => (await import("../pages/audit/audit-page.tsx")).AuditPage),
          page("audit/requests/:id", async () => (await import("../pages/audit/story-page.tsx")).StoryPage),
          {
            path: "manage",
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
              page(
                "people/new/:what",
                async () => (await import("../pages/manage/people/principal-form-page.tsx")).NewPrincipalPage,
              ),
              page(
                "people/:objectId/change",
                async () =>
                  (await import("../pages/manage/people/principal-form-page.tsx")).ChangePrincipalPage,
              ),
              page(
                "targets",
                async () => (await import("../pages/manage/targets/targets-page.tsx")).TargetsPage,
              ),
              page(
                "targets/new",
                async () => (await import("../pages/manage/targets/target-form-page.tsx")).NewTargetPage,
              ),
              page(
                "targets/change/:name",
                async () => (await import("../pages/manage/targets/target-form-page.tsx")).ChangeTargetPage,
              ),
              page("mail", async () => (await import("../pages/manage/mail/mail-page.tsx")).MailPage),
              page(
                "exports",
                async () => (await import("../pages/manage/exports/exports-page.tsx")).ExportsPage,
              ),
              page(
                "exports/new",
                async () => (await import("../pages/manage/exports/export-form-page.tsx")).NewExportPage,
              ),
              page(
                "exports/change/:name",
                async () => (await import("../pages/manage/exports/export-form-page.tsx")).ChangeExportPage,
              ),
              page(
                "bindings",
                async () => (await import("../pages/manage/bindings/bindings-page.tsx")).BindingsPage,
              ),
              page(
                "bindings/new",
                async () => (await import("../pages/manage/bindings/binding-form-page.tsx")).NewBindingPage,
              ),
              page(
                "bindings/change/:name",
                async () =>
                  (await import("../pages/manage/bindings/binding-form-page.tsx")).ChangeBindingPage,
              ),
              { path: "*", element: <UnknownPage /> },
            ],
          },
          { path: "*", element: <UnknownPage /> },
        ],
      },
    ],
  },
]);
