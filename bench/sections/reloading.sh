# shellcheck shell=sh disable=SC2154,SC2086 # sourced by bench/run, which has what is not defined here; variables are words
# Reading all definitions again in a process that goes on, what readers notice of it, and what it leaves behind.

with_keys() { bounded HARBOUR_API_KEY=x MEADOW_API_KEY=x GRANITE_API_KEY=x LANTERN_API_KEY=x "$@"; }

# A millisecond assumes a machine that starts a thread in less than 0.3 ms and needs at most 0.45 ms for dofile alone. Otherwise roster may
# take that much longer, or twice dofile.
reload() { # how many models, rounds, what is bounded: ms or dofile
  [ -d "$work/quiet$1" ] || write_quiet "$work/quiet$1" "$1"
  title="reading $1 models again, in one process"
  with_keys "$bin/reload" time "$work/quiet$1" "$2" | awk -v OFS='\t' -v section="$section" -v title="$title" -v unit="$3" '
    function emit(name, measure, value, bound, remark) { print section, title, name, measure, value, bound, remark }
    {
      slow_thread = unit == "ms" && $3 > 1 && $5 > 0.3
      slow_dofile = unit == "ms" && $3 > 1 && !slow_thread && $2 > 0.45
      emit("Lua: a new state, dofile, close", "ms", $2)
      emit("a thread that does nothing", "ms", $5)
      emit("roster_refresh", "ms", $3, unit == "ms" && !slow_thread && !slow_dofile ? "<=1" : "")
      emit("roster_refresh", "x dofile", $4, unit == "dofile" ? "<=1.5" : slow_dofile ? "<=2" : "", slow_dofile ? "1 ms is out of reach here" : "")
      emit("roster_refresh", "ms more than a thread", $6, slow_thread ? "<=1" : "", slow_thread ? "1 ms is out of reach here" : "")
    }' >>"$figures"
  show "$title"
}
reload 30 1000 ms
reload 5000 25 dofile

# The share of the processor's time that others take is not roster's, so the bound is on the thread's own; wall time is shown with the control.
readers() { # how many models, reloads
  [ -d "$work/quiet$1" ] || write_quiet "$work/quiet$1" "$1"
  title="acquire, find, release by 8 threads among $1 models"
  with_keys "$bin/readers" "$work/quiet$1" 8 "$2" | awk -v OFS='\t' -v section="$section" -v title="$title" '
    function emit(measure, value, bound) { print section, title, name, measure, value, bound, "" }
    NR == 1 { next }
    {
      name = ($1 == "wall" ? "wall time" : "processor time") ", another thread " ($2 == "asleep" ? "sleeps" : $2 == "spinning" ? "spins" : "reloads")
      if ($2 == "asleep") quiet = $6
      emit("look-ups", $3); emit("us, 50 %", $4); emit("us, 99.9 %", $5); emit("us, 99.99 %", $6); emit("us, slowest", $7)
      if ($2 == "reloading") emit("99.99 % x asleep", sprintf("%.2f", $6 / quiet), $1 == "processor" ? "<=2" : "")
    }' >>"$figures"
  show "$title"
}
readers 50000 8

with_keys "$bin/reload" memory "$work/quiet30" 10000 | awk -v OFS='\t' -v section="$section" '{
  print section, "RSS during reloads of 30 models", "after " $2, "MiB", sprintf("%.2f", $3 / 1024), "", ""
  print section, "RSS during reloads of 30 models", "after " $1, "MiB", sprintf("%.2f", $4 / 1024), sprintf("<=%.2f", $3 / 1024 + 1), "1 MiB more"
}' >>"$figures"
show 'RSS during reloads of 30 models'

with_keys "$bin/reload" memory "$work/quiet50000" 30 | awk -v OFS='\t' -v section="$section" '{
  print section, "RSS during reloads of 50,000 models", "after " $2, "MiB", sprintf("%.1f", $3 / 1024), "", ""
  print section, "RSS during reloads of 50,000 models", "after " $1, "MiB", sprintf("%.1f", $4 / 1024), sprintf("<=%.1f", $3 / 1024 * 1.05), "5 % more"
}' >>"$figures"
show 'RSS during reloads of 50,000 models'
