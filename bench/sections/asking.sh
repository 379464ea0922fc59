# shellcheck shell=sh disable=SC2154,SC2086 # sourced by bench/run, which has what is not defined here; addresses and commands are words
# Asking providers for their listings, as a complete process: TLS on loopback, each answers after 100 ms with 30 to 300 models. The test
# authority is in a hashed directory, alone.

ask() { # P, then bounds
  count=$1
  shift
  start_providers "$count"
  write_asking "$work/asking$count" $bases
  asking="$roster models --json --no-builtin --config $work/asking$count"
  with="SSL_CERT_DIR=$work/tls/trust BENCH_API_KEY=made-up"
  expect_ready $((3 * count)) clean $with $asking
  timed "asking $count TLS providers" 21 3 waits= "$@" -- \
    'C and libcurl multi, same servers' "$bin/bare_asking" /v1/models $bases -- \
    'the same on two threads' "$bin/bare_asking" -2 /v1/models $bases -- \
    roster $asking
  with=
  stop_mocks
}

ask 4 x=1.05
ask 30 x=1.0
ask 100 x=0.8 cpu=1.3
