-- require "roster": registries that keep themselves current, and the host's own requests. #module
local cjson = require "cjson"
local support = require "support.roster"

local KEY = "sk-live-0123456789"

local function acme(url, models)
  local text = ([[
    provider "acme" { title = "Acme", protocol = "openai-chat", base_url = "%s", credential = secret "ACME_API_KEY" }
    role "cheap" { "small", "large" }
  ]]):format(url)
  for _, id in ipairs(models) do text = text .. ('model "%s" { provider = "acme" }\n'):format(id) end
  return text
end

local function becomes(is) return (pcall(support.eventually, is)) end

--- Whether this process watches anything with inotify; true where there is none, and it looks.
local function watches()
  if os.getenv "PORTABLE" then return true end
  for fd = 0, 255 do
    if (support.read("/proc/self/fdinfo/" .. fd) or ""):find "inotify wd:" then return true end
  end
end

describe("A registry in the Lua module #module", function ()
  local roster = require "roster"
  local mocks, folder

  setup(function ()
    mocks = support.mock_servers { { name = "acme", protocol = "openai", keys = { KEY }, models = { "large", "small", "tiny" } } }
  end)
  teardown(support.stop_all)
  before_each(function () folder = support.config { ["acme.lua"] = acme(mocks.url(), { "large", "small" }) } end)

  local function open(changes)
    local options = { builtin = false, config = folder, environment = { ACME_API_KEY = KEY } }
    for key, value in pairs(changes or {}) do options[key] = value end
    return assert(roster.open(options))
  end

  local function write(models) support.write(folder .. "/acme.lua", acme(mocks.url(), models)) end

  it("reads definitions again when they change, and passes findings on at the next call", function ()
    local found = {}
    local registry = open { on_finding = function (finding) found[#found + 1] = finding.message end }
    assert.is_true(registry:refresh())
    assert.is_true(registry:watch())
    assert.is_true(becomes(watches))
    write { "large", "small", "tiny" }
    assert.is_true(becomes(function () return registry:snapshot():find "tiny" end))
    support.write(folder .. "/acme.lua", 'provider "acme" { bse_url = 1 }')
    assert.is_true(becomes(function () return registry:snapshot():definitions_error() end))
    assert.truthy(table.concat(found, "\n"):find("did you mean 'base_url'?", 1, true))
    registry:close()
  end)

  it("refreshes at an interval", function ()
    local registry = open()
    assert.is_true(registry:refresh_every(0.05))
    assert.is_true(becomes(function () return registry:snapshot():generation() >= 3 end))
    assert.is_true(registry:refresh_every(0))
    assert.has_error(function () registry:refresh_every(-1) end)
    registry:close()
  end)

  it("can be collected as garbage while it watches", function ()
    do
      local registry = open { on_finding = function () end, on_source = function () end }
      registry:watch()
      registry:refresh_every(0.01)
      assert.is_true(becomes(function () return registry:snapshot():generation() > 0 end))
    end
    collectgarbage()
    collectgarbage()
  end)

  it("holds back an edit that loses many models until it is forced", function ()
    local registry = open()
    assert.is_true(registry:refresh())
    write { "tiny" }
    local ok, err = registry:refresh()
    assert.is_nil(ok)
    assert.equal("held", err.code)
    assert.is_true(registry:refresh_forced())
    assert.truthy(registry:snapshot():find "tiny")
  end)

  it("gives snapshots that list what differs between two of them", function ()
    local registry = open()
    local before = registry:snapshot()
    assert.is_true(registry:refresh())
    local after = registry:snapshot()
    assert.same({ "large", "small" }, cjson.decode(after:changes(before)).added)
    assert.same({}, cjson.decode(after:changes(after)).added)
    assert.same({ "large", "small" }, cjson.decode(after:changes()).added)
  end)

  it("gives the headers for a host's own request, and accepts its result", function ()
    local registry = open { environment = { ACME_API_KEY = KEY, LLM_CUSTOM_HEADERS = "X-Team: a", LLM_REQUEST_TAGS = "env=b" } }
    local model = registry:snapshot():known "large"
    assert.same({ authorization = "Bearer " .. KEY, ["X-Team"] = "a", provider = "acme" }, registry:headers(model))
    assert.equal("{}", model.body)
    assert.is_false(registry:report(model, 401))
    assert.has_error(function () registry:headers "large" end)
    local other = open { environment = {} }
    local ok, err = other:headers(other:snapshot():known "large")
    assert.same({ nil, "ACME_API_KEY is not set" }, { ok, err.message })
  end)

  it("gives the model of another registry none of its keys, and takes no result of it", function ()
    local registry, other = open(), open()
    local model = other:snapshot():known "large"
    local ok, err = registry:headers(model)
    assert.is_nil(ok)
    assert.truthy(err.message:find("the service of 'large' belongs to another registry", 1, true))
    assert.has_error(function () registry:report(model, 200) end, "bad argument #1 to 'report' (a model of this registry expected)")
  end)

  it("raises for a string where a number is due, and for a number where a string is due", function ()
    local registry = open()
    local snapshot = registry:snapshot()
    local model = snapshot:known "large"
    for _, wrong in ipairs {
      function () registry:report(model, "401") end,
      function () registry:refresh_every "10" end,
      function () registry:wait_helper(nil, "0") end,
      function () registry:wait "0" end,
      function () snapshot:find(5) end,
      function () snapshot:retirements_json "5" end,
      function () registry:refresh { 5 } end,
      function () registry:update_sources { 5 } end,
      function () registry:note_used(5) end,
      function () snapshot:cost("large", { input = "5" }) end,
    } do assert.has_error(wrong) end
    assert.has_error(function () registry:refresh { "large", 5 } end,
      "bad argument #1 to 'refresh' (item 2: string expected, got number)")
  end)

  it("finds the model of a role for use with another model", function ()
    local registry = open()
    registry:refresh()
    local snapshot = registry:snapshot()
    assert.equal("small", snapshot:role("cheap", snapshot:find "large").id)
    assert.equal("small", snapshot:role("cheap").id)
  end)

  it("runs a credential helper and reports its status", function ()
    local registry = open { environment = { LLM_API_KEY_HELPER = "echo " .. KEY }, helper_wait = 10 }
    assert.equal("idle", registry:snapshot():credential_status())
    assert.is_true(registry:refresh())
    assert.equal("valid", registry:snapshot():credential_status())
    assert.truthy(registry:snapshot():find "large")
  end)

  it("runs a helper that may need a person when the host asks for it, and passes on its output", function ()
    local told, go = {}, folder .. "/go"
    local line = ('echo WDJB-MJHT; while [ ! -e "%s" ]; do sleep 0.02; done; echo %s'):format(go, KEY)
    local registry = open {
      environment = { LLM_API_KEY_HELPER = line, PATH = "/usr/bin:/bin" },
      interactive_helpers = true,
      on_helper = function (event) told[#told + 1] = event end,
    }
    local function code()
      registry:credential_status()
      return told[2]
    end
    assert.is_true(registry:refresh())
    assert.same({ status = "pending", interactive = true, source = "$LLM_API_KEY_HELPER" }, registry:credential_status "acme")
    assert.equal(1, registry:run_helper "acme")
    assert.equal("running", registry:credential_status().status)
    assert.is_true(becomes(code))
    assert.same({ kind = "line", run = 1, old = false, error = false, text = "WDJB-MJHT" }, told[2])
    local ok, err = registry:wait_helper(nil, 0)
    assert.same({ nil, "the credential helper is still running" }, { ok, err.message })
    support.write(go, "")
    assert.is_true(registry:wait_helper())
    local state = registry:credential_status()
    assert.same({ "valid", 0, 1, 20 }, { state.status, state.exit_code, state.run, #state["until"] })
    assert.same({ kind = "valid", run = 1, old = false, error = false, exit_code = 0 }, told[3])
    assert.is_true(becomes(function () return registry:snapshot():find "large" end))
    assert.is_true(registry:invalidate_helper "acme")
    assert.same({ "required", "the credential helper's key was dropped" },
      { registry:credential_status().status, registry:credential_status().problem })
    ok, err = registry:run_helper "acne"
    assert.same({ nil, "no provider has the id 'acne'" }, { ok, err.message })
  end)

  it("keeps the last good result for the next start", function ()
    local cache = support.folder() .. "/cache.json"
    open({ cache_file = cache }):refresh()
    local model = open({ cache_file = cache }):snapshot():find "large"
    assert.is_true(model.usable and model.stale)
  end)
end)
