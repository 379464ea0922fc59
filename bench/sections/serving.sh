# shellcheck shell=sh disable=SC2154 # sourced by bench/run, which has what is not defined here
# `roster serve` at /api/models, a plain libmicrohttpd that serves the same bytes, and nginx with them as a file: wrk over 32 connections, in
# turn; medians of rates and of ratios round by round.

rounds=5
pids=
stop_servers() {
  # shellcheck disable=SC2086 # numbers
  [ -z "$pids" ] || kill $pids 2>/dev/null || true
  [ ! -s "$work/nginx.pid" ] || kill "$(cat "$work/nginx.pid")" 2>/dev/null || true
  pids=
}

line_of() { # the first line of a file that somebody is about to write
  for _ in $(seq 500); do
    [ ! -s "$1" ] || { head -1 "$1"; return 0; }
    sleep 0.02
  done
  echo "bench: a server did not start" >&2
  exit 1
}

start_roster() { # name, how many models: leaves the address in $url
  write_quiet "$work/serve$1" "$2"
  env -i PATH="$PATH" HOME="$work" LC_ALL=C "$roster" serve --no-builtin --config "$work/serve$1" --listen 127.0.0.1:0 --every 0 >"$work/said$1" 2>/dev/null &
  pids="$pids $!"
  eval "pid$1=$!"
  url=$(line_of "$work/said$1" | sed 's/^roster serves on //')
  for _ in $(seq 100); do # until it has looked at the definitions
    curl -s "${url}api/models" >"$work/www/$1"
    [ "$(grep -o '"context_window"' "$work/www/$1" | wc -l)" -lt "$2" ] || return 0
    sleep 0.05
  done
  echo "bench: the server lists fewer than $2 models" >&2
  exit 1
}

start_nginx() { # leaves the address in $nginx
  port=$((20000 + $$ % 20000))
  cat >"$work/nginx.conf" <<X
worker_processes 1; daemon on; pid $work/nginx.pid; error_log $work/nginx.err; user root; events { worker_connections 1024; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; open_file_cache max=100; default_type application/json;
client_body_temp_path $work; proxy_temp_path $work; fastcgi_temp_path $work; uwsgi_temp_path $work; scgi_temp_path $work;
server { listen 127.0.0.1:$port; root $work/www; } }
X
  nginx -c "$work/nginx.conf" -p "$work" -e "$work/nginx.err" && nginx=http://127.0.0.1:$port
}

tag() { curl -s -D- -o /dev/null "$1" | sed -n 's/^ETag: \(.*\)\r/\1/p'; }

measure() { # name, address, header
  clean wrk -t1 -c32 -d"${SERVE_SECONDS:-1}s" --latency -H "${3:-X: y}" "$2" |
    awk -v n="$1" 'function ms(t) { return t ~ /us$/ ? t / 1000 : t ~ /ms$/ ? t + 0 : t * 1000 }
      /99%/ { p = ms($2) } /Requests\/sec/ { print n, $2, p }' >>"$work/served"
}

middle() { sort -n | sed -n "$((rounds / 2 + 1))p"; }
median() { awk -v n="$1" -v c="$2" '$1 == n { print $c }' "$work/served" | middle; }
rates() { awk -v n="$1" '$1 == n { print $2 }' "$work/served"; }
ratio() { # of rates, round by round
  rates "$2" >"$work/other"
  rates "$1" | paste - "$work/other" | awk '{ print $1 / $2 }' | middle
}
served() { # title, program, name
  figure "$1" "$2" requests/s "$(median "$3" 2)"
  figure "$1" "$2" 'p99 ms' "$(median "$3" 3)"
}
size() { wc -c <"$work/www/$1" | awk '{ printf "%.0f KB", $1 / 1000 }'; }

serve_small() {
  title="serving $(size small) over 32 connections"
  served "$title" libmicrohttpd bare_small
  [ -z "$nginx" ] || served "$title" 'nginx, as a file' nginx_small
  served "$title" 'roster serve' small
  figure "$title" 'roster serve' 'rate x bare' "$(ratio small bare_small)" '>=0.95'
  [ -z "$nginx" ] || figure "$title" 'roster serve' 'rate x nginx' "$(ratio small nginx_small)" '>=0.8'
  # Where the bare server is slower than that too, the machine is the cause.
  own=$(median small 3) bare=$(median bare_small 3)
  if awk "BEGIN { exit !($bare < 1) }"; then
    figure "$title" 'roster serve' 'p99 in ms' "$own" '<=1'
  else
    figure "$title" 'roster serve' 'p99 x bare' "$(awk "BEGIN { print $own / $bare }")" '<=1.15' '1 ms is out of reach here'
  fi
  show "$title"
}

# Where the bare server gains less than half by not sending the body, the client is the limit, and the bare server's rate becomes the bound.
serve_known() {
  title='the same where the client has it: 304'
  served "$title" libmicrohttpd bare_known
  served "$title" 'roster serve' known
  if awk "BEGIN { exit !($(ratio bare_known bare_small) < 1.5) }"; then
    figure "$title" 'roster serve' 'rate x bare' "$(ratio known bare_known)" '>=0.95' '1.5 x 200 is out of reach here'
  else
    figure "$title" 'roster serve' 'rate x 200' "$(ratio known small)" '>=1.5'
  fi
  show "$title"
}

serve_large() {
  title="serving $(size large) over 32 connections"
  served "$title" libmicrohttpd bare_large
  [ -z "$nginx" ] || served "$title" 'nginx, as a file' nginx_large
  served "$title" 'roster serve' large
  figure "$title" 'roster serve' 'rate x bare' "$(ratio large bare_large)" '>=0.95'
  show "$title"
}

serve() {
  mkdir -p "$work/www"
  : >"$work/served"
  compile bare_serve -lmicrohttpd
  compile ready
  start_roster small 24
  small=${url}api/models
  start_roster large 1200
  large=${url}api/models
  mkfifo "$work/open"
  "$bin/bare_serve" "$work/www/small" "$work/www/large" >"$work/port" <"$work/open" &
  pids="$pids $!"
  exec 9>"$work/open"
  bare=http://127.0.0.1:$(line_of "$work/port")
  nginx=
  if command -v nginx >/dev/null; then start_nginx; else left_out 'serving by nginx' 'nginx is missing'; fi
  small_tag=$(tag "$small") bare_tag=$(tag "$bare/0")
  for _ in $(seq $rounds); do
    [ -z "$nginx" ] || measure nginx_small "$nginx/small"
    measure small "$small"
    measure bare_small "$bare/0"
    measure known "$small" "If-None-Match: $small_tag"
    measure bare_known "$bare/0" "If-None-Match: $bare_tag"
    [ -z "$nginx" ] || measure nginx_large "$nginx/large"
    measure large "$large"
    measure bare_large "$bare/1"
  done
  serve_small
  serve_known
  serve_large
  # shellcheck disable=SC2154 # set by start_roster
  figure 'starting to serve 24 models' 'roster serve' 'MiB at most' "$(awk '/VmHWM/ { printf "%.1f", $2 / 1024 }' "/proc/$pidsmall/status")" '<=12'
  exec 9>&-
  stop_servers
}

if command -v wrk >/dev/null; then
  serve
else
  left_out 'serving over 32 connections' 'wrk is missing'
  compile ready
  write_quiet "$work/servesmall" 24
fi
title='starting to serve 24 models'
started=$(clean "$bin/ready" 15 "$roster" serve --no-builtin --config "$work/servesmall" --listen 127.0.0.1:0 --every 0 2>/dev/null)
figure "$title" 'roster serve' 'ms to listening' "$started" '<=6'
show "$title"
