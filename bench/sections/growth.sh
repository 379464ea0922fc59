# shellcheck shell=sh disable=SC2154,SC2034 # sourced by bench/run, which has what is not defined here
# Processor time and memory per model and per provider among few and among many: see bench/growth.c. Where the caches hold few models and not
# many, a perfect hash grows too, and what does little more than read memory may grow by half as much again. Then some verbs as complete
# processes.

clean timeout --foreground 600 "$bin/growth" 2 >"$work/growth" || {
  left_out growth 'it failed, or took more than ten minutes'
  broken=1
  return 0
}
for kind in defined discovered providers; do
  for unit in us bytes; do
    case $kind in providers) of='providers of ten models' ;; *) of="$kind models" ;; esac
    awk -v OFS='\t' -v section="$section" -v kind=$kind -v unit=$unit -v title="$unit for each of so many $of" '
      function emit(measure, value, bound, remark) { print section, title, name, measure, value, bound, remark }
      BEGIN { split(kind == "providers" ? "1 10 100 1,000" : "100 1,000 10,000 50,000", sizes, " ") }
      $1 != kind || $3 != unit { next }
      {
        name = $2
        gsub("_", " ", name)
        hash = $2 == "lookup_in_a_perfect_hash"
        reads = $2 == "lookup" || $2 == "tallies" # little more than memory
        if (hash) { perfect = $8; power = $9 }
        for (i = 1; i <= 4; i++) emit(sizes[i], sprintf(unit == "us" ? "%.3f" : "%.0f", $(3 + i)), "", "")
        cached = reads && perfect > 1.5
        bound = hash ? "" : cached ? sprintf("<=%.2f", 1.5 * perfect) : "<=1.5"
        if (unit == "us") emit(sizes[4] " x " sizes[2], $8, bound, cached ? "1.5 x the perfect hash" : "")
        cached = reads && power > 1
        emit("exponent", $9, hash ? "" : cached ? sprintf("<=%.2f", power + 0.1) : "<=1.1", cached ? "0.1 more than the perfect hash" : "")
      }' "$work/growth" >>"$figures"
    show "$unit for each of so many $of"
  done
done

# Verbs that read all definitions, over 1,000 and 10,000 models of four providers whose keys are set; nobody is asked.
title='verbs over 1,000 and 10,000 models'
for n in 1000 10000; do
  write_quiet "$work/growing$n" "$n"
  set --
  for verb in 'config' 'lint' 'check' 'providers --offline' 'models --offline --json'; do
    # shellcheck disable=SC2086 # a verb has options
    set -- "$@" ${1:+--} "$(echo $verb | cut -d' ' -f1)" "$roster" $verb --no-builtin --config "$work/growing$n"
  done
  keys='HARBOUR_API_KEY=made-up MEADOW_API_KEY=made-up GRANITE_API_KEY=made-up LANTERN_API_KEY=made-up'
  # shellcheck disable=SC2086 # variables are words
  if ! bounded $keys "$bin/timer" 3 1 "$@" >"$work/verbs$n" || grep -q '	failed$' "$work/verbs$n"; then
    left_out "$title" 'a verb failed, which is an error'
    broken=1
    return 0
  fi
done
cut -f1,3 "$work/verbs10000" | paste "$work/verbs1000" - | awk -F '\t' -v OFS='\t' -v section="$section" -v title="$title" '
  function emit(measure, value, bound) { print section, title, "roster " $1, measure, value, bound, "" }
  {
    emit("cpu us a model: 1,000", sprintf("%.1f", $3))
    emit("10,000", sprintf("%.1f", $NF / 10))
    emit("10,000 x 1,000", sprintf("%.3f", $NF / 10 / $3), "<=1.5")
    emit("exponent", sprintf("%.3f", log($NF / $3) / log(10)), "<=1.1")
  }' >>"$figures"
show "$title"
