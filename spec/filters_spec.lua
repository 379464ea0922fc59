-- roster models: its filters, its order, its columns, and what it says where nothing is left.
local support = require "support.roster"

local CONFIG = [[
provider "acme" { title = "Acme", protocol = "openai-chat", base_url = "https://llm.acme.example", credential = secret "ACME_KEY" }
provider "elm"  { title = "Elm",  protocol = "openai-chat", base_url = "https://llm.elm.example",  credential = secret "ELM_KEY" }
model "b-large" { provider = "acme", context_window = 1000000, price = { input = 5, output = 25 }, tool_call = true, input_modalities = { "text", "image" },
  family = "large", release_date = "2026-03-01" }
model "a-small" { provider = "acme", context_window = 200000, price = { input = 0.5, output = 2 }, tool_call = true, input_modalities = { "text" },
  family = "small", release_date = "2026-05-01" }
model "c-plain" { provider = "elm", context_window = 32000, tool_call = false, release_date = "2025-01-01" }
model "d-bare"  { provider = "elm" }
model "e-embed" { provider = "elm", kind = "embedding" }
]]

local config

local function run(words, options)
  options = options or {}
  local all = { "models", "--no-builtin" }
  for word in words:gmatch "%S+" do all[#all + 1] = word end
  return support.roster(all, { config = config, env = options.env, shell = options.shell })
end

local function ids(words) return (run("--offline --ids " .. words).out:gsub("\n$", ""):gsub("\n", " ")) end

describe("roster models", function ()
  setup(function () config = support.config { ["x.lua"] = CONFIG } end)
  teardown(support.stop_all)

  for words, expected in pairs {
    ["--provider acme"] = "b-large a-small", ["--provider elm,acme --sort id"] = "a-small b-large c-plain d-bare e-embed",
    ["--tools"] = "b-large a-small", ["--tools --maybe"] = "b-large a-small d-bare e-embed", ["--vision"] = "b-large",
    ["--context 200K"] = "b-large a-small", ["--max-price 1"] = "a-small", ["--max-output-price 25"] = "b-large a-small", ["--family small"] = "a-small",
    ["--kind embedding"] = "e-embed", ["--kind chat --provider elm"] = "c-plain d-bare", ["--kind image"] = "",
    ["--state no_credential"] = "b-large a-small c-plain d-bare e-embed", ["--state ready,key_unset --provider acme"] = "b-large a-small",
    ["--provider acme --tools --context 1M"] = "b-large",
  } do
    it("lists the models that meet " .. words, function () assert.equal(expected, ids(words)) end)
  end

  for key, expected in pairs {
    id = "a-small b-large c-plain d-bare e-embed", ["-id"] = "e-embed d-bare c-plain b-large a-small",
    provider = "b-large a-small c-plain d-bare e-embed", context = "c-plain a-small b-large d-bare e-embed",
    ["-context"] = "b-large a-small c-plain d-bare e-embed", price = "a-small b-large c-plain d-bare e-embed",
    ["price:desc"] = "b-large a-small c-plain d-bare e-embed", released = "c-plain b-large a-small d-bare e-embed",
    ["released:desc"] = "a-small b-large c-plain d-bare e-embed", family = "b-large a-small c-plain d-bare e-embed",
  } do
    it(("sorts by %s, with what is unknown last"):format(key), function () assert.equal(expected, ids("--sort " .. key)) end)
  end

  it("applies filters and order to its JSON too, and leaves the rest of the document as it is", function ()
    local whole, chosen = run("--offline --json").json(), run("--offline --json --provider acme --sort price").json()
    assert.equal(5, #whole.unavailable)
    assert.same({ "a-small", "b-large" }, { chosen.unavailable[1].id, chosen.unavailable[2].id })
    assert.same(whole.unavailable[1], chosen.unavailable[2])
    whole.unavailable, chosen.unavailable = nil, nil
    assert.same(whole, chosen)
  end)

  it("prints the columns that are asked for, in that order, and nothing but the table", function ()
    local out = run("--offline --columns id,released,tools,vision,output,provider_title --provider acme,elm --kind any").out
    assert.equal([[
MODEL    RELEASE-DATE  TOOL-CALL  VISION  MAX-OUTPUT-TOKENS  PROVIDER-TITLE
b-large  2026-03-01    yes        yes                     -  Acme
a-small  2026-05-01    yes        no                      -  Acme
c-plain  2025-01-01    no         -                       -  Elm
d-bare   -             -          -                       -  Elm
e-embed  -             -          -                       -  Elm
]], out)
  end)

  it("lists the columns that there are, each of which it takes", function ()
    local help, names = run("--columns help"), {}
    assert.equal(0, help.status)
    for name in help.out:gmatch "\n([%w_]+) " do names[#names + 1] = name end
    assert.is_true(#names > 20)
    assert.equal(0, run("--offline --columns " .. table.concat(names, ","):sub(1, 4000)).status)
  end)

  it("answers a name that does not exist with the near one, or with those that do", function ()
    for words, expected in pairs {
      ["--provider amce"] = "--provider: unknown provider 'amce' (did you mean 'acme'?)\n  next: it is one of acme, elm\n",
      ["--provider acme,qq"] = "--provider: unknown provider 'qq'\n  next: it is one of acme, elm\n",
      ["--state no_key"] = "--state: unknown state or reason code 'no_key'", ["--state redy"] = "(did you mean 'ready'?)",
      ["--family lrage"] = "--family: unknown family 'lrage' (did you mean 'large'?)", ["--kind chats"] = "--kind: unknown kind 'chats' (did you mean 'chat'?)",
      ["--kind zzz"] = "next: it is chat, embedding, rerank,", ["--sort prize"] = "--sort: unknown column 'prize' (did you mean 'price'?)",
      ["--sort id:down"] = "--sort: ':down' is neither :asc nor :desc", ["--columns id,qqqqqq"] = "next: roster models --columns help lists them",
      ["--proved tols"] = "'tols' cannot be proved", ["--ids --json"] = "--ids and --json exclude each other",
      ["--document phoenix --tools"] = "--document takes no filters", ["--retiring 9 --sort id"] = "--retiring takes no filters",
    } do
      local result = run("--offline " .. words)
      assert.equal(2, result.status, words)
      assert.truthy(result.err:find(expected, 1, true), result.err)
    end
  end)

  it("reports it and exits with 1 if a filter leaves nothing, and counts what matches and is not ready", function ()
    local none = run "--offline --context 2M"
    assert.same({ 1, "No model matches all filters; --maybe counts what is unknown as met.\n" }, { none.status, none.out })
    for _, more in ipairs { "", " --all", " --offline", " --all --offline" } do
      none = run("--kind image" .. more)
      assert.same({ 1, "No model matches all filters.\n" }, { none.status, none.out }, more)
    end
    local some = run "--tools"
    assert.equal(1, some.status)
    assert.truthy(some.out:find("No ready model matches. 2 models match and are not ready: add --all to list them.", 1, true), some.out)
    local bare = run "--ids --tools"
    assert.same({ 1, "" }, { bare.status, bare.out })
    assert.truthy(bare.err:find("No ready model matches.", 1, true), bare.err)
  end)

  it("counts ready models among those that are counted, whatever is listed", function ()
    local scene = support.scene { { "oak", protocol = "openai-chat", fields = 'list_proves = "access",',
      models = { "talk", "chat", { "emb", 'kind = "embedding",' } }, server = { models = { "talk", "emb" } } } }
    local function counted(...) return support.roster({ "models", "--no-builtin", ... }, scene.options).out:match "\n(%d+ models? ready of [^.]*)%." end
    local whole = support.roster({ "models", "--no-builtin", "--all" }, scene.options).out
    assert.equal("2 models ready of 3", counted "--all", whole)
    assert.equal("1 model ready of 2", counted())
    assert.equal("1 model ready of 2 that match", counted("--provider", "oak"))
    assert.equal("2 models ready of 3 that match", counted("--provider", "oak", "--all"))
    assert.equal("2 models ready of 2 that match", counted("--state", "ready"))
    assert.equal("1 model ready of 1 that match", counted("--kind", "embedding"))
    assert.equal("2 models ready of 3", counted("--kind", "any"))
  end)

  it("asks for no --all where what is not ready is listed", function ()
    local scene = support.scene { { "oak", protocol = "openai-chat", fields = 'list_proves = "access",', models = { "chat", "talk" }, server = { models = { "other" } } } }
    local function said(...) return support.roster({ "models", "--no-builtin", ... }, scene.options) end
    local plain, all, state = said "--kind=chat", said("--kind=chat", "--all"), said "--state=not_listed"
    assert.truthy(plain.out:find("No ready model matches. 2 models match and are not ready: add --all to list them.\n", 1, true), plain.out)
    assert.truthy(all.out:find("^2 models match, and none is ready%.\n\nMODEL"), all.out)
    assert.truthy(state.out:find("^2 models match, and none is ready%.\n\nMODEL"), state.out)
    assert.equal("2 models match, and none is ready.", (said("--kind=chat", "--all", "--ids").err:match "(%d+ models.-%.)\n"))
    assert.same({ 1, 1, 0 }, { plain.status, all.status, state.status })
  end)

  it("takes --ids with a name as the older spelling of --spelling", function ()
    local function spelled(...) return support.roster({ "models", "--offline", "--all", ... }).out end
    assert.equal(spelled("--spelling", "phoenix"), spelled("--ids", "phoenix"))
    assert.equal(spelled("--spelling", "phoenix"), spelled("--ids=phoenix"))
    assert.equal(spelled("--spelling", "phoenix", "--ids"), spelled("--ids", "--spelling", "phoenix"))
    assert.truthy(spelled("--ids"):find "^[^%s]+\n[^%s]+\n")
  end)

  it("points to the demo, and to the variable to set, if no key is set", function ()
    local plain, near = support.roster { "models" }, support.roster({ "models" }, { env = { GEMINI_APIKEY = "0123456789abcdef" } })
    assert.equal([[
No model is ready: no provider key is set.

  roster demo                   see it work now, without a key
  export ANTHROPIC_API_KEY=...  set your key, then run this again
  roster providers --offline    the variables of all providers
]], plain.out:match "^(.-\n)\nNot available")
    assert.truthy(support.roster({ "check" }).out:find("\n  roster demo                   see it work now, without a key\n", 1, true))
    assert.truthy(near.out:find("GEMINI_APIKEY is set, but the variable is called GEMINI_API_KEY.", 1, true), near.out)
    assert.truthy(near.out:find("\n  export GEMINI_API_KEY=$GEMINI_APIKEY  set your key", 1, true), near.out)
    assert.falsy((near.out .. near.err):find("0123456789abcdef", 1, true))
  end)
end)
