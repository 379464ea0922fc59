-- Listings: read page by page to their end, and used only if they are complete.
local support = require "support.roster"

local JSON = { ["content-type"] = "application/json" }

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end
local function verdict(entry) return entry.state .. " at " .. entry.stage end

local function numbered(count, prefix)
  local ids = {}
  for i = 1, count do ids[i] = ("%s%03d"):format(prefix or "m", i) end
  return ids
end

local function queries(scene, path)
  local list = {}
  for _, request in ipairs(scene.requests()) do
    if request.path == path then list[#list + 1] = request.query end
  end
  return list
end

--- A provider whose listing has this body and whose other endpoints are the mock server's. With `serves` without "get" and "count"
-- nothing proves a model.
local function with_listing(protocol, text, more)
  local server = { routes = { { path = protocol == "gemini" and "/v1beta/models" or "/v1/models", text = text, headers = JSON } } }
  for name, value in pairs(more and more.server or {}) do server[name] = value end
  return support.scene { { "acme", protocol = protocol, models = more and more.models or { "one" }, server = server, fields = more and more.fields } }
end

teardown(support.stop_all)

describe("Anthropic's listing", function ()
  local function paged(models, server)
    server.models = server.models or models
    return support.scene { { "acme", protocol = "anthropic-messages", models = models, server = server } }
  end

  it("is read page by page to its end", function ()
    local ids = numbered(5)
    local scene = paged(ids, { page_size = 2 })
    local document = scene.models()
    assert.same(ids, support.ids(document.models))
    assert.same({ "limit=1000", "after_id=m002&limit=1000", "after_id=m004&limit=1000" }, queries(scene, "/v1/models"))
    assert.equal(3, #scene.requests())
  end)

  it("is read to its end even if a page has no last_id, as on older servers", function ()
    local scene = paged({ "one", "two" }, { routes = {
      { path = "/v1/models", times = 1, body = { data = { { id = "one" } }, has_more = true } },
      { path = "/v1/models", body = { data = { { id = "two" } }, has_more = false } },
    } })
    local document = scene.models()
    assert.same({ "one", "two" }, support.ids(document.models))
    assert.same({ "limit=1000", "after_id=one&limit=1000" }, queries(scene, "/v1/models"))
  end)

  it("needs only ids", function ()
    local scene = with_listing("anthropic-messages", '{"data":[{"id":"one"}]}')
    assert.equal("ready at list", verdict(scene.entry "one"))
  end)

  it("does not count the models that it marks as retired", function ()
    local scene = with_listing("anthropic-messages", '{"data":[{"id":"one","lifecycle":"retired"},{"id":"two","lifecycle":"deprecated"}]}',
      { models = { "one", "two" }, server = { models = { "two" }, serves = { "get" } } })
    local document = scene.models()
    assert.equal("not_listed", support.entry(document, "one").state)
    assert.equal("ready at list", verdict(support.entry(document, "two")))
  end)

  it("counts as unreadable if its cursor loops, and the proofs of the single models decide", function ()
    local scene = with_listing("anthropic-messages", '{"data":[{"id":"other"}],"has_more":true,"first_id":"other","last_id":"other"}')
    assert.equal("ready at prove", verdict(scene.entry "one"))
    assert.same({ "limit=1000", "after_id=other&limit=1000" }, queries(scene, "/v1/models"))
  end)

  it("counts as unreadable if two cursors alternate", function ()
    local pages = {}
    for i = 1, 6 do
      local id = i % 2 == 1 and "a" or "b"
      pages[i] = { path = "/v1/models", times = 1, body = { data = { { id = id } }, has_more = true, last_id = id } }
    end
    pages[7] = { path = "/v1/models", status = 500 }
    local scene = paged({ "one" }, { routes = pages })
    assert.equal("ready at prove", verdict(scene.entry "one"))
    assert.same({ "limit=1000", "after_id=a&limit=1000", "after_id=b&limit=1000" }, queries(scene, "/v1/models"))
  end)

  it("counts as unreadable if there is another page but no cursor to ask for it", function ()
    local scene = with_listing("anthropic-messages", '{"data":[],"has_more":true,"last_id":null}')
    assert.equal("ready at prove", verdict(scene.entry "one"))
    assert.equal(1, #queries(scene, "/v1/models"))
  end)

  it("is abandoned after a limited number of pages, and makes no model not_listed", function ()
    local ids = numbered(400, "other")
    ids[#ids + 1] = "one"
    local scene = paged({ "one", "two" }, { page_size = 1, models = ids, serves = { "list", "generate" } })
    local document = scene.models()
    local asked = #queries(scene, "/v1/models")
    assert.is_true(asked > 10 and asked < 400, asked .. " pages")
    for _, id in ipairs { "one", "two" } do assert.equal("unproven at prove", verdict(support.entry(document, id))) end
    has(support.entry(document, "two").reason, "its listing does not end")
  end)

  it("is not used at all if one of its later pages is broken", function ()
    local scene = paged({ "one" }, { routes = {
      { path = "/v1/models", times = 1, body = { data = { { id = "one" } }, has_more = true, last_id = "one" } },
      { path = "/v1/models", text = '{"data":[{"id":"tw', headers = JSON },
    }, serves = { "generate" } })
    assert.equal("unproven at prove", verdict(scene.entry "one"))
  end)

  it("leads to the verdict of its refusal even if only a later page is refused", function ()
    local scene = paged({ "one" }, { routes = {
      { path = "/v1/models", times = 1, body = { data = { { id = "one" } }, has_more = true, last_id = "one" } },
      { path = "/v1/models", status = 429, body = { type = "error", error = { type = "rate_limit_error", message = "slow down" } } },
    } })
    assert.equal("rate_limited at list", verdict(scene.entry "one"))
  end)
end)

describe("Gemini's listing", function ()
  it("is read page by page, with the same size on each page and an escaped token", function ()
    local ids = numbered(5)
    local scene = support.scene { { "acme", protocol = "gemini", models = ids, server = { page_size = 2, serves = { "list", "generate" } } } }
    local document = scene.models("--level", "list")
    assert.same(ids, support.ids(document.models))
    local asked = queries(scene, "/v1beta/models")
    assert.equal(3, #asked)
    assert.equal("pageSize=1000", asked[1])
    for i = 2, 3 do assert.truthy(asked[i]:match "^pageSize=1000&pageToken=from%%2B%d/%%3D%%3D$", asked[i]) end
  end)

  it("has names that begin with models/, which is not part of the model's name", function ()
    local scene = with_listing("gemini", '{"models":[{"name":"models/one"}]}', { server = { serves = { "generate" } } })
    assert.equal("ready at list", verdict(scene.entry("one", "--level", "list")))
  end)

  it("does not count models that cannot generate", function ()
    local scene = with_listing("gemini", '{"models":[{"name":"models/one","supportedGenerationMethods":["embedContent"]}]}',
      { server = { serves = { "generate" } } })
    assert.equal("not_listed at list", verdict(scene.entry("one", "--level", "list")))
  end)

  it("counts as unreadable if its token repeats", function ()
    local scene = with_listing("gemini", '{"models":[{"name":"models/other"}],"nextPageToken":"again"}')
    assert.equal("ready at prove", verdict(scene.entry "one"))
    assert.same({ "pageSize=1000", "pageSize=1000&pageToken=again" }, queries(scene, "/v1beta/models"))
  end)

  it("ends at an empty token", function ()
    local scene = with_listing("gemini", '{"models":[{"name":"models/one"}],"nextPageToken":""}')
    assert.equal("ready at list", verdict(scene.entry("one", "--level", "list")))
    assert.equal(1, #scene.requests())
  end)
end)

describe("A listing of Chat Completions", function ()
  local shapes = {
    { "in data", '{"object":"list","data":[{"id":"one","object":"model"}]}' },
    { "at the top level", '[{"id":"other"},{"id":"one","type":"chat","context_length":4096}]' },
    { "in models", '{"models":[{"name":"one"}]}' },
  }
  for _, shape in ipairs(shapes) do
    it("may have its models " .. shape[1], function ()
      local scene = with_listing("openai-chat", shape[2], { fields = 'list_proves = "access"', server = { serves = { "generate" } } })
      assert.equal("ready at list", verdict(scene.entry "one"))
    end)
  end

  it("does not count a model that it calls an embedding, image or moderation model", function ()
    for _, kind in ipairs { "embedding", "image", "moderation" } do
      local scene = with_listing("openai-chat", ('[{"id":"one","type":"%s"},{"id":"two"}]'):format(kind),
        { models = { "one", "two" }, fields = 'list_proves = "access"', server = { serves = { "generate" } } })
      local document = scene.models()
      assert.equal("not_listed", support.entry(document, "one").state)
      assert.equal("ready", support.entry(document, "two").state)
    end
  end)

  it("is continued with the query of the next page's address, never at that address", function ()
    local elsewhere = support.mock_servers { { name = "elsewhere", protocol = "openai", models = { "two" } } }
    local scene = support.scene { { "acme", protocol = "openai-chat", models = { "one", "two" }, fields = 'list_proves = "access"', server = {
      serves = { "generate" },
      routes = {
        { path = "/v1/models", times = 1, body = { data = { { id = "one" } }, links = { next = elsewhere.url() .. "/v1/models?offset=1&limit=1" } } },
        { path = "/v1/models", body = { data = { { id = "two" } } } },
      },
    } } }
    local document = scene.models()
    assert.same({ "one", "two" }, support.ids(document.models))
    assert.same({ "", "offset=1&limit=1" }, queries(scene, "/v1/models"))
    assert.same({}, elsewhere.requests())
  end)

  it("has names with a prefix of the host, such as accounts/fireworks/models/, which is part of the name", function ()
    local full, bare = "accounts/fireworks/models/glm-5p3", "glm-5p3"
    local scene = support.scene { { "acme", protocol = "openai-chat", fields = 'list_proves = "access"',
      models = { { "full", ('api_name = "%s"'):format(full) }, { "bare", ('api_name = "%s"'):format(bare) } }, server = { models = { full } } } }
    local document = scene.models()
    assert.equal("ready at list", verdict(support.entry(document, "full")))
    assert.equal("not_listed at prove", verdict(support.entry(document, "bare")))
    assert.same({ "GET /v1/models", "GET /v1/models/glm-5p3" }, scene.paths())
  end)

  it("may have names with colons, slashes and tildes, each of which is asked for at its own path", function ()
    local names = { "org/name:free", "~anthropic/claude-latest", "us.model-v1:0", "models/one" }
    local models, hidden = {}, {}
    for i, name in ipairs(names) do
      models[i] = { "m" .. i, ('api_name = "%s"'):format(name) }
      hidden[i] = { id = name, listed = false }
    end
    local scene = support.scene { { "acme", protocol = "openai-chat", models = models, server = { models = hidden } } }
    assert.equal(#names, #(scene.models()).models)
    local paths = scene.paths()
    table.sort(paths)
    assert.same({ "GET /v1/models", "GET /v1/models/models/one", "GET /v1/models/org/name:free", "GET /v1/models/us.model-v1:0",
      "GET /v1/models/~anthropic/claude-latest" }, paths)
  end)

  it("has names that are compared exactly, including case and dots", function ()
    local scene = with_listing("openai-chat", '{"data":[{"id":"claude-opus-4.5"},{"id":"GLM-5"}]}', {
      models = { { "dash", 'api_name = "claude-opus-4-5"' }, { "low", 'api_name = "glm-5"' }, { "same", 'api_name = "GLM-5"' } },
      fields = 'list_proves = "access"', server = { serves = { "generate" } } })
    local document = scene.models()
    assert.same({ "same" }, support.ids(document.models))
  end)

  it("may have ten thousand names, some of them twice", function ()
    local items = {}
    for i = 1, 10000 do items[i] = ('{"id":"other-%d"}'):format(i % 9000) end
    items[5001] = '{"id":"one"}'
    items[9999] = '{"id":"one"}'
    local scene = with_listing("openai-chat", '{"data":[' .. table.concat(items, ",") .. "]}", { fields = 'list_proves = "access"' })
    assert.equal("ready at list", verdict(scene.entry "one"))
    assert.equal(1, #scene.requests())
  end)

  it("may have ten thousand models that are all defined: the time to read it grows with their number", function ()
    local items, models = {}, {}
    for i = 1, 10000 do items[i], models[i] = ('{"id":"m-%d"}'):format(i), "m-" .. i end
    local scene = with_listing("openai-chat", '{"data":[' .. table.concat(items, ",") .. "]}", { models = models, fields = 'list_proves = "access"' })
    assert.equal(10000, #scene.models().models)
  end)
end)

-- Its rows stay text until a script looks at them.
describe("A long listing", function ()
  local READS = [[
    local function keys(row)
      local all = {}
      for key in pairs(row) do all[#all + 1] = key end
      table.sort(all)
      return table.concat(all, "+")
    end
    protocol "odd" {
      chat_path = "/chat", list = get "/list",
      read_list = function (body)
        local rows, sum = body.rows, 0
        assert(type(rows) == "table" and rows[0] == nil and rows[#rows + 1] == nil and rows.x == nil and rows["1"] == nil)
        for i, row in ipairs(rows) do
          assert(rows[i] == row and #row == 0 and row.nothing == nil and row[1] == nil and row.null == nil)
          sum = sum + row.size
        end
        assert(rows[1].id == "m-1" and rows[1].text == "\u{e9}" and rows[1].tags[2] == "b" and rows[1].tags == rows[1].tags)
        rows[1].id = nil
        assert(rows[1].id == nil)
        rows[1].id, rows[2].own = "m-1", "own"
        local count = 0
        for _ in pairs(rows) do count = count + 1 end
        local last = table.remove(rows)
        table.insert(rows, { id = "extra" })
        table.sort(rows, function (a, b) return a.id < b.id end)
        local _, first = next(rows)
        local told = { sum - count, #rows - count, first.id, last.id, keys(rows[2]), keys(rows[3]), type(next(rows[4])) }
        return { { name = "told", kind = "chat", display_name = table.concat(told, " ") }, table.unpack(rows, 5) }
      end,
      read_model = function (row) return { name = row.name or row.id, kind = "chat", display_name = row.display_name or keys(row) } end,
    }
  ]]

  local function read_all(count)
    local rows = {}
    for i = 1, count do rows[i] = ('{"id":"m-%d" , "size":1,"null":null,"tags":["a","b"], "text":"\\u00e9"}'):format(i) end
    local scene = support.scene({ { "acme", protocol = "odd", models = {}, fields = [[discover = true, list_proves = "access"]], server = { routes = {
      { path = "/list", text = '{"rows":[' .. table.concat(rows, ",") .. "]}", headers = JSON } } } } }, { text = READS })
    local found = {}
    for _, model in ipairs(scene.models().models) do found[model.id] = model.description end
    return found
  end

  it("looks to scripts like a short one: lists and tables that they walk, count, sort and change", function ()
    for _, count in ipairs { 6, 9 } do
      local found, expected = read_all(count), { told = ("0 0 extra m-%d id+size+tags+text id+own+size+tags+text string"):format(count) }
      for i = 4, count - 1 do expected["m-" .. i] = "id+size+tags+text" end
      assert.same(expected, found)
    end
  end)

  it("is read only for names where nobody wants the model or can use it", function ()
    local rows = {}
    for i = 1, 1100 do rows[i] = ('{"id":"%s-%d"}'):format(i % 11 == 0 and "other" or "m", i) end
    local scene = support.scene({ { "acme", protocol = "odd", models = { "mine" }, fields = [[discover = true, discover_allow = { "m-*" },
      list_proves = "access"]], server = { routes = { { path = "/list", headers = JSON,
      text = '{"rows":[' .. table.concat(rows, ",") .. ',{"id":"m-last"},{"id":"mine"},{"id":"m-1"}]}' } } } } }, { text = [[
        protocol "odd" {
          chat_path = "/chat", list = get "/list",
          read_list = function (body) return body.rows end,
          read_model = function (row, wanted)
            local due = text.starts(row.id, "m-") and row.id ~= "m-last" or row.id == "mine"
            if wanted(row.id) ~= due then error(row.id) end
            return { name = row.id, kind = "chat" }
          end,
        }]] })
    assert.equal(1001, #scene.models().models)
  end)

  -- What read_model got, as the reason why a model is not offered.
  local function given_to_reader(blocks)
    local rows = {}
    for i = 1, 20 do rows[i] = ('{"id":"m-%d"}'):format(i) end
    for _, row in ipairs { '{"key":"m-21","id":"m-1"}', '{"key":null,"id":"null"}', '{"id":"escaped\\u002d"}', '{"title":"other"}', '{"key":"mine"}' } do
      rows[#rows + 1] = row
    end
    local scene = support.scene({ { "acme", protocol = "odd", models = { "mine" }, fields = 'list_proves = "access"', server = { routes = {
      { path = "/list", text = '{"rows":[' .. table.concat(rows, ",") .. "]}", headers = JSON } } } } }, { text = [[
        protocol "base" {
          chat_path = "/chat", list = get "/list", named_by = { "key", "id" },
          read_list = function (body) return body.rows end,
          read_model = function (row) return { name = row.key or row.id } end,
        }
        local given = {}
        local function tell(row)
          if row.key == "mine" then return { name = "mine", verdict = "inactive", why = table.concat(given, " ") } end
          given[#given + 1] = row.key or row.id or row.title
        end
        ]] .. blocks })
    return scene.entry("mine").reason
  end

  it("passes unwanted items to read_model only if named_by does not find their name", function ()
    has(given_to_reader [[protocol "odd" { inherit = "base", named_by = { "key", "id" }, read_model = tell }]], ": null escaped- other")
  end)

  it("is given in full to a read_model without a named_by of its own", function ()
    for _, blocks in ipairs {
      [[protocol "odd" { inherit = "base", read_model = tell }]],
      [[protocol "odd" { inherit = "openai-listing", chat_path = "/chat" }
        protocol "openai-listing" { list = get "/list", read_list = function (body) return body.rows end, read_model = tell }]],
    } do
      has(given_to_reader(blocks), ": m-1 m-2 m-3")
    end
  end)

  for _, paging in ipairs {
    { "the id of its last row", '"has_more":true', "after=m-9" },
    { "how many rows there are", '"total":10,"offset":0', "offset=9" },
  } do
    it("is followed by the page behind " .. paging[1], function ()
      local rows = {}
      for i = 1, 9 do rows[i] = ('{"id":"m-%d"}'):format(i) end
      local scene = support.scene { { "acme", protocol = "openai-chat", models = { "one" }, fields = 'list_proves = "access"', server = { routes = {
        { path = "/v1/models", times = 1, text = ('{%s,"data":[%s]}'):format(paging[2], table.concat(rows, ",")), headers = JSON },
        { path = "/v1/models", body = { data = { { id = "one" } } } } } } } }
      assert.equal("ready at list", verdict(scene.entry "one"))
      assert.same({ "", paging[3] }, queries(scene, "/v1/models"))
    end)
  end
end)

describe("A listing that cannot be read", function ()
  local endless = ("x"):rep(64 * 1024)
  local broken = {
    { "a sign-in page",              "<!doctype html><html><body>Please sign in</body></html>" },
    { "truncated JSON",              '{"data":[{"id":"one"},{"id":"tw' },
    { "JSON followed by words",      '{"data":[{"id":"one"}]} and more' },
    { "a duplicate key",             '{"data":[{"id":"other"}],"data":[{"id":"one"}]}' },
    { "two byte order marks",        '\239\187\191\239\187\191{"data":[{"id":"other"}]}' },
    { "NaN",                         '{"data":[{"id":"other","context_length":NaN}]}' },
    { "a number that is too large",  '{"data":[{"id":"other","context_length":1e999}]}' },
    { "a thousand nested lists",     '{"data":' .. ("["):rep(1000) .. ("]"):rep(1000) .. "}" },
    { "an empty body",               "" },
    { "a number",                    "42" },
    { "a string",                    '"one"' },
    { "null",                        "null" },
    { "an empty object",             "{}" },
    { "data that is null",           '{"data":null}' },
    { "data that is a string",       '{"data":"one"}' },
    { "data that is a number",       '{"data":7}' },
    { "data that is true",           '{"data":true}' },
    { "data that is an object",      '{"data":{"id":"other"}}' },
    { "a list of strings",           '{"data":["other","another"]}' },
    { "a list of numbers",           '{"data":[1,2,3]}' },
    { "a list of nulls",             '{"data":[null,null]}' },
    { "a list of lists",             '{"data":[["other"],["another"]]}' },
    { "items without an id",         '{"data":[{"object":"model"},{"object":"model"}]}' },
    { "ids that are numbers",        '{"data":[{"id":1},{"id":2}]}' },
    { "ids that are null",           '{"data":[{"id":null},{"id":null}]}' },
    { "an error with status 200",    '{"error":{"message":"Provider returned error","code":502}}' },
    { "more than eight megabytes",   '{"data":[{"id":"other","x":"' .. endless:rep(140) .. '"}]}' },
  }

  for _, case in ipairs(broken) do
    it(("(%s) proves nothing and makes no model not_listed, so the proofs of the single models decide"):format(case[1]), function ()
      local server = function (serves, key) return {
        models = { "one" }, serves = serves, keys = { key },
        routes = { { path = "/v1/models", text = case[2], headers = JSON } },
      } end
      local scene = support.scene {
        { "proven", protocol = "anthropic-messages", models = { { "kept", 'api_name = "one"' }, { "gone", 'api_name = "two"' } },
          server = server({ "get", "count" }, "sk-proven-0123456789abcdef") },
        { "silent", protocol = "anthropic-messages", models = { { "alone", 'api_name = "one"' }, { "other", 'api_name = "other"' } },
          server = server({ "generate" }, "sk-silent-0123456789abcdef") },
      }
      local document = scene.models()
      assert.equal("ready at prove", verdict(support.entry(document, "kept")))
      assert.equal("not_listed at prove", verdict(support.entry(document, "gone")))
      assert.equal("unproven at prove", verdict(support.entry(document, "alone")))
      assert.equal("unproven at prove", verdict(support.entry(document, "other")))
      has(support.entry(document, "alone").reason, "its listing cannot be read")
    end)
  end

  it("is distinguished from a complete but empty one, which makes its models not_listed", function ()
    local scene = with_listing("anthropic-messages", '{"data":[],"has_more":false}', { server = { serves = { "generate" } } })
    local entry = scene.entry "one"
    assert.equal("not_listed at list", verdict(entry))
    has(entry.reason, "The acme accepts the key, but lists no models")
  end)

  it("is distinguished from one with a few odd items, which are ignored", function ()
    local scene = with_listing("anthropic-messages", '{"data":[{"id":7},"two",null,{"id":"one"},{"id":["x"]}]}', { server = { serves = { "generate" } } })
    assert.equal("ready at list", verdict(scene.entry "one"))
  end)

  it("may be in Gemini's or OpenAI's format as well", function ()
    for _, text in ipairs { '{"models":null}', '{"models":"one"}', '{"data":[{"id":"other"}]}', '{"models":[{"name":"models/one"}', "{}" } do
      local scene = with_listing("gemini", text, { server = { serves = { "generate" } } })
      assert.equal("unproven at prove", verdict(scene.entry "one"), text)
    end
    for _, text in ipairs { '{"data":null}', '{"data":"one"}', '{"models":[{"title":"other"}]}', '{"data":[{"id":"one"}', "{}" } do
      local scene = with_listing("openai-responses", text, { fields = 'list_proves = "access"', server = { serves = { "generate" } } })
      assert.equal("unproven at prove", verdict(scene.entry "one"), text)
    end
  end)

  it("does not put strange ids into the output", function ()
    local scene = with_listing("anthropic-messages",
      '{"data":[{"id":"<script>alert(1)</script>"},{"id":"' .. ("z"):rep(65536) .. '"},{"id":"a\\u202Eb"}]}', { server = { serves = { "generate" } } })
    local document, result = scene.models()
    assert.equal("not_listed at list", verdict(support.entry(document, "one")))
    for _, part in ipairs { "<script", "zzzz", "\226\128\174" } do assert.falsy(result.out:find(part, 1, true)) end
  end)
end)

describe("A listing whose endpoint is missing", function ()
  for _, status in ipairs { 404, 405, 501 } do
    it(("(%d) makes no model not_listed, and the proofs of the single models decide"):format(status), function ()
      for _, protocol in ipairs { "anthropic-messages", "openai-chat", "openai-responses", "gemini" } do
        local path = protocol == "gemini" and "/v1beta/models" or "/v1/models"
        local scene = support.scene { { "acme", protocol = protocol, models = { "one", "two" },
          server = { models = { "one" }, routes = { { path = path, status = status, text = "no such thing" } } } } }
        local document = scene.models()
        assert.equal("ready at prove", verdict(support.entry(document, "one")), protocol)
        assert.equal("not_listed at prove", verdict(support.entry(document, "two")), protocol)
      end
    end)
  end
end)

describe("The listing of a provider block", function ()
  it("replaces the protocol's listing", function ()
    local fields = 'list = get("/catalog", { kind = "chat" }), list_proves = "access"'
    local scene = support.scene { { "acme", protocol = "openai-chat", models = { "one" }, fields = fields,
      server = { serves = { "generate" }, routes = { { path = "/v1/catalog", body = { data = { { id = "one" } } } } } } } }
    assert.equal("ready at list", verdict(scene.entry "one"))
    assert.same({ "kind=chat" }, queries(scene, "/v1/catalog"))
    assert.equal(1, #scene.requests())
  end)

  it("is requested below the provider's own prefix, as all its paths are", function ()
    local scene = support.scene { { "acme", protocol = "openai-chat", models = { "one" }, fields = 'prefix = "/api/paas/v4"', server = { routes = {
      { path = "/api/paas/v4/models", body = { data = { { id = "one" } } } },
      { path = "/api/paas/v4/models/one", body = { id = "one", object = "model" } },
    } } } }
    assert.equal("ready at prove", verdict(scene.entry "one"))
    assert.same({ "GET /api/paas/v4/models", "GET /api/paas/v4/models/one" }, scene.paths())
  end)

  it("may be read by a protocol of the deployer's, whose failure is not a verdict", function ()
    local text = [[protocol "odd" {
      chat_path = "/chat", list = get "/list",
      read_list = function (body) return nil, "nobody can read this" end,
      prove = { function (model) return get("/has/" .. model.api_name) end },
    }]]
    local scene = support.scene({ { "acme", protocol = "odd", models = { "one", "two" }, server = { routes = {
      { path = "/list", body = { anything = 1 } }, { path = "/has/one", body = { ok = true } }, { path = "/has/two", status = 404, text = "no" },
    } } } }, { text = text })
    local document = scene.models()
    assert.equal("ready at prove", verdict(support.entry(document, "one")))
    local two = support.entry(document, "two")
    assert.equal("unproven at prove", verdict(two))
    has(two.reason, "its listing cannot be read: nobody can read this")
  end)
end)

it("A listing with more than a thousand names with a star in them is taken for one that may have any model", function ()
  local function listed(count)
    local names = {}
    for i = 1, count do names[i] = ('{"id":"other%d/*"}'):format(i) end
    return (with_listing("openai-chat", '{"data":[' .. table.concat(names, ",") .. "]}",
      { server = { serves = { "list" } }, fields = 'list_proves = "access"' }).entry "one")
  end
  assert.equal("not_listed", listed(3).state)
  assert.equal("unproven", listed(1001).state)
end)
