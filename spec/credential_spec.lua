-- Credentials: where a key is found, how a bad one is treated, and what is sent.
local serving = require "support.serving"
local support = require "support.roster"

local KEY = "sk-canary-4711-abcdef-0123456789"

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end

local mocks

local function provider(id, fields)
  return ('provider "%s" { protocol = "openai-chat", base_url = "%s", title = "Acme", %s }\nmodel "%s-m" { provider = "%s", api_name = "m" }\n')
    :format(id, mocks.url "acme", fields, id, id)
end

--- Validates one provider with these variables. Returns the entry of its model, the requests made and the command's result.
local function asked(env, credential, more)
  mocks.clear()
  local text = provider("acme", "credential = " .. (credential or 'secret "ACME_API_KEY"') .. ", " .. (more or ""))
  local result = support.roster({ "models", "--json", "--no-builtin" }, { config = { ["x.lua"] = text }, env = env })
  assert.is_true(result.status == 0 or result.status == 1, result.err)
  return support.entry(result.json(), "acme-m"), mocks.requests(), result
end

local function file(text) return support.write(support.folder() .. "/key", text) end

setup(function ()
  mocks = support.mock_servers { { name = "acme", protocol = "openai", keys = { KEY, "caf\xc3\xa9 'quoted' \"twice\" $HOME `id`", "-leading", "k" }, models = { "m" } } }
end)

teardown(function ()
  serving.stop_all()
  support.stop_all()
end)

describe("A key", function ()
  --- The Authorization header, which must be the same in all requests.
  local function sent(env, credential)
    local entry, requests = asked(env, credential)
    assert.equal("ready", entry.state, entry.reason)
    assert.is_true(#requests > 0)
    for _, request in ipairs(requests) do assert.equal(requests[1].headers.authorization, request.headers.authorization) end
    return requests[1].headers.authorization, entry.source
  end

  it("is the value of its variable", function ()
    assert.same({ "Bearer " .. KEY, "$ACME_API_KEY" }, { sent { ACME_API_KEY = KEY } })
  end)

  it("is the content of the file that NAME_FILE names, if the variable is not set", function ()
    assert.same({ "Bearer " .. KEY, "$ACME_API_KEY_FILE" }, { sent { ACME_API_KEY_FILE = file(KEY) } })
  end)

  it("in a file may be followed by one line break, which is not part of it", function ()
    assert.equal("Bearer " .. KEY, (sent { ACME_API_KEY_FILE = file(KEY .. "\n") }))
    assert.equal("Bearer " .. KEY, (sent { ACME_API_KEY_FILE = file(KEY .. "\r\n") }))
  end)

  it("in the variable takes precedence over one in a file", function ()
    assert.same({ "Bearer " .. KEY, "$ACME_API_KEY" }, { sent { ACME_API_KEY = KEY, ACME_API_KEY_FILE = file "sk-other" } })
  end)

  it("in a file is used when the variable is empty", function ()
    assert.same({ "Bearer " .. KEY, "$ACME_API_KEY_FILE" }, { sent { ACME_API_KEY = "", ACME_API_KEY_FILE = file(KEY) } })
  end)

  it("is sent byte for byte, whatever a shell would make of it", function ()
    for _, odd in ipairs { "caf\xc3\xa9 'quoted' \"twice\" $HOME `id`", "-leading", "k" } do
      assert.equal("Bearer " .. odd, (sent { ACME_API_KEY = odd }))
      assert.equal("Bearer " .. odd, (sent { ACME_API_KEY_FILE = file(odd .. "\n") }))
    end
  end)

  it("is sent without a prefix in the header that auth names", function ()
    local _, requests = asked({ ACME_API_KEY = KEY }, nil, 'auth = header "x-acme-key"')
    assert.is_true(#requests > 0)
    for _, request in ipairs(requests) do
      assert.equal(KEY, request.headers["x-acme-key"])
      assert.is_nil(request.headers.authorization)
    end
  end)

  it("with both env and file is looked for in the variable, then in its NAME_FILE, then in the file", function ()
    local path = file(KEY .. "\n")
    local both = ('secret { env = "ACME_API_KEY", file = "%s" }'):format(path)
    assert.same({ "Bearer " .. KEY, path }, { sent({}, both) })
    assert.same({ "Bearer " .. KEY, path }, { sent({ ACME_API_KEY = "" }, both) })
    assert.same({ "Bearer k", "$ACME_API_KEY" }, { sent({ ACME_API_KEY = "k" }, both) })
    assert.same({ "Bearer k", "$ACME_API_KEY_FILE" }, { sent({ ACME_API_KEY_FILE = file "k" }, both) })
    assert.same({ "Bearer " .. KEY, path }, { sent({ ACME_API_KEY = "k" }, ('secret { file = "%s" }'):format(path)) })
    assert.same({ "Bearer k", "$ACME_API_KEY" }, { sent({ ACME_API_KEY = "k" }, 'secret { env = "ACME_API_KEY" }') })
  end)

  it("is taken from the credentials that the service manager loaded if neither its variable nor NAME_FILE is set", function ()
    local folder = support.folder()
    local path = support.write(folder .. "/ACME_API_KEY", KEY .. "\n")
    assert.same({ "Bearer " .. KEY, "$CREDENTIALS_DIRECTORY/ACME_API_KEY" }, { sent { CREDENTIALS_DIRECTORY = folder } })
    assert.same({ "Bearer k", "$ACME_API_KEY" }, { sent { CREDENTIALS_DIRECTORY = folder, ACME_API_KEY = "k" } })
    assert.same({ "Bearer k", "$ACME_API_KEY_FILE" }, { sent { CREDENTIALS_DIRECTORY = folder, ACME_API_KEY_FILE = file "k" } })
    local both = ('secret { env = "OTHER_KEY", file = "%s" }'):format(path)
    assert.same({ "Bearer " .. KEY, path }, { sent({ CREDENTIALS_DIRECTORY = folder }, both) })
  end)

  it("has the date of its file or of its helper's run, and no date if it comes from a variable", function ()
    local path = file(KEY)
    os.execute("touch -d 2026-03-04T05:06:07Z " .. support.quoted(path))
    local function row(env, credential, ...)
      local text = provider("acme", "credential = " .. credential)
      return support.roster({ "providers", "--offline", "--no-builtin", ... }, { config = { ["x.lua"] = text }, env = env })
    end
    local listed = row({ ACME_API_KEY_FILE = path }, 'secret "ACME_API_KEY"', "--json").json().providers[1].credential
    assert.same({ source = "$ACME_API_KEY_FILE", set = true, since = "2026-03-04T05:06:07Z" }, listed)
    assert.truthy(row({ ACME_API_KEY_FILE = path }, 'secret "ACME_API_KEY"').out:find("set,2026-03-04", 1, true))
    assert.is_nil(row({ ACME_API_KEY = KEY }, 'secret "ACME_API_KEY"', "--json").json().providers[1].credential.since)
    local text = provider("acme", 'credential = secret { helper = { "printf", "k" }, ttl = 1 * hours }')
    local helped = support.roster({ "providers", "--json", "--no-builtin" }, { config = { ["x.lua"] = text } }).json().providers[1].credential
    assert.truthy(helped.since < helped["until"] and helped["until"]:find "^20%d%d%-")
  end)

  it("with several sources comes from the first one that is set, and shows that source's label", function ()
    local three = ('{ secret { env = "ACME_WORK_KEY", label = "work" }, secret { file = "%s/key", label = "vault" }, secret "ACME_API_KEY" }')
    local folder = support.folder()
    three = three:format(folder)
    assert.same({ "Bearer " .. KEY, "$ACME_API_KEY" }, { sent({ ACME_API_KEY = KEY }, three) })
    assert.same({ "Bearer " .. KEY, "$ACME_WORK_KEY (work)" }, { sent({ ACME_WORK_KEY = KEY, ACME_API_KEY = "k" }, three) })
    support.write(folder .. "/key", "-leading")
    assert.same({ "Bearer -leading", folder .. "/key (vault)" }, { sent({ ACME_API_KEY = "k" }, three) })
    local helped = '{ secret "ACME_API_KEY", secret { helper = { "printf", "-leading" }, label = "printed" }, secret "NEVER_KEY" }'
    assert.same({ "Bearer -leading", "helper printf (printed)" }, { sent({ NEVER_KEY = "k" }, helped) })
    assert.same({ "Bearer k", "$ACME_API_KEY" }, { sent({ ACME_API_KEY = "k" }, helped) })
  end)

  it("is not sent to a provider whose block has no credential line", function ()
    mocks.clear()
    local text = provider("acme", "")
    support.roster({ "models", "--no-builtin" }, { config = { ["x.lua"] = text }, env = { ACME_API_KEY = KEY, OPENAI_API_KEY = KEY } })
    assert.is_true(#mocks.requests() > 0)
    for _, request in ipairs(mocks.requests()) do
      assert.is_nil(request.headers.authorization)
      assert.falsy(require "cjson".encode(request):find(KEY, 1, true))
    end
  end)
end)

describe("A missing key", function ()
  local function missing(env, credential)
    local entry, requests, result = asked(env, credential)
    assert.equal("no_credential", entry.state)
    assert.equal("credential", entry.stage)
    assert.same({}, requests)
    assert.equal(1, result.status)
    assert.equal("no_credential", result.json().empty_reason)
    return entry
  end

  it("makes its models unavailable without a request, and the reason names its variable", function ()
    local entry = missing {}
    assert.equal("ACME_API_KEY is not set", entry.reason)
    assert.equal("set ACME_API_KEY, or set ACME_API_KEY_FILE to a file that contains the key", entry.hint)
    assert.equal("$ACME_API_KEY", entry.source)
  end)

  it("is also reported if its variable is empty", function ()
    assert.equal("ACME_API_KEY is not set", missing({ ACME_API_KEY = "" }).reason)
    assert.equal("ACME_API_KEY is not set", missing({ ACME_API_KEY = "", ACME_API_KEY_FILE = "" }).reason)
  end)

  it("has a reason that states whether its file does not exist, is a directory or is empty", function ()
    local nowhere, folder, empty = support.folder() .. "/nowhere", support.folder(), file ""
    assert.equal(nowhere .. " cannot be read: No such file or directory", missing({ ACME_API_KEY_FILE = nowhere }).reason)
    assert.equal(folder .. " cannot be read: Is a directory", missing({ ACME_API_KEY_FILE = folder }).reason)
    assert.equal(empty .. " is empty", missing({ ACME_API_KEY_FILE = empty }).reason)
    assert.equal("set ACME_API_KEY_FILE to a file that contains the key", missing({ ACME_API_KEY_FILE = nowhere }).hint)
  end)

  it("is in no output if it was put where the path of its file belongs", function ()
    for _, value in ipairs { "sk-proj-canary-1234567890abcdef", "wJalrXUtnFEMI/K7MDENG/canary", "canary" } do
      for _, verb in ipairs { "models", "explain", "doctor", "check", "providers" } do
        local arguments = { verb, "--json", "--no-builtin", verb == "explain" and "acme-m" or nil }
        local result = support.roster(arguments, { config = { ["x.lua"] = provider("acme", 'credential = secret "ACME_API_KEY"') },
          env = { ACME_API_KEY_FILE = value } })
        assert.falsy((result.out .. result.err):find("canary", 1, true), result.out .. result.err)
        has(result.out .. result.err, "ACME_API_KEY_FILE")
      end
    end
    local entry = missing { ACME_API_KEY_FILE = "sk-proj-canary-1234567890abcdef" }
    assert.equal("ACME_API_KEY_FILE is not the path of a file, and may be a key", entry.reason)
    assert.equal("set ACME_API_KEY_FILE to a file that contains the key, or ACME_API_KEY to the key itself", entry.hint)
    assert.equal("the file that ACME_API_KEY_FILE names does not exist", missing({ ACME_API_KEY_FILE = "keys/acme" }).reason)
  end)

  it("that is malformed in its file is to be corrected in that file", function ()
    local path = file('"' .. KEY .. '"')
    local entry = asked({ ACME_API_KEY_FILE = path })
    assert.equal("bad_credential", entry.state)
    assert.equal("write the bare key, and nothing else, into " .. path, entry.hint)
  end)

  it("is also reported if its file contains only a line break", function ()
    for _, text in ipairs { "\n", "\r\n" } do
      local path = file(text)
      assert.equal(path .. " is empty", missing({ ACME_API_KEY_FILE = path }).reason)
    end
  end)

  it("has a reason that names the path if the block names a file", function ()
    local nowhere = support.folder() .. "/nowhere"
    local entry = missing({}, ('secret { file = "%s" }'):format(nowhere))
    assert.equal(nowhere .. " cannot be read: No such file or directory", entry.reason)
    assert.equal("put the key in " .. nowhere, entry.hint)
    assert.equal(nowhere, entry.source)
  end)

  it("with several sources has a reason that names each of them", function ()
    local entry = missing({}, '{ secret "ACME_API_KEY", secret { env = "ACME_WORK_KEY", label = "work" } }')
    assert.equal("ACME_API_KEY is not set, and ACME_WORK_KEY is not set", entry.reason)
    assert.equal("$ACME_API_KEY", entry.source)
  end)

  it("is not taken from a later source if an earlier one is set but unusable", function ()
    local list = '{ secret "ACME_API_KEY", secret "ACME_WORK_KEY" }'
    local nowhere = support.folder() .. "/nowhere"
    assert.equal(nowhere .. " cannot be read: No such file or directory", missing({ ACME_API_KEY_FILE = nowhere, ACME_WORK_KEY = KEY }, list).reason)
    local folder = support.folder()
    support.write(folder .. "/ACME_API_KEY", "")
    assert.equal(folder .. "/ACME_API_KEY is empty", missing({ CREDENTIALS_DIRECTORY = folder, ACME_WORK_KEY = KEY }, list).reason)
    local entry, requests = asked({ ACME_API_KEY = "k\1", ACME_WORK_KEY = KEY }, list)
    assert.same({ "bad_credential", 0 }, { entry.state, #requests })
    entry, requests = asked({ ACME_WORK_KEY = KEY }, '{ secret { helper = { "false" } }, secret "ACME_WORK_KEY" }')
    assert.same({ "no_credential", 0 }, { entry.state, #requests })
  end)

  it("is not looked for elsewhere if the file that NAME_FILE names cannot be read", function ()
    local nowhere = support.folder() .. "/nowhere"
    local entry = missing({ ACME_API_KEY_FILE = nowhere }, ('secret { env = "ACME_API_KEY", file = "%s" }'):format(file(KEY)))
    assert.equal(nowhere .. " cannot be read: No such file or directory", entry.reason)
  end)

  it("is shown as not set in the list of providers", function ()
    local function row(env)
      local result = support.roster({ "providers", "--offline", "--json", "--no-builtin" },
        { config = { ["x.lua"] = provider("acme", 'credential = secret "ACME_API_KEY"') }, env = env })
      local credential = result.json().providers[1].credential
      credential.since = nil
      return credential
    end
    assert.same({ source = "$ACME_API_KEY", set = false }, row {})
    assert.same({ source = "$ACME_API_KEY", set = false }, row { ACME_API_KEY = "" })
    assert.same({ source = "$ACME_API_KEY", set = true }, row { ACME_API_KEY = KEY })
    assert.same({ source = "$ACME_API_KEY_FILE", set = true }, row { ACME_API_KEY_FILE = file(KEY) })
  end)
end)

describe("A key with something pasted around it or in its place", function ()
  local flaws = {
    { '"%s"', "is in quotes" }, { "'%s'", "is in quotes" }, { '"%s', "begins with a quote" }, { "“%s”", "begins with a typographic quote" },
    { "Bearer %s", 'begins with the word that precedes a key ("Bearer ")' },
    { "bearer %s", "begins with the word" }, { "ACME_API_KEY=%s", 'begins with a name and "=" (NAME=...)' }, { "export ACME_API_KEY=%s", 'begins with "export "' },
    { " %s", "begins with a blank" }, { "%s ", "ends with a blank" }, { "\u{feff}%s", "begins with a byte order mark (\\ufeff)" },
    { "%s\u{200b}", "contains \\u200b, which is invisible" }, { "\u{a0}%s", "contains \\u00a0, which is invisible" },
  }
  for _, case in ipairs(flaws) do
    it(("is named, neither sent nor shown: %q"):format(case[1]), function ()
      local entry, requests, result = asked { ACME_API_KEY = case[1]:format(KEY) }
      assert.same({ "bad_credential", "key_malformed", {} }, { entry.state, entry.reason_code, requests })
      has(entry.reason, "ACME_API_KEY " .. case[2])
      has(entry.reason, ": it was not sent anywhere")
      assert.equal("set ACME_API_KEY to the bare key", entry.hint)
      has(result.err, "warning: provider 'acme': ACME_API_KEY " .. case[2])
      assert.falsy((result.out .. result.err):find("canary", 1, true))
    end)
  end

  local instead = {
    { "${ACME_REAL_KEY}", "is a reference to a variable" }, { "$ACME_REAL_KEY", "is a reference to a variable" }, { "%ACME_REAL_KEY%", "is a reference to a variable" },
    { "op://vault/acme/key", "is a reference to 1Password (op://...)" }, { "vault:secret/acme#key", "is a reference to a vault" },
    { "$(pass show acme)", "is a command ($(...)) that was not run" }, { "{{ .Values.key }}", "is a template ({{...}})" },
    { "<your-key>", "is a placeholder (<...>)" }, { "sk-...", "is shortened or masked (...)" }, { "sk-ab****cd", "is shortened or masked (...)" },
    { "null", "is what a program prints for a missing value" }, { "undefined", "is what a program prints for a missing value" },
    { "your-api-key-here", "is a placeholder for your key" }, { "sk-YOUR_KEY", "is a placeholder for your key" },
  }
  for _, case in ipairs(instead) do
    it(("is named, and not sent: %q"):format(case[1]), function ()
      local entry, requests = asked { ACME_API_KEY = case[1] }
      assert.same({ "bad_credential", "key_placeholder", {} }, { entry.state, entry.reason_code, requests })
      has(entry.reason, "ACME_API_KEY " .. case[2])
      has(entry.hint, "put the key itself in ACME_API_KEY")
    end)
  end

  it("does not count as a key if it consists of blanks: the next source is tried", function ()
    local entry = asked { ACME_API_KEY = " \t " }
    assert.same({ "no_credential", "key_unset", "ACME_API_KEY contains only blanks" }, { entry.state, entry.reason_code, entry.reason })
    local other, requests = asked({ ACME_API_KEY = "  ", OTHER_KEY = KEY }, '{ secret "ACME_API_KEY", secret "OTHER_KEY" }')
    assert.equal("$OTHER_KEY", other.source)
    assert.equal("Bearer " .. KEY, requests[1].headers.authorization)
    assert.equal("key_unreadable", (asked { ACME_API_KEY_FILE = file "  \n" }).reason_code)
  end)

  it("is named in the path to its file too", function ()
    local entry = asked { ACME_API_KEY_FILE = file(KEY) .. "\r" }
    assert.equal("key_unreadable", entry.reason_code)
    has(entry.reason, 'ACME_API_KEY_FILE ("/')
    has(entry.reason, [[/key\r") ends with a control character (\r, a carriage return)]])
  end)

  it("is taken off where an editor wrote it: a byte order mark at the beginning of a file, and one line break at its end", function ()
    local entry, requests = asked { ACME_API_KEY_FILE = file("\u{feff}" .. KEY .. "\r\n") }
    assert.equal("ready", entry.state, entry.reason)
    assert.equal("Bearer " .. KEY, requests[1].headers.authorization)
  end)

  it("is what a header with a secret may hold: a scheme and blanks", function ()
    local entry, requests = asked({ ACME_API_KEY = KEY, ACME_ORG = "Basic one two" }, nil, 'headers = { ["x-org"] = secret "ACME_ORG" }')
    assert.equal("ready", entry.state, entry.reason)
    assert.equal("Basic one two", requests[1].headers["x-org"])
    assert.equal("key_malformed", (asked({ ACME_API_KEY = KEY, ACME_ORG = '"one"' }, nil, 'headers = { ["x-org"] = secret "ACME_ORG" }')).reason_code)
  end)
end)

describe("A key for the header authorization, to which nothing is added", function ()
  it("may bring its scheme", function ()
    local _, requests = asked({ ACME_API_KEY = "Bearer " .. KEY }, nil, 'auth = header "Authorization"')
    assert.equal("Bearer " .. KEY, requests[1].headers.authorization)
  end)
end)

describe("A credential with a way of its own to be sent", function ()
  it("is sent in that way, and the others as the provider's block defines", function ()
    local list = '{ secret "ACME_API_KEY", secret { env = "ACME_AUTH", auth = bearer } }'
    local _, by_key = asked({ ACME_API_KEY = KEY, ACME_AUTH = "k" }, list, 'auth = header "x-acme-key"')
    assert.same({ KEY, nil }, { by_key[1].headers["x-acme-key"], by_key[1].headers.authorization })
    local _, by_token = asked({ ACME_AUTH = KEY }, list, 'auth = header "x-acme-key"')
    assert.same({ "Bearer " .. KEY, nil }, { by_token[1].headers.authorization, by_token[1].headers["x-acme-key"] })
  end)
end)

describe("A key with a control byte", function ()
  --- The entry of a model whose key is refused, and neither sent nor shown.
  local function refused(env, credential)
    local entry, requests, result = asked(env, credential)
    assert.equal("bad_credential", entry.state)
    assert.equal("credential", entry.stage)
    assert.equal(require "cjson".null, entry.http_status)
    assert.same({}, requests)
    assert.falsy((result.out .. result.err):find("canary", 1, true))
    return entry
  end

  local bytes = { ["a line feed"] = "\n", ["a carriage return"] = "\r", ["a tab"] = "\t", ["byte 1"] = "\1", ["escape"] = "\27", ["delete"] = "\127" }
  for name, byte in pairs(bytes) do
    it(("(%s) in its variable is refused, and no request is sent"):format(name), function ()
      for _, value in ipairs { KEY .. byte .. "x-evil: injected", byte .. KEY, KEY .. byte } do
        local entry = refused { ACME_API_KEY = value }
        assert.equal("ACME_API_KEY contains a control character, such as a line break: it was not sent anywhere", entry.reason)
        assert.equal("set ACME_API_KEY to the bare key", entry.hint)
      end
    end)
  end

  it("in its file is refused with the name of the variable, and no request is sent", function ()
    for _, text in ipairs { KEY .. "\n\n", KEY .. "\nsk-canary-two\n", "\n" .. KEY, KEY .. "\0", KEY .. "\0\n", KEY .. "\r\r\n", KEY .. "\tx" } do
      local entry = refused { ACME_API_KEY_FILE = file(text) }
      assert.equal("ACME_API_KEY_FILE contains a control character, such as a line break: it was not sent anywhere", entry.reason)
    end
  end)

  it("in a file that the block names is refused with the path of that file", function ()
    local path = file(KEY .. "\nx")
    local entry = refused({}, ('secret { file = "%s" }'):format(path))
    assert.equal(path .. " contains a control character, such as a line break: it was not sent anywhere", entry.reason)
  end)

  it("makes only its own provider's models unavailable", function ()
    mocks.clear()
    local text = provider("acme", 'credential = secret "ACME_API_KEY"') .. provider("other", 'credential = secret "OTHER_API_KEY"')
    local document = support.models { config = { ["x.lua"] = text }, env = { ACME_API_KEY = KEY .. "\n", OTHER_API_KEY = KEY } }
    assert.same({ "other-m" }, support.ids(document.models))
    assert.equal("bad_credential", support.entry(document, "acme-m").state)
  end)

  it("counts as configured, although it is bad", function ()
    local _, _, result = asked { ACME_API_KEY = "a\nb" }
    assert.is_true(result.json().llm_configured)
    assert.equal("bad_credential", result.json().empty_reason)
  end)
end)

describe("A key file that is too large", function ()
  it("is refused, and its content is not sent", function ()
    local entry, requests = asked { ACME_API_KEY_FILE = file(("k"):rep(64 * 1024 + 1)) }
    assert.equal("bad_credential", entry.state)
    assert.equal("ACME_API_KEY_FILE names a file larger than 64 KiB: it was not sent anywhere", entry.reason)
    assert.same({}, requests)
  end)

  it("is refused even if it is endless", function ()
    local entry, requests = asked { ACME_API_KEY_FILE = "/dev/zero" }
    assert.equal("bad_credential", entry.state)
    assert.same({}, requests)
  end)
end)

describe("A secret in a header", function ()
  local HEADERS = 'headers = { ["x-org"] = secret "ACME_ORG", ["x-team"] = "red" }'

  it("is sent with every request, in addition to the key", function ()
    local entry, requests = asked({ ACME_API_KEY = KEY, ACME_ORG = "org-canary-99" }, nil, HEADERS)
    assert.equal("ready", entry.state)
    assert.is_true(#requests > 0)
    for _, request in ipairs(requests) do
      assert.equal("org-canary-99", request.headers["x-org"])
      assert.equal("red", request.headers["x-team"])
    end
  end)

  it("may come from a file", function ()
    local _, requests = asked({ ACME_API_KEY = KEY, ACME_ORG_FILE = file "org-canary-99\n" }, nil, HEADERS)
    assert.equal("org-canary-99", requests[1].headers["x-org"])
  end)

  it("is omitted when it is not set", function ()
    local _, requests = asked({ ACME_API_KEY = KEY }, nil, HEADERS)
    assert.is_true(#requests > 0)
    assert.is_nil(requests[1].headers["x-org"])
  end)

  it("decides the model where it is set and cannot be read: the provider would blame the key for a request without it", function ()
    local nowhere, folder = support.folder() .. "/nowhere", support.folder()
    local function refused(env, headers, variable, problem)
      local entry, requests = asked(env, nil, headers)
      assert.same({ "no_credential", "key_unreadable", "this_machine", 0 }, { entry.state, entry.reason_code, entry.blame, #requests })
      assert.equal(problem, entry.reason)
      has(entry.hint, variable)
    end
    refused({ ACME_API_KEY = KEY, ACME_ORG_FILE = nowhere }, HEADERS, "ACME_ORG_FILE", nowhere .. " cannot be read: No such file or directory")
    refused({ ACME_API_KEY = KEY, ACME_ORG_FILE = folder }, HEADERS, "ACME_ORG_FILE", folder .. " cannot be read: Is a directory")
    local named = 'headers = { ["x-org"] = secret { env = "ACME_ORG", file = "%s" } }'
    refused({ ACME_API_KEY = KEY }, named:format(folder), folder, folder .. " cannot be read: Is a directory")
    local entry, requests = asked({ ACME_API_KEY = KEY }, nil, named:format(nowhere))
    assert.same({ "ready", nil }, { entry.state, requests[1].headers["x-org"] })
  end)

  it("is never sent if it has a control byte, so that it injects no header", function ()
    local _, requests = asked({ ACME_API_KEY = KEY, ACME_ORG = "org\r\nx-evil: injected" }, nil, HEADERS)
    for _, request in ipairs(requests) do
      assert.is_nil(request.headers["x-evil"])
      assert.is_nil(request.headers["x-org"])
    end
  end)
end)

describe("The output of the command", function ()
  --- The output of all verbs for these definitions.
  local function everything(text, env)
    local config = support.config { ["x.lua"] = text }
    local said = {}
    for _, words in ipairs { { "models" }, { "models", "--all" }, { "models", "--json" }, { "models", "--all", "--offline", "--json" }, { "check" },
      { "check", "--json" }, { "providers" }, { "providers", "--json" }, { "explain", "acme-m" }, { "explain", "acme-m", "--json" },
      { "resolve", "acme-m", "--json" }, { "request", "acme-m" }, { "request", "acme-m", "--json" }, { "paths", "--json" }, { "lint" } } do
      words[#words + 1] = "--no-builtin"
      local result = support.roster(words, { config = config, env = env })
      said[#said + 1] = result.out .. result.err
      assert.are_not.equal(2, result.status, table.concat(words, " ") .. ": " .. result.err)
    end
    return table.concat(said, "\n")
  end

  local function hides(text, ...)
    for _, secret in ipairs { ... } do
      assert.falsy(text:find(secret, 1, true), secret)
      assert.falsy(text:find(secret:sub(1, 12), 1, true), secret:sub(1, 12))
    end
  end

  local FIELDS = 'credential = secret "ACME_API_KEY", headers = { ["x-org"] = secret "ACME_ORG" }'

  it("never shows a key or a secret header", function ()
    local said = everything(provider("acme", FIELDS), { ACME_API_KEY = KEY, ACME_ORG = "org-canary-4711-99" })
    hides(said, KEY, "org-canary-4711-99")
    has(said, "$ACME_API_KEY")
    has(said, "$ACME_ORG")
  end)

  it("never shows a key that is malformed", function ()
    hides(everything(provider("acme", FIELDS), { ACME_API_KEY = KEY .. "\n", ACME_ORG = "org-canary-4711-99\n" }), KEY, "org-canary-4711-99")
  end)

  it("never shows what a provider echoes of a secret, complete, in part or encoded", function ()
    local encoded = "c2stY2FuYXJ5LTQ3MTEtYWJjZGVmLTAxMjM0NTY3ODk=" -- KEY in base64
    local echo = support.mock_servers { { name = "acme", protocol = "none", routes = { { path = "*", status = 401, body = {
      error = { message = ("Incorrect API key provided: %s; or %s; or %s (org-canary-4711-99)"):format(KEY, KEY:sub(1, 20), encoded) } } } } } }
    local text = provider("acme", FIELDS):gsub((mocks.url "acme"):gsub("%p", "%%%0"), (echo.url "acme"))
    local said = everything(text, { ACME_API_KEY = KEY, ACME_ORG = "org-canary-4711-99" })
    has(said, "Incorrect API key provided")
    has(said, "[redacted]")
    hides(said, KEY, "org-canary-4711-99", encoded)
  end)
end)

describe("Several credentials of one provider", function ()
  local EACH = '{ secret { env = "HOME_KEY", label = "home" }, secret { env = "WORK_KEY", label = "work" }, secret { env = "CLUB_KEY", label = "club" } }'

  local function answer(env, text, verb)
    mocks.clear()
    text = text or provider("acme", "credential = " .. EACH .. ', credential_use = "each"'):gsub('api_name = "m"', '%0, aliases = { "mm" }, recommended = true')
    return support.roster({ verb or "models", "--json", "--no-builtin" }, { config = { ["x.lua"] = text }, env = env })
  end

  it("are all offered with credential_use = \"each\", the first under the plain id", function ()
    local document = answer({ HOME_KEY = KEY, WORK_KEY = "k" }).json()
    local by_id, sent = {}, {}
    for _, model in ipairs(document.models) do by_id[#by_id + 1] = model.id .. " " .. model.provider_id .. " " .. model.provider .. " " .. model.source end
    assert.same({ "acme-m acme Acme $HOME_KEY (home)", "acme-m@work acme@work Acme (work) $WORK_KEY (work)" }, by_id)
    assert.same({ "acme-m@club", "no_credential" }, { document.unavailable[1].id, document.unavailable[1].state })
    for _, request in ipairs(mocks.requests()) do sent[request.headers.authorization] = true end
    assert.same({ ["Bearer " .. KEY] = true, ["Bearer k"] = true }, sent)
    assert.same({ true, false }, { document.models[1].recommended, document.models[2].recommended })
    local providers = answer({ HOME_KEY = KEY, WORK_KEY = "k" }, nil, "providers").json().providers
    assert.same({ "acme", "acme@work", "acme@club" }, { providers[1].id, providers[2].id, providers[3].id })
  end)

  it("fail independently of each other", function ()
    local document = answer({ HOME_KEY = "sk-wrong", WORK_KEY = "k" }).json()
    assert.same({ "acme-m@work", 1 }, { document.models[1].id, #document.models })
    assert.equal("bad_credential", support.entry(document, "acme-m").state)
  end)

  it("go through a gateway under the provider's own name, and rules see their labels", function ()
    local text = provider("acme", "credential = " .. EACH .. ', credential_use = "each"')
      .. ('gateway "g" { base_url = "%s", path = "/x/{provider}", providers = { "acme" } }\n'):format(mocks.url "acme")
      .. 'rule "club" (function (model) if model.provider.label == "club" then return refuse(model.provider.id .. " is for members") end end)'
    local document = answer({ HOME_KEY = KEY, WORK_KEY = "k", CLUB_KEY = "k" }, text).json()
    assert.truthy(#mocks.requests() > 0)
    for _, request in ipairs(mocks.requests()) do assert.truthy(request.path:find("^/x/acme/"), request.path) end
    assert.equal("rule 'club' refused it: acme is for members", support.entry(document, "acme-m@club").reason)
  end)

  it("need different labels if each is to be offered", function ()
    for _, list in ipairs { '{ secret "A", secret "B" }', '{ secret { env = "A", label = "x" }, secret { env = "B", label = "x" } }' } do
      local result = answer({}, provider("acme", "credential = " .. list .. ', credential_use = "each"'))
      assert.equal(2, result.status)
      assert.truthy(result.out:find("tells credentials apart by label: give each its own label", 1, true), result.out .. result.err)
    end
  end)

  it("behave like a single one if the list has only one", function ()
    local document = answer({ A = KEY }, provider("acme", 'credential = secret "A", credential_use = "each"')).json()
    assert.same({ 1, "acme-m", "$A" }, { #document.models, document.models[1].id, document.models[1].source })
  end)
end)

describe("A key that looks like another provider's", function ()
  local TWO = [[
    provider "oak" { title = "Oak", protocol = "openai-chat", base_url = "%s", credential = secret "OAK_KEY", key_prefixes = { "sk-" } }
    provider "elm" { title = "Elm", protocol = "openai-chat", base_url = "%s", credential = secret "ELM_KEY", key_prefixes = { "sk-elm-" } }
    provider "any" { title = "Any", protocol = "openai-chat", base_url = "%s", credential = secret "ANY_KEY" }
    model "oak-m" { provider = "oak", api_name = "m" } model "elm-m" { provider = "elm", api_name = "m" } model "any-m" { provider = "any", api_name = "m" }
  ]]

  local function answer(env)
    local text = TWO:format(mocks.url "acme", mocks.url "acme", mocks.url "acme")
    return support.roster({ "models", "--json", "--no-builtin" }, { config = { ["x.lua"] = text }, env = env })
  end

  it("is reported at once, by its first characters alone, and again when it is refused", function ()
    local result = answer { OAK_KEY = "sk-elm-canary-0123456789" }
    has(result.err, "provider 'oak': $OAK_KEY: it looks like a key of Elm (sk-elm-...)")
    assert.equal("set a valid OAK_KEY: it looks like a key of Elm (sk-elm-...)", support.entry(result.json(), "oak-m").hint)
    assert.falsy((result.out .. result.err):find("canary", 1, true))
    has(answer({ ELM_KEY = "sk-canary-4711" }).err, "provider 'elm': $ELM_KEY: it looks like a key of Oak (sk-...)")
  end)

  it("is reported for a shipped provider without prefixes too, unless it is in a variable of the other provider's", function ()
    local function warned(text, env)
      return support.roster({ "models", "--offline" }, { config = { ["x.lua"] = text }, env = env }).err
    end
    has(warned("", { DEEPSEEK_API_KEY = "sk-ant-api03-canary-0123456789" }),
      "provider 'deepseek': $DEEPSEEK_API_KEY: it looks like a key of Anthropic (sk-ant-...)")
    assert.equal("", warned("", { DEEPSEEK_API_KEY = "sk-canary-0123456789" }))
    assert.equal("", warned('provider "deepseek" { credential = secret "OPENROUTER_API_KEY", base_url = "https://openrouter.ai/api/v1" }',
      { OPENROUTER_API_KEY = "sk-or-v1-canary-0123456789" }))
  end)

  it("is reported for a deployer's provider only if it declares its own prefixes, and they differ", function ()
    assert.equal("", answer({ OAK_KEY = "sk-other", ELM_KEY = "sk-elm-mine", ANY_KEY = "sk-elm-mine" }).err)
    assert.equal("", answer({ OAK_KEY = "something", ELM_KEY = "else" }).err)
  end)
end)

it("The output of a failed helper is in no reason, in whatever form it was on stderr, since it may be the key", function ()
  local said = {
    "set -x; echo sk-canary-1234567890; exit 1", "echo Zq9w8e7r6t5y4u3i; echo 'bad token=Zq9w8e7r6t5y4u3i here' >&2; exit 1",
    "echo 'token: Zq9w8e7r6t5y4u3i'; printf Zq9w8e7r6t5y4u3i | base64 >&2; exit 1", "printf Zq9w8e7r6t5y4u3i; printf 'x Zq9w8e7r' >&2; exit 3",
    "echo sk-canary-1234567890; echo sk-canary-1234567890 >&2; exit 1",
  }
  local text = {}
  for i, command in ipairs(said) do
    text[i] = ('provider "p%d" { protocol = "openai-chat", base_url = "http://127.0.0.1:9", credential = secret { helper = { "/bin/sh", "-c", [[%s]] } } }\n' ..
      'model "m%d" { provider = "p%d" }'):format(i, command, i, i)
  end
  local document = support.models({ config = { ["p.lua"] = table.concat(text, "\n") } }, "--no-builtin", "--all")
  for i = 1, #said do
    local reason = support.entry(document, "m" .. i).reason
    assert.truthy(reason:find("the credential helper exited with", 1, true), reason)
    for _, part in ipairs { "canary", "Zq9w8e7r", "WnE5dzhl" } do assert.falsy(reason:find(part, 1, true), reason) end
  end
end)

it("A key of a known maker in a line of its helper goes to its last character, whatever characters it has", function ()
  local told = support.roster({ "--no-builtin", "models" }, { config = { ["p.lua"] = provider("acme",
    [[credential = secret { helper = { "/bin/sh", "-c", "echo 'hint KEY=sk-canary/5f+Qz=9d~W,m4:Tt(7x)Kp;2vLb<8R> end' >&2; echo k" } }]]) } }).err
  assert.truthy(told:find("hint KEY=[redacted] end", 1, true), told)
end)

it("The common credential helper is used only for the providers that take it, and no other shipped host gets its key", function ()
  local env = { LLM_API_KEY_HELPER = "echo helper-canary-0123456789" }
  local with = {}
  for _, one in ipairs(support.roster({ "providers", "--offline", "--json" }, { env = env }).json().providers) do
    if one.credential.source == "$LLM_API_KEY_HELPER" then with[#with + 1] = one.id end
  end
  assert.same({ "anthropic", "openai", "fireworks", "gemini" }, with)
  assert.equal("$LLM_API_KEY_HELPER", (select(1, asked(env))).source)
  assert.equal("$ACME_API_KEY", (select(1, asked(env, nil, "common_helper = false"))).source)
end)

it("A definition may take the common credential helper for a shipped provider, and merely amending one does not", function ()
  local config = { ["x.lua"] = 'provider "groq" { common_helper = true } provider "mistral" { timeout = 20 }' }
  local with = {}
  for _, one in ipairs(support.roster({ "providers", "--offline", "--json" }, { env = { LLM_API_KEY_HELPER = "echo k" }, config = config })
    .json().providers) do
    with[one.id] = one.credential.source == "$LLM_API_KEY_HELPER"
  end
  assert.same({ true, false, true }, { with.groq, with.mistral, with.anthropic })
end)

it("A command that somebody waits for runs a helper that may need a person, and shows its output", function ()
  for _, word in ipairs { "yes", "true", "no" } do
    local env = { LLM_API_KEY_HELPER = "echo WDJB-MJHT; echo " .. KEY, LLM_API_KEY_HELPER_INTERACTIVE = word }
    local entry, _, result = asked(env)
    assert.same({ "ready", "roster: credential helper: WDJB-MJHT" }, { entry.state, result.err:match "[^\n]*WDJB[^\n]*" })
  end
  local own = 'secret { helper = { "printf", "' .. KEY .. '" }, interactive = true }'
  assert.equal("ready", (asked({}, own)).state)
end)

it("LLM_API_KEY_HELPER_INTERACTIVE keeps the server from running the helper until somebody requests it, unless it is no", function ()
  local config, runs = { ["x.lua"] = provider("acme", 'credential = secret "ACME_API_KEY"') }, support.folder() .. "/runs"
  for word, state in pairs { yes = "pending", no = "ready" } do
    local env = { LLM_API_KEY_HELPER = ("echo %s >>%s; echo %s"):format(word, runs, KEY), LLM_API_KEY_HELPER_INTERACTIVE = word }
    local server = serving.start { env = env, config = config, words = { "--no-builtin" } }
    support.eventually(function ()
      local document = server.get "/api/models".json()
      return document.generation > 0 and support.entry(document, "acme-m").state == state
    end, state)
  end
  assert.equal("no\n", support.read(runs))
end)
