# shellcheck shell=sh disable=SC2154,SC2046,SC2086,SC2034 # sourced by bench/run, which has what is not defined here; addresses and commands are words
# A listing, then ten models by name, of one provider and of each of 30. Node speaks HTTP/2, which the mock providers do not. A listing and
# ten look-ups over one connection take two waits. With 30 providers the handshakes alone keep two cores busy for a good part of another, in
# the bare program too.

prove() { # P BOUND
  count=$1
  [ -d "$work/tls" ] || write_certificates "$work/tls"
  rm -f "$work/end"
  mkfifo "$work/end"
  node spec/support/http2.mjs "$count" "$work/tls/server.key" "$work/tls/server.pem" <"$work/end" >"$work/addresses" &
  mocks=$!
  exec 9>"$work/end"
  for _ in $(seq 100); do
    [ "$(wc -l <"$work/addresses")" -eq "$count" ] && break
    sleep 0.05
  done
  write_proving "$work/proving" $(cat "$work/addresses")
  asking="$roster models --json --no-builtin --config $work/proving"
  with="SSL_CERT_DIR=$work/tls/trust BENCH_API_KEY=made-up"
  expect_ready $((10 * count)) clean $with $asking
  timed "a listing and ten proofs each of $count, by HTTP/2" 11 2 "$2" -- \
    'C and libcurl multi, the listing alone' "$bin/bare_asking" /v1/models $(cat "$work/addresses") -- \
    roster $asking
  with=
  exec 9>&-
  stop_mocks
}

if command -v node >/dev/null; then
  prove 1 waits=3.3
  prove 30 waits=3.3
else
  left_out 'a listing and ten proofs each of 1 and of 30' 'node is missing'
fi
