/** Where one goes once an answer is here: whoever has gone elsewhere meanwhile is left there. */
import { useLocation, useNavigate } from "react-router";

export function useGoOn(): (to: string, how?: { readonly replace?: boolean }) => void {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  return (to, how = {}) => {
    if (location.pathname === pathname) void navigate(to, how);
  };
}
