// token: the server's token, which changes need. It is kept for as long as the tab is open.
import { $ } from "./dom.js";

export const knownToken = () => $("[name=token]").value || sessionStorage.getItem("token") || "";

/** The answer to a POST; a token that was accepted is kept. */
export async function post(path, token) {
  const answer = await fetch(path, { method: "POST", headers: { authorization: "Bearer " + token } });
  if (answer.ok) sessionStorage.setItem("token", token);
  return answer;
}
