// words: how numbers, times, states and capabilities are shown.

/** In the order of the letters that page_data.c writes. */
export const CAPABILITIES = [
  { key: "tools", title: "Tools", icon: "tools" },
  { key: "vision", title: "Vision", icon: "vision" },
  { key: "reasoning", title: "Reasoning", icon: "reasoning" },
  { key: "json", title: "JSON schema", icon: "json" },
  { key: "audio", title: "Audio", icon: "audio" },
];

const STATES = { ready: "ready", disabled: "disabled", no_credential: "no key", bad_credential: "key refused", no_access: "no access", no_quota: "no quota",
  not_listed: "not offered", pending: "pending", rate_limited: "rate limited", unreachable: "unreachable", provider_error: "provider error", unproven: "unproven" };

export const stateWords = (state) => STATES[state] ?? state;

/** The colour of a state: good, bad, doubt or quiet. */
export function tone(state) {
  if (state === "ready") return "good";
  if (["bad_credential", "no_access", "no_quota", "not_listed"].includes(state)) return "bad";
  return ["disabled", "no_credential"].includes(state) ? "quiet" : "doubt";
}

const short = (number) => String(Math.round(number * 10) / 10);

/** 1000000 is "1M", 1050000 "1.05M", 200000 "200K": as the command writes them. */
export function tokens(count) {
  if (count === null || count === undefined) return "";
  if (count >= 999_500) return Math.round(count / 10_000) / 100 + "M";
  return count >= 1000 ? Math.round(count / 1000) + "K" : String(count);
}

/** 0.25 is "$0.25", 2 "$2", 2.5 "$2.50". */
export function dollars(price) {
  if (price === null || price === undefined) return "";
  if (price === 0) return "free";
  if (Number.isInteger(price)) return "$" + price;
  return "$" + (Math.round(price * 100) / 100 === price ? price.toFixed(2) : String(Number(price.toPrecision(4))));
}

/** 2.000001 is "$2.000001". */
export const allDollars = (price) => (price === null || price === undefined ? "" : price === 0 ? "free" : "$" + price);

export const milliseconds = (ms) => (ms === null || ms === undefined ? "" : ms < 1 ? "<1 ms" : ms < 1000 ? `${ms} ms` : `${short(ms / 1000)} s`);

/** 4200 is "4,200". By hand, as the times below: the browser's tables of languages take longer to load than the page to draw. */
export const thousands = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, ",");
export const counted = (count, noun) => `${thousands(count)} ${noun}${count === 1 ? "" : "s"}`;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const twoDigits = (number) => String(number).padStart(2, "0");
const HALF_A_DAY_MS = 43_200_000;

/** "14:05" today and for half a day, so that midnight takes nothing away; then "yesterday 14:05"; before that, a day. */
export function moment(time) {
  const then = new Date(time), now = new Date(), clock = `${twoDigits(then.getHours())}:${twoDigits(then.getMinutes())}`;
  if (then.toDateString() === now.toDateString() || Math.abs(now - then) < HALF_A_DAY_MS) return clock;
  if (then.toDateString() === new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1).toDateString()) return `yesterday ${clock}`;
  return `${then.getDate()} ${MONTHS[then.getMonth()]}${then.getFullYear() === now.getFullYear() ? "" : ` ${then.getFullYear()}`}`;
}

/** "in 4 min", "in 30 s", "due". */
export function until(time) {
  const seconds = Math.max(0, Math.round((new Date(time) - Date.now()) / 1000));
  if (seconds < 60) return seconds < 5 ? "due" : `in ${seconds} s`;
  return seconds < 5400 ? `in ${Math.round(seconds / 60)} min` : `in ${Math.round(seconds / 3600)} h`;
}

/** "$OPENAI_API_KEY" is the variable OPENAI_API_KEY. */
export const variableOf = (source) => (source.startsWith("$") ? source.slice(1) : "");
