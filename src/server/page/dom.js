// dom: makes elements. What a provider or a script chose reaches the page as text, here and nowhere else.

export const $ = (query, within = document) => within.querySelector(query);
export const all = (query, within = document) => [...within.querySelectorAll(query)];

const SVG = "http://www.w3.org/2000/svg";

/** element("p.hint", "text") or element("p.hint", {title: "..."}, child, "text", ...); null and "" are left out. */
export function element(name, ...parts) {
  const [tag, ...classes] = name.split("."), made = document.createElement(tag);
  if (classes.length) made.className = classes.join(" ");
  for (const part of parts.flat()) {
    if (part === null || part === undefined || part === "" || part === false) continue;
    if (part instanceof Node || typeof part !== "object") made.append(part);
    else for (const [key, value] of Object.entries(part)) set(made, key, value);
  }
  return made;
}

function set(made, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
  else made.setAttribute(key, value === true ? "" : value);
}

/** An element of SVG with these attributes. */
export function drawn(name, attributes, ...parts) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...parts);
  return made;
}

export const icon = (name) => drawn("svg", { class: "icon", "aria-hidden": "true" }, drawn("use", { href: "#i-" + name }));

/** Text for screen readers alone. */
export const unseen = (text) => element("span.apart", text);

const nameOf = (control) => control.getAttribute("aria-label") ?? control.textContent;

/** Replaces what is in `place`. A control that had the focus has it again, if there still is one of its name. */
export function redraw(place, ...parts) {
  const had = place.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  place.replaceChildren(...parts);
  if (had !== null) all("button, a, select, [tabindex='0']", place).find((one) => nameOf(one) === had)?.focus({ preventScroll: true });
}

/** A button that copies; `what` completes its name: "Copy the id". `label` is what it shows besides its icon. */
export function copier(text, what, label = "") {
  const shown = element("span", label);
  const name = () => ({ "aria-label": `Copy ${what}`, title: `Copy ${what}` });
  const button = element("button.copy" + (label ? "" : ".bare"), { type: "button", ...name() }, icon("copy"), shown);
  button.addEventListener("click", async (event) => {
    event.stopPropagation();
    await write(text);
    button.classList.add("done");
    button.setAttribute("aria-label", "Copied");
    $("use", button).setAttribute("href", "#i-check");
    if (label) shown.textContent = "Copied";
    setTimeout(() => {
      button.classList.remove("done");
      button.setAttribute("aria-label", `Copy ${what}`);
      $("use", button).setAttribute("href", "#i-copy");
      shown.textContent = label;
    }, 2000);
  });
  return button;
}

// A page that came by plain HTTP from another machine has no clipboard of the newer kind.
async function write(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = element("textarea.apart", text), place = document.querySelector("dialog[open]") ?? document.body;
  place.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
