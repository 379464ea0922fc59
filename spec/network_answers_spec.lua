-- The matrix goes on with answers that are HTTP, and not what was asked for: bodies, statuses, redirects, pages of a listing, keys that are
-- repeated; and with odd ones that are good. spec/network_faults_spec.lua has what breaks before that.
local matrix = require "support.matrix"
local network = require "support.network"
local support = require "support.roster"

local walk = matrix.walk

teardown(support.stop_all)

local JSON, PAGE, NONE = "content-type: application/json\r\n", "content-type: text/html\r\n", ""
local HEAD = "HTTP/1.1 200 OK\r\n" .. JSON
local CHUNKED = HEAD .. "transfer-encoding: chunked\r\n\r\n"
-- Good at every place: a listing, a model, an answer, a catalogue.
local GOOD = '{"data":[{"id":"one"}],"id":"one","choices":[],"model":{"one":{"provider":"steady"}}}'
local HANG, CUT, RESET, READ, HALF = { hang = true }, { cut = true }, { reset = true }, { read = true }, { half_close = true }
local PLAIN, TLS = { "plain" }, { "TLS" }
local MODELS = { "listing", "proof", "generate", "override", "gateway" }

local function send(text, times) return { send = text, ["repeat"] = times } end
local function sized(head, body) return head .. ("content-length: %d\r\n\r\n%s"):format(#body, body) end
local function answer(status, head, body) return { send(sized(("HTTP/1.1 %d Oops\r\n%s"):format(status, head), body)) } end
local function chunk(body) return ("%x\r\n%s\r\n"):format(#body, body) end
local function body(text) return answer(200, JSON, text) end
local function bytes(head, text) return { network.bytes(sized("HTTP/1.1 200 OK\r\n" .. JSON .. head, text)) } end

-- ---- 200, and nothing that was asked for ----

local UNREAD = { state = "unproven", code = "listing_unreadable", says = "its listing cannot be read", hint = "at level generate" }
local AT = { listing = UNREAD, override = UNREAD, gateway = UNREAD, source = { says = "" } }
local function wide(text) return "\xff\xfe" .. text:gsub(".", "%0\0") end

walk("A server that answers 200 in other words", {
  state = "provider_error", code = "page_not_api", blame = "provider", says = "returned 200, but not a valid", hint = "check that", at = AT,
  faults = {
    { "sends a page to sign in", script = answer(200, PAGE, "<!doctype html><title>Sign in</title>") },
    { "sends a page and calls it JSON", script = body "<html><title>Sign in</title></html>" },
    { "sends half of its JSON, as HTTP/1.0 may", script = { send 'HTTP/1.0 200 OK\r\n\r\n{"data":[{"id":"on' } },
    { "sends half of its JSON, and ends TLS in a hurry", ways = TLS, script = { send(HEAD .. '\r\n{"data":[{"id":"on'), CUT } },
    { "ends its half in JSON of no length", script = { send(HEAD .. '\r\n{"data":[{"id":"on'), HALF } },
    { "sends what claims to be gzip", script = bytes("content-encoding: gzip\r\n", "\31\139\8 not JSON") },
    { "sends a bomb of gzip", ways = PLAIN, script = function () return bytes("content-encoding: gzip\r\n", network.bomb()) end },
    { "sends JSON that is too deep", script = { send(HEAD .. "\r\n"), send("[", 20000), send("]", 20000) } },
    { "sends UTF-16", script = bytes(NONE, wide(GOOD)) },
    { "begins with two byte order marks", script = body("\u{feff}\u{feff}" .. GOOD) },
    { "sends NaN", script = body '{"data":[{"id":"one","context_window":NaN}],"id":"one","choices":[],"x":NaN}' },
    { "sends a number without bounds", script = body '{"data":[{"id":"one"}],"id":"one","choices":[],"x":1e999}' },
    { "sends a name twice", script = body '{"data":[{"id":"one"}],"data":[{"id":"two"}],"id":"one","id":"two","choices":[]}' },
    { "sends single quotes", script = body "{'data':[{'id':'one'}],'id':'one','choices':[]}" },
    { "sends a comma too many", script = body '{"data":[{"id":"one"},],"id":"one","choices":[],}' },
    { "sends two answers at once", script = body(GOOD .. GOOD) },
    { "sends a line of events", script = answer(200, "content-type: text/event-stream\r\n", "data: " .. GOOD .. "\n\n") },
    { "sends XML", script = answer(200, "content-type: application/xml\r\n", '<?xml version="1.0"?><models/>') },
    { "sends bytes that are no UTF-8", script = bytes(NONE, '{"data":[{"id":"one\xff\xfe"}],"id":"one\xff","choices":[]}') },
    { "sends half of a pair of surrogates", script = body '{"data":[{"id":"one\\ud800"}],"id":"one\\ud800","choices":[]}' },
    { "sends a line break in a text", script = body '{"data":[{"id":"one\n"}],"id":"one\n","choices":[]}' },
    { "sends a part of it", script = answer(206, JSON .. "content-range: bytes 0-31/900\r\n", '{"data":[{"id":"o'), says = "returned 206" },
  },
})

walk("A server that answers 200 in JSON of another shape", {
  state = "provider_error", code = "protocol_mismatch", blame = "provider", says = "returned 200, but not a valid", hint = "check that", at = AT,
  faults = {
    { "sends nothing", script = answer(200, JSON, "") },
    { "sends nothing, and says so", script = { send "HTTP/1.1 204 No Content\r\n\r\n" }, says = "returned 204" },
    { "sends null", script = body "null" },
    { "sends a number", script = body "7" },
    { "sends a text", script = body '"ok"' },
    { "sends true", script = body "true" },
    { "sends an empty object", script = body "{}" },
    { "sends numbers for everything", script = body '{"data":7,"id":7,"choices":7,"model":7}' },
    { "sends texts for lists", script = body '{"data":"one","id":[],"choices":"one","model":"one"}' },
    { "sends null for everything", script = body '{"data":null,"id":null,"choices":null,"model":null}' },
    { "sends lists of other things", script = body '{"data":[[],null,true,7],"id":{},"choices":null,"model":[]}' },
  },
})

-- ---- statuses ----

local WORDS = '{"error":{"message":"something is wrong","type":"invalid_request_error","param":null,"code":null}}'
local statuses = {}

--- The status without words over TLS, and with the API's own in the clear.
-- A status that is rare is met at two places.
local function status(number, without, with, rare)
  local few = { "proof", "gateway" }
  local function add(what, ways, script, expect, places)
    local fault = { ("answers %d %s"):format(number, what), ways = ways, places = places, script = script, at = { source = { says = ("it returned %d"):format(number) } } }
    for name, value in pairs(expect) do
      if name ~= "at" then fault[name] = value end
    end
    for place, value in pairs(expect.at or {}) do fault.at[place] = value end
    statuses[#statuses + 1] = fault
  end
  add("and nothing else", TLS, answer(number, NONE, ""), without, rare and few or nil)
  add("with a page", PLAIN, answer(number, PAGE, "<html><title>Oops</title></html>"), without, few)
  add("in the words of the API", PLAIN, answer(number, JSON, WORDS), with, rare and { "listing", "generate" } or nil)
end

local function failed(number)
  return { state = "provider_error", code = "provider_failed", blame = "provider", says = ("has an internal problem (%d"):format(number), hint = "try again later" }
end
local function foreign(number)
  return { state = "provider_error", code = "page_not_api", blame = "provider", says = ("returned %d, but not a valid"):format(number), hint = "check that" }
end
-- The API refuses what roster asked for itself, which says nothing of the model.
local function refused(number)
  local listing = { state = "unproven", code = "listing_unreadable", blame = "provider", says = "its listing cannot be read", hint = "at level generate" }
  return { state = "unproven", code = "proof_refused", blame = "definitions", says = ("%d"):format(number), hint = "see what",
    at = { listing = listing, override = listing, gateway = listing } }
end
local function absent(number)
  local nothing = { state = "unproven", code = "no_free_check", blame = "provider", says = "offers no free way to check one", hint = "at level generate" }
  return { state = "provider_error", code = "not_served_here", blame = "definitions", says = ("(%d"):format(number), hint = "check base_url of provider",
    at = { listing = nothing, proof = nothing, override = nothing, gateway = nothing } }
end
local KEY = { state = "bad_credential", code = "key_refused", blame = "this_machine", same_blame = true, says = "rejected the key in KEY", hint = "set a valid KEY" }
local NO_ACCESS = { state = "no_access", code = "no_access", blame = "provider", says = "accepts the key, but not for one", hint = "ask" }

for _, number in ipairs { 500, 502, 503, 504, 529, 408 } do status(number, failed(number), failed(number)) end
for _, number in ipairs { 505, 507, 508, 520, 521, 522, 523, 524, 525, 526, 527, 530, 599, 409, 421, 425, 426 } do
  status(number, failed(number), failed(number), true)
end
for _, number in ipairs { 400, 413, 422 } do status(number, foreign(number), refused(number)) end
for _, number in ipairs { 406, 412, 414, 415, 418, 423, 428, 431, 499 } do status(number, foreign(number), refused(number), true) end
for _, number in ipairs { 404, 405, 501 } do status(number, absent(number), absent(number)) end
status(401, foreign(401), KEY)
status(402, foreign(402), { state = "no_quota", code = "no_quota", blame = "provider", says = "no credit or quota is left", hint = "billing page" })
status(403, foreign(403), { state = KEY.state, code = KEY.code, blame = KEY.blame, same_blame = true, says = KEY.says, hint = KEY.hint,
  at = { proof = NO_ACCESS, generate = NO_ACCESS } })
status(410, foreign(410), { state = "provider_error", code = "service_ended", blame = "provider", says = "has ended this service", hint = "successor" })
status(451, foreign(451), { state = "no_access", code = "region_refused", blame = "provider", says = "does not serve this region", hint = "region" })
status(511, foreign(511), foreign(511))

walk("A server of another status", { faults = statuses })

-- ---- when to come back ----

local LATER, AFTER = "try again later", "try again after"
local limited = {}
local function retry(what, value, hint)
  limited[#limited + 1] = { "asks for patience, " .. what, hint = hint, places = MODELS, script = answer(429, JSON .. ("retry-after: %s\r\n"):format(value), WORDS) }
end
local function date(seconds) return os.date("!%a, %d %b %Y %H:%M:%S GMT", os.time() + seconds) end
retry("for some seconds", "500", AFTER)
retry("until a day in the future", date(900), AFTER)
retry("until a day in the past", date(-900), LATER)
retry("for less than no time", "-1", LATER)
retry("for no time", "0", LATER)
retry("for thousands of years", "1000000000000", LATER)
retry("for a number that is written oddly", "1e12", LATER)
retry("in words", "soon", LATER)
retry("in a date that is none", "Thu, 99 Foo 2026 25:61:61 GMT", LATER)
retry("in nothing at all", "", LATER)

walk("A server that asks for fewer requests", { state = "rate_limited", code = "rate_limited", blame = "provider", says = "is limiting requests (429", faults = limited })

-- ---- redirects ----

local moved = {}
local function redirect(number, what, to, says)
  moved[#moved + 1] = { ("redirects with %d %s"):format(number, what), says = says or "redirects are not followed, the key was not sent there",
    script = function (scene)
    local target = type(to) == "function" and to(scene) or to
    return answer(number, target and ("location: %s\r\n"):format(target) or NONE, "moved")
  end }
end
local function there(scene) return scene.there.url() .. "/v1/models?to=there" end
for _, number in ipairs { 300, 301, 302, 303, 305, 307, 308 } do redirect(number, "to another port", there, ("redirects (%d) to http://127.0.0.1:"):format(number)) end
redirect(301, "to another host", "https://nobody.invalid/v1/models", "redirects (301) to https://nobody.invalid/v1/models")
redirect(302, "to the same place", "/v1/models", "redirects (302) to /v1/models")
redirect(302, "without a scheme", "//nobody.invalid/v1/models")
redirect(302, "to a file", "file:///etc/passwd")
redirect(302, "to a script", "javascript:alert(1)")
redirect(302, "to an address with a user in it", "http://admin:admin@127.0.0.1:9/")
redirect(302, "nowhere")
redirect(302, "to nothing", "")
redirect(302, "to no address", "%%%:// \\")
redirect(307, "to a place as long as a book", "/" .. ("x"):rep(20000))
redirect(308, "to a place with the key in its query", "/v1/models?key=" .. network.KEY)
redirect(308, "to a place with the key in its path", "/" .. network.KEY .. "/models")

for i = 8, #moved do moved[i].ways = i % 2 == 0 and PLAIN or TLS end

walk("A server that redirects", { state = "provider_error", code = "redirected", blame = "definitions", hint = "to where it moved",
  at = { source = { says = "redirects are not followed" } }, faults = moved })

walk("A server that answers what nobody asked for", { state = "provider_error", code = "page_not_api", blame = "provider", hint = "check that", faults = {
  { "says that nothing is new", script = answer(304, "etag: \"x\"\r\n", ""), says = "returned 304, but not a valid",
    at = { source = { says = "it returned 304, which was not requested" } } },
  { "switches to HTTP/2", script = { send "HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n\0\0\0\4\0\0\0\0\0" },
    says = "returned 101, but not a valid", at = { source = { says = "it returned 101" } } },
} })

-- ---- the key, repeated ----

local forms, echoes = network.spellings(network.KEY), {}
local function echo(what, script, ways) echoes[#echoes + 1] = { "repeats the key " .. what, script = script, ways = ways } end
local names = {}
for name in pairs(forms) do names[#names + 1] = name end
table.sort(names)
for i, name in ipairs(names) do
  echo(name .. " in its message", answer(500, JSON, ('{"error":{"message":"no such key: %s"}}'):format(forms[name])), i % 2 == 0 and PLAIN or TLS)
end
echo("in a page", answer(500, PAGE, ("<html><title>%s</title>%s</html>"):format(network.KEY, network.KEY)))
echo("in plain words", answer(500, "content-type: text/plain\r\n", network.KEY .. " is wrong"))
echo("as a name", answer(500, JSON, ('{"%s":1,"error":{"message":"x","type":"%s","code":"%s"}}'):format(network.KEY, network.KEY, network.KEY)))
echo("in its status line", { send(sized("HTTP/1.1 500 " .. network.KEY .. "\r\n" .. JSON, WORDS)) })
echo("in its headers", answer(500, JSON .. ("x-key: %s\r\nset-cookie: k=%s\r\netag: \"%s\"\r\nretry-after: %s\r\nx-request-id: %s\r\n")
  :format(network.KEY, network.KEY, network.KEY, network.KEY, network.KEY), WORDS))
echo("as its type", answer(500, ("content-type: text/%s\r\n"):format(network.KEY), "x"))

walk("A server with a problem", { state = "provider_error", code = "provider_failed", blame = "provider", says = "has an internal problem (500", hint = "try again",
  at = { source = { says = "it returned 500" } }, faults = echoes })

-- ---- the pages of a listing, and their shapes in each protocol ----

local LISTED = { "listing", "override", "gateway" }
local function page(id, cursor)
  return sized(HEAD, ('{"data":[{"type":"model","id":"%s"}],"has_more":%s,"last_id":%s}'):format(id, cursor and "true" or "false", cursor or "null"))
end
local function pages(first, ...)
  local script = { send(first) }
  for _, text in ipairs { ... } do table.move({ READ, send(text) }, 1, 2, #script + 1, script) end
  return script
end
local function breaks(...)
  local steps = { ... }
  local script = { send(steps[1]), READ }
  return table.move(steps, 2, #steps, 3, script)
end
local function because(state, code, blame, says, hint) return { model = { state = state, code = code, blame = blame, says = says, hint = hint } } end
local NO_END = because(nil, nil, nil, "its listing does not end")
local LOST = because("unreachable", "connection_lost", "network", "cut off", "check the network")
local endless = {}
for i = 1, 110 do endless[i] = page("m" .. i, ('"c%d"'):format(i)) end
local BROKEN = HEAD .. 'content-length: 900\r\n\r\n{"data":['
-- libcurl keeps 128 connections that nobody uses, so those that depend on theirs are a group of few.
local paged = {
  { "goes round in a circle of pages", script = pages(page("a", '"x"'), page("b", '"x"'), page("c", '"x"')), at = NO_END },
  { "has pages without end", script = pages(table.unpack(endless)), at = NO_END },
  { "has a second page of another shape", script = pages(page("a", '"x"'), sized(HEAD, '{"data":{"one":{}}}')) },
  { "has a page of HTML for its second", script = pages(page("a", '"x"'), sized("HTTP/1.1 200 OK\r\n" .. PAGE, "<html>one</html>")) },
  { "breaks its second page off", script = pages(page("a", '"x"'), BROKEN), at = LOST },
  { "resets at its second page", script = breaks(page("a", '"x"'), send(BROKEN), { sleep_ms = 20 }, RESET),
    at = because("unreachable", "connection_lost", "network", "reset", "check the network") },
  { "has no name for its second page", script = pages(sized(HEAD, '{"data":[],"has_more":true}')) },
  { "has a number for the name of its second page", script = pages(sized(HEAD, '{"data":[{"id":7}],"has_more":true,"last_id":7}')) },
  { "fails at its second page", script = pages(page("a", '"x"'), sized("HTTP/1.1 500 Oops\r\n" .. JSON, WORDS)),
    at = because("provider_error", "provider_failed", "provider", "internal problem (500", "try again later") },
  { "is silent at its second page", slow = 4, script = breaks(page("a", '"x"'), HANG), at = because("unreachable", "timed_out", "network", "within", "allow more time") },
}
for _, fault in ipairs(paged) do fault.protocol, fault.places, fault.apart = "anthropic-messages", LISTED, true end

walk("A server whose listing has no proper second page", { state = UNREAD.state, code = UNREAD.code, blame = "provider", says = UNREAD.says, hint = UNREAD.hint, faults = paged })

local shapes = {}
local lists = { ["openai-chat"] = "data", ["openai-responses"] = "data", ["anthropic-messages"] = "data", gemini = "models", ["cohere-v2"] = "models", ollama = "models" }
for protocol, list in pairs(lists) do
  for what, text in pairs { ["null"] = "null", ["a number"] = "7", ["a text"] = '"one"', ["an object"] = '{"one":{}}', ["true"] = "true" } do
    shapes[#shapes + 1] = { ("lists %s in %s"):format(what, protocol), protocol = protocol, places = LISTED, ways = PLAIN, script = body(('{"%s":%s}'):format(list, text)) }
  end
  for what, text in pairs { nothing = "{}", ["null"] = "null", ["a text"] = '"one"' } do
    shapes[#shapes + 1] = { ("answers %s for a listing in %s"):format(what, protocol), protocol = protocol, places = LISTED, ways = TLS, script = body(text) }
  end
end
table.sort(shapes, function (a, b) return a[1] < b[1] end)

walk("A server whose listing is of another shape", { state = UNREAD.state, code = UNREAD.code, blame = "provider", says = UNREAD.says, hint = UNREAD.hint, faults = shapes })

-- ---- the second request on a connection ----

local LIST = sized(HEAD, '{"data":[{"id":"one"}]}')
local second = {
  { "is silent", slow = 4, script = breaks(LIST, HANG), state = "unreachable", code = "timed_out", blame = "network", says = "within", hint = "allow more time" },
  { "breaks off", script = pages(LIST, HEAD .. "content-length: 900\r\n\r\n{"), state = "unreachable", code = "connection_lost", blame = "network", says = "cut off",
    hint = "check the network" },
  { "fails", script = pages(LIST, sized("HTTP/1.1 503 Oops\r\n" .. JSON, WORDS)), state = "provider_error", code = "provider_failed", blame = "provider",
    says = "internal problem (503", hint = "try again later" },
  { "is not HTTP", script = pages(LIST, "hello"), state = "provider_error", code = "answer_unusable", blame = "provider", says = "not a valid HTTP response",
    hint = "check what serves" },
  { "is an alert, and a good one on another", ways = TLS, script = breaks(sized(HEAD, GOOD), { alert = 80 }), state = "ready" },
  { "never comes, and a good one on another", script = breaks(sized(HEAD, GOOD), CUT), state = "ready" },
  { "is a reset, and a good one on another", script = breaks(sized(HEAD, GOOD), RESET), state = "ready" },
}
for _, fault in ipairs(second) do fault.places, fault.apart = { "second" }, true end

walk("A server whose second answer on a connection", { faults = second })

-- ---- a source that was taken before, and one that is signed ----

local TAKEN = sized(HEAD .. 'etag: "v1"\r\n', GOOD)
local again = {
  { "says that nothing is new", script = pages(TAKEN, "HTTP/1.1 304 Not Modified\r\netag: \"v1\"\r\n\r\n"), outcome = "unchanged" },
  { "says that nothing is new, under another tag", script = pages(TAKEN, "HTTP/1.1 304 Not Modified\r\netag: \"v2\"\r\n\r\n"), outcome = "unchanged" },
  { "says that nothing is new, after a tag that cannot be sent", says = "304, which was not requested",
    script = pages(sized(HEAD .. "etag: W/\"a\tb\"\r\n", GOOD), "HTTP/1.1 304 Not Modified\r\n\r\n") },
  { "says that nothing is new, though it had no tag", script = pages(sized(HEAD, GOOD), "HTTP/1.1 304 Not Modified\r\n\r\n"), says = "304, which was not requested" },
  { "says that nothing is new, after a tag as long as a book", says = "304, which was not requested",
    script = pages(sized(HEAD .. ("etag: \"%s\"\r\n"):format(("x"):rep(20000)), GOOD), "HTTP/1.1 304 Not Modified\r\n\r\n") },
  { "is out of service", script = pages(TAKEN, sized("HTTP/1.1 503 Oops\r\n", "down")), says = "it returned 503" },
  { "moves", script = pages(TAKEN, sized("HTTP/1.1 302 Oops\r\nlocation: /elsewhere\r\n", "")), says = "redirects are not followed" },
  { "sends a page", script = pages(TAKEN, sized("HTTP/1.1 200 OK\r\n" .. PAGE, "<html>Sign in</html>")), says = "not valid JSON" },
  { "breaks off", script = pages(TAKEN, HEAD .. "content-length: 900\r\n\r\n{"), says = "cut off" },
  { "is silent", slow = true, script = breaks(TAKEN, HANG), says = "within" },
  { "has no models any more", script = pages(TAKEN, sized(HEAD, '{"model":{}}')), says = "no models" },
}
for _, fault in ipairs(again) do fault.places = { "again" } end
local signed = {
  { "sends itself for a signature", script = pages(sized(HEAD, GOOD), sized(HEAD, GOOD)), says = "not in minisign's format" },
  { "has no signature", script = pages(sized(HEAD, GOOD), sized("HTTP/1.1 404 Oops\r\n", "")), says = "its signature could not be fetched: it returned 404" },
  { "has an empty signature", script = pages(sized(HEAD, GOOD), sized(HEAD, "")), says = "not in minisign's format" },
  { "breaks its signature off", script = pages(sized(HEAD, GOOD), HEAD .. "content-length: 900\r\n\r\nuntrusted"), says = "its signature could not be fetched: answer cut off" },
  { "has a signature as long as a book", script = pages(sized(HEAD, GOOD), sized(HEAD, ("x"):rep(20000))), says = "larger than 4096 bytes" },
  { "is silent for its signature", slow = true, script = breaks(sized(HEAD, GOOD), HANG), says = "within" },
}
for _, fault in ipairs(signed) do again[#again + 1], fault.places = fault, { "signed" } end

walk("A source that", { faults = again })

-- ---- odd, and good ----

-- Whoever takes any key at an override is not believed there.
local OPEN = { state = "unproven", code = "key_not_checked", blame = "override", says = "(at ", hint = "at level generate" }
local function many(count)
  local rows = {}
  for i = 1, count do rows[i] = ('{"id":"m%d"}'):format(i) end
  return ('{"data":[%s,{"id":"one"}]}'):format(table.concat(rows, ","))
end
local headers = {}
for i = 1, 100 do headers[i] = ("x-%d: %d\r\n"):format(i, i) end

walk("A server that is odd, and good", { state = "ready", at = { override = OPEN, source = { outcome = "updated" } }, faults = {
  { "closes after each answer without a word", script = { send(sized(HEAD, GOOD)) } },
  { "ends its answer by closing, as HTTP/1.0 does", script = { send("HTTP/1.0 200 OK\r\n\r\n" .. GOOD) } },
  { "closes TLS without ending it", ways = TLS, script = { send(sized(HEAD, GOOD)), CUT } },
  { "ends its half when all is said", script = { send(sized(HEAD, GOOD)), HALF } },
  { "sends bare line feeds", script = { send(("HTTP/1.1 200 OK\ncontent-type: application/json\ncontent-length: %d\n\n%s"):format(#GOOD, GOOD)) } },
  { "folds a header", script = { send(sized(HEAD .. "x-fold: a\r\n b\r\n\tc\r\n", GOOD)) } },
  { "gives chunks extensions", script = { send(CHUNKED .. ("%x;name=value;x=\"y\"\r\n%s\r\n0\r\n\r\n"):format(#GOOD, GOOD)) } },
  { "sends the key in a trailer", script = { send(CHUNKED .. chunk(GOOD) .. "0\r\nx-key: " .. network.KEY .. "\r\n\r\n") } },
  { "sends 100 Continue first", script = { send("HTTP/1.1 100 Continue\r\n\r\n" .. sized(HEAD, GOOD)) } },
  { "sends hints first", script = { send(("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"):rep(20) .. sized(HEAD, GOOD)) } },
  { "calls its JSON plain text", script = answer(200, "content-type: text/plain\r\n", GOOD) },
  { "does not say what it sends", script = answer(200, NONE, GOOD) },
  { "names another charset than it has", script = answer(200, "content-type: application/json; charset=utf-16\r\n", GOOD) },
  { "has no reason in its status line", script = { send(sized("HTTP/1.1 200\r\n" .. JSON, GOOD)) } },
  { "has a hundred headers", script = answer(200, JSON .. table.concat(headers), GOOD) },
  { "says its length twice", script = answer(200, JSON .. ("content-length: %d\r\n"):format(#GOOD), GOOD) },
  { "says a length beside its chunks", script = { send(HEAD .. "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n" .. chunk(GOOD) .. "0\r\n\r\n") } },
  { "sends it in pieces", script = { send(HEAD .. ("content-length: %d\r\n\r\n"):format(#GOOD)), { sleep_ms = 20 }, send(GOOD:sub(1, 1)), { sleep_ms = 20 },
    send(GOOD:sub(2)) } },
  { "puts blanks around it", script = body(" \r\n\t" .. GOOD .. "\n\n ") },
  { "listens at IPv6 only", server = { six = true }, script = { send(sized(HEAD, GOOD)) } },
  { "lists a hundred thousand models", ways = PLAIN, places = { "listing" }, script = body(many(99999)) },
  { "lists it twice, between names of control characters", places = { "listing", "gateway" }, script = body '{"data":[{"id":"one"},{"id":"\\u0001\\u001b[31m"},{"id":"one"}]}' },
} })

matrix.count("network-answers", "answers met that are not what was asked for (answer, place, plain or TLS)", 240)
