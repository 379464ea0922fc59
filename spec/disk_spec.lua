-- Files that are no files, and files that are far too large: each is refused at once, with its name and the reason.
local support = require "support.roster"

local quoted = support.quoted

--- What may stand where a file should: a shell command that makes it at "$AT", and what is said of it; nil: anything.
local ODD = {
  { "a gigabyte of nothing", "truncate -s 1G \"$AT\"" },
  { "an endless device", "ln -s /dev/zero \"$AT\"" },
  { "a pipe to which nobody writes", "mkfifo \"$AT\"" },
  { "a directory", "mkdir \"$AT\"" },
}

local function make(how, path)
  assert(os.execute("AT=" .. quoted(path) .. "; " .. how))
  return path
end

--- The command, which would be killed after a time if it waited. Gives its status and what it said.
local function run(words, env)
  local line = support.command_line(words, { env = env }) .. " 2>&1 </dev/null"
  return support.capture("timeout 60 sh -c " .. quoted(line))
end

--- For everything odd: what `words` (a function of its path) says, which must have these parts.
local function refuses(words, ending, parts, options)
  options = options or {}
  for _, odd in ipairs(ODD) do
    if not (options.except and options.except == odd[1]) then
      it("is refused at once if it is " .. odd[1], function ()
        local folder = support.folder()
        local path = make(odd[2], folder .. "/odd" .. ending)
        local out, status = run(words(path, folder), options.env and options.env(path))
        assert.equal(options.status or 2, status, out)
        for _, part in ipairs(parts) do assert.truthy(out:find(part, 1, true), out) end
        assert.truthy(out:find(options.named or "odd", 1, true), out)
      end)
    end
  end
end

describe("Definitions that this user may not read", function ()
  local USER = support.capture "id -u":match "%d+"
  local BARE = USER == "0" and "setpriv --bounding-set=-dac_override,-dac_read_search " or "" -- root may read everything else

  local function forbidden(words)
    local folder = support.folder()
    local config = support.config { ["a.lua"] = 'validate {}\n' }
    local shut = words.directory and config or config .. "/a.lua"
    words[#words + 1], words[#words + 2], words.directory = "--config", config, nil
    assert(os.execute("chmod 000 " .. quoted(shut)))
    local line = BARE .. support.command_line(words, { env = { HOME = folder } }) .. " 2>&1 </dev/null"
    local out = support.capture(line)
    assert(os.execute("chmod 700 " .. quoted(shut)))
    return out
  end

  it("are reported with the user and the permission that is missing", function ()
    local directory = forbidden { "lint", directory = true }
    assert.truthy(directory:find(("cannot be read: permission denied: let the user who runs this program (uid %s) list it and open its files, with chmod or chown\n")
      :format(USER), 1, true), directory)
    local file = forbidden { "lint" }
    assert.truthy(file:find(("/a.lua: error: cannot be read: permission denied: let the user who runs this program (uid %s) read it, with chmod or chown\n")
      :format(USER), 1, true), file)
  end)

  it("have a hint to make them readable, not to lint them", function ()
    for _, directory in ipairs { true, false } do
      local json = forbidden { "models", "--offline", "--json", directory = directory }
      assert.truthy(json:find('"hint":"make it readable, or name other definitions"', 1, true), json)
      local doctor = forbidden { "doctor", directory = directory }
      assert.truthy(doctor:find("next: make it readable, or name other definitions with --config\n", 1, true), doctor)
    end
  end)
end)

describe("A file of definitions", function ()
  refuses(function (_, folder) return { "models", "--offline", "--no-builtin", "--config", folder } end, ".lua", {})
  refuses(function (_, folder) return { "models", "--offline", "--no-builtin", "--config", folder } end, ".json", {})
end)

describe("A recording", function ()
  refuses(function (path, folder) return { "models", "--no-builtin", "--config", folder, "--replay", path } end, ".rec", { "recording" })
end)

describe("A catalogue that is imported", function ()
  refuses(function (path) return { "import", path } end, ".json", {})
end)

describe("A scenario", function ()
  refuses(function (path) return { "mock", path } end, ".json", {})
end)

describe("The file of the server's token", function ()
  refuses(function (path, folder) return { "serve", "--no-builtin", "--config", folder, "--listen", "127.0.0.1:0", "--token-file", path } end, "",
    { "cannot read the token in" })
end)

describe("The file of a key", function ()
  local DEFINITIONS = 'provider "acme" { protocol = "openai-chat", base_url = "http://127.0.0.1:9", credential = secret "ACME_API_KEY" }\n' ..
    'model "one" { provider = "acme" }\n'
  refuses(function () return { "models", "--all", "--no-builtin", "--config", support.config { ["acme.lua"] = DEFINITIONS } } end, "",
    { "ACME_API_KEY" }, { status = 1, named = "ACME_API_KEY_FILE", env = function (path) return { ACME_API_KEY_FILE = path } end })
end)

describe("What a run of `roster test` is compared with", function ()
  local block = support.config { ["acme.lua"] = 'provider "acme" { protocol = "openai-chat", base_url = "http://127.0.0.1:9" }\n' }
  refuses(function (path) return { "test", block .. "/acme.lua", "--expect", path } end, ".json", {})
end)

describe("The credentials of AWS", function ()
  for _, odd in ipairs(ODD) do
    it("are not waited for if they are " .. odd[1], function ()
      local path = make(odd[2], support.folder() .. "/credentials")
      local out, status = run({ "providers", "--offline" },
        { AWS_PROFILE = "work", AWS_SHARED_CREDENTIALS_FILE = path, AWS_CONFIG_FILE = path })
      assert.is_true(status == 0 or status == 1, status .. out)
      assert.truthy(out:find("bedrock%-iam +0 +unset +$AWS_PROFILE %(work%)"), out)
    end)
  end
end)
