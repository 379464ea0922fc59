# shellcheck shell=sh disable=SC2034,SC2154 # the one that sources it has, or uses, what seems missing here
# What the sections of bench/run and bench/compare share: figures, the tables that are made from them, mock servers. Sourced; $work, $bin,
# $roster and $figures are set by then.

# Nothing of the caller's environment is used: no keys, no settings, no configuration.
clean() { env -i PATH="$PATH" HOME="$work" LC_ALL=C "$@"; }
bounded() { clean timeout --foreground 240 env "$@"; } # in time

# A figure: what it is of, the program, the measure, its value; then its bound ("<=1.2", ">=0.95") and a remark, if any.
figure() {
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$section" "$1" "$2" "$3" "$4" "${5:-}" "${6:-}" >>"$figures"
}
show() { lua5.4 bench/figures.lua show "$figures" "$section" "$1"; } # the table of what it is of
left_out() { printf '\n%s\n  left out: %s\n' "$1" "$2"; }

# timed TITLE ROUNDS WARMUP [MEASURE=BOUND ...] -- NAME COMMAND [ARGUMENT ...] [-- NAME COMMAND ...]: complete processes, in turn. The
# bounds are those of the last program; "waits=" only shows the multiples of 100 ms, "more=" how many of them more than the first. $against names the first one, $with is what is added to the environment.
# $spread adds between which ratios half of the rounds are.
against=bare with='' spread='' broken=0
timed() {
  title=$1 rounds=$2 warmup=$3
  shift 3
  bounds=
  while [ "$1" != -- ]; do
    bounds="$bounds $1"
    shift
  done
  shift
  # shellcheck disable=SC2086 # variables are words
  if ! clean $with "$bin/timer" "$rounds" "$warmup" "$@" >"$work/times" || grep -q '^\(roster\|this work tree\).*	failed$' "$work/times"; then
    left_out "$title" 'a program failed, which is an error'
    broken=1
    return 0
  fi
  awk -F '\t' -v OFS='\t' -v section="$section" -v title="$title" -v against="$against" -v bounds="$bounds" -v spread="$spread" -v last="$(wc -l <"$work/times")" '
    function emit(measure, value, word) {
      print section, title, $1, measure, value, (NR > 1 && NR == last && bound[word] != "") ? "<=" bound[word] : "", ""
    }
    BEGIN {
      count = split(bounds, given, " ")
      for (i = 1; i <= count; i++) { split(given[i], pair, "="); bound[pair[1]] = pair[2] }
      waits = "waits" in bound || "more" in bound
    }
    NR == 1 { first = $2 }
    $2 != "failed" {
      emit("ms", sprintf("%.2f", $2), "ms")
      emit("cpu ms", sprintf("%.2f", $3), "cpu_ms")
      emit("MiB", sprintf("%.1f", $4 / 1024), "MiB")
      emit("x " against, sprintf("%.3f", $5), "x")
      if (spread != "") { emit("from", $6); emit("to", $7) }
      emit("cpu x " against, sprintf("%.3f", $8), "cpu")
      if (waits) emit("waits", sprintf("%.2f", $2 / 100), "waits")
      if ("more" in bound) emit("more than " against, sprintf("%.2f", ($2 - first) / 100), "more")
    }' "$work/times" >>"$figures"
  show "$title"
  sed -n 's/\tfailed$/  left out: & during this run/p' "$work/times"
}

# ---- mock servers ----

mocks=
stop_mocks() {
  [ -z "$mocks" ] || { kill "$mocks" && wait "$mocks"; } 2>/dev/null || true
  mocks=
}

addresses() { grep -o '"url":"[^"]*"' "$work/addresses" | cut -d'"' -f4; }

start_servers() { # SCENARIO
  : >"$work/addresses"
  "$roster" mock "$1" >"$work/addresses" 2>"$work/mock.log" &
  mocks=$!
  for _ in $(seq 200); do
    [ -s "$work/addresses" ] && return 0
    kill -0 "$mocks" 2>/dev/null || break
    sleep 0.05
  done
  echo "bench: the mock servers did not start" >&2
  exit 1
}

start_providers() { # P TLS providers; leaves their addresses in $bases
  [ -d "$work/tls" ] || write_certificates "$work/tls"
  write_scenario "$1" "$work/tls"
  start_servers "$work/tls/scenario.json"
  bases=$(addresses)
}

expect_ready() { # how many, then the command
  want=$1
  shift
  ready=$("$@" | grep -o '"state":"ready"' | wc -l) || true
  [ "$ready" -eq "$want" ] && return 0
  echo "bench: $ready models were ready where $want are; nothing was measured" >&2
  exit 1
}
