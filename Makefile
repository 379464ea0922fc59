# roster: `make run` and `make test` do everything on a fresh Debian machine; `make help` lists the other targets.

VERSION := 0.1.0
SOVERSION := 0
PREFIX ?= /usr/local
DESTDIR ?=
BUILD ?= build

CC ?= gcc
OPTIMIZE ?= -O2 -g
# -Wconversion: sizes and token counts come from the network; -Wshadow: short names are only safe when each means one thing.
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Werror
HARDENING ?= -D_FORTIFY_SOURCE=2 -fstack-protector-strong
SANITIZE ?=

LUA_CFLAGS := $(shell pkg-config --cflags lua5.4 2>/dev/null)
LUA_LIBS := $(shell pkg-config --libs lua5.4 2>/dev/null)

# Set: without the parts that only Linux has, as other systems get it (src/util/platform.h).
PORTABLE ?=
CPPFLAGS += -D_GNU_SOURCE $(if $(PORTABLE),-DROSTER_PORTABLE) -Iinclude -Isrc
CFLAGS += -std=c11 $(OPTIMIZE) $(WARNINGS) $(HARDENING) $(SANITIZE) -fPIC -fvisibility=hidden
LDFLAGS += $(SANITIZE) -Wl,-z,relro -Wl,-z,now -Wl,--as-needed

UTIL_SOURCES := $(wildcard src/util/*.c)
LIBRARY_SOURCES := $(filter-out %/transports.c,$(foreach part,definitions validate recording source registry,$(wildcard src/library/$(part)/*.c)))
CURL_SOURCES := $(wildcard src/library/transport/*.c)
MOCK_SOURCES := $(wildcard src/mock/*.c)
SHARED_SOURCES := $(filter-out %/plugin_stamp.c,$(wildcard src/command/shared/*.c))
COMMAND_SOURCES := $(wildcard src/command/*.c src/command/doctor/*.c src/command/import/*.c src/command/test/*.c src/command/try/*.c)
MIGRATE_SOURCES := $(wildcard src/command/migrate/*.c)
SERVE_SOURCES := $(wildcard src/server/*.c)
SERVED := $(BUILD)/served
MODULE_SOURCES := $(wildcard src/bindings/lua/*.c)
SHIPPED := $(wildcard lua/*.lua lua/protocols/*.lua)

comma := ,
object = $(patsubst src/%.c,$(BUILD)/obj/%.o,$(1))
UTIL := $(BUILD)/obj/util.a
SHARED := $(BUILD)/obj/shared.a
STAMP := $(BUILD)/obj/command/shared/plugin_stamp.o
CORE := $(call object,$(UTIL_SOURCES) $(LIBRARY_SOURCES))
CURL := $(call object,$(CURL_SOURCES))

LIBRARY := $(BUILD)/libroster.so.$(SOVERSION)
CURL_LIBRARY := $(BUILD)/libroster-curl.so.$(SOVERSION)
MOCK_LIBRARY := $(BUILD)/libroster-mock.so
MIGRATE_LIBRARY := $(BUILD)/libroster-migrate.so
SERVE_LIBRARY := $(BUILD)/libroster-serve.so
OUTPUTS := $(BUILD)/roster $(BUILD)/libroster.so $(CURL_LIBRARY) $(MOCK_LIBRARY) $(MIGRATE_LIBRARY) $(SERVE_LIBRARY) $(BUILD)/roster.so $(BUILD)/libroster.a $(BUILD)/libroster-core.a

# As many compilers as processors, unless the caller chose.
jobs = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))

.PHONY: all lua-module run test test-slow ready check check-portable check-hard soak bench bench-compare fmt fmt-check lint layers symbols specs unit install uninstall clean help dependencies
.DEFAULT_GOAL := all

all: $(OUTPUTS) ## build everything into build/

lua-module: $(BUILD)/roster.so $(CURL_LIBRARY) ## build require "roster" alone, as the rock does

run: dependencies ## install what is missing, build, and list the models you can use now (or a demo, when no key is set)
	@$(MAKE) --no-print-directory $(jobs) all
	@scripts/run

test: ready ## install what is missing, build, and run the tests (without the slow ones)
	@scripts/test

test-slow: ready ## the same for the tests with kills, cuts and mutants
	@scripts/test slow

ready:
	@scripts/dependencies test
	@$(MAKE) --no-print-directory $(jobs) all

dependencies:
	@scripts/dependencies

# ---- building ----

$(BUILD)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(EXTRA) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/library/definitions/%.o: EXTRA = $(LUA_CFLAGS)
$(BUILD)/obj/bindings/lua/%.o: EXTRA = $(LUA_CFLAGS)
$(BUILD)/obj/library/definitions/shipped.o: $(SHIPPED)
# What the build makes of the shipped files. Where a program of this compiler does not run here, or other systems' build is wanted, the library
# compiles and runs them at its first load.
PREPARED := $(BUILD)/prepared/shipped.made
PREPARE_OBJECTS := $(filter-out %/shipped_code.o,$(call object,$(wildcard src/library/definitions/*.c))) $(BUILD)/prepared/shipped_unmade.o
$(BUILD)/prepared/shipped_unmade.o: src/library/definitions/shipped_code.c
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(LUA_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
$(PREPARED): scripts/prepare.c $(PREPARE_OBJECTS) $(UTIL)
ifeq ($(PORTABLE),)
	@$(CC) $(CPPFLAGS) $(LUA_CFLAGS) $(CFLAGS) -o $(BUILD)/prepared/prepare $^ $(LDFLAGS) $(LUA_LIBS) -ljansson -lpthread -lm
	@$(BUILD)/prepared/prepare $@ || { code=$$?; [ $$code -ne 3 ] && [ $$code -lt 128 ] || exit 1; \
	  : >$@; echo 'the shipped files are not prepared: $(CC) makes programs that do not run here'; }
else
	@: >$@
endif
$(BUILD)/obj/library/definitions/shipped_code.o: EXTRA = $(LUA_CFLAGS) -DSHIPPED_MADE='"$(PREPARED)"'
$(BUILD)/obj/library/definitions/shipped_code.o: $(PREPARED)
$(BUILD)/obj/library/definitions/meta.o: src/library/definitions/vocabulary.lua
$(SERVED)/page.js: scripts/bundle $(wildcard src/server/page/*.js) src/server/page/page.css
	@scripts/bundle src/server/page $(SERVED)
$(BUILD)/obj/server/page.o: EXTRA = -DPAGE_SCRIPT='"$(SERVED)/page.js"'
$(BUILD)/obj/server/page.o: $(SERVED)/page.js src/server/openapi.json src/server/page/index.html src/server/page/page.css
$(BUILD)/obj/server/response.o: EXTRA = -I$(SERVED)
$(BUILD)/obj/server/response.o: $(SERVED)/page.js

$(foreach kind,shared static none,$(BUILD)/obj/library/registry/transport_$(kind).o): $(BUILD)/obj/library/registry/transport_%.o: src/library/registry/transports.c
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) $(if $(filter static,$*),-DROSTER_STATIC) $(if $(filter none,$*),-DROSTER_CORE) -MMD -MP -c -o $@ $<

$(LIBRARY): $(CORE) $(BUILD)/obj/library/registry/transport_shared.o scripts/roster.map
	@$(CC) -shared -o $@ $(filter %.o,$^) $(LDFLAGS) -Wl,-soname,$(@F) -Wl,--version-script,scripts/roster.map $(LUA_LIBS) -ljansson -lpthread -ldl

$(BUILD)/libroster.so: $(LIBRARY)
	@ln -sf $(<F) $@

$(CURL_LIBRARY): $(CURL) $(UTIL) scripts/roster.map
	@$(CC) -shared -o $@ $(CURL) $(UTIL) $(LDFLAGS) -Wl,-soname,$(@F) -Wl,--version-script,scripts/roster.map -lcurl -lpthread
	@ln -sf $(@F) $(BUILD)/libroster-curl.so

# One object in which only roster_* is global, so that a host's own names cannot collide with ours. Apple's linker makes hidden names local
# when it joins objects, and has no objcopy.
ifeq ($(shell uname -s),Darwin)
hide_names = @:
else
hide_names = @objcopy --wildcard --keep-global-symbol='roster_*' $(1)
endif
$(BUILD)/libroster.a: $(CORE) $(CURL) $(BUILD)/obj/library/registry/transport_static.o
$(BUILD)/libroster-core.a: $(CORE) $(BUILD)/obj/library/registry/transport_none.o
$(BUILD)/%.a:
	@$(LD) -r -o $(BUILD)/obj/$*.o $^
	$(call hide_names,$(BUILD)/obj/$*.o)
	@rm -f $@ && $(AR) rcs $@ $(BUILD)/obj/$*.o

# Shared by all binaries; only the objects that each one needs are linked.
$(UTIL): $(call object,$(UTIL_SOURCES))
$(SHARED): $(call object,$(SHARED_SOURCES))
# The library with all its names, and the rest of what a fuzz target may link.
$(BUILD)/obj/library.a: $(CORE) $(CURL) $(BUILD)/obj/library/registry/transport_static.o
$(BUILD)/obj/server.a: $(call object,$(SERVE_SOURCES)) $(STAMP)
$(BUILD)/obj/migrate.a: $(call object,$(MIGRATE_SOURCES)) $(STAMP)
$(UTIL) $(SHARED) $(BUILD)/obj/library.a $(BUILD)/obj/server.a $(BUILD)/obj/migrate.a:
	@rm -f $@ && $(AR) rcs $@ $^

# A checksum of the declarations shared by the command and its libraries; both sides carry it: see plugin.h.
BORDER := src/command/shared/plugin_stamp.c src/mock/mock_provider.h
$(STAMP): $(BORDER)
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -DPLUGIN_STAMP="\"$$(for f in $(BORDER); do $(CC) $(CPPFLAGS) -E -P $$f; done | cksum | tr ' ' -)\"" -c -o $@ $<

# A library of the command, opened at first use, so that other verbs do not pay for what it links.
plugin = $(CC) -shared -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LDFLAGS) $(if $(SANITIZE),,-Wl$(comma)-z$(comma)defs)
# Finds libroster.so in its own folder.
beside = '-Wl,-rpath,$$ORIGIN'

$(MOCK_LIBRARY): $(call object,$(MOCK_SOURCES)) $(STAMP) $(UTIL)
	@$(plugin) -lmicrohttpd -lgnutls -ljansson -lpthread

$(MIGRATE_LIBRARY): $(call object,$(MIGRATE_SOURCES)) $(STAMP) $(SHARED) $(UTIL) $(BUILD)/libroster.so
	@$(plugin) $(beside) -L$(BUILD) -lroster -lsqlite3 -ljansson -lpthread

$(SERVE_LIBRARY): $(call object,$(SERVE_SOURCES)) $(STAMP) $(SHARED) $(UTIL) $(BUILD)/libroster.so
	@$(plugin) $(beside) -L$(BUILD) -lroster -lmicrohttpd -lz -ljansson -lpthread

$(BUILD)/roster: $(call object,$(COMMAND_SOURCES)) $(STAMP) $(SHARED) $(UTIL) $(BUILD)/libroster.so
	@$(CC) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LDFLAGS) -L$(BUILD) -lroster -ljansson -ldl '-Wl,-rpath,$$ORIGIN:$$ORIGIN/../lib'

$(BUILD)/roster.so: $(call object,$(MODULE_SOURCES)) $(UTIL) $(BUILD)/libroster.so
	@$(CC) -shared -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LDFLAGS) -L$(BUILD) -lroster -ljansson '-Wl,-rpath,$$ORIGIN:$$ORIGIN/../..'

-include $(shell find $(BUILD)/obj $(BUILD)/prepared -name '*.d' 2>/dev/null)

# ---- checking ----

check: all fmt-check lint layers symbols specs unit ## the fast gate: format, lint, layers, symbols, specs, C tests

check-portable: ready ## the tests without the parts that only Linux has
	@scripts/portable

check-hard: ## the slow gate: both compilers, sanitizers, valgrind, faults, coverage, fuzzing
	@scripts/check-hard

soak: ready ## the server for MINUTES=10, with everything around it failing
	@MINUTES=$(MINUTES) SEED=$(SEED) scripts/soak

specs: all
	@scripts/specs

unit: all
	@scripts/unit

C_FILES := $(shell find include src spec examples bench scripts -name '*.[ch]' 2>/dev/null)

fmt: ## format the C sources
	@clang-format -i $(C_FILES)

fmt-check:
	@clang-format --dry-run -Werror $(C_FILES)

lint: # luacheck; .luacheckrc declares the vocabulary of the definitions
	@luacheck -q lua spec examples

layers: # which folder may include which, and which file Lua, libcurl, Jansson, libmicrohttpd
	@scripts/layers

symbols: all # only roster_* is exported, and nothing that could harm a host is called
	@scripts/symbols

bench: all ## speed: ratios, bounds, peers, and the last run; SECTIONS=quick, or names, for a part of it
	@bench/run $(SECTIONS)

# The revision may be written as REV=v1, or behind the target.
ifeq ($(firstword $(MAKECMDGOALS)),bench-compare)
REV ?= $(word 2,$(MAKECMDGOALS))
ifneq ($(word 2,$(MAKECMDGOALS)),)
.PHONY: $(word 2,$(MAKECMDGOALS))
$(word 2,$(MAKECMDGOALS)): bench-compare
	@:
endif
endif
bench-compare: all ## speed of this work tree and of REV=revision, in turn
	@bench/compare '$(REV)'

# ---- installing ----

# A value as one word of the shell.
quoted = '$(subst ','\'',$(1))'

install: all ## install under $(DESTDIR)$(PREFIX)
	@scripts/install $(call quoted,$(BUILD)) $(call quoted,$(DESTDIR)) $(call quoted,$(PREFIX)) '$(VERSION)' '$(SOVERSION)'

uninstall: ## remove what make install put under $(DESTDIR)$(PREFIX), and nothing else
	@scripts/uninstall $(call quoted,$(DESTDIR)) $(call quoted,$(PREFIX))

clean: ## remove what was built
	@rm -rf $(BUILD)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile
