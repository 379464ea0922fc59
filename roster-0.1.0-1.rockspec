-- The Lua module as a rock: `luarocks make`, in a checkout, builds and installs it. Beside roster.so it installs the two libraries that
-- roster.so finds in its own folder; the command, the server and the C headers come with `make install`.
rockspec_format = "3.0"
package = "roster"
version = "0.1.0-1"
source = {
  url = ".",
}
description = {
  summary = "A scriptable registry of LLM models that checks its own answers",
  detailed = [[
Lists the LLM models that a machine can use now, proves that they answer, and says of every other one why it cannot be used. Providers,
models and rules are Lua or JSON files.]],
  license = "MIT",
  labels = { "llm", "api" },
}
supported_platforms = { "linux" }
dependencies = {
  "lua >= 5.4, < 5.5",
  "lua-cjson >= 2.1.0", -- snapshot:document() gives the document through it
}
test_dependencies = {
  "busted >= 2.1",
}
external_dependencies = {
  CURL = { header = "curl/curl.h" },
  JANSSON = { header = "jansson.h" },
}
build = {
  type = "make",
  build_target = "lua-module",
  install_pass = false,
  install = {
    lib = { "build/roster.so", "build/libroster.so.0", "build/libroster-curl.so.0" },
  },
}
test = {
  type = "busted",
}
