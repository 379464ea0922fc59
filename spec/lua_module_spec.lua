-- require "roster": the same words as the C API, from Lua. #module
local cjson = require "cjson"
local support = require "support.roster"

describe("The Lua module #module", function ()
  local roster = require "roster"
  local definitions = { ["acme.lua"] = [[
    provider "acme" { title = "Acme", protocol = "openai-chat", base_url = "https://api.acme.example", credential = secret "ACME_API_KEY" }
    model "large" { provider = "acme", api_name = "acme-large-1", context_window = 200 * K, price = { input = 1, output = 2.5 },
      aliases = { "big" }, formerly = { "huge" }, reasoning = true, reasoning_levels = { "low", "high" } }
    model "small" { provider = "acme" }
    role "cheap" { "small" }
  ]] }

  local function open(changes)
    local options = { builtin = false, definitions = definitions, environment = { ACME_API_KEY = "sk-module-0123456789" } }
    for key, value in pairs(changes or {}) do options[key] = value end
    return roster.open(options)
  end

  teardown(support.stop_all)

  it("runs on Lua 5.4", function () assert.equal("Lua 5.4", _VERSION) end)

  it("opens a registry that contacts nobody and knows its models", function ()
    local snapshot = open():snapshot()
    assert.equal(0, snapshot:generation())
    assert.equal(0, #snapshot)
    local ids = {}
    for model in snapshot:all() do ids[#ids + 1] = model.id end
    assert.same({ "large", "small" }, ids)
    assert.is_nil(snapshot:find "large")
    assert.equal("unproven", snapshot:known("large").state)
  end)

  it("gives a model's fields by the names of the document, nil where there is none", function ()
    local model = open():snapshot():known "huge"
    assert.same({ "large", "Acme", "acme", "acme-large-1", "openai-chat", 200000 },
      { model.id, model.provider, model.provider_id, model.api_name, model.protocol, model.context_window })
    assert.same({ input = 1.0, output = 2.5 }, model.price)
    assert.same({ "low", "high" }, model.reasoning_levels)
    assert.same({ { "big" }, { "huge" } }, { model.aliases, model.formerly })
    assert.is_nil(model.max_output_tokens)
    assert.is_nil(model.checked_at)
    assert.equal("https://api.acme.example/v1/chat/completions", model.url)
  end)

  it("refuses fields that do not exist, and changes", function ()
    local model = open():snapshot():known "large"
    assert.error_matches(function () return model.contxt_window end, "a model has no field 'contxt_window'")
    assert.error_matches(function () model.id = "other" end, "a model cannot be changed")
  end)

  it("resolves ids, or says why not with candidates", function ()
    local snapshot = open():snapshot()
    local model, via = snapshot:resolve "big"
    assert.same({ "large", "alias" }, { model.id, via })
    local nothing, err = snapshot:resolve "lagre"
    assert.is_nil(nothing)
    assert.same({ "unknown", { "large" } }, { err.code, err.candidates })
  end)

  it("refreshes over real sockets and keeps old snapshots as they were", function ()
    local standin = support.standin { { name = "acme", protocol = "openai", keys = { "sk-module-0123456789" }, models = { "acme-large-1" } } }
    local moved = { ["acme.lua"] = definitions["acme.lua"]:gsub("https://api.acme.example", standin.url()) }
    local registry <close> = open { definitions = moved }
    local before = registry:snapshot()
    assert.is_true(registry:refresh())
    local after = registry:snapshot()
    assert.same({ 0, 1 }, { #before, #after })
    assert.equal("large", after:default().id)
    assert.equal("prove", after:find("large").stage)
    assert.equal("list", after:find("large").requests[1].stage)
    assert.is_nil(after:role "cheap")
    assert.equal(1, cjson.decode(after:json()).generation)
    assert.equal("not_listed", cjson.decode(after:explain "small").state)
  end)

  it("answers bad definitions with nil and an error that says where", function ()
    local registry, err = open { definitions = { ["x.lua"] = '\nprovider "x" { bse_url = 1 }' } }
    assert.is_nil(registry)
    assert.same({ "definitions", "x.lua", 2 }, { err.code, err.file, err.line })
    assert.truthy(err.message:find("did you mean 'base_url'", 1, true))
  end)

  it("lints with every finding", function ()
    local ok, findings = roster.lint { builtin = false, environment = {}, definitions = definitions }
    assert.same({ true, {} }, { ok, findings })
    local _, err, found = roster.lint { builtin = false, environment = {}, definitions = { ["x.lua"] = "a {}\nb {}" } }
    assert.equal(2, err.count)
    assert.same({ { 1, "unknown word 'a'" }, { 2, "unknown word 'b'" } }, { { found[1].line, found[1].message }, { found[2].line, found[2].message } })
  end)

  it("leaves models out that the host cannot speak to", function ()
    local model = open({ protocols = { "anthropic-messages" } }):snapshot():known "large"
    assert.same({ "disabled", "this host does not speak openai-chat" }, { model.state, model.reason })
  end)

  it("names the key in a request by its variable, never by its value", function ()
    local command = open():request "large"
    assert.truthy(command:find('-H "authorization: Bearer $ACME_API_KEY"', 1, true))
    assert.falsy(command:find("sk-module", 1, true))
  end)

  it("says what is wrong with its options", function ()
    for _, case in ipairs {
      { { levl = "prove" }, "unknown key 'levl'" }, { { level = "all" }, "'level' must be credential, list, prove or generate" },
      { { timeout = -1 }, "'timeout' must be seconds" }, { { definitions = { 1 } }, "'definitions' holds texts by name" },
      { { builtin = "no" }, "'builtin' must be true or false" },
    } do
      assert.error_matches(function () roster.open(case[1]) end, case[2])
    end
  end)

  it("refuses to use what is closed", function ()
    local registry = open()
    local snapshot = registry:snapshot()
    local model = snapshot:known "large"
    registry:close()
    registry:close()
    assert.equal("large", model.id)
    assert.error_matches(function () registry:refresh() end, "the registry is closed")
    snapshot:close()
    assert.error_matches(function () return model.id end, "the snapshot of this model is closed")
    assert.error_matches(function () return #snapshot end, "the snapshot is closed")
  end)
end)
