-- Model servers that you run, most of them on this machine. Each is off until its variable holds its address, or one of your files has
--   provider "ollama" { enabled = true }    use it
--   provider "ollama" { loopback = true }   use it when it listens on this machine; otherwise its models are disabled
-- With the second line, a server that does not run is not an outage.

-- What is before the first `mark`, what is behind it, and whether there is one.
local function cut(value, mark)
  local before = text.split(value, mark)[1]
  return before, value:sub(#before + #mark + 1), #before < #value
end

local function stripped(value, marks)
  while value ~= "" and text.contains(marks, value:sub(1, 1)) do value = value:sub(2) end
  while value ~= "" and text.contains(marks, value:sub(-1)) do value = value:sub(1, -2) end
  return value
end

-- "host:port" as host and port; nil for what has no port. An IPv6 address with one is in brackets.
local function host_and_port(address)
  local inside, behind, closed = cut(address, "]")
  if closed then
    if text.starts(behind, ":") then return inside:sub(2), behind:sub(2) end
  else
    local host, port, found = cut(address, ":")
    if found and not text.contains(port, ":") then return host, port end
  end
end

local EVERYWHERE = { [""] = "127.0.0.1", ["0.0.0.0"] = "127.0.0.1", ["::"] = "::1" } -- as the address of a client

local function is_port(port)
  local number = not text.contains(port, ".") and tonumber(port)
  return number and number >= 0 and number <= 65535
end

-- In the forms that Ollama's own tools accept: a host, a port or both, an address, a URL, in quotes or not. Without a scheme the port is
-- 11434, and so is one that cannot be used.
local function ollama(name)
  local value = setting { name, as_is = true }
  if not value then return nil end
  value = text.trim(stripped(text.trim(value), "\"'"))
  local scheme, rest, found = cut(value, "://")
  if not found then scheme, rest = "http", value end
  local usual = found and (scheme == "http" and "80" or scheme == "https" and "443") or "11434"
  if value == "ollama.com" then return "https://ollama.com" end
  if scheme == "unix" then return setting { name, unusable = "names a Unix socket, and roster asks over TCP: write host:port" } end
  local address, path = cut(rest, "/")
  local host, port = host_and_port(address)
  if not host then host, port = stripped(address, "[]"), usual end
  if not is_port(port) then port = usual end
  host = EVERYWHERE[host] or host
  if text.contains(host, ":") then host = "[" .. host .. "]" end
  return scheme .. "://" .. host .. ":" .. port .. (path == "" and "" or "/" .. path)
end

local ollama_host = ollama "OLLAMA_HOST"

-- It loads an installed model on the first request for it.
provider "ollama" {
  title       = "Ollama",
  protocol    = "ollama",
  base_url    = "http://127.0.0.1:11434",
  override    = ollama_host,
  needs       = "OLLAMA_HOST",
  enabled     = ollama_host ~= nil,
  plain_http  = true, -- no key is sent there
  seen        = "2026-11",
}

-- Whether its listing and lookup require the key is not known: proof is billed (check --deep).
provider "ollama-cloud" {
  title       = "Ollama Cloud",
  protocol    = "ollama",
  base_url    = "https://ollama.com",
  credential  = secret "OLLAMA_API_KEY",
  list_proves = "names",
  prove       = {},
  seen        = "2026-11-27",
}

provider "lmstudio" {
  title        = "LM Studio",
  protocol     = "openai-chat",
  base_url     = "http://127.0.0.1:1234",
  override     = setting "LMSTUDIO_BASE_URL",
  needs        = "LMSTUDIO_BASE_URL",
  enabled      = setting "LMSTUDIO_BASE_URL" ~= nil,
  credential   = secret "LMSTUDIO_API_KEY",
  key_optional = true,
  list_proves  = "access",
  seen         = "2026-11-27",
}

-- The listing requires the key when the server was started with one.
provider "vllm" {
  title        = "vLLM",
  protocol     = "openai-chat",
  base_url     = "http://127.0.0.1:8000",
  override     = setting "VLLM_BASE_URL",
  needs        = "VLLM_BASE_URL",
  enabled      = setting "VLLM_BASE_URL" ~= nil,
  credential   = secret "VLLM_API_KEY",
  key_optional = true,
  list_proves  = "access",
}

-- It lists without a key, so nothing free proves a key that is set. The one model that is loaded responds under every name.
provider "llamacpp" {
  title        = "llama.cpp",
  protocol     = "openai-chat",
  base_url     = "http://127.0.0.1:8080",
  override     = setting "LLAMACPP_BASE_URL",
  needs        = "LLAMACPP_BASE_URL",
  enabled      = setting "LLAMACPP_BASE_URL" ~= nil,
  credential   = secret "LLAMA_API_KEY",
  key_optional = true,
  list_proves  = "names",
  prove        = {},
  seen         = "2026-11",
}

-- Names are those of its model groups. Its listing probably requires a key, but that is not certain; another request checks the key.
provider "litellm" {
  title       = "LiteLLM proxy",
  protocol    = "openai-chat",
  base_url    = "http://127.0.0.1:4000",
  override    = setting "LITELLM_BASE_URL",
  needs       = "LITELLM_BASE_URL",
  enabled     = setting "LITELLM_BASE_URL" ~= nil,
  credential  = { secret "LITELLM_API_KEY", secret "LITELLM_MASTER_KEY" },
  list_proves = "names",
  prove_key   = bare(get "/key/info"),
}
