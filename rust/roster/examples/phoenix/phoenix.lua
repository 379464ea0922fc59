-- Phoenix's additions to the shipped definitions: LLM_GATEWAY is the gateway of an exe.dev machine, which adds the keys itself.

gateway "exe.dev" { enabled = setting "LLM_GATEWAY" ~= nil }
gateway "main"    { enabled = false } -- the other meaning of LLM_GATEWAY: a gateway that forwards the keys
