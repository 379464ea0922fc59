// latency: how long a provider took at its last checks, as numbers and as a line.
import { drawn, element } from "./dom.js";
import { milliseconds } from "./words.js";

const times = (points) => points.map((point) => point.latency_ms).filter((ms) => ms !== null);

/** Of two in the middle the lower one, as in /api/status. */
function median(list) {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

/** {last, median, most} in milliseconds; null without measurements. */
export function latencyOf(points) {
  const known = times(points ?? []);
  return known.length ? { last: known.at(-1), median: median(known), most: Math.max(...known), count: known.length } : null;
}

/** A line over the checks, which its text describes; null for fewer than two. */
export function latencyLine(points, width = 100, height = 20) {
  const known = times(points ?? []);
  if (known.length < 2) return null;
  const most = Math.max(...known, 1), step = width / (known.length - 1), numbers = latencyOf(points);
  const line = drawn("polyline", { points: known.map((ms, i) => `${i * step},${height - 1 - ((height - 2) * ms) / most}`).join(" "), fill: "none", stroke: "currentColor", "stroke-width": "1.5", "vector-effect": "non-scaling-stroke" });
  const label = `latency of the last ${known.length} checks: ${milliseconds(numbers.last)} now, ${milliseconds(numbers.median)} usually, ${milliseconds(numbers.most)} at most`;
  return drawn("svg", { class: "latency", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", role: "img", "aria-label": label }, line);
}

export function latencyNumbers(points) {
  const numbers = latencyOf(points);
  if (!numbers) return null;
  const pair = (name, ms) => element("div", element("dt", name), element("dd", milliseconds(ms)));
  return element("dl.numbers", pair("last", numbers.last), pair("median", numbers.median), pair("most", numbers.most));
}
