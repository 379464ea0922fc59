-- What Prometheus reads from /metrics, and what is made of it: the alert rules and the dashboard in dist/.
local cjson = require "cjson"
local serving = require "support.serving"
local support = require "support.roster"

local TOKEN = "a-token-for-specs-0123456789"
local STATES = { "ready", "disabled", "no_credential", "bad_credential", "no_access", "no_quota", "not_listed", "pending", "rate_limited",
  "unreachable", "provider_error", "unproven" }

--- A scrape as a list of families, each { type, samples = { { name, labels, value } } }, and as functions that find a value and all values.
local function parse(text)
  local families, order, family = {}, {}, nil
  for line in text:gmatch "[^\n]+" do
    local name, help = line:match "^# HELP (%S+) (.+)$"
    if name then
      assert.is_nil(families[name], name .. " is described twice")
      family = { name = name, help = help, samples = {} }
      families[name], order[#order + 1] = family, family
    elseif line:sub(1, 7) == "# TYPE " then
      family.type = line:match("^# TYPE " .. family.name .. " (%l+)$")
    else
      local sample, rest = line:match "^([%a_][%w_]*)(.*)$"
      local labels, value = {}, rest:match " (%S+)$"
      for label, text_of in rest:gsub('\\\\"', "\0"):gmatch '([%a_]+)="([^"]*)"' do labels[label] = text_of:gsub("%z", '"') end
      family.samples[#family.samples + 1] = { name = sample, labels = labels, value = tonumber(value) or value, line = line }
    end
  end
  local function matching(name, labels)
    local list = {}
    for _, f in ipairs(order) do
      for _, s in ipairs(f.samples) do
        local same = s.name == name
        for label, value in pairs(labels or {}) do same = same and s.labels[label] == value end
        if same then list[#list + 1] = s.value end
      end
    end
    return list
  end
  return order, function (name, labels) return matching(name, labels)[1] end, matching
end

local function scrape(server) return parse(server.get "/metrics".body) end

local function sum(server, name, labels)
  local total, _, _, matching = 0, scrape(server)
  for _, value in ipairs(matching(name, labels)) do total = total + value end
  return total
end

local function parts()
  return {
    { "acme", protocol = "openai-chat", fields = 'list_proves = "access",',
      models = { { "acme-large", 'retires = "2031-05-01",' }, { "acme-old", 'retires = "2021-02", api_name = "gone",' } }, server = { models = { "acme-large" } } },
    { "wrong", protocol = "openai-chat", fields = 'list_proves = "access",', models = { "wrong-1" }, server = { keys = { "another-key" } } },
    { "idle", protocol = "openai-chat", key = false, models = { { "idle-1", 'retires = "2031-05-01",' } } },
  }
end

local function serve(options)
  options = options or {}
  local made = support.scene(options.parts or parts(), { text = options.text })
  local env = { ROSTER_TOKEN = TOKEN }
  for name, value in pairs(made.options.env) do env[name] = value end
  local server = serving.start { env = env, config = made.options.config, words = { "--no-builtin", table.unpack(options.words or {}) } }
  return server.settle(), made
end

describe("The /metrics endpoint", function ()
  local server, made
  setup(function () server, made = serve() end)
  teardown(serving.stop_all)

  it("has a series for every state of every provider, so that one at zero can be compared with zero", function ()
    local _, find = scrape(server)
    for _, provider in ipairs { "acme", "wrong", "idle" } do
      for _, state in ipairs(STATES) do assert.is_number(find("roster_models", { provider = provider, state = state }), provider .. " " .. state) end
    end
    assert.equal(1, find("roster_models", { provider = "acme", state = "ready" }))
    assert.equal(0, find("roster_models", { provider = "wrong", state = "ready" }))
    assert.equal(1, find("roster_models", { provider = "wrong", state = "bad_credential" }))
    assert.equal(1, find "roster_models_ready")
    assert.truthy(server.get "/metrics".body:find("# HELP roster_models_ready Chat models that can be used now.\n", 1, true))
  end)

  it("has all of its series from the first response on, before any provider was asked", function ()
    local part = { "acme", protocol = "openai-chat", models = { "acme-large" }, server = { delay_ms = 60000 } }
    local scene = support.scene({ part }, {})
    local early = serving.start { env = scene.options.env, config = scene.options.config, words = { "--no-builtin" } }
    local function names(families)
      local list = {}
      for _, family in ipairs(families) do
        if family.name ~= "roster_model_retirement_timestamp_seconds" then list[#list + 1] = family.name end
        local of_sources = family.name:match "^roster_source_" -- whose blocks are left out here
        if family.name ~= "roster_model_retirement_timestamp_seconds" and not of_sources then assert.truthy(#family.samples > 0, family.name) end
      end
      return list
    end
    local families, find = scrape(early)
    assert.same(names((scrape(server))), names(families))
    assert.equal(0, find "roster_last_refresh_success_timestamp_seconds")
    assert.equal(0, find("roster_provider_success_timestamp_seconds", { provider = "acme" }))
    assert.equal(0, find("roster_provider_requests_total", { provider = "acme", gateway = "", outcome = "bad_credential" }))
    assert.equal("NaN", find("roster_check_latency_seconds", { provider = "acme" }))
    early.stop "KILL"
  end)

  it("gives points in time and not ages", function ()
    local families, find = scrape(server)
    for _, family in ipairs(families) do assert.is_nil(family.name:match "_age_" or family.name:match "_since_", family.name) end
    local now = os.time()
    for _, value in ipairs { find "roster_last_refresh_success_timestamp_seconds", find("roster_provider_success_timestamp_seconds", { provider = "acme" }) } do
      assert.truthy(value > now - 600 and value <= now + 1, value)
    end
    assert.equal(0, find("roster_provider_success_timestamp_seconds", { provider = "wrong" }))
  end)

  it("counts requests by provider and outcome, and the counts are those of the provider", function ()
    local _, find = scrape(server)
    local count = sum(server, "roster_provider_requests_total", { provider = "wrong" })
    assert.equal(#made.requests "wrong", count)
    assert.equal(count, find("roster_provider_requests_total", { provider = "wrong", outcome = "bad_credential" }))
    assert.equal(count, find("roster_provider_request_duration_seconds_count", { provider = "wrong" }))
    assert.equal(0, find("roster_provider_request_duration_seconds_count", { provider = "idle" }))
  end)

  it("counts refreshes by outcome and measures how long they took", function ()
    local function of(outcome) return select(2, scrape(server))("roster_refreshes_total", { outcome = outcome }) end
    local before = of "ok"
    assert.equal(200, server.refresh(TOKEN).status)
    assert.equal(before + 1, of "ok")
    local broken = of "definitions"
    support.write(server.config .. "/bad.lua", "provider {")
    serving.eventually(function () return of "definitions" > broken end, "a broken edit")
    local _, find = scrape(server)
    assert.equal(1, find "roster_definitions_broken")
    assert.truthy(find("roster_reloads_total", { result = "bad" }) >= 1)
    os.remove(server.config .. "/bad.lua")
    serving.eventually(function () return select(2, scrape(server)) "roster_definitions_broken" == 0 end, "mended")
    assert.equal(sum(server, "roster_refreshes_total"), sum(server, "roster_refresh_duration_seconds_count"))
  end)

  it("has histograms whose buckets grow and end with the count", function ()
    local seen = 0
    for _, family in ipairs((scrape(server))) do
      if family.type == "histogram" then
        seen = seen + 1
        assert.truthy(family.name:match "_seconds$", family.name)
        local last, bound
        for _, sample in ipairs(family.samples) do
          local kind = sample.name:sub(#family.name + 1)
          if kind == "_bucket" then
            local le = sample.labels.le == "+Inf" and math.huge or tonumber(sample.labels.le)
            if bound then assert.truthy(le > bound and sample.value >= last, sample.line) end
            bound, last = le, sample.value
          elseif kind == "_count" then
            assert.equal(math.huge, bound)
            assert.equal(last, sample.value)
            bound, last = nil, nil
          else
            assert.equal("_sum", kind)
          end
        end
      end
    end
    assert.equal(2, seen)
  end)

  it("has the retirement of each model that this machine has a key for", function ()
    local _, find = scrape(server)
    assert.equal(1935360000, find("roster_model_retirement_timestamp_seconds", { model = "acme-large" })) -- 2031-05-01 in UTC
    assert.truthy(find("roster_model_retirement_timestamp_seconds", { provider = "acme", model = "acme-old" }) < os.time())
    assert.is_nil(find("roster_model_retirement_timestamp_seconds", { model = "idle-1" }))
  end)

  it("shows which providers are configured, so that an alert can ignore the others", function ()
    local _, find = scrape(server)
    assert.equal(1, find("roster_provider_configured", { provider = "acme" }))
    assert.equal(1, find("roster_provider_configured", { provider = "wrong" }))
    assert.equal(0, find("roster_provider_configured", { provider = "idle" }))
  end)

  it("has the gateway's status as one series for each, of which one is 1", function ()
    local _, find = scrape(server)
    for _, status in ipairs { "healthy", "unreachable", "unknown" } do assert.equal(0, find("roster_gateway_status", { status = status })) end
    assert.equal(1, find("roster_gateway_status", { status = "not_configured" }))
  end)

  it("names the version and the start of the process", function ()
    local _, find = scrape(server)
    local version = support.roster({ "version" }).out:match "^roster (%S+)"
    assert.equal(1, find("roster_build_info", { version = version }))
    assert.truthy(find "process_start_time_seconds" <= os.time())
    assert.truthy(find("roster_http_responses_total", { code = "2xx" }) >= 1)
    assert.equal("text/plain; version=0.0.4; charset=utf-8", server.get "/metrics".headers["content-type"])
  end)

  it("describes each family once, before its samples, by the conventions for names", function ()
    for _, family in ipairs((scrape(server))) do
      assert.truthy(family.type, family.name)
      assert.truthy(family.help:match "%.$", family.name)
      assert.equal(family.type == "counter", family.name:match "_total$" ~= nil, family.name)
      assert.is_nil(family.name:match "_ms$" or family.name:match "milli", family.name)
      for _, sample in ipairs(family.samples) do
        assert.truthy(sample.name == family.name or (family.type == "histogram" and sample.name:sub(1, #family.name) == family.name), sample.line)
      end
    end
  end)

  it("passes promtool's check", function ()
    local out = serving.capture("curl -s " .. server.url .. "metrics | promtool check metrics 2>&1; echo $?")
    assert.equal("0\n", out)
  end)
end)

describe("The metrics of a gateway, an outage and strange names", function ()
  teardown(serving.stop_all)

  it("attribute the requests that went through a gateway to it", function ()
    local server = serve {
      parts = { { "acme", protocol = "openai-chat", models = { "acme-large" } } },
      text = function (mocks) return ('gateway "front" { enabled = true, base_url = "%s/via", providers = { "acme" } }'):format(mocks.url "acme") end,
    }
    local _, find = scrape(server)
    local through = sum(server, "roster_provider_requests_total", { gateway = "front" })
    assert.truthy(through >= 1)
    assert.equal(0, find("roster_provider_requests_total", { provider = "acme", gateway = "", outcome = "ready" }))
    assert.equal(through, find("roster_provider_request_duration_seconds_count", { provider = "acme", gateway = "front" }))
  end)

  it("count the models that an outage keeps, which ready alone does not show", function ()
    local server, made = serve { parts = { { "acme", protocol = "openai-chat", fields = 'list_proves = "access",', models = { "acme-large", "acme-small" } } } }
    assert.equal(0, select(2, scrape(server))("roster_stale_models", { provider = "acme" }))
    made.mocks.stop()
    server.refresh(TOKEN)
    local _, find = scrape(server)
    assert.equal(2, find("roster_stale_models", { provider = "acme" }))
    assert.equal(2, find "roster_models_ready")
    assert.truthy(find("roster_provider_requests_total", { provider = "acme", outcome = "unreachable" }) >= 1)
  end)

  it("escape quotes, backslashes and line ends in labels, so that promtool reads them", function ()
    local id = 'x"y\\\\z'
    local server = serve { parts = { { "acme", protocol = "openai-chat", models = { "plain" } } },
      text = ('model %q { provider = "acme", retires = "2031-01-01" }'):format 'x"y\\z' }
    local body = server.get "/metrics".body
    assert.truthy(body:find('model="' .. id:gsub('"', '\\"') .. '"', 1, true), body:match "[^\n]*retirement_timestamp_seconds{[^\n]*")
    assert.equal("0\n", serving.capture("curl -s " .. server.url .. "metrics | promtool check metrics 2>&1; echo $?"))
  end)

  it("stay few however many models a provider lists", function ()
    local names = {}
    for i = 1, 3000 do names[i] = "wild-" .. i end
    local server = serve { parts = { { "acme", protocol = "openai-chat", fields = 'list_proves = "access", discover = true,', models = { "wild-1" },
      server = { models = names } } } }
    local _, lines = server.get "/metrics".body:gsub("\n", "")
    assert.truthy(lines < 400, lines)
  end)

  it("stay within bounds when many models of one provider retire", function ()
    local lines = {}
    for i = 1, 150 do lines[i] = ('model "m%d" { provider = "acme", retires = "2031-01-01" }'):format(i) end
    local server = serve { parts = { { "acme", protocol = "openai-chat", models = { "one" } } }, text = table.concat(lines, "\n") }
    local _, count = server.get "/metrics".body:gsub("\nroster_model_retirement_timestamp_seconds{", "")
    assert.equal(100, count)
  end)
end)

local RULES, TEST, DASHBOARD = "dist/prometheus/roster.rules.yml", "dist/prometheus/roster.test.yml", "dist/grafana/roster.json"

--- The names of metrics in an expression: what is neither a function, a keyword, a label nor in quotes.
local function metrics_in(expr)
  local names = {}
  for name in expr:gsub('"[^"]*"', ""):gsub("%b{}", ""):gmatch "[%a_][%w_]*" do
    if name:match "^roster_" or name:match "^process_" then names[name] = true end
  end
  return names
end

local function expressions(value, list)
  list = list or {}
  for key, inner in pairs(value) do
    if key == "expr" then list[#list + 1] = inner elseif type(inner) == "table" then expressions(inner, list) end
  end
  return list
end

describe("The alert rules and the dashboard in dist/", function ()
  local server, known, dashboard
  setup(function ()
    server, known = serve(), {}
    for _, family in ipairs((scrape(server))) do
      known[family.name] = true
      for _, sample in ipairs(family.samples) do known[sample.name] = true end
    end
    dashboard = cjson.decode(support.read(DASHBOARD))
  end)
  teardown(serving.stop_all)

  it("are rules that promtool accepts", function ()
    local out, status = serving.capture("promtool check rules --lint-fatal " .. RULES .. " 2>&1")
    assert.equal(0, status, out)
    assert.truthy(out:find "SUCCESS: %d+ rules found", out)
  end)

  it("fire and stay silent as in their test file, which tries each of them", function ()
    local out, status = serving.capture("promtool test rules " .. TEST .. " 2>&1")
    assert.equal(0, status, out)
    local tested = support.read(TEST)
    for alert in support.read(RULES):gmatch "alert: (%w+)" do assert.truthy(tested:find(alert, 1, true), alert .. " is not tried") end
  end)

  it("name metrics that a scrape has", function ()
    local count = 0
    local lists = { expressions(dashboard), { (support.read(RULES):gsub("#[^\n]*", ""):gsub("annotations:.-\n\n", "")) } }
    for _, list in ipairs(lists) do
      for _, expr in ipairs(list) do
        for name in pairs(metrics_in(expr)) do
          assert.is_true(known[name], name .. " in " .. expr)
          count = count + 1
        end
      end
    end
    assert.truthy(count > 20)
  end)

  it("are described in docs/operators.md with every metric that there is", function ()
    local table_of = support.read "docs/operators.md":match "\n## Metrics\n(.-)\n## "
    local told = {}
    for cell in table_of:gmatch "\n| (`[^|]*) |" do
      for name in cell:gmatch "`([%w_]+)`" do told[name] = true end
    end
    for _, family in ipairs((scrape(server))) do
      assert.is_true(told[family.name], family.name)
      told[family.name] = nil
    end
    assert.same({}, told)
  end)

  it("have no panel whose expression promtool cannot read", function ()
    local lines = { "groups:", "- name: dashboard", "  rules:" }
    for i, expr in ipairs(expressions(dashboard)) do
      lines[#lines + 1] = ("  - record: panel:%d\n    expr: %s"):format(i, (cjson.encode((expr:gsub("%$__rate_interval", "5m"))):gsub("\\/", "/")))
    end
    assert.truthy(#lines > 10)
    local out, status = serving.capture("promtool check rules " .. support.write(support.folder() .. "/panels.yml", table.concat(lines, "\n") .. "\n") .. " 2>&1")
    assert.equal(0, status, out)
  end)

  it("compare labels that a scrape has: from a real one, a refused key raises the alerts that are meant for it and no others", function ()
    local lines = { "rule_files: [ " .. support.root .. "/" .. RULES .. " ]", "evaluation_interval: 1m", "tests:", "- interval: 1m", "  input_series:" }
    for line in server.get "/metrics".body:gmatch "[^\n]+" do
      local series, value = line:match "^([%a_].*) (%S+)$"
      if series and value ~= "NaN" then lines[#lines + 1] = ("  - { series: %s, values: %s }"):format(cjson.encode(series), cjson.encode(value .. "x60")) end
    end
    lines[#lines + 1] = [[
  promql_expr_test:
  - expr: count by (alertname, provider) (ALERTS{alertstate="firing"})
    eval_time: 50m
    exp_samples:
    - { labels: '{alertname="RosterKeyRefused",provider="wrong"}', value: 1 }
    - { labels: '{alertname="RosterProviderHasNoReadyModel",provider="wrong"}', value: 1 }
]]
    local out, status = serving.capture("promtool test rules " .. support.write(support.folder() .. "/real.yml", table.concat(lines, "\n")) .. " 2>&1")
    assert.equal(0, status, out)
  end)
end)
