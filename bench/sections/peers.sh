# shellcheck shell=sh disable=SC2154,SC2086,SC2034 # sourced by bench/run, which has what is not defined here; addresses and commands are words
# Asking providers with what people would use instead of roster, as complete processes: the servers of the section on asking. All of them
# trust the authorities of this machine and the test authority, from one file; Node adds the latter to its own.

peers=$bin/peers crates=${ROSTER_CRATES:-/usr/share/cargo/registry}
mkdir -p "$peers"

newer() { [ -n "$(find "$1" -newer "$2" 2>/dev/null)" ]; }

build_go() {
  command -v go >/dev/null || { left_out "asking with Go's net/http" 'go is missing (golang-go)'; return 0; }
  newer "$peers/ask_go" bench/peers/ask.go && return 0
  env GO111MODULE=off GOCACHE="$peers/go" timeout --foreground 240 go build -o "$peers/ask_go" bench/peers/ask.go 2>"$work/go.log" ||
    left_out "asking with Go's net/http" "$(tail -1 "$work/go.log")"
}

# Cargo takes crates from Debian's packages and from nowhere else.
build_rust() {
  title="asking with Rust's reqwest"
  command -v cargo >/dev/null || { left_out "$title" 'cargo is missing'; return 0; }
  [ -n "$(find "$crates" -maxdepth 1 -name 'reqwest-0.11*' 2>/dev/null)" ] || { left_out "$title" 'the crate is missing (librust-reqwest-dev)'; return 0; }
  newer "$peers/ask_rust" bench/peers/rust/src/main.rs && return 0
  mkdir -p "$peers/rust" "$peers/cargo"
  cp -r bench/peers/rust/. "$peers/rust"
  printf '[source.crates-io]\nreplace-with = "debian"\n[source.debian]\ndirectory = "%s"\n' "$crates" >"$peers/cargo/config.toml"
  (cd "$peers/rust" && CARGO_HOME=$peers/cargo CARGO_TARGET_DIR=$peers/target timeout --foreground 600 cargo build --release --offline --quiet) >"$work/cargo.log" 2>&1 ||
    { left_out "$title" "$(grep -m1 '^error' "$work/cargo.log" || tail -1 "$work/cargo.log")"; return 0; }
  cp "$peers/target/release/ask" "$peers/ask_rust"
}

missing() { [ -n "$1" ] || left_out "asking with $2" "$3 is missing"; }

ask_all() { # P, rounds
  count=$1 rounds=$2
  start_providers "$count"
  write_asking "$work/asking$count" $bases
  cat /etc/ssl/certs/ca-certificates.crt "$work/tls/trust/authority.pem" >"$work/tls/bundle.pem"
  for base in $bases; do printf 'url = "%s/v1/models"\noutput = "/dev/null"\n' "$base"; done >"$work/curl.cfg"
  set -- roster "$roster" models --json --no-builtin --config "$work/asking$count"
  [ -z "$curl" ] || set -- "$@" -- "curl $(version_of "$curl" --version) -Z" "$curl" -fZ --no-progress-meter --parallel-immediate --parallel-max "$count" \
    --cacert "$work/tls/bundle.pem" -H 'authorization: Bearer made-up' -K "$work/curl.cfg"
  [ -z "$node" ] || set -- "$@" -- "node $(version_of "$node" --version), fetch and Promise.all" "$node" bench/peers/ask.mjs $bases
  [ ! -x "$peers/ask_go" ] || set -- "$@" -- "Go $(version_of go version), net/http" "$peers/ask_go" $bases
  [ ! -x "$peers/ask_rust" ] || set -- "$@" -- 'Rust, reqwest 0.11 and tokio' "$peers/ask_rust" $bases
  [ -z "$python" ] || set -- "$@" -- "Python $(version_of "$python" --version), urllib and threads" "$python" bench/peers/ask.py $bases
  against=roster with="SSL_CERT_FILE=$work/tls/bundle.pem NODE_EXTRA_CA_CERTS=$work/tls/trust/authority.pem BENCH_API_KEY=made-up"
  timed "asking $count TLS providers as others do" "$rounds" 1 -- "$@"
  against=bare with=
  stop_mocks
}

curl=$(command -v curl || true) node=$(command -v node || true) python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3 || true)
missing "$curl" 'curl -Z' curl
missing "$node" "Node's fetch" nodejs
missing "$python" "Python's urllib and threads" python3
build_go
build_rust
ask_all 4 7
ask_all 30 5
ask_all 100 5
