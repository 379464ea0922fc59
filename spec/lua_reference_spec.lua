-- The reference of the Lua module (src/bindings/lua/roster.lua) says what the module has, and its examples run. #module
local roster = require "roster"
local support = require "support.roster"

local SOURCE = support.read(support.root .. "/src/bindings/lua/roster.lua")
local HEADER = support.read(support.root .. "/include/roster.h"):gsub("/%*.-%*/", "")

--- The documented functions of "roster", "registry" or "snapshot".
local function documented(of)
  local out = {}
  for name in SOURCE:gmatch("\nfunction " .. of .. "[.:]([%w_]+)%(") do out[name] = true end
  return out
end

--- The documented fields of a class, with those of the class that it extends.
local function fields_of(class)
  local out = {}
  local parent, block = SOURCE:match("\n%-%-%-@class roster%." .. class .. "%f[^%w_](:?[^\n]*)\n(.-)\n\n")
  assert(block, class)
  for name in ("\n" .. block):gmatch "\n%-%-%-@field ([%w_]+)" do out[name] = true end
  local more = parent:match "roster%.(%w+)"
  for name in pairs(more and fields_of(more) or {}) do out[name] = true end
  return out
end

local function sorted(set)
  local list = {}
  for name in pairs(set) do list[#list + 1] = name end
  table.sort(list)
  return list
end

local function functions_of(value)
  local out = {}
  for name, what in pairs(type(value) == "table" and value or debug.getmetatable(value).__index) do
    if type(what) == "function" then out[name] = true end
  end
  return out
end

--- Fails for a member of the table that its class does not have.
local function check_members(class, value)
  local known = fields_of(class)
  assert.is_table(value, class)
  for name in pairs(value) do assert.is_true(known[name], class .. " has a member that is not documented: " .. tostring(name)) end
end

describe("The reference of the Lua module #module", function ()
  local registry, snapshot, told

  setup(function ()
    local mocks = support.mock_servers { { name = "acme", protocol = "openai", models = { "dull" } } }
    local model = ('provider "acme" { title = "Acme", protocol = "openai-chat", base_url = "%s", credential = secret "ACME_API_KEY" }\n'):format(mocks.url()) ..
      'model "dull" { provider = "acme", retires = "2030-01-01", price = { input = 1 }, formerly = { "dim" }, tags = { "a" } }'
    told = { sources = {} }
    registry = assert(roster.open {
      config = support.folder(), environment = { ROSTER_MOCK = "yes", ACME_API_KEY = "sk-a-key-0123456789" }, keep_requests = true,
      definitions = { ["acme.lua"] = model }, on_source = function (source) told.sources[#told.sources + 1] = source end,
    })
    assert(registry:refresh { "dull" })
    snapshot = registry:snapshot()
  end)

  teardown(function ()
    snapshot:close()
    registry:close()
    support.stop_all()
  end)

  it("has each function of the module, of a registry and of a snapshot, and no others", function ()
    for name, value in pairs { roster = roster, registry = registry, snapshot = snapshot } do
      assert.same(sorted(functions_of(value)), sorted(documented(name)), name)
    end
  end)

  it("has each field of a model, and no others", function ()
    local known, model = fields_of "Model", snapshot:known "dull"
    for name in pairs(known) do assert.is_true(pcall(function () return model[name] end), name) end
    for one in snapshot:all() do
      for name in pairs(one) do assert.is_true(known[name], name) end
    end
    for name in roster.meta():match("\n%-%-%-@class roster%.model\n(.-)\n\n"):gmatch "@field ([%w_]+)" do
      if pcall(function () return model[name] end) then assert.is_true(known[name], name) end
    end
    for name in support.read(support.root .. "/src/bindings/lua/model.c"):gmatch "\n  FIELD%(([%w_]+)%)" do assert.is_true(known[name], name) end
  end)

  it("has each key of the tables that the module accepts, and no others", function ()
    for class, source in pairs { Options = { "options.c", '\n  { "([%w_]+)", read_' }, Needs = { "selection.c", '\n  { "([%w_]+)", NEED_' } } do
      local there = {}
      for name in support.read(support.root .. "/src/bindings/lua/" .. source[1]):gmatch(source[2]) do there[name] = true end
      assert.same(sorted(there), sorted(fields_of(class)), class)
    end
    local _, wrong = pcall(snapshot.cost, snapshot, "dull", { unheard = 1 })
    assert.truthy(wrong:find("unknown key", 1, true), wrong)
    for name in pairs(fields_of "Usage") do assert(snapshot:cost("dull", { [name] = name == "on" and "2026-12-01" or 0 })) end
  end)

  it("has each member of the tables that the module returns", function ()
    local _, err = snapshot:require "dul"
    check_members("Error", err)
    local _, first, findings = roster.lint { builtin = false, config = "", definitions = { ["a.lua"] = 'model "x" { provider = "y", contxt = 1 }' } }
    check_members("Error", first)
    check_members("Finding", findings[1])
    for _, source in ipairs(told.sources) do check_members("Source", source) end
    for _, one in ipairs(snapshot:providers()) do
      check_members("Provider", one)
      check_members("Credential", one.credential)
    end
    for _, one in ipairs(snapshot:roles()) do check_members("Role", one) end
    for _, one in ipairs(snapshot:retirements()) do check_members("Retirement", one) end
    for _, one in ipairs(snapshot:renames()) do check_members("Rename", one) end
    for _, one in ipairs(snapshot:sources()) do check_members("SourceState", one) end
    check_members("Bill", snapshot:billed())
    check_members("PickCounts", select(2, snapshot:pick()))
    check_members("Cost", snapshot:cost("dull", { input = 1 }))
    check_members("CredentialState", registry:credential_status "acme")
    for model in snapshot:all() do
      if model.price then check_members("Price", model.price) end
      for _, tier in ipairs(model.price_tiers) do check_members("PriceTier", tier) end
      for _, change in ipairs(model.price_changes) do check_members("PriceChange", change) end
      for _, request in ipairs(model.requests) do check_members("SentRequest", request) end
      if model.request then
        check_members("HttpRequest", model.request)
        check_members("KeyPlace", model.request.auth)
      end
      if model.reasoning_budget then check_members("Range", model.reasoning_budget) end
    end
    assert.is_true(#snapshot:known "dull".requests > 0)
  end)

  -- What the module has no function for: memory, which Lua frees, and what C needs in place of tables.
  local WITHOUT = {
    "_free$", "_close$", "^roster_release$", "^roster_transport_curl$", "^roster_transport_curl_threads$", "_count$", "^roster_field_at$", "^roster_origin_field_at$",
    "^roster_each_change$", "^roster_write_models_json$", "^roster_write_pick_json$", "^roster_write_error_json$", "^roster_state_name$", "^roster_reason_name$",
    "^roster_blame_name$", "^roster_auth_name$",
  }
  -- "and its like" in the reference.
  local LIKE = { "^roster_model_", "^roster_service_", "^roster_request_", "^roster_provider_", "^roster_prices?_" }

  it("names each function of the C API that has a counterpart", function ()
    local missing, count = {}, 0
    local function any(list, name)
      for _, pattern in ipairs(list) do
        if name:find(pattern) then return true end
      end
    end
    for name in HEADER:gmatch "ROSTER_API[^;(]-%f[%w_](roster_[%w_]+)%(" do
      count = count + 1
      if not SOURCE:find("%f[%w_]" .. name .. "%f[^%w_]") and not any(WITHOUT, name) and not any(LIKE, name) then missing[#missing + 1] = name end
    end
    assert.is_true(count > 150)
    assert.same({}, missing)
  end)

  it("names no function or type that the C API does not have", function ()
    for names in SOURCE:gmatch "C: (roster_[%w_, ]+)" do
      for name in names:gmatch "roster_[%w_]+" do
        if name ~= "roster_model_NAME" then assert.truthy(HEADER:find("%f[%w_]" .. name .. "%f[^%w_]"), name) end
      end
    end
  end)

  it("has examples that run", function ()
    local examples = SOURCE:gsub("\n%-%-%-? ?", "\n")
    local count = 0
    for code in examples:gmatch "\n```lua\n(.-)\n```" do
      count = count + 1
      local printed = {}
      local function say(...) printed[#printed + 1] = select("#", ...) end
      local world = setmetatable({ registry = registry, snapshot = snapshot, print = say }, { __index = _G })
      world.roster = code:find "require" and nil or roster
      if code:find('require "roster"', 1, true) then
        local function open() return roster.open { config = "", environment = { ROSTER_MOCK = "yes" } } end
        world.require = function () return setmetatable({ open = open }, { __index = roster }) end
      end
      local run = assert(load(code, "=example " .. count, "t", world))
      local good, why = pcall(run)
      assert.is_true(good, code .. "\n" .. tostring(why))
    end
    assert.is_true(count >= 10)
  end)

  it("is the source of docs/lua.md and of the manual page", function ()
    local pipe = io.popen("cd '" .. support.root .. "' && scripts/lua-reference check 2>&1")
    assert.equal("", pipe:read "a")
    pipe:close()
  end)
end)
