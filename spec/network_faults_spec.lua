-- The matrix of network faults: each fault at every place where roster asks, in the clear and over TLS, over real sockets. Each case is held
-- to its state, its code, who is to blame, the words of reason and hint, and the bound on its time; each group to the two providers that
-- work beside it, and to the key, which must be nowhere.
local matrix = require "support.matrix"
local support = require "support.roster"

local walk = matrix.walk

teardown(support.stop_all)

-- ---- scripts ----

local HEAD = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
-- Good at every place: a listing, a model, an answer, a catalogue.
local GOOD = '{"data":[{"id":"one"}],"id":"one","choices":[],"model":{"one":{"provider":"steady"}}}'
local HANG, CUT, RESET, READ, HALF = { hang = true }, { cut = true }, { reset = true }, { read = true }, { half_close = true }
local PLAIN, TLS = { "plain" }, { "TLS" }
local GREETS = { greets = true }

local function send(text, times) return { send = text, ["repeat"] = times } end
local function pause(ms) return { sleep_ms = ms } end
local function sized(head, body) return head .. ("content-length: %d\r\n\r\n%s"):format(#body, body) end
local function chunk(body) return ("%x\r\n%s\r\n"):format(#body, body) end
local CHUNKED = HEAD .. "transfer-encoding: chunked\r\n\r\n"

local function drip(first)
  local script = { send(first) }
  for i = 1, 40 do script[2 * i], script[2 * i + 1] = pause(100), send "a" end
  return script
end

-- ---- the faults ----

walk("A server that sends no whole answer", {
  state = "unreachable", code = "connection_lost", blame = "network", hint = "check the network",
  faults = {
    { "does not listen", url = "http://127.0.0.1:9", code = "connect_failed", says = "connection refused" },
    { "has a name that leads nowhere", url = "https://nobody.invalid", ways = TLS, code = "name_not_found", says = "could not resolve host 'nobody.invalid'",
      hint = "check the host name", at = { override = { hint = "the override of provider" }, gateway = { hint = "base_url of gateway" } } },
    { "closes as soon as it is reached", ways = PLAIN, server = GREETS, script = { CUT }, says = "connection " },
    { "closes instead of answering", script = { CUT }, says = "closed without an answer" },
    { "resets instead of answering", script = { RESET }, says = "connection reset by the server" },
    { "ends its half of the connection instead of answering", script = { HALF }, says = "closed without an answer" },
    { "ends in the status line", script = { send "HTTP/1.1 20", CUT }, says = "closed without an answer" },
    { "ends in the headers", script = { send "HTTP/1.1 200 OK\r\nconte", CUT }, says = "answer cut off: its headers do not end" },
    { "ends its half in the headers", script = { send "HTTP/1.1 401 Unauthorized\r\nconte", HALF }, says = "answer cut off: its headers do not end" },
    { "ends after the headers", script = { send(HEAD .. "content-length: 3\r\n\r\n"), CUT }, says = "answer cut off" },
    { "ends after an interim answer", script = { send "HTTP/1.1 100 Continue\r\n\r\n" }, says = "closed without an answer" },
    { "resets in the headers", script = { send "HTTP/1.1 200 OK\r\nconte", pause(20), RESET }, says = "reset" },
    { "resets in the body", script = { send(HEAD .. 'content-length: 1000\r\n\r\n{"data":['), pause(20), RESET }, says = "reset" },
    { "sends less than it announced", script = { send(HEAD .. "content-length: 1000\r\n\r\n" .. GOOD) }, says = "answer cut off" },
    { "ends its half in the body", script = { send(HEAD .. "content-length: 1000\r\n\r\n" .. GOOD), HALF }, says = "answer cut off" },
    { "stops in a chunk", script = { send(CHUNKED .. '40\r\n{"data":[') }, says = "answer cut off" },
    { "stops in the size of a chunk", script = { send(CHUNKED .. "4") }, says = "answer cut off" },
    { "stops before the last chunk", script = { send(CHUNKED .. chunk(GOOD)) }, says = "answer cut off" },
    { "stops in a record of TLS", ways = TLS, script = { send(HEAD .. "content-length: 1000\r\n\r\n"), { beneath = "\23\3\3\64\0abc" }, CUT }, says = "answer cut off" },
    { "sends something else than a record of TLS", ways = TLS, script = { send(HEAD .. "content-length: 1000\r\n\r\n"), { beneath = "no record" }, HANG },
      says = "connection broke: wrong version number" },
    { "sends a record of TLS that nobody sealed", ways = TLS, says = "connection broke: decryption failed",
      script = { send(HEAD .. "content-length: 1000\r\n\r\n"), { beneath = "\23\3\3\0\32" .. ("x"):rep(32) }, HANG } },
  },
})

walk("A server that takes longer than its time", {
  state = "unreachable", code = "timed_out", blame = "network", says = "within 1000 ms", hint = "allow more time", at = { source = { says = "within 100 ms" } },
  faults = {
    { "takes the request and is silent", slow = true, script = { HANG } },
    { "stops in the headers", slow = true, script = { send "HTTP/1.1 200 OK\r\nconte", HANG } },
    { "sends no body", slow = true, script = { send(HEAD .. "content-length: 34\r\n\r\n"), HANG } },
    { "stops in the body", slow = true, script = { send(HEAD .. "content-length: 34\r\n\r\n{"), HANG } },
    { "stops in a chunk", slow = true, script = { send(CHUNKED .. "5\r\n{"), HANG } },
    { "sends an interim answer and no more", slow = true, script = { send "HTTP/1.1 100 Continue\r\n\r\n", HANG } },
    { "sends its headers a byte at a time", slow = true, script = drip "HTTP/1.1 200 OK\r\nx-drip: " },
    { "sends its body a byte at a time", slow = true, script = drip(HEAD .. "\r\n") },
    { "never ends the extension of a chunk", slow = true, script = { send(CHUNKED .. "5;"), send(("y"):rep(400), 1000000) } },
    { "accepts no connection, for its queue is full", slow = true, server = { full = true }, script = {} },
    { "never answers the handshake", slow = true, ways = TLS, speaks_plain = true, script = { HANG } },
    { "stops in the handshake", slow = true, ways = TLS, speaks_plain = true, server = GREETS, script = { send "\22\3\3\1", HANG } },
  },
})

walk("A server whose TLS is not to be trusted", {
  state = "unreachable", code = "tls_failed", blame = "network",
  faults = {
    { "shows a certificate that is over", ways = TLS, certificate = "expired", script = {}, says = "certificate has expired", hint = "renew it" },
    { "shows a certificate that is not valid yet", ways = TLS, certificate = "early", script = {}, says = "not yet valid", hint = "clock" },
    { "shows the certificate of another host", ways = TLS, certificate = "elsewhere", script = {}, says = "subject name", hint = "check the host name in" },
    { "shows a certificate that it signed itself", ways = TLS, certificate = "alone", script = {}, says = "self-signed certificate", hint = "ca_file" },
    { "shows a certificate of an unknown authority", ways = TLS, certificate = "stranger", script = {}, says = "unable to get local issuer", hint = "ca_file" },
    { "is trusted by another authority's file", ways = TLS, trusts = "theirs", script = {}, says = "unable to get local issuer", hint = "ca_file" },
    { "speaks TLS 1.0 only", ways = TLS, versions = "NORMAL:-VERS-ALL:+VERS-TLS1.0", script = {}, says = "unsupported protocol", hint = "TLS 1.2 or newer" },
    { "speaks TLS 1.1 only", ways = TLS, versions = "NORMAL:-VERS-ALL:+VERS-TLS1.1", script = {}, says = "unsupported protocol", hint = "TLS 1.2 or newer" },
    { "speaks plain HTTP there", ways = TLS, speaks_plain = true, server = GREETS, script = { send(sized("HTTP/1.1 400 Bad Request\r\n", "no TLS")), HANG },
      says = "wrong version number", hint = "does not speak TLS" },
    { "speaks SMTP there", ways = TLS, speaks_plain = true, server = GREETS, script = { send "220 mail.example ESMTP\r\n", HANG }, says = "wrong version number",
      hint = "does not speak TLS" },
    { "refuses the handshake", ways = TLS, speaks_plain = true, server = GREETS, script = { send "\21\3\3\0\2\2\40", HALF }, says = "handshake failure",
      hint = "client_cert" },
    { "does not know the name", ways = TLS, speaks_plain = true, server = GREETS, script = { send "\21\3\3\0\2\2\112", HALF }, says = "unrecognized name",
      hint = "the host name in" },
    { "sends an alert instead of an answer", ways = TLS, script = { { alert = 80 } }, says = "TLS refused by the server", hint = "check what serves" },
    { "sends an alert in its answer", ways = TLS, script = { send(HEAD .. "content-length: 1000\r\n\r\n"), { alert = 40 } }, says = "TLS refused by the server",
      hint = "check what serves" },
    { "wants another certificate of ours", ways = TLS, script = { { alert = 116 } }, says = "certificate required", hint = "client_cert" },
    { "ends its half in the handshake", ways = TLS, speaks_plain = true, server = GREETS, script = { HALF }, says = "handshake failed: the connection ended",
      hint = "check that" },
  },
})

-- What no status line came before is told of as such; behind one, a listing counts as unreadable, and what it does not prove is not proved.
local UNREAD = { state = "unproven", code = "listing_unreadable", hint = "at level generate" }

walk("A server that does not answer as HTTP does", {
  state = "provider_error", code = "answer_unusable", blame = "provider", says = "not a valid HTTP response", hint = "check what serves",
  faults = {
    { "speaks TLS behind an address in the clear", ways = PLAIN, speaks_tls = true, script = { HANG }, says = "without a status line" },
    { "sends a body alone, as HTTP/0.9 does", script = { send(GOOD) }, says = "without a status line" },
    { "speaks a version that nobody knows", script = { send("HTTP/7.3 200 OK\r\n\r\n" .. GOOD) } },
    { "speaks SSH", script = { send "SSH-2.0-OpenSSH_9.2\r\n" } },
    { "speaks SMTP before it is asked", server = GREETS, script = { send "220 mail.example ESMTP\r\n", READ } },
    { "says goodbye in HTTP/2", script = { send "\0\0\0\4\0\0\0\0\0\0\0\8\7\0\0\0\0\0\0\0\0\0\0\0\0\0" } },
    { "resets a stream of HTTP/2", script = { send "\0\0\0\4\0\0\0\0\0\0\0\4\3\0\0\0\1\0\0\0\8" } },
    { "begins with empty lines", script = { send("\r\n\r\n" .. sized(HEAD, GOOD)) } },
    { "has no status", script = { send("HTTP/1.1 OK\r\n\r\n" .. GOOD) } },
    { "has a status of two digits", script = { send("HTTP/1.1 20 OK\r\n\r\n" .. GOOD) } },
    { "has a status of four digits", script = { send("HTTP/1.1 2000 OK\r\n\r\n" .. GOOD) } },
    { "has a status of 000", script = { send("HTTP/1.1 000 OK\r\n\r\n" .. GOOD) } },
    { "has a status below zero", script = { send("HTTP/1.1 -200 OK\r\n\r\n" .. GOOD) } },
  },
})

walk("A server whose framing is wrong", {
  state = "provider_error", code = "answer_unusable", blame = "provider", says = "not a valid HTTP response", hint = "check what serves",
  at = { listing = UNREAD, override = UNREAD, gateway = UNREAD },
  faults = {
    { "sends a chunk without a size", script = { send(CHUNKED .. "zz\r\n" .. GOOD .. "\r\n0\r\n\r\n") } },
    { "sends a chunk of a size below zero", script = { send(CHUNKED .. "-5\r\n" .. GOOD .. "\r\n0\r\n\r\n") } },
    { "sends a chunk of more bytes than there are", script = { send(CHUNKED .. "fffffffffffffffff\r\n" .. GOOD .. "\r\n0\r\n\r\n") } },
    { "compresses the transfer unasked", script = { send(HEAD .. "transfer-encoding: gzip, chunked\r\n\r\n" .. chunk(GOOD) .. "0\r\n\r\n") } },
    { "transfers in an unknown way", script = { send(HEAD .. "transfer-encoding: sideways\r\n\r\n" .. GOOD) } },
    { "announces a length that is no number", script = { send(HEAD .. "content-length: many\r\n\r\n" .. GOOD) } },
    { "announces a length below zero", script = { send(HEAD .. "content-length: -5\r\n\r\n" .. GOOD) } },
    { "announces a length of more digits than fit", script = { send(HEAD .. "content-length: 99999999999999999999999\r\n\r\n" .. GOOD) }, says = "larger than" },
    { "announces a hundred gigabytes", script = { send(HEAD .. "content-length: 100000000000\r\n\r\n"), HANG }, says = "larger than" },
    { "has a header without a colon", script = { send("HTTP/1.1 200 OK\r\nno colon here\r\n\r\n" .. GOOD) } },
    { "has a zero byte in a header", script = { send("HTTP/1.1 200 OK\r\nx-nul: a\0b\r\n\r\n" .. GOOD) } },
    { "never ends its body", ways = TLS, script = { send(HEAD .. "\r\n"), send(("x"):rep(65536), 1000000) }, says = "larger than" },
    { "never ends its chunks", ways = PLAIN, script = { send(CHUNKED), send("10000\r\n" .. ("x"):rep(65536) .. "\r\n", 1000000) }, says = "larger than" },
    { "never ends its headers", script = { send "HTTP/1.1 200 OK\r\n", send("x-more: " .. ("y"):rep(4000) .. "\r\n", 1000000) }, says = "larger than" },
    { "never ends its trailers", script = { send(CHUNKED .. "0\r\n"), send("x-more: " .. ("y"):rep(4000) .. "\r\n", 1000000) }, says = "larger than" },
    { "sends 100 Continue for ever", script = { send("HTTP/1.1 100 Continue\r\n\r\n", 100000000) }, says = "larger than" },
    { "sends hints for ever", script = { send("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n", 100000000) }, says = "larger than" },
  },
})

matrix.count("network-faults", "network faults met (fault, place, plain or TLS)", 240)
