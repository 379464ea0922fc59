// snippets: the request to a model in four languages, made from /api/request/ID. A key is read where the program runs: from a variable, a
// file or a helper, and never written out.
import { copier, element } from "./dom.js";

const quote = (text) => JSON.stringify(text);

// ---- where a value comes from, in each language ----

const shell = (text) => "'" + text.replaceAll("'", "'\\''") + "'";
const helperLine = (from) => from.helper.map(shell).join(" ");

const PYTHON = {
  variable: (name) => `os.environ[${quote(name)}]`,
  file_variable: (name) => `open(os.environ[${quote(name)}]).read().strip()`,
  file: (path) => `open(${quote(path)}).read().strip()`,
  helper: (_, from) => `subprocess.check_output(${quote(helperLine(from))}, shell=True, text=True).strip()`,
  helper_variable: (name) => `subprocess.check_output(os.environ[${quote(name)}], shell=True, text=True).strip()`,
};
const TYPESCRIPT = {
  variable: (name) => `process.env[${quote(name)}]`,
  file_variable: (name) => `readFileSync(process.env[${quote(name)}]!, "utf8").trim()`,
  file: (path) => `readFileSync(${quote(path)}, "utf8").trim()`,
  helper: (_, from) => `execSync(${quote(helperLine(from))}, { encoding: "utf8" }).trim()`,
  helper_variable: (name) => `execSync(process.env[${quote(name)}]!, { encoding: "utf8" }).trim()`,
};
const LUA = {
  variable: (name) => `assert(os.getenv ${quote(name)}, "${name} is not set")`,
  file_variable: (name) => `assert(io.open(os.getenv ${quote(name)})):read "l"`,
  file: (path) => `assert(io.open ${luaString(path)}):read "l"`,
  helper: (_, from) => `assert(io.popen(${luaString(helperLine(from))})):read "l"`,
  helper_variable: (name) => `assert(io.popen(os.getenv ${quote(name)})):read "l"`,
};

/** The expression for a secret in a language; null where nobody knows where it is. */
function reader(language, from) {
  const kind = ["variable", "file_variable", "file", "helper", "helper_variable"].find((one) => from[one]);
  if (!kind) return null;
  if (kind === "variable" && from.variable.startsWith("/")) return language.file(from.variable);
  return language[kind](from[kind], from);
}

/** The headers with a secret: {header, scheme, from}. */
function secrets(request) {
  const auth = request.auth.in === "header" ? [{ ...request.auth, header: request.auth.header, scheme: request.auth.scheme }] : [];
  return [...auth, ...(request.secret_headers ?? [])];
}

// ---- Python ----

function pythonValue(value, indent) {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return quote(value);
  const inner = indent + "    ", list = Array.isArray(value);
  const parts = list ? value.map((one) => pythonValue(one, inner)) : Object.entries(value).map(([key, one]) => `${quote(key)}: ${pythonValue(one, inner)}`);
  if (!parts.length) return list ? "[]" : "{}";
  const [open, shut] = list ? "[]" : "{}", line = open + parts.join(", ") + shut;
  return line.length + indent.length < 88 && !line.includes("\n") ? line : `${open}\n${parts.map((part) => inner + part).join(",\n")},\n${indent}${shut}`;
}

function python(request) {
  const keys = secrets(request).map((one) => ({ ...one, read: reader(PYTHON, one) }));
  const headers = [...Object.entries(request.headers).map(([name, value]) => `${quote(name)}: ${quote(value)}`),
    ...keys.map((one) => `${quote(one.header)}: ${one.scheme ? `${quote(one.scheme + " ")} + ` : ""}${one.read ?? '"KEY"'}`)];
  const modules = ["json", ...(/os\.environ/.test(headers) ? ["os"] : []), ...(/subprocess/.test(headers) ? ["subprocess"] : []), "urllib.request"];
  return `import ${modules.join("\nimport ")}\n\nrequest = urllib.request.Request(\n    ${quote(request.url)},\n    method=${quote(request.method)},\n    headers={\n${headers.map((one) => `        ${one},\n`).join("")}    },\n    data=json.dumps(${pythonValue(request.body ?? {}, "    ")}).encode(),\n)\nwith urllib.request.urlopen(request) as response:\n    print(response.read().decode())\n`;
}

// ---- TypeScript ----

function typescript(request) {
  const keys = secrets(request).map((one) => ({ ...one, read: reader(TYPESCRIPT, one) }));
  const headers = [...Object.entries(request.headers).map(([name, value]) => `${quote(name)}: ${quote(value)}`),
    ...keys.map((one) => `${quote(one.header)}: \`${one.scheme ? one.scheme + " " : ""}\${${one.read ?? '"KEY"'}}\``)];
  const imports = [/readFileSync/.test(headers) && 'import { readFileSync } from "node:fs";\n', /execSync/.test(headers) && 'import { execSync } from "node:child_process";\n'].filter(Boolean).join("");
  const body = JSON.stringify(request.body ?? {}, null, 2).replaceAll("\n", "\n  ");
  return `${imports}${imports && "\n"}const response = await fetch(${quote(request.url)}, {\n  method: ${quote(request.method)},\n  headers: {\n${headers.map((one) => `    ${one},\n`).join("")}  },\n  body: JSON.stringify(${body}),\n});\nconsole.log(await response.text());\n`;
}

// ---- Lua: curl sends it, and gets the key through a pipe ----

function luaString(text) {
  let level = "";
  while (text.includes(`]${level}]`) || text.endsWith("]" + level)) level += "=";
  return /["\\\n]/.test(text) ? `[${level}[${text.startsWith("\n") ? "\n" : ""}${text}]${level}]` : `"${text}"`;
}

const configLine = (name, text) => `${name} = ${quote(text)}`; // a string of curl's has the escapes of JSON's that occur here

function lua(request) {
  const lines = [configLine("url", request.url), configLine("request", request.method), ...Object.entries(request.headers).map(([name, value]) => configLine("header", `${name}: ${value}`)),
    configLine("data-raw", JSON.stringify(request.body ?? {}))];
  const keys = secrets(request).map((one, i) => ({ ...one, name: i ? `key_${i + 1}` : "key", read: reader(LUA, one) ?? '"KEY"' }));
  const more = keys.map((one) => `curl:write('header = "${one.header}: ${one.scheme ? one.scheme + " " : ""}', ${one.name}, '"\\n')\n`);
  if (request.auth.in === "aws_sigv4") {
    keys.push({ name: "key", read: reader(LUA, request.auth) ?? '"KEY"' }, { name: "id", read: reader(LUA, { variable: request.auth.key_id }) ?? '"KEY ID"' });
    lines.push(configLine("aws-sigv4", `aws:amz:${request.auth.region}:${request.auth.service}`));
    more.push(`curl:write('user = "', id, ":", key, '"\\n')\n`);
    const token = request.auth.token && reader(LUA, { variable: request.auth.token });
    if (token) more.push(`curl:write('header = "x-amz-security-token: ', ${token}, '"\\n')\n`);
  }
  return `-- curl sends the request. The key goes through a pipe, not through its arguments.\n${keys.map((one) => `local ${one.name} = ${one.read}\n`).join("")}local curl = assert(io.popen("curl --silent --show-error --config -", "w"))\ncurl:write ${luaString(lines.join("\n") + "\n")}\n${more.join("")}assert(curl:close())\n`;
}

// ---- all of them ----

const AWS = "AWS signs this request: see the curl command, or use the SDK of AWS.";

/** [{name, text}]; `note` instead of a text where there is none. */
export function snippetsOf(request) {
  const signed = request.auth.in === "aws_sigv4";
  return [{ name: "curl", text: request.command.trim() + "\n" }, { name: "Python", ...(signed ? { note: AWS } : { text: python(request) }) },
    { name: "TypeScript", ...(signed ? { note: AWS } : { text: typescript(request) }) }, { name: "Lua", text: lua(request) }];
}

let chosen = "curl";

/** Tabs over the snippets. */
export function snippetTabs(request) {
  const list = snippetsOf(request), panel = element("div.code", { role: "tabpanel", id: "snippet", tabindex: "0" });
  const tabs = list.map((one) => element("button", { type: "button", role: "tab", id: `tab-${one.name}`, "aria-controls": "snippet", onclick: () => show(one.name) }, one.name));
  const show = (name, focus) => {
    const one = list.find((other) => other.name === name) ?? list[0];
    chosen = one.name;
    for (const tab of tabs) {
      const on = tab.textContent === one.name;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      if (on && focus) tab.focus();
    }
    panel.setAttribute("aria-labelledby", `tab-${one.name}`);
    panel.replaceChildren(...(one.text ? [copier(one.text, `the request in ${one.name}`, "Copy"), element("pre", element("code", one.text))] : [element("p.quiet", one.note)]));
  };
  const bar = element("div.tabs", { role: "tablist", "aria-label": "Language" }, tabs);
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    show(list[(list.findIndex((one) => one.name === chosen) + step + list.length) % list.length].name, true);
  });
  show(chosen);
  return [bar, panel];
}
