-- Model servers of one's own, most of them on this machine. Each is off until its variable says where it is, or a file of yours says
--   provider "ollama" { enabled = true }    it is there
--   provider "ollama" { loopback = true }   it is there when it listens on this machine; otherwise its models are disabled
-- Where the second is said, a server that does not run is no outage.

-- As Ollama's own tools take it: "host", ":port", "host:port" or an address. A server that listens everywhere is asked here.
local function ollama(host)
  if not host or text.contains(host, "://") then return host end
  if text.starts(host, ":") then host = "127.0.0.1" .. host end
  if text.starts(host, "0.0.0.0") then host = "127.0.0.1" .. text.strip_prefix(host, "0.0.0.0") end
  return "http://" .. host .. (text.contains(host, ":") and "" or ":11434")
end

-- It loads what it has when it is asked for it.
provider "ollama" {
  title       = "Ollama",
  protocol    = "ollama",
  base_url    = "http://127.0.0.1:11434",
  override    = ollama(setting "OLLAMA_HOST"),
  needs       = "OLLAMA_HOST",
  enabled     = setting "OLLAMA_HOST" ~= nil,
  plain_http  = true, -- no key goes there
}

-- Whether its listing and lookup want the key is not known: proof is billed (check --deep).
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

-- The listing wants the key where the server was started with one.
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

-- It lists for anybody, so a key that is set is proved by nothing free. One model is loaded, and answers under every name.
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

-- Names are those of its model groups. That its listing wants a key is likely, not certain; another request asks about the key.
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
