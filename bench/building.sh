# shellcheck shell=sh disable=SC2154 # the one that sources it has what is not defined here
# What bench/run and bench/compare need, and the programs that they build. Sourced; $bin and $build are set before something is compiled.

need_all() { # names the missing packages
  missing=
  need() { # package, then the probe that tells whether it is there
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
  }
  compiler=${CC:-gcc}
  need gcc command -v "${compiler%% *}"
  need pkg-config command -v pkg-config
  need openssl command -v openssl
  need lua5.4 command -v lua5.4
  need libjansson-dev pkg-config --exists jansson
  need liblua5.4-dev pkg-config --exists lua5.4
  need sqlite3 command -v sqlite3
  need libcurl4-openssl-dev pkg-config --exists libcurl
  need libmicrohttpd-dev pkg-config --exists libmicrohttpd
  need zlib1g-dev pkg-config --exists zlib
  [ -z "$missing" ] && return 0
  echo "bench: these Debian packages are missing: apt-get install$missing" >&2
  exit 1
}

# CC may be two words.
compile() { # program, then what else the compiler needs
  name=$1
  shift
  # shellcheck disable=SC2086
  ${CC:-gcc} -D_GNU_SOURCE -std=c11 -O2 -Wall -Wextra -Werror -Iinclude -o "$bin/$name" "bench/$name.c" "$@"
}

# shellcheck disable=SC2046,SC2086 # flags are words
compile_all() {
  compile timer
  compile bare_listing $(pkg-config --cflags --libs lua5.4)
  compile bare_asking -pthread $(pkg-config --cflags --libs libcurl)
  compile bare_parse -ljansson
  quiet="bench/quiet.c -L$build -lroster -Wl,--enable-new-dtags,-rpath,$build -lpthread"
  compile lookup bench/perfect.c $quiet
  compile pick $quiet
  compile reload bench/bare_reload.c $quiet $(pkg-config --cflags --libs lua5.4)
  compile discovered bench/quiet.c -L"$build" -lroster -Wl,--enable-new-dtags,-rpath,"$build" -lpthread
  compile growth bench/scene.c bench/served.c bench/perfect.c -Isrc "$build"/obj/server/*.o "$build/obj/command/shared/plugin_stamp.o" \
    "$build/obj/shared.a" "$build/obj/util.a" $quiet -lmicrohttpd -lz -ljansson -lm
  compile readers $quiet
  compile rows $quiet -ljansson
  rust=$(command -v rustc || true)
  [ -z "$rust" ] || "$rust" -O --edition 2021 -L "$build" -C "link-arg=-Wl,-rpath,$build" -o "$bin/lookup_rs" bench/lookup.rs
}

version_of() { "$@" 2>/dev/null | head -1 | grep -o '[0-9][0-9.]*' | head -1; } # the first number that a command prints
# shellcheck disable=SC2086 # a compiler may be two words
versions() {
  printf 'gcc %s, Lua %s, libcurl %s, OpenSSL %s' "$(version_of ${CC:-gcc} -dumpfullversion)" "$(version_of lua5.4 -v)" \
    "$(version_of pkg-config --modversion libcurl)" "$(version_of openssl version)"
  for command in rustc node go python3 curl nginx; do
    case $command in
    go) number=$(version_of go version) ;;
    nginx) number=$(nginx -v 2>&1 | grep -o '[0-9][0-9.]*' | head -1) ;;
    *) number=$(version_of "$command" --version) ;;
    esac
    [ -z "$number" ] || printf ', %s %s' "$command" "$number"
  done
  ! command -v wrk >/dev/null || printf ', wrk %s' "$(wrk -v 2>&1 | grep -o '[0-9][0-9.]*' | head -1)"
}
