/** Where an ask leads: to its page, which becomes the access. */
import { notifications } from "@mantine/notifications";
import { useNavigate } from "react-router";
import { serverNow } from "../../api/api.ts";
import { answerWords } from "../../words/asking.ts";
import type { AccessRequest } from "../../words/request.ts";

export function useAnswered(): (request: AccessRequest) => void {
  const navigate = useNavigate();
  return (request) => {
    notifications.show({ message: answerWords(request, serverNow()), color: "green" });
    navigate(`/requests/${request.id}`);
  };
}
