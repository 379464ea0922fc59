-- scripts/bundle: what the build makes of the page's files.
local support = require "support.roster"

--- Runs scripts/bundle on a folder with these files. Returns page.js and page_style.h, or nil and what it said.
local function bundle(files)
  local sources, out = support.folder(), support.folder()
  files["page.css"] = files["page.css"] or "p { margin: 0 }\n"
  for name, text in pairs(files) do support.write(sources .. "/" .. name, text) end
  local pipe = io.popen(("%s %s %s 2>&1"):format(support.quoted(support.root .. "/scripts/bundle"), support.quoted(sources), support.quoted(out)))
  local said = pipe:read "a"
  if not pipe:close() then return nil, said end
  return support.read(out .. "/page.js"), support.read(out .. "/page_style.h")
end

local function run(script)
  local path = support.folder() .. "/run.js"
  support.write(path, script)
  local pipe = io.popen("node " .. support.quoted(path) .. " 2>&1")
  local said = pipe:read "a"
  pipe:close()
  return said
end

local ONE = 'export const name = "one";\nexport function greet(whom) {\n  return `hello ${whom}`;\n}\nconst own = 1;\n'

describe("The script of the page", function ()
  it("contains each module once, before those that import it", function ()
    local script = bundle {
      ["page.js"] = 'import { greet } from "./one.js";\nimport { both } from "./two.js";\nconst own = 3;\nconsole.log(greet(both), own);\n',
      ["one.js"] = ONE, ["two.js"] = '// two\nimport { name } from "./one.js";\nconst own = 2;\nexport const both = name + own;\n',
    }
    local _, count = script:gsub("module_one = ", "")
    assert.equal(1, count)
    assert.equal("hello one2 3\n", run(script))
  end)

  it("is refused if a module is written in a way that the build does not know", function ()
    for line, complaint in pairs {
      ['import { nothing } from "./one.js";'] = "page.js:2: one.js exports no nothing", ['import { own } from "./one.js";'] = "page.js:2: one.js exports no own",
      ['import one from "./one.js";'] = "page.js:2: scripts/bundle knows no such import",
      ['import { name as n } from "./one.js";'] = "page.js:2: scripts/bundle knows no such import",
      ['import "./one.js";'] = "page.js:2: scripts/bundle knows no such import", ["export default 1;"] = "page.js:2: scripts/bundle knows no such export",
      ["export let x = 1;"] = "page.js:2: scripts/bundle knows no such export", ['import { x } from "./page.js";'] = "page.js:2: page.js imports itself",
      ['import { x } from "./nowhere.js";'] = "nowhere.js cannot be read",
    } do
      local script, said = bundle { ["page.js"] = "// page\n" .. line .. "\n", ["one.js"] = ONE }
      assert.is_nil(script, line)
      assert.truthy(said:find(complaint, 1, true), said)
    end
  end)

  it("comes with the hash of the style sheet", function ()
    for _, text in ipairs { "", "a { color: red }\n", support.read(support.root .. "/src/server/page/page.css") } do
      local path = support.folder() .. "/text"
      support.write(path, text)
      local pipe = io.popen("openssl dgst -sha256 -binary " .. path .. " | openssl base64 -A")
      local hash = pipe:read "a"
      pipe:close()
      local _, header = bundle { ["page.js"] = "", ["page.css"] = text }
      assert.equal(('#define PAGE_STYLE "sha256-%s"\n'):format(hash), header)
    end
  end)
end)
