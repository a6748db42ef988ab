/** Every address of the portal. A page is loaded when somebody goes there; Home comes with the frame. */
import type { ComponentType } from "react";
import { createBrowserRouter, type RouteObject } from "react-router";
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
      page("customers", async () => (await import("../pages/customers/customers-page.tsx")).CustomersPage),
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
      { path: "*", element: <UnknownPage /> },
    ],
  },
]);
