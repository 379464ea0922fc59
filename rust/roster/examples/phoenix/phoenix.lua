-- What Phoenix says beside the shipped definitions: LLM_GATEWAY is an exe.dev machine's gateway, which adds the keys itself.

gateway "exe.dev" { enabled = setting "LLM_GATEWAY" ~= nil }
gateway "main"    { enabled = false } -- the other form of LLM_GATEWAY: keys are passed on
