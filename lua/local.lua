-- Model servers that you run, most of them on this machine. Each is off until its variable holds its address, or one of your files has
--   provider "ollama" { enabled = true }    use it
--   provider "ollama" { loopback = true }   use it when it listens on this machine; otherwise its models are disabled
-- With the second line, a server that does not run is not an outage.

-- In the forms that Ollama's own tools accept: "host", ":port", "host:port" or a URL. 0.0.0.0 (all interfaces) means this machine.
local function ollama(host)
  if not host or text.contains(host, "://") then return host end
  if text.starts(host, ":") then host = "127.0.0.1" .. host end
  if text.starts(host, "0.0.0.0") then host = "127.0.0.1" .. text.strip_prefix(host, "0.0.0.0") end
  return "http://" .. host .. (text.contains(host, ":") and "" or ":11434")
end

-- It loads an installed model on the first request for it.
provider "ollama" {
  title       = "Ollama",
  protocol    = "ollama",
  base_url    = "http://127.0.0.1:11434",
  override    = ollama(setting "OLLAMA_HOST"),
  needs       = "OLLAMA_HOST",
  enabled     = setting "OLLAMA_HOST" ~= nil,
  plain_http  = true, -- no key is sent there
}

-- Whether its listing and lookup require the key is not known: proof is billed (check --deep).
provider "ollama-cloud" {
  title       = "Ollama Cloud",
  protocol    = "ollama",
  base_url    = "https://ollama.com",
  credential  = secret "OLLAMA_API_KEY",
  list_proves = "names",
  prove       = {},
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
