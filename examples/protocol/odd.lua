-- A protocol that roster does not have, and a provider that speaks it. odd.scenario.json next to this file answers as that provider does:
-- `roster test odd.lua` runs every function below against it, and names the function, the line and the answer where one goes wrong.
-- man 5 roster describes the functions, man 5 roster-scenario the scenario.
protocol "odd" {
  prefix      = "/v2",
  chat_path   = "/talk",
  auth        = header "x-odd-key",
  list        = get "/engines",
  list_proves = "access", -- the listing has what the key may use, and nothing else

  -- { "engines": [{ "title": "odd-large" }] }; nil and a reason where the answer is not a listing
  read_list = function (body)
    if type(body) ~= "table" or type(body.engines) ~= "table" then return nil, "no 'engines'" end
    local models = {}
    for i, engine in ipairs(body.engines) do models[i] = { name = engine.title } end
    return models
  end,

  generate = function (model) return post("/talk", { engine = model.api_name, say = "hi", most = 1 }) end,

  -- This API's errors have a word of their own, { "fault": "wrong key" }. nil leaves the decision to the status.
  verdict = function (response)
    local body = type(response.body) == "table" and response.body or {}
    if response.status == 403 and body.fault == "wrong key" then return "bad_credential" end
    if response.status == 402 and body.fault == "no money" then return "no_quota" end
  end,
}

provider "oddity" {
  title      = "Oddity",
  protocol   = "odd",
  base_url   = "https://llm.odd.example",
  credential = secret "ODD_API_KEY",
}

model "odd-large" { provider = "oddity", context_window = 64 * K }
model "odd-small" { provider = "oddity", context_window = 16 * K }
