-- `extra` of a model: what a deployer tells hosts, handed on untouched.
local cjson = require "cjson"
local support = require "support.roster"

teardown(support.stop_all)

local PROVIDER = 'provider "acme" { protocol = "openai-chat", base_url = "https://api.acme.test" }\n'

local function block(extra) return ('model "m" { provider = "acme", extra = %s }'):format(extra) end

local function entry(files, options)
  options = options or {}
  local document, result = support.offline(files, { "--no-builtin", env = options.env })
  return support.entry(document, "m"), result.out
end

--- The member `extra` of the document, as it stands there.
local function text(files, options)
  local _, out = entry(files, options)
  return out:match '"id":"m".-"extra":(%b{})'
end

local function lua(extra, options) return text({ ["x.lua"] = PROVIDER .. block(extra) }, options) end
local function findings(extra) return (support.lint { ["x.lua"] = PROVIDER .. block(extra) }) end

describe("The extra and the tags of a provider", function ()
  local words = 'tags = { "eu", "own hardware" }, extra = { b = 1, a = { true } }'

  --- The provider in the document, and in the Lua module.
  local function acme(files)
    local out = support.roster({ "providers", "--offline", "--no-builtin", "--json" }, { config = files }).json().providers
    local snapshot = assert(require "roster".open { config = support.config(files), builtin = false }):snapshot()
    return out[1], snapshot:providers()[1]
  end

  it("are handed to hosts as they are written", function ()
    for _, one in ipairs { acme { ["x.lua"] = PROVIDER:gsub("{", "{ " .. words .. ",", 1) .. 'model "m" { provider = "acme" }' } } do
      assert.same({ { "eu", "own hardware" }, { a = { true }, b = 1 } }, { one.tags, one.extra })
    end
  end)

  it("are empty if none are written", function ()
    for _, one in ipairs { acme { ["x.lua"] = PROVIDER .. 'model "m" { provider = "acme" }' } } do assert.same({ {}, {} }, { one.tags, one.extra }) end
  end)

  it("are amended like a model's: an extra member by member, tags as a whole", function ()
    local one = acme { ["x.json"] = '{"provider":{"acme":{"protocol":"openai-chat","base_url":"https://api.acme.test","tags":["eu"],"extra":{"a":1,"b":2}}}}' }
    assert.same({ { "eu" }, { a = 1, b = 2 } }, { one.tags, one.extra })
    local overlay = 'provider "acme" { tags = { "us" }, extra = { b = none, c = 3 } }'
    local options = { config = support.config { ["x.lua"] = PROVIDER:gsub("{", "{ " .. words .. ",", 1) }, builtin = false, definitions = { ["y.lua"] = overlay } }
    local provider = assert(require "roster".open(options)):snapshot():providers()[1]
    assert.same({ { "us" }, { a = { true }, c = 3 } }, { provider.tags, provider.extra })
  end)

  it("are seen by rules", function ()
    local rule = 'rule "r" (function (model) return refuse(model.provider.tags[2] .. " " .. model.provider.extra.b) end)'
    local document = support.offline({ ["x.lua"] = PROVIDER:gsub("{", "{ " .. words .. ",", 1) .. 'model "m" { provider = "acme" } ' .. rule }, { "--no-builtin" })
    assert.equal("rule 'r' refused it: own hardware 1", support.entry(document, "m").reason)
  end)
end)

describe("The extra of a model", function ()
  it("is an empty object if none is written", function ()
    assert.equal("{}", text { ["x.lua"] = PROVIDER .. 'model "m" { provider = "acme" }' })
    assert.equal("{}", lua "{}")
  end)

  local values = {
    { "{ tool_search = true, off = false }", '{"off":false,"tool_search":true}' },
    { '{ word = "x \\"y\\" \\n \xc3\xa9" }', '{"word":"x \\"y\\" \\n \xc3\xa9"}' },
    { "{ n = 7, big = 9007199254740993, less = -3 }", '{"big":9007199254740993,"less":-3,"n":7}' },
    { "{ part = 0.1, third = 1 / 3, whole = 2.0 }", '{"part":0.1,"third":0.3333333333333333,"whole":2}' },
    { "{ levels = { 1, 'b', { c = true } }, none_yet = list {}, table = {} }", '{"levels":[1,"b",{"c":true}],"none_yet":[],"table":{}}' },
    { '{ ["a key.of-its own"] = { deep = { er = "x" } } }', '{"a key.of-its own":{"deep":{"er":"x"}}}' },
  }
  for _, case in ipairs(values) do
    it("is shown as it is written: " .. case[1], function () assert.equal(case[2], lua(case[1])) end)
  end

  it("may hold the value of a variable", function () assert.equal('{"region":"eu"}', lua('{ region = setting "REGION" }', { env = { REGION = "eu" } })) end)

  it("disables its model if the variable cannot be used", function ()
    local found, out = entry({ ["x.lua"] = PROVIDER .. block '{ region = setting "REGION" }' }, { env = { REGION = "e\127u" } })
    assert.equal("setting_invalid", found.reason_code)
    assert.equal("{}", out:match '"id":"m".-"extra":(%b{})')
  end)

  it("is written in JSON too, where none of it is a word of the language", function ()
    local extra = '{"get":true,"list":[],"more":[1,2.5,{"secret":"NAME"}],"object":{},"secret":"NAME"}'
    assert.equal(extra, text { ["a.lua"] = PROVIDER, ["b.json"] = '{"model":{"m":{"provider":"acme","extra":' .. extra .. "}}}" })
  end)

  it("is inherited and amended member by member, and `none` removes one", function ()
    local parent = 'model "p" { provider = "acme", extra = { a = 1, b = { c = 1 }, d = 1 } }\n'
    local config = { ["x.lua"] = PROVIDER .. parent .. 'model "m" { inherit = "p", extra = { b = { e = 2 }, d = none } }' }
    assert.equal('{"a":1,"b":{"e":2}}', text(config))
  end)

  for name, overlay in pairs { ["later.lua"] = 'model "m" { extra = { b = 2, c = none } }', ["later.json"] = '{"model":{"m":{"extra":{"b":2,"c":null}}}}' } do
    it("is amended member by member by " .. name, function ()
      local config = support.config { ["x.lua"] = PROVIDER .. block "{ a = 1, b = 1, c = 1 }" }
      local options = { config = config, builtin = false, definitions = { [name] = overlay } }
      assert.same({ a = 1, b = 2 }, assert(require "roster".open(options)):snapshot():known "m".extra)
    end)
  end

  local mistakes = {
    { "{ f = function () end }", "'extra.f' is a function, which JSON cannot hold" },
    { "{ n = 0 / 0 }", "'extra.n' is a number that is not finite, which JSON cannot hold" },
    { "{ n = -1 / 0 }", "'extra.n' is a number that is not finite, which JSON cannot hold" },
    { "{ k = secret 'K' }", "'extra.k' is a secret, which JSON cannot hold" },
    { "{ k = { 'a', { b = header 'x' } } }", "'extra.k[2].b' is a way to send a key, which JSON cannot hold" },
    { "{ r = get '/x' }", "'extra.r' is a request, which JSON cannot hold" },
    { "{ l = { 1, nil, 3 } }", "'extra.l' is a list with gaps or named members, which JSON cannot hold" },
    { "{ l = { 1, b = 2 } }", "'extra.l' is a list with gaps or named members, which JSON cannot hold" },
    { "{ l = { [2.5] = 1 } }", "'extra.l' is a table with a key that is not a string, which JSON cannot hold" },
    { "{ s = '\\xff' }", "'extra.s' is a string that is not UTF-8 or contains a NUL byte, which JSON cannot hold" },
    { "{ s = 'a\\0b' }", "'extra.s' is a string that is not UTF-8 or contains a NUL byte, which JSON cannot hold" },
    { "{ a = { b = none } }", "'extra.a.b' is none, which removes only complete members" },
    { "{ s = ('x'):rep(5000) }", "'extra' takes more than 4096 bytes as JSON" },
    { "5", "'extra' must be a table of members that JSON can hold, not the number 5" },
    { "{ 1, 2 }", "'extra' is a list with gaps or named members, which JSON cannot hold" },
  }
  for _, case in ipairs(mistakes) do
    it("is an error at its line: " .. case[1], function () assert.same({ "x.lua:2: model 'm': " .. case[2] }, findings(case[1])) end)
  end

  it("is an error at its line if a table holds itself, or is too deep", function ()
    local found = support.lint { ["x.lua"] = PROVIDER .. 'local t = { a = {} } t.a[1] = t model "m" { provider = "acme", extra = t }\n' ..
      'local deep = {} for _ = 1, 100 do deep = { d = deep } end model "n" { provider = "acme", extra = deep }' }
    assert.equal("x.lua:2: model 'm': 'extra.a[1]' is a table within itself, which JSON cannot hold", found[1])
    assert.truthy(found[2]:find("is a table deeper than 16 others, which JSON cannot hold", 1, true), found[2])
  end)

  it("is seen by rules, by `explain`, and by whoever compares two snapshots", function ()
    local config = { ["x.lua"] = PROVIDER .. block "{ tool_search = true }" ..
      ' rule "r" (function (model) if model.extra.tool_search then return refuse("searches") end end)' }
    assert.equal("rule 'r' refused it: searches", entry(config).reason)
    local out = support.roster({ "explain", "m", "--no-builtin", "--offline" }, { config = config }).out
    assert.truthy(out:find('Extra%s+{"tool_search":true}'), out)
    local before, after
    for i = 1, 2 do
      local options = { config = support.config { ["x.lua"] = PROVIDER .. block(("{ n = %d }"):format(i)) }, builtin = false, level = "credential" }
      local registry = assert(require "roster".open(options))
      assert(registry:refresh())
      before, after = after, registry:snapshot()
    end
    assert.same({ { id = "m", fields = { "extra" } } }, cjson.decode(after:changes(before)).changed)
  end)

  it("comes with the tags that a deployer gave a model, which `explain` shows and a comparison reports", function ()
    local function with(tags) return { ["x.lua"] = PROVIDER .. ('model "m" { provider = "acme", tags = %s }'):format(tags) } end
    local out = support.roster({ "explain", "m", "--no-builtin", "--offline" }, { config = with '{ "eu", "cheap" }' }).out
    assert.truthy(out:find "\nTags +eu, cheap\n", out)
    local snapshots = {}
    for i, tags in ipairs { '{ "eu" }', '{ "us" }' } do
      local registry = assert(require "roster".open { config = support.config(with(tags)), builtin = false, level = "credential" })
      assert(registry:refresh())
      snapshots[i] = registry:snapshot()
    end
    assert.same({ { id = "m", fields = { "tags" } } }, cjson.decode(snapshots[2]:changes(snapshots[1])).changed)
  end)

  it("states for the shipped Claude models, if a source does, whether they accept Anthropic's tool search", function ()
    local document = support.offline({}, { env = {} })
    local said = {}
    for _, one in ipairs(document.unavailable) do said[one.provider_id .. " " .. one.api_name] = one.extra.tool_search end
    for _, name in ipairs { "claude-opus-4-7", "claude-opus-4-6", "claude-sonnet-4-6", "claude-opus-4-5-20251101" } do
      assert.is_true(said["anthropic " .. name], name)
    end
    assert.is_nil(said["anthropic claude-haiku-4-5-20251001"])
    for _, one in ipairs(document.unavailable) do
      if one.provider_id ~= "anthropic" then assert.equal("{}", cjson.encode(one.extra)) end
    end
  end)
end)
