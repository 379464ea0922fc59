// definitions: the files that the server of a soak watches, and what is done to them. Each good edit is a new version, which stands in every one
// of its models, so that a document shows of which version it is, and whether it is a mixture.
import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync, existsSync, unlinkSync } from "node:fs";
import { allModels } from "./world.mjs";

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

function provider(world, id) {
  const at = id === "dead" ? "http://127.0.0.1:1" : world.url;
  const credential = id === "helped" ? `secret { helper = { "${world.helper}" } }` : `secret "${id.toUpperCase()}_API_KEY"`;
  return `provider "${id}" { protocol = "openai-chat", base_url = "${at}/${id}", credential = ${credential}, list_proves = "access" }\n`;
}

export function textOf(world, version) {
  const models = allModels().map((id) => `model "${id}" { provider = "${id.split("-")[0]}", description = "version ${version}" }\n`);
  const extra = `model "extra-${version}" { provider = "p1", api_name = "p1-a", aliases = { "newest" }, description = "version ${version}" }\n`;
  const source = `source "corp" { url = "${world.url}/facts.json", every = 1, timeout = 1, key = "${world.source.key}" }\n`;
  return Object.keys(world.keys).map((id) => provider(world, id)).join("") + models.join("") + extra + source + 'default { "p1-a" }\n';
}

export const idsOf = (version) => [...allModels(), `extra-${version}`].sort();

const BROKEN = [
  "model {", 'model "x" { provider = "nobody" }', "while true do end", 'local x = ("x"):rep(1e9)', 'provider "p1" { base_url = 1 }', "error('no')", "\x1bLua", "\xff\xfe",
];

export function newDefinitions(folder, world, choose) {
  const real = (name) => `${folder}/${name}`;
  let inForce = "a", file = "soak.lua", spare = 0;
  // `version`: of the last good edit. `emptied`: the last one during which no file may have been seen.
  const state = { version: 1, emptied: 0, edits: 0, broken: false, live: `${folder}/live` };
  for (const name of ["a", "b"]) mkdirSync(real(name));
  writeFileSync(`${real("a")}/${file}`, textOf(world, 1));
  symlinkSync("a", state.live);

  const path = () => `${real(inForce)}/${file}`;
  function put(text) {
    writeFileSync(`${folder}/next`, text);
    renameSync(`${folder}/next`, path());
  }
  function next() {
    state.broken = false;
    return textOf(world, ++state.version);
  }
  const mayBeEmpty = () => (state.emptied = state.version);

  const ways = {
    rename: () => put(next()),
    async pieces() {
      const text = next(), third = Math.floor(text.length / 3);
      mayBeEmpty();
      for (const end of [third, 2 * third, text.length]) {
        writeFileSync(path(), text.slice(0, end) + (end < text.length ? '"' : ""));
        await wait(30);
      }
    },
    swap() {
      const other = inForce === "a" ? "b" : "a";
      rmSync(real(other), { recursive: true });
      mkdirSync(real(other));
      file = "soak.lua";
      writeFileSync(`${real(other)}/${file}`, next());
      symlinkSync(other, `${folder}/swap`);
      renameSync(`${folder}/swap`, state.live);
      inForce = other;
    },
    move() {
      mayBeEmpty();
      const from = path();
      file = choose(["soak.lua", "models.lua", "z.lua"]);
      if (existsSync(from)) renameSync(from, path());
    },
    broken() {
      put(textOf(world, state.version + 500000) + choose(BROKEN) + "\n");
      state.broken = true;
    },
    async removed() {
      mayBeEmpty();
      if (existsSync(path())) unlinkSync(path());
      state.broken = true;
      await wait(choose([5, 50, 400]));
    },
    stray() {
      writeFileSync(`${real(inForce)}/${choose([`notes-${spare++ % 3}.txt`, ".#soak.lua", "soak.lua~", "x.swp"])}`, "model {");
    },
  };
  // The definitions in `broken` are a version that must never be seen, for they are refused as a whole.
  state.edit = async (way = choose(["rename", "rename", "pieces", "swap", "move", "broken", "removed", "stray"])) => {
    state.edits++;
    await ways[way]();
  };
  state.mend = () => state.edit("rename");
  state.files = () => readdirSync(state.live);
  return state;
}
