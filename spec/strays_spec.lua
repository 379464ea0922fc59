-- What lies in a directory of definitions and is not read: named by `roster lint` with what to do, and listed by `roster paths`.
local support = require "support.roster"
local lfs = require "lfs"

local ACME = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }\n'

describe("A directory of definitions", function ()
  it("has a directory in it that is not read, which is a warning, unless it is hidden", function ()
    local config = support.config { ["a.lua"] = ACME }
    assert(lfs.mkdir(config .. "/more") and lfs.mkdir(config .. "/.git"))
    assert.same({ "more: warning: is a directory, and is not read: move its files up into this one, or read it on its own" }, (support.lint(config)))
  end)

  it("has a directory in it that is called like a file, which is an error", function ()
    local config = support.config { ["a.lua"] = ACME }
    assert(lfs.mkdir(config .. "/b.lua"))
    assert.same({ "b.lua: cannot be read: it is a directory: move its files up into the one that it is in" }, (support.lint(config)))
  end)

  it("has a link in it that leads nowhere, which is an error that says where to", function ()
    local config = support.config { ["a.lua"] = ACME }
    assert(lfs.link("models-of-last-year.lua", config .. "/b.lua", true))
    assert.same({ "b.lua: cannot be read: it is a link to models-of-last-year.lua, which is not there" }, (support.lint(config)))
  end)

  it("has nothing in it, which is a warning if it was named", function ()
    local found = support.lint({})
    assert.equal(1, #found)
    assert.truthy(found[1]:find("warning: has no definitions: files in it that end in .lua or .json are read", 1, true), found[1])
  end)

  it("is named by a file of another format, which is an error", function ()
    local file = support.config { ["models.yaml"] = "models: []\n" } .. "/models.yaml"
    for _, words in ipairs { { "lint", "--config", file }, { "models", "--config", file } } do
      local result = support.roster(words)
      assert.truthy((result.out .. result.err):find("is not a file of definitions (option config): these end in .lua or .json", 1, true),
        result.out .. result.err)
    end
  end)

  it("is shown in `roster paths` with what is not read in it, and why", function ()
    local config = support.config { ["a.lua"] = ACME, ["b.yaml"] = "x", ["c.LUA"] = "x", ["d.lua~"] = "x" }
    local result = support.roster({ "paths", "--json" }, { config = config })
    local why = {}
    for _, source in ipairs(result.json().paths) do
      if source.path:find(config, 1, true) == 1 and not source.read then why[source.path:match "[^/]+$"] = source.why end
    end
    assert.same({ ["b.yaml"] = "not read: of another format", ["c.LUA"] = "not read: its ending is not in lower case",
      ["d.lua~"] = "not read: hidden, a backup or a document" }, why)
  end)

  it("is read at a start without a finding about the rest", function ()
    local config = support.config { ["a.lua"] = ACME, ["b.yaml"] = "x" }
    local result = support.roster({ "models", "--offline", "--all" }, { config = config })
    assert.falsy((result.out .. result.err):find("b.yaml", 1, true))
  end)
end)
