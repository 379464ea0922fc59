# shellcheck shell=sh
# Generates definitions and mock scenarios of realistic length. Sourced by bench/run.

# Four providers, each with a different shipped protocol, and models whose blocks are as long as the shipped ones.
write_listing() { # DIR, how many models
  mkdir -p "$1"
  awk 'BEGIN {
    split("anthropic-messages openai-responses openai-chat gemini", protocol)
    split("Harbour Meadow Granite Lantern", title)
    for (i = 1; i <= 4; i++) {
      id = tolower(title[i])
      printf "provider \"%s\" {\n  title      = \"%s Models\",\n  protocol   = \"%s\",\n", id, title[i], protocol[i]
      printf "  base_url   = \"https://api.%s.example\",\n", id
      printf "  credential = secret \"%s_API_KEY\",\n}\n\n", toupper(title[i])
    }
  }' >"$1/providers.lua"
  write_models 1 "$(($2 < 2500 ? $2 : 2500))" >"$1/models.lua"
  written=2500 # one file is 4 MiB at most
  while [ "$written" -lt "$2" ]; do
    upto=$((written + 2500))
    write_models $((written + 1)) $((upto < $2 ? upto : $2)) >"$1/more-$written.lua"
    written=$upto
  done
}

# The same for runs that make no requests.
write_quiet() { # DIR, how many models
  write_listing "$1" "$2"
  echo 'validate { level = "credential" }' >"$1/validate.lua"
}

write_models() { # the first, the last
  awk -v first="$1" -v last="$2" 'BEGIN {
    split("harbour meadow granite lantern", provider)
    split("flagship balanced fast", tier)
    split("most capable of its family|balanced between speed and depth|fast and cheap", blurb, "|")
    for (i = first; i <= last; i++) {
      p = provider[(i - 1) % 4 + 1]; t = (i - 1) % 3 + 1; version = int(i / 6) + 1 "." i % 6
      printf "model \"%s-%s-%s\" {\n  provider          = \"%s\",\n", p, version, tier[t], p
      printf "  api_name          = \"%s-%s-%s-202611%02d\",\n", p, tier[t], version, i % 28 + 1
      printf "  description       = \"%s %s (%s)\",\n", toupper(substr(p, 1, 1)) substr(p, 2), version, blurb[t]
      printf "  family            = \"%s-%s\",\n  tier              = \"%s\",\n", p, tier[t], tier[t]
      printf "  status            = \"current\",\n  release_date      = \"2026-10-%02d\",\n", i % 28 + 1
      printf "  knowledge_cutoff  = \"2026-0%d\",\n  context_window    = %d * K,\n", i % 9 + 1, 200 + i
      printf "  max_output_tokens = 128 * K,\n  price             = { input = %g, output = %d, cache_read = 0.2, cache_write = 5 },\n", i % 100 / 4, i % 100 * 5
      printf "  input_modalities  = { \"text\", \"image\" },\n  reasoning         = true,\n"
      printf "  reasoning_levels  = { \"low\", \"medium\", \"high\", \"xhigh\", \"max\" },\n  tool_call         = true,\n"
      printf "  aliases           = { \"%s-%s-%s\", \"%s-%d-%s\" },\n", p, tier[t], version, p, i, tier[t]
      if (i % 5 == 0) printf "  formerly          = { \"%s-old-%d\" },\n", p, i
      if (i % 4 == 1) printf "  recommended       = true,\n"
      print "}\n"
    }
  }'
}

# One certificate authority in a hashed directory, and a certificate for 127.0.0.1.
write_certificates() { # DIR
  mkdir -p "$1/trust"
  (
    cd "$1"
    printf 'subjectAltName=IP:127.0.0.1\n' >names
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj '/CN=bench authority' \
      -keyout authority.key -out trust/authority.pem
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=127.0.0.1 -keyout server.key -out server.csr
    openssl x509 -req -in server.csr -CA trust/authority.pem -CAkey authority.key -CAcreateserial -days 2 -extfile names -out server.pem
    openssl rehash trust
  ) >"$1/openssl.log" 2>&1 || { cat "$1/openssl.log" >&2; return 1; }
}

# P servers that respond after 100 ms. Their listings are as long as real ones: 30 to 300 models.
write_scenario() { # P DIR
  awk -v p="$1" -v dir="$2" 'BEGIN {
    print "{ \"lifetime\": 110, \"servers\": ["
    for (i = 1; i <= p; i++) {
      printf "{ \"name\": \"p%d\", \"protocol\": \"openai\", \"delay_ms\": 100, \"keys\": [\"made-up\"],", i
      printf " \"tls\": { \"cert\": \"%s/server.pem\", \"key\": \"%s/server.key\" }, \"models\": [", dir, dir
      for (m = 1; m <= 30 + i * 97 % 271; m++) printf "%s\"made-up-model-%d-of-provider-%d\"", (m > 1 ? ", " : ""), m, i
      print "] }" (i < p ? "," : "")
    }
    print "] }"
  }' >"$2/scenario.json"
}

# A provider for each address, with three models each, proved by the listing.
write_asking() { # DIR, then the addresses
  dir=$1
  mkdir -p "$dir"
  shift
  printf '%s\n' "$@" | awk -v models="$dir/models.lua" '{
    printf "provider \"p%d\" {\n  title       = \"Provider %d\",\n  protocol    = \"openai-chat\",\n  base_url    = \"%s\",\n", NR, NR, $1
    printf "  credential  = secret \"BENCH_API_KEY\",\n  list_proves = \"access\",\n}\n\n"
    for (m = 1; m <= 3; m++) {
      printf "model \"p%d-m%d\" {\n  provider       = \"p%d\",\n  api_name       = \"made-up-model-%d-of-provider-%d\",\n", NR, m, NR, m * 10, NR >models
      printf "  description    = \"Model %d of provider %d\",\n  context_window = 200 * K,\n}\n\n", m, NR >models
    }
  }' >"$dir/providers.lua"
}

# A catalogue in the form of models.dev's, with as many providers and models as it had in November 2026, and blocks of the same length.
write_catalogue() { # FILE
  awk 'BEGIN {
    printf "{"
    for (p = 1; p <= 185; p++) {
      printf "%s\"maker-%d\":{\"id\":\"maker-%d\",\"env\":[\"MAKER_%d_API_KEY\"],\"npm\":\"@ai-sdk/openai-compatible\",", (p > 1 ? "," : ""), p, p, p
      printf "\"api\":\"https://api.maker-%d.example/v1\",\"name\":\"Maker %d\",\"doc\":\"https://maker-%d.example/docs\",\"models\":{", p, p, p
      for (m = 1; m <= 36; m++) {
        printf "%s\"model-%d-of-%d\":{\"id\":\"model-%d-of-%d\",\"name\":\"Model %d of %d\",\"family\":\"model\",", (m > 1 ? "," : ""), m, p, m, p, m, p
        printf "\"attachment\":true,\"reasoning\":true,\"tool_call\":true,\"temperature\":true,\"knowledge\":\"2026-04\","
        printf "\"release_date\":\"2026-05-0%d\",\"last_updated\":\"2026-08-11\",\"open_weights\":false,", m % 9 + 1
        printf "\"modalities\":{\"input\":[\"text\",\"image\"],\"output\":[\"text\"]},\"limit\":{\"context\":%d,\"output\":64000},", 128000 + m
        printf "\"cost\":{\"input\":%g,\"output\":%d,\"cache_read\":0.1}}", m / 4, m
      }
      printf "}}"
    }
    print "}"
  }' >"$1"
}

# A server that gives this file.
write_source_scenario() { # FILE
  printf '{ "lifetime": 60, "servers": [{ "name": "facts", "protocol": "none", "routes": [{ "path": "/api.json", "text": "'
  sed 's/["\\]/\\&/g' "$1" | tr -d '\n'
  printf '" }] }] }\n'
}

# The blocks of an overlay in JSON with nothing but where each model is, and a source for the rest.
write_sourced() { # FILE DIR ADDRESS
  mkdir -p "$2"
  lua5.4 - "$1" <<'LUA' >"$2/models.json"
local text = io.open(arg[1]):read "a"
local from = text:find('"model": ?{')
io.write(text:sub(1, from - 1), '"model":{')
local first = true
for id, block in text:sub(from):gmatch '"([^"]+)": ?({"provider".-"api_name": ?"[^"]*")' do
  io.write(first and "" or ",", '"', id, '":', block, "}")
  first = false
end
io.write "}}"
LUA
  printf 'source "catalogue" { url = "%s", format = "models.dev" }\n' "$3" >"$2/source.lua"
}

# A provider for each address, with ten models each, every one checked by name.
write_proving() { # DIR, then the addresses
  dir=$1
  mkdir -p "$dir"
  shift
  printf '%s\n' "$@" | awk '{
    printf "provider \"p%d\" { protocol = \"openai-chat\", base_url = \"%s\", credential = secret \"BENCH_API_KEY\", list_proves = \"key\" }\n", NR, $1
    for (m = 1; m <= 10; m++) printf "model \"p%d-m%d\" { provider = \"p%d\", api_name = \"model-%d\" }\n", NR, m, NR, m
  }' >"$dir/providers.lua"
}
