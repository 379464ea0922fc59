-- What every spec needs: a folder of definitions, the command run in a clean environment, mock providers.
local answers = require "support.answers" -- before anybody keeps cjson.decode
local cjson = require "cjson"
local lfs = require "lfs"

local support = {}

local here = lfs.currentdir()
support.root = here
support.command = here .. "/" .. (os.getenv "ROSTER_COMMAND" or "build/roster")

local function quoted(text) return "'" .. tostring(text):gsub("'", "'\\''") .. "'" end
support.quoted = quoted

local place, made = nil, 0

--- A fresh folder, gone when the specs end. All of them are in one folder below TMPDIR.
function support.folder()
  if not place then
    local pipe = assert(io.popen 'mktemp -d "${TMPDIR:-/tmp}/roster-spec-XXXXXX"')
    place = assert(pipe:read "l", "no temporary folder")
    pipe:close()
  end
  made = made + 1
  local path = place .. "/" .. made
  assert(lfs.mkdir(path))
  return path
end

function support.write(path, text)
  local file = assert(io.open(path, "wb"))
  assert(file:write(text))
  file:close()
  return path
end

function support.read(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read "a"
  file:close()
  return text
end

--- A folder that holds these files: { ["providers.lua"] = "..." }.
function support.config(files)
  local path = support.folder()
  for name, text in pairs(files or {}) do support.write(path .. "/" .. name, text) end
  return path
end

--- Words as one line of shell.
function support.line(words)
  local list = {}
  for i, word in ipairs(words) do list[i] = quoted(word) end
  return table.concat(list, " ")
end

--- The line that runs the command with these words, in an environment of PATH, HOME (a folder that is not there unless env has another)
-- and `env`. options: env, command
function support.command_line(words, options)
  options = options or {}
  local env, line = options.env or {}, { "env", "-i", "PATH=" .. os.getenv "PATH" }
  if not env.HOME then line[#line + 1] = "HOME=/nonexistent" end
  for name, value in pairs(env) do line[#line + 1] = name .. "=" .. value end
  line[#line + 1] = options.command or support.command
  for _, word in ipairs(words) do line[#line + 1] = word end
  return support.line(line)
end

--- What a line of shell prints, and its exit code.
function support.capture(line)
  local pipe = assert(io.popen(line))
  local out = pipe:read "a"
  local _, _, status = pipe:close()
  return out, status
end

--- Waits until `ask` gives something true, for as long as a busy machine may need, and gives that.
function support.eventually(ask, what)
  for _ = 1, 1200 do
    local result = ask()
    if result then return result end
    os.execute "sleep 0.05"
  end
  error("never happened: " .. (what or "?"), 2)
end

local in_process, module_options

--- Where the fields of blocks come from, as the library knows it that asks nobody: a function of a model's id, and one that ends it. nil
-- where the words or the command are not for this process.
local function origins_in_process(options, words)
  if not in_process { command = options.command, table.unpack(words) } then return nil end
  local found, roster = pcall(require, "roster") -- a script outside of busted may not have it
  local registry = found and roster.open(module_options(options.config, { env = options.env, table.unpack(words) }))
  if not registry then return nil end
  local snapshot = registry:snapshot()
  local function origins_of(id)
    local model = snapshot:known(id)
    return model and model.origins
  end
  return origins_of, function ()
    snapshot:close()
    registry:close()
  end
end

--- Holds the text of a document of models to spec/support/answers.lua. options: config (a folder), env, command, builtin (false: none)
function support.check_answers(text, options)
  if not answers.may_deny(text) then return end
  local origins_of, close = origins_in_process(options, options.builtin == false and { "--no-builtin" } or {})
  if not origins_of then return end
  local good, why = pcall(answers.check, text, origins_of)
  close()
  if not good then error(why, 0) end
end

local function has(list, word)
  for _, one in ipairs(list) do
    if one == word then return true end
  end
  return false
end

--- What the command prints on a terminal of so many columns, without colours. options: env, config (a folder)
function support.terminal(words, columns, options)
  local env = { TERM = "dumb" }
  for name, value in pairs(options and options.env or {}) do env[name] = value end
  words = { table.unpack(words) }
  if options and options.config then table.insert(words, "--config") table.insert(words, options.config) end
  local line = ("stty cols %d -onlcr; %s 2>/dev/null"):format(columns, (support.command_line(words, { env = env })))
  local pipe = assert(io.popen("script -qec " .. quoted(line) .. " /dev/null </dev/null"))
  local out = pipe:read "a"
  pipe:close()
  return (out:gsub("\r", ""))
end

--- Runs the command in an empty environment but for `options.env`. Gives { status, out, err, json() }.
-- options: env (table), config (a folder, or a table of files), stdin (text), shell (text behind the command), command
function support.roster(arguments, options)
  options = options or {}
  local folder = support.folder()
  local env = { HOME = folder }
  for name, value in pairs(options.env or {}) do env[name] = value end
  local words = { table.unpack(arguments) }
  local config = options.config
  if type(config) == "table" then config = support.config(config) end
  if config then words[#words + 1], words[#words + 2] = "--config", config end
  local line, where = support.command_line(words, { env = env, command = options.command }), quoted(folder)
  if options.shell then
    line = line .. " " .. options.shell:gsub("FOLDER", function () return where end)
  else
    local input = options.stdin and quoted(support.write(folder .. "/in", options.stdin)) or "/dev/null"
    line = ("%s >%s/out 2>%s/err <%s"):format(line, where, where, input)
  end
  local _, how, status = os.execute(line)
  local result = { status = how == "exit" and status or how .. " " .. tostring(status) }
  result.out = support.read(folder .. "/out") or ""
  result.err = support.read(folder .. "/err") or ""
  function result.json()
    if has(arguments, "models") then
      support.check_answers(result.out, { config = config or folder, env = env, command = options.command, builtin = not has(arguments, "--no-builtin") })
    end
    return cjson.decode(result.out)
  end
  return result
end

--- The /api/models document after a validation; raises when the command fails for another reason than "nothing is ready".
function support.models(options, ...)
  local result = support.roster({ "models", "--json", ... }, options)
  if result.status ~= 0 and result.status ~= 1 then error(result.err .. result.out) end
  return result.json(), result
end

--- The entry with this id, from `models` or from `unavailable`.
function support.entry(document, id)
  for _, part in ipairs { "models", "unavailable" } do
    for _, entry in ipairs(document[part]) do
      if entry.id == id then return entry, part end
    end
  end
end

function support.ids(list)
  local ids = {}
  for i, entry in ipairs(list) do ids[i] = entry.id end
  return ids
end

--- Starts mock providers (a list of servers as the verb `mock` takes them). Gives an object with url(name),
-- port(name), requests(name), clear() and stop(). Everything is stopped by support.stop_all() at the latest.
local running = {}

function support.mock_servers(servers)
  local folder = support.folder()
  local log = folder .. "/log"
  support.write(log, "")
  local scenario = support.write(folder .. "/scenario.json", cjson.encode { lifetime = 900, log = log, servers = servers })
  local pipe = assert(io.popen("exec " .. support.line { support.command, "mock", scenario } .. " 2>" .. quoted(folder .. "/err")))
  local line = pipe:read "l"
  if not line then error("the mock servers did not start: " .. (support.read(folder .. "/err") or "")) end
  local said = cjson.decode(line)
  local by_name = {}
  for _, server in ipairs(said.servers) do by_name[server.name] = server end
  local mocks = {}

  function mocks.url(name) return assert(by_name[name or servers[1].name]).url end
  function mocks.port(name) return math.tointeger(assert(by_name[name or servers[1].name]).port) end

  function mocks.requests(name)
    local list = {}
    for entry in (support.read(log) or ""):gmatch "[^\n]+" do
      local request = cjson.decode(entry)
      if not name or request.server == name then list[#list + 1] = request end
    end
    return list
  end

  function mocks.clear() support.write(log, "") end

  function mocks.stop()
    if not pipe then return end
    os.execute(("kill %d 2>/dev/null"):format(said.pid))
    pipe:close()
    pipe = nil
  end

  running[#running + 1] = mocks
  return mocks
end

function support.stop_all()
  for _, mocks in ipairs(running) do mocks.stop() end
  running = {}
  if place then os.execute("rm -rf " .. quoted(place)) end
  place = nil
end

--- Paths of requests as "GET /v1/models", in order.
function support.paths(requests)
  local list = {}
  for i, request in ipairs(requests) do list[i] = request.method .. " " .. request.path end
  return list
end

--- Whether a verb with these options can be done in this process, through `require "roster"`. The module goes with the command in build/:
-- another build of the command, or more words for it, are a matter for the command, unless ROSTER_MODULE says that its module is loaded.
function in_process(options)
  if options.command or (os.getenv "ROSTER_COMMAND" and not os.getenv "ROSTER_MODULE") then return false end
  for _, word in ipairs(options) do
    if word ~= "--no-builtin" then return false end
  end
  return true
end

--- What the command would be given, as options of the module.
function module_options(config, options)
  local environment = { PATH = os.getenv "PATH", HOME = config }
  for name, value in pairs(options.env or {}) do environment[name] = value end
  return { config = config, builtin = options[1] ~= "--no-builtin", environment = environment }
end

local function verb_result(status, out)
  local result = { status = status, out = out, err = "" }
  function result.json() return cjson.decode(result.out) end
  return result
end

--- `roster lint --json` without the command. Like the command it leaves out what it said already.
local function lint_in_process(config, options)
  local good, err, found = require "roster".lint(module_options(config, options))
  if not good and err.code ~= "definitions" then error(tostring(err)) end
  local findings, seen, status = {}, {}, 0
  for _, finding in ipairs(found) do
    local line = finding.line or 0
    local key = ("%d %d %s %s %s"):format(line, finding.column or 0, finding.severity, finding.file or "", finding.message)
    if not seen[key] then
      findings[#findings + 1] = { severity = finding.severity, file = finding.file or "", line = line, column = finding.column or cjson.null,
        length = finding.length or cjson.null, message = finding.message, source = finding.source or cjson.null, fix = finding.fix or cjson.null }
    end
    if finding.severity == "error" then status = 1 end
    seen[key] = true
  end
  return verb_result(status, cjson.encode { findings = findings })
end

--- `roster models --all --offline --json` without the command.
local function offline_in_process(config, options)
  local registry = assert(require "roster".open(module_options(config, options)))
  local snapshot = registry:snapshot()
  local out = snapshot:json()
  answers.check(out, function (id) return snapshot:known(id).origins end)
  snapshot:close()
  registry:close()
  return verb_result(0, out)
end

local function run_verb(words, config, options)
  for _, word in ipairs(options) do words[#words + 1] = word end
  return support.roster(words, { config = config, env = options.env, command = options.command })
end

--- What `lint` finds in a folder with these files, as it prints it: "models.lua:3: model 'x': ...", without the folder. Second: the
-- result. options: more words for the command, env, and command (support.command for the command itself, which is not run otherwise).
function support.lint(files, options)
  options = options or {}
  local config = type(files) == "table" and support.config(files) or files
  local result = in_process(options) and lint_in_process(config, options) or run_verb({ "lint", "--json" }, config, options)
  local unreadable = result.status == 2 and result.out:find('"findings"', 1, true) -- a file, of which a finding tells
  if result.status ~= 0 and result.status ~= 1 and not unreadable then error(result.status .. ": " .. result.err .. result.out) end
  local found = {}
  for i, finding in ipairs(result.json().findings) do
    local file = finding.file
    if file:sub(1, #config + 1) == config .. "/" then file = file:sub(#config + 2) end
    local line = finding.line > 0 and (":%d"):format(finding.line) or ""
    local warning = finding.severity == "warning" and "warning: " or ""
    found[i] = ("%s%s: %s%s"):format(file, line, warning, finding.message)
  end
  return found, result
end

--- The findings in what a verb prints, as support.lint has them: "models.lua:3: model 'x': ..." and "models.lua:3: warning: ...", one a
--- line, and each line followed by an end of line.
function support.printed(text)
  local lines = {}
  for line in text:gmatch "[^\n]+" do
    local where, severity, message = line:match "^(.-): (%l+): (.*)$"
    if severity == "error" or severity == "warning" then
      lines[#lines + 1] = where:gsub("(:%d+):%d+$", "%1") .. ": " .. (severity == "warning" and "warning: " or "") .. message
    end
  end
  return table.concat(lines, "\n") .. "\n", lines
end

--- The document of every definition, nobody asked. Places in it read "models.lua:3", without the folder. Options as for support.lint.
function support.offline(files, options)
  options = options or {}
  local config = type(files) == "table" and support.config(files) or files
  local result = in_process(options) and offline_in_process(config, options) or run_verb({ "models", "--all", "--offline", "--json" }, config, options)
  if result.status ~= 0 then error(result.status .. ": " .. result.err .. result.out) end
  result.out = result.out:gsub((config .. "/"):gsub("%p", "%%%0"), "")
  return result.json(), result
end

local dialects = {
  ["anthropic-messages"] = "anthropic-messages", ["openai-chat"] = "openai", ["openai-responses"] = "openai", gemini = "gemini",
}

-- What a listing proves by default in these protocols. A block says it too, or the host has to show that it refuses a wrong key.
local proofs = { ["anthropic-messages"] = "access", gemini = "key" }

--- Providers of our own, each with a mock server behind it, and of the shipped definitions nothing but the protocols. A part is
--   { id, protocol = "anthropic-messages", models = { "id", { "id", "more fields" } }, fields = "more fields", server = { ... } }
-- and may bring silent = true (the block does not say what its listing proves), url (nobody is started), path (behind the mock server's
-- url), key (its value; false: unset) and keyless = true. The mock server takes the part's key and knows the part's models unless `server`
-- says otherwise. options: text (more definitions, or a function of the mock servers that gives them), env, servers (more mock servers).
-- Gives models(...), entry(id, ...), run(words), paths(id), requests(id), keys[id] and mocks.
function support.scene(parts, options)
  options = options or {}
  local scene, servers, lines, env = { keys = {} }, {}, {}, {}
  for name, value in pairs(options.env or {}) do env[name] = value end
  for _, part in ipairs(parts) do
    local id = part[1]
    scene.keys[id] = part.key or ("sk-%s-0123456789abcdef"):format(id)
    part.variable = id:upper():gsub("%W", "_") .. "_API_KEY"
    if part.key ~= false and not part.keyless then env[part.variable] = scene.keys[id] end
    local names = {}
    for i, model in ipairs(part.models or {}) do
      local model_id, fields = model, ""
      if type(model) == "table" then model_id, fields = model[1], model[2] end
      part.lines = (part.lines or "") .. ('model "%s" { provider = "%s", %s }\n'):format(model_id, id, fields)
      names[i] = fields:match 'api_name = "([^"]*)"' or model_id
    end
    if not part.url then
      local server = { name = id, protocol = dialects[part.protocol] or "none", models = names, keys = { scene.keys[id] } }
      for name, value in pairs(part.server or {}) do server[name] = value end
      if server.protocol == "raw" then server.models, server.keys = nil, nil end
      servers[#servers + 1] = server
    end
  end
  for _, server in ipairs(options.servers or {}) do servers[#servers + 1] = server end
  scene.mocks = #servers > 0 and support.mock_servers(servers)
  for _, part in ipairs(parts) do
    local credential = part.keyless and "" or (' credential = secret "%s",'):format(part.variable)
    local proof = proofs[part.protocol]
    if proof and not part.silent and not (part.fields or ""):find("list_proves", 1, true) then
      credential = credential .. (' list_proves = "%s",'):format(proof)
    end
    lines[#lines + 1] = ('provider "%s" { title = "The %s", protocol = "%s", base_url = "%s",%s %s }'):format(part[1], part[1],
      part.protocol, (part.url or scene.mocks.url(part[1])) .. (part.path or ""), credential, part.fields or "")
    lines[#lines + 1] = part.lines
  end
  local more = options.text
  lines[#lines + 1] = type(more) == "function" and more(scene.mocks) or more
  scene.options = { env = env, config = support.config { ["scene.lua"] = table.concat(lines, "\n") } }

  function scene.models(...) return support.models(scene.options, "--no-builtin", ...) end
  function scene.entry(id, ...) return support.entry((scene.models(...)), id) end
  function scene.run(words) return support.roster({ "--no-builtin", table.unpack(words) }, scene.options) end
  function scene.requests(id) return scene.mocks.requests(id) end
  function scene.paths(id) return support.paths(scene.mocks.requests(id)) end
  return scene
end

return support
