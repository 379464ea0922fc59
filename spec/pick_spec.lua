-- Choosing by need: `roster pick`, and the same needs in roles and in the default.
local support = require "support.roster"

teardown(support.stop_all)

local PROVIDERS = [[
  validate { level = "credential" }
  provider "acme"  { protocol = "openai-chat", base_url = "https://acme.test",  credential = secret "K" }
  provider "birch" { protocol = "openai-chat", base_url = "https://birch.test", credential = secret "K" }
  provider "elm"   { protocol = "openai-chat", base_url = "https://elm.test",   credential = secret "UNSET" }
]]

local function block(id, fields, provider) return ('model "%s" { provider = "%s", %s }\n'):format(id, provider or "acme", fields) end

local MODELS = PROVIDERS
  .. block("plain", 'context_window = 8000')
  .. block("tooled", 'tool_call = true, context_window = 200 * K, max_output_tokens = 8000, price = { input = 2, output = 9 }')
  .. block("cheap", 'tool_call = true, context_window = 200 * K, price = { input = 1, output = 4 }, release_date = "2025-02"')
  .. block("seeing", 'tool_call = true, input_modalities = { "text", "image" }, context_window = 1 * M, price = { input = 5, output = 20 }', "birch")
  .. block("refusing", 'tool_call = false, reasoning = true, family = "birch-r"', "birch")
  .. block("vectors", 'kind = "embedding", tool_call = true')
  .. block("far", "tool_call = true, recommended = true", "elm")

local function pick(words, text, ...)
  return support.roster({ "pick", "--no-builtin", table.unpack(words) }, { config = { ["x.lua"] = text or MODELS }, env = { K = "k" }, ... })
end

local function id_of(words, text)
  local said = pick(words, text)
  assert.equal(0, said.status, said.err)
  return (said.out:gsub("\n$", ""))
end

local function ranked(words, text)
  local list = {}
  for id in id_of({ "--all", table.unpack(words) }, text):gmatch "[^\n]+" do list[#list + 1] = id end
  return list
end

describe("roster pick", function ()
  it("prints the id of one usable model that chats, and nothing else", function ()
    local said = pick { "--context", "200K" }
    assert.same({ 0, "cheap\n", "" }, { said.status, said.out, said.err })
  end)

  it("meets each need by what is known of a model", function ()
    assert.equal("seeing", id_of { "--vision" })
    assert.equal("refusing", id_of { "--reasoning" })
    assert.equal("seeing", id_of { "--context", "1M" })
    assert.equal("tooled", id_of { "--max-output", "8000" })
    assert.equal("cheap", id_of { "--max-price", "1" })
    assert.equal("cheap", id_of { "--max-output-price=4" })
    assert.equal("seeing", id_of { "--provider", "birch", "--tools" })
    assert.equal("refusing", id_of { "--family", "birch-r" })
  end)

  it("reads tokens and prices as people write them", function ()
    for _, words in ipairs { "200000", "200K", "200k", "0.2M", "200.0K" } do assert.same({ "cheap", "tooled", "seeing" }, ranked { "--context", words }, words) end
    for _, words in ipairs { "1", "1.0", "1.99" } do assert.same({ "cheap" }, ranked { "--max-price", words }, words) end
  end)

  it("takes recommended, newer, cheaper and earlier models first, in that order", function ()
    local text = PROVIDERS .. block("a", 'price = { input = 3 }') .. block("b", 'price = { input = 2 }') .. block("c", 'price = { input = 2 }')
      .. block("d", 'release_date = "2026-01-01", price = { input = 9 }') .. block("e", "recommended = true") .. block("f", "")
      .. block("g", 'status = "legacy", release_date = "2026-02-02"')
    assert.same({ "e", "d", "b", "c", "a", "f", "g" }, ranked({}, text))
  end)

  it("ranks a model that is shadowed by another behind those that are not", function ()
    local text = PROVIDERS .. block("old", "recommended = true") .. block("new", 'shadows = { "old" }')
    assert.same({ "new", "old" }, ranked({}, text))
  end)

  it("counts unknown properties as not met, unless maybe is given", function ()
    assert.same({ "cheap", "tooled", "seeing" }, ranked { "--tools" })
    assert.same({ "cheap", "tooled", "seeing", "plain" }, ranked { "--tools", "--maybe" })
  end)

  it("gives the models as they are in the document of models, and how many fell out at which need", function ()
    local said = pick { "--tools", "--context", "1M", "--json" }.json()
    assert.same({ "seeing" }, support.ids(said.models))
    assert.same({ 5, { tools = 2, context = 2 } }, { said.candidates, said.fell_out })
    local models = support.models({ config = { ["x.lua"] = MODELS }, env = { K = "k" } }, "--no-builtin")
    said.models[1].checked_at, models.models[4].checked_at = nil, nil
    assert.same(models.models[4], said.models[1])
  end)

  it("ranks all of them in its document only when it is asked to", function ()
    assert.same({ "cheap" }, support.ids(pick { "--tools", "--json" }.json().models))
    assert.same({ "cheap", "tooled", "seeing" }, support.ids(pick { "--tools", "--all", "--json" }.json().models))
  end)

  it("exits with 1 if nothing is left, and prints how many failed which need, each counted once", function ()
    local said = pick { "--tools", "--vision", "--max-price", "1", "--provider", "acme" }
    assert.same({ 1, "" }, { said.status, said.out })
    assert.matches("no model meets all needs: of 5 models, 2 fail tools, 2 fail vision, 1 fails max_price\n", said.err, 1, true)
    local json = pick { "--tools", "--vision", "--max-price", "1", "--json" }
    assert.same({ 1, { models = {}, candidates = 5, fell_out = { tools = 2, vision = 2, max_price = 1 } } }, { json.status, json.json() })
  end)

  it("exits with 1 if no model is ready at all, with what to do", function ()
    local said = support.roster({ "pick", "--no-builtin" }, { config = { ["x.lua"] = PROVIDERS .. block("m", "", "elm") } })
    assert.equal(1, said.status)
    assert.matches("no model is ready\n  next: ", said.err, 1, true)
  end)

  it("names the provider or the family that was probably meant", function ()
    assert.matches("did you mean 'birch'?", pick { "--provider", "brich" }.err, 1, true)
    assert.matches("did you mean 'birch-r'?", pick { "--family", "birchr" }.err, 1, true)
  end)

  it("reports whether a provider without a candidate is known, and suggests no family of another provider", function ()
    assert.matches("next: none of them is of provider 'elm': see why its models are not ready (roster check elm)", pick { "--provider", "elm" }.err, 1, true)
    assert.matches("next: none of them is of provider 'elm'", pick { "--provider", "elm", "--family", "birchr" }.err, 1, true)
    assert.matches("next: no provider has the id 'zzz': choose one of the known providers (roster providers)", pick { "--provider", "zzz" }.err, 1, true)
    local own = MODELS .. block("own", 'family = "birch-x"', "elm")
    assert.is_nil(pick({ "--family", "birch-x" }, own).err:find("did you mean", 1, true), "a family that is known, though nobody's who is ready")
  end)

  it("takes chat for proved by a billed request alone, and nothing else for proved yet", function ()
    local mocks = support.mock_servers { { name = "acme", protocol = "openai", keys = { "k" }, models = { "said", "tried" } } }
    local text = ([[provider "acme" { protocol = "openai-chat", base_url = "%s", credential = secret "K", list_proves = "access" }
      model "said" { provider = "acme" }]]):format(mocks.url())
    local function run(...) return pick({ "--proved", ... }, text) end
    assert.matches("1 fails proved\n  next: only a billed request proves chat: check at level generate", run("chat").err, 1, true)
    assert.equal("said\n", run("chat", "--level", "generate").out)
    local tools = run("chat,tools", "--level", "generate")
    assert.same({ 1, "" }, { tools.status, tools.out })
    assert.matches("next: only chat can be proved today", tools.err, 1, true)
    assert.equal("said\n", run("chat,tools", "--maybe").out)
  end)

  it("makes no requests when it is offline, and takes a model whose key is set", function ()
    local mocks = support.mock_servers { { name = "acme", protocol = "openai", keys = { "k" }, models = {} } }
    local text = ([[provider "acme" { protocol = "openai-chat", base_url = "%s", credential = secret "K" }
      model "far" { provider = "acme", recommended = true } model "near" { provider = "acme", enabled = false, recommended = true }
      provider "elm" { protocol = "openai-chat", base_url = "https://elm.test", credential = secret "UNSET" }
      model "keyless" { provider = "elm", recommended = true }]]):format(mocks.url())
    local said = pick({ "--offline", "--all" }, text)
    assert.same({ 0, "far\n", "" }, { said.status, said.out, said.err })
    assert.equal(0, #mocks.requests())
    local without = support.roster({ "pick", "--no-builtin", "--offline" }, { config = { ["x.lua"] = text } })
    assert.same({ 0, "far\n", "roster: no key is set: this is the best defined model\n" }, { without.status, without.out, without.err })
  end)

  for words, wrong in pairs {
    ["--context 2X"] = "--context: '2X' is not a number of tokens\n  next: write it like 200000, 200K or 1M",
    ["--context 0"] = "--context: '0' is not a number of tokens",
    ["--max-price -1"] = "--max-price: '-1' is not a price\n  next: write it like 3 or 0.5",
    ["--max-price cheap"] = "--max-price: 'cheap' is not a price",
    ["--proved tols"] = "proved: 'tols' cannot be proved (did you mean 'tools'?)",
    ["--proved chat --proved tools"] = "--proved is given twice\n  next: list them in one option, as in chat,tools",
    ["--tools=yes"] = "--tools takes no value",
    ["--max-ouput 1"] = "unknown option '--max-ouput' (did you mean --max-output?)",
  } do
    it(("refuses %s in words, with exit code 2"):format(words), function ()
      local list = {}
      for word in words:gmatch "%S+" do list[#list + 1] = word end
      local said = pick(list)
      assert.equal(2, said.status)
      assert.matches(wrong, said.err, 1, true)
    end)
  end
end)

describe("A role with needs", function ()
  local function roles(text) return support.models({ config = { ["x.lua"] = MODELS .. text }, env = { K = "k" } }, "--no-builtin").roles end
  local function role(fields) return roles(('role "r" { %s }'):format(fields)).r end

  it("is the best usable model that meets all of it", function ()
    assert.equal("seeing", role "require = { vision = true, context = 200 * K }")
    assert.equal("cheap", role "require = { tools = true }, max_price = 3")
    assert.equal("tooled", role "require = { tools = true, max_output = 8000 }, max_output_price = 9")
    assert.equal("refusing", role 'family = "birch-r"')
    assert.equal("refusing", role 'require = { reasoning = true }, provider = "birch"')
    assert.equal("", role "require = { vision = true }, max_price = 3")
  end)

  it("is a preferred provider's if one meets it, and another's if none does", function ()
    assert.equal("seeing", role 'require = { tools = true }, prefer = { "elm", "birch" }')
    assert.equal("cheap", role 'require = { tools = true }, max_price = 3, prefer = { "birch" }')
    assert.equal("seeing", role 'require = { vision = true }, prefer = { "acme" }')
  end)

  it("counts unknown properties as not met, unless maybe is set", function ()
    assert.equal("", role "require = { json_schema = true }")
    assert.equal("cheap", role "require = { json_schema = true }, maybe = true")
    assert.equal("cheap", role 'require = { tools = false }', "false is the same as nothing")
  end)

  it("mixes with a list, which comes first, and with a tier", function ()
    assert.equal("plain", role '"far", "plain", require = { tools = true }')
    assert.equal("cheap", role '"far", require = { tools = true }')
    assert.equal("", role 'tier = "fast", require = { tools = true }')
  end)

  it("follows a new model without an edit of the role", function ()
    local text = 'role "r" { family = "line", max_price = 3 }'
    local old, new = block("line-1", 'family = "line", release_date = "2026-01-01", price = { input = 3 }'),
      block("line-2", 'family = "line", release_date = "2026-06-01", price = { input = 3 }')
    assert.equal("line-1", roles(old .. text).r)
    assert.equal("line-2", roles(old .. new .. text).r)
    assert.equal("line-1", roles(old .. new:gsub("input = 3", "input = 4") .. text).r)
  end)

  it("is written in JSON in the same words", function ()
    local json = [[{ "role": { "r": { "require": { "vision": true, "context": 200000 }, "max_price": 9, "prefer": ["birch"] },
      "s": { "models": ["far"], "require": { "tools": true } } }, "default": { "require": { "vision": true } } }]]
    local said = support.models({ config = { ["a.lua"] = MODELS, ["b.json"] = json }, env = { K = "k" } }, "--no-builtin")
    assert.same({ { r = "seeing", s = "cheap" }, "seeing" }, { said.roles, said.default })
  end)

  it("is chosen, given a model, among those of the same provider", function ()
    local registry = assert(require "roster".open { builtin = false, environment = { K = "k" },
      config = support.config { ["x.lua"] = MODELS .. 'role "r" { require = { tools = true }, prefer = { "birch" } }' } })
    assert(registry:refresh())
    local snapshot = registry:snapshot()
    assert.equal("cheap", snapshot:role("r", snapshot:known "plain").id)
    assert.equal("seeing", snapshot:role("r", snapshot:known "refusing").id)
    assert.is_nil(snapshot:role("r", snapshot:known "far"))
  end)

  for fields, wrong in pairs {
    ["vision = true"] = "unknown key 'vision' (did you mean 'require.vision'?): write require = { vision = true }",
    ["require = { max_price = 3 }"] = "unknown key 'require.max_price' (did you mean 'max_price'?)",
    ["require = { tool_call = true }"] = "unknown key 'require.tool_call' (did you mean 'require.tools'?)",
    ["context_window = 5"] = "unknown key 'context_window' (did you mean 'require.context'?): write require = { context = 5 }",
    ["require = { visoin = true }"] = "unknown key 'require.visoin' (did you mean 'require.vision'?)",
    ["require = { vision = 1 }"] = "'require.vision' must be true or false, not the number 1",
    ["require = true"] = "'require' must be a table, not true",
    ['max_price = "3"'] = [['max_price' must be a number, not the string "3"]],
    ['prefer = "acme"'] = [['prefer' must be a list of strings, not the string "acme"]],
  } do
    it(("is an error with %s"):format(fields), function ()
      assert.same({ "x.lua:1: role 'r': " .. wrong }, (support.lint { ["x.lua"] = ('role "r" { %s }'):format(fields) }))
    end)
  end

  it("gets a warning about an unknown provider, with the one that was probably meant", function ()
    local found = support.lint { ["x.lua"] = 'role "r" { prefer = { "antropic" } } default { provider = "opnai" }' }
    assert.same({ "x.lua:1: warning: role 'r': 'prefer' has unknown provider 'antropic' (did you mean 'anthropic'?)",
      "x.lua:1: warning: default: 'provider' has unknown provider 'opnai' (did you mean 'openai'?)" }, found)
  end)

  it("serves no model by its needs if one of them was to come from a variable that cannot be used", function ()
    local text = 'role "r" { require = { tools = true }, max_price = tonumber(setting "LIMIT") }'
    local function served(limit)
      return support.models({ config = { ["x.lua"] = MODELS .. text }, env = { K = "k", LIMIT = limit } }, "--no-builtin").roles.r
    end
    assert.equal("cheap", served "2")
    assert.equal("", served "two")
  end)
end)

describe("A default with needs", function ()
  local function chosen(text) return support.models({ config = { ["x.lua"] = MODELS .. text }, env = { K = "k" } }, "--no-builtin").default end

  it("is the best usable model that meets all of it, behind the wanted one and its list", function ()
    assert.equal("seeing", chosen "default { require = { vision = true } }")
    assert.equal("cheap", chosen "default { require = { tools = true }, max_price = 4 }")
    assert.equal("plain", chosen 'default { "far", "plain", require = { tools = true } }')
    assert.equal("tooled", chosen 'default { wanted = "tooled", require = { vision = true } }')
  end)

  it("gives up its tier before its other needs, and unknown properties before unmet needs", function ()
    local text = 'default { require = { tools = true }, tier = "flagship", max_price = 4 } '
    local dear, plain = block("dear", "tool_call = true, price = { input = 30 }"), block("toolless", "tool_call = false, price = { input = 1 }")
    local function first(...) return support.models({ config = { ["x.lua"] = PROVIDERS .. dear .. plain .. table.concat { ... } .. text }, env = { K = "k" } },
      "--no-builtin").default end
    local unknown, small = block("unknown", ""), block("small", 'tier = "fast", tool_call = true, price = { input = 1 }')
    local any = block("any", 'tool_call = true, price = { input = 3 }, recommended = true')
    assert.equal("dear", first(), "nothing is left but the order")
    assert.equal("unknown", first(unknown))
    assert.equal("any", first(unknown, any))
    assert.equal("small", first(unknown, any, small))
    assert.equal("middle", first(unknown, any, small, block("middle", 'tier = "balanced", tool_call = true, price = { input = 4 }')))
  end)

  it("is a balanced model, else a fast one, else the first, if none meets them and no tier was asked for", function ()
    local impossible = "default { require = { vision = true }, max_price = 1 }"
    assert.equal("plain", chosen(impossible))
    assert.equal("small", chosen(block("small", 'tier = "fast"') .. impossible))
    assert.equal("middle", chosen(block("small", 'tier = "fast"') .. block("middle", 'tier = "balanced"') .. impossible))
  end)
end)

describe("The shipped default and roles", function ()
  local KEYS = { anthropic = "ANTHROPIC_API_KEY", openai = "OPENAI_API_KEY", gemini = "GEMINI_API_KEY", fireworks = "FIREWORKS_API_KEY", xai = "XAI_API_KEY",
    mistral = "MISTRAL_API_KEY", deepseek = "DEEPSEEK_API_KEY", zai = "ZAI_API_KEY", moonshot = "MOONSHOT_API_KEY", groq = "GROQ_API_KEY" }

  local function with(env) return (support.models({ config = {}, env = env }, "--level", "credential")) end

  local function family(said, id) return support.entry(said, id).family end

  it("follow the lines of the makers that they always chose", function ()
    for name, lines in pairs { anthropic = { "claude-opus", "claude-opus", "claude-sonnet", "claude-haiku" }, openai = { "gpt-sol", "gpt-sol", "gpt-terra", "gpt-luna" } } do
      local said = with { [KEYS[name]] = "a-key-of-some-length" }
      assert.same(lines, { family(said, said.default), family(said, said.roles.flagship), family(said, said.roles.mid), family(said, said.roles.cheap) })
    end
  end)

  it("prefer Anthropic, OpenAI, Gemini and Fireworks, in that order, to all others", function ()
    local env = {}
    for _, name in ipairs { "xai", "fireworks", "gemini", "openai", "anthropic" } do
      env[KEYS[name]] = "a-key-of-some-length"
      local said = with(env)
      for _, id in ipairs { said.default, said.roles.flagship, said.roles.mid } do assert.equal(name, support.entry(said, id).provider_id) end
    end
  end)

  it("choose, with the key of each provider alone, a model of today that calls tools and is not the dearest that there is", function ()
    for _, variable in pairs(KEYS) do
      local said = with { [variable] = "a-key-of-some-length" }
      local chosen, dearer = support.entry(said, said.default), 0
      for _, model in ipairs(said.models) do
        if model.price and model.price.input > chosen.price.input then dearer = dearer + 1 end
      end
      assert.is_true(chosen.tool_call, said.default)
      assert.equal("current", chosen.status, said.default)
      assert.is_true(dearer > 0 or chosen.price.input <= 4, said.default)
    end
  end)

  it("give the role of a tier a model of that tier, or none", function ()
    for name, variable in pairs(KEYS) do
      local said = with { [variable] = "a-key-of-some-length" }
      for role, tier in pairs { flagship = "flagship", mid = "balanced", cheap = "fast" } do
        local id = said.roles[role]
        assert.is_true(id == "" or support.entry(said, id).tier == tier, name .. " " .. role)
      end
    end
  end)

  it("name no model, so that they do not age", function ()
    local text = support.read "lua/rules.lua":gsub("%-%-[^\n]*", "")
    for fields in text:gmatch "%f[%w]default (%b{})" do assert.is_nil(fields:match '"[%w.-]*%d[%w.-]*"', fields) end
    local roles = 0
    for fields in text:gmatch '%f[%w]role "[%w]+"%s*(%b{})' do
      roles = roles + 1
      assert.is_nil(fields:find '"', fields)
    end
    assert.equal(3, roles)
  end)
end)

describe("A snapshot in Lua", function ()
  local snapshot

  setup(function ()
    local registry = assert(require "roster".open { builtin = false, environment = { K = "k" }, config = support.config { ["x.lua"] = MODELS } })
    assert(registry:refresh())
    snapshot = registry:snapshot()
  end)

  it("picks the best model that meets a table of needs, and counts the others", function ()
    local model, counts = snapshot:pick { tools = true, context = 200000 }
    assert.same({ "cheap", { candidates = 5, count = 3, fell_out = { tools = 2 } } }, { model.id, counts })
    assert.equal("seeing", snapshot:pick { vision = true, max_price = 5, max_output_price = 20 }.id)
    assert.equal("refusing", snapshot:pick { family = "birch-r", provider = "birch", reasoning = true }.id)
    assert.equal("cheap", snapshot:pick { json_schema = true, maybe = true, proved = { "tools" }, max_output = 1 }.id)
    assert.equal("cheap", snapshot:pick().id)
  end)

  it("ranks all of them when it is asked to, and gives an empty list for none", function ()
    assert.same({ "cheap", "tooled", "seeing" }, support.ids(snapshot:pick { tools = true, all = true }))
    local none, counts = snapshot:pick { json_schema = true, all = true }
    assert.same({ {}, { json_schema = 5 } }, { none, counts.fell_out })
  end)

  it("gives nil, the error and the counts if none is left", function ()
    local model, err, counts = snapshot:pick { vision = true, provider = "acme" }
    assert.is_nil(model)
    assert.equal("none", err.code)
    assert.equal("no model meets all needs: of 5 models, 4 fail vision, 1 fails provider", err.message)
    assert.same({ candidates = 5, count = 0, fell_out = { vision = 4, provider = 1 } }, counts)
  end)

  for fields, wrong in pairs { ['{ tolls = true }'] = "needs: unknown key 'tolls' (did you mean 'tools'?)", ['{ tools = 1 }'] = "needs: 'tools' must be true or false",
    ['{ context = "200K" }'] = "needs: 'context' must be a whole number of tokens", ['{ max_price = "3" }'] = "needs: 'max_price' must be a number of dollars",
    ['{ proved = "chat" }'] = "needs: 'proved' must be a list of strings", ['{ family = 3 }'] = "needs: 'family' must be a string",
    ['{ family = "a\\0b" }'] = "needs: 'family' contains a NUL byte", ['{ proved = { "chat\\0" } }'] = "needs: 'proved' contains a NUL byte" } do
    it(("raises for %s"):format(fields), function ()
      local ok, err = pcall(snapshot.pick, snapshot, load("return " .. fields)())
      assert.is_false(ok)
      assert.matches(wrong, err, 1, true)
    end)
  end
end)
