/** Where an ask leads: to its page, which becomes the access. */
import { notifications } from "@mantine/notifications";
import { useNavigate } from "react-router";
import { serverNow } from "../../api/api.ts";
import { durationMs } from "../../words/duration.ts";
import { type AccessRequest, rolesWords } from "../../words/request.ts";
import { timeWords } from "../../words/time.ts";

export function useAnswered(): (request: AccessRequest) => void {
  const navigate = useNavigate();
  return (request) => {
    notifications.show({ message: answerWords(request, serverNow()), color: "green" });
    navigate(`/requests/${request.id}`);
  };
}

function answerWords(request: AccessRequest, now: number): string {
  const what = `${rolesWords(request)} on ${request.scopeName}`;
  if (request.state !== "approved") return `Sent. ${what} is decided by ${request.ownerName}.`;
  const { startAt, duration } = request.terms;
  if (startAt !== null && Date.parse(startAt) > now)
    return `Scheduled: ${what} from ${timeWords(startAt, now)}.`;
  const endsAt = Date.parse(request.stateAt) + durationMs(duration);
  return `${what} is yours until ${timeWords(endsAt, now)}.`;
}
