# packaudit - what a built Cocos Creator game costs in memory.
#
# Knobs (make NAME=VALUE)
#   CC CXX         compilers; gcc 12 and clang 14 are tried                 [cc, CC's C++]
#   BUILD          folder for everything that is built                      [build]
#   SAN            sanitizers: address,undefined or thread                  [none]
#   CFLAGS         optimisation and debugging                               [-O2 -g]
#   WERROR         1: warnings are errors                                   [0]
#   PREFIX         where `make install` puts things                         [/usr/local]
#   PYTHON         runs the tests                                            [/usr/bin/python3]
#   SUDO           how `make deps` becomes root                             [sudo, if needed]
#   ASTC_FLAGS     how to compile with astcenc.h where it is not on the path [none]
#   ASTC_LIBS      how to link it                                           [-lastcenc]

CC      ?= cc
CFLAGS  ?= -O2 -g
BUILD   ?= build
SAN     ?=
PYTHON  ?= $(firstword $(wildcard /usr/bin/python3) python3)
WERROR  ?= 0
PREFIX  ?= /usr/local
ASTC_FLAGS ?=
ASTC_LIBS  ?= -lastcenc

# Objects of both languages go into one program: their compilers must be of one family.
ifneq ($(filter default undefined,$(origin CXX)),)
CXX := $(or $(if $(findstring clang,$(CC)),$(subst clang,clang++,$(CC))),\
            $(if $(findstring gcc,$(CC)),$(subst gcc,g++,$(CC))),c++)
endif

LIBRARIES := libarchive zlib libpng libturbojpeg libwebp libwebpdemux libxxhash yaml-0.1
WARNINGS  := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
             -Wmissing-prototypes -Wvla -Wundef -Wcast-qual -Wwrite-strings
CXX_WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wundef -Wold-style-cast
ifeq ($(WERROR),1)
WARNINGS += -Werror
CXX_WARNINGS += -Werror
endif
comma := ,
ifneq ($(SAN),)
SANITIZE := -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer
OUT      := $(BUILD)/san-$(subst $(comma),-,$(SAN))
else
OUT      := $(BUILD)
endif

PKG_CFLAGS = $(shell pkg-config --cflags $(LIBRARIES) 2>/dev/null)
PKG_LIBS   = $(shell pkg-config --libs $(LIBRARIES) 2>/dev/null)
ALL_CFLAGS = -std=c17 -D_XOPEN_SOURCE=700 -D_FILE_OFFSET_BITS=64 \
             -D_DARWIN_C_SOURCE -Iinclude -iquote src \
             $(WARNINGS) -ffp-contract=off $(CFLAGS) $(SANITIZE) $(PKG_CFLAGS)
ALL_CXXFLAGS = -std=c++14 -Isrc $(CXX_WARNINGS) -ffp-contract=off $(CFLAGS) $(SANITIZE) \
             $(ASTC_FLAGS)
ALL_LIBS   = $(PKG_LIBS) $(ASTC_LIBS) $(if $(filter Linux,$(shell uname -s)),-ldl) -lm -lpthread
# The C++ compiler links: it knows the runtime of its language.
LINK       = $(CXX) $(CFLAGS) $(SANITIZE) $(LDFLAGS)

SOURCES   := $(sort $(wildcard src/*/*.c))
CLI       := $(filter src/cli/%,$(SOURCES))
LIB       := $(filter-out src/cli/%,$(SOURCES)) $(sort $(wildcard src/*/*.cpp))
OBJECT     = $(patsubst %,$(OUT)/obj/%.o,$(basename $(1)))
EMBEDDED   = $(OUT)/obj/embedded/devices.o
UNIT      := $(sort $(wildcard tests/unit/test_*.c))
UNIT_HELP := $(filter-out $(UNIT),$(sort $(wildcard tests/unit/*.c)))
FUZZ      := $(sort $(wildcard tests/fuzz/fuzz_*.c))
UNIT_BIN  := $(patsubst tests/unit/%.c,$(OUT)/tests/%,$(UNIT))
FUZZ_BIN  := $(patsubst tests/fuzz/%.c,$(OUT)/tests/%,$(FUZZ))
FAULT_LIB := $(if $(filter Linux,$(shell uname -s)),$(OUT)/tests/fault.so)

all: $(OUT)/packaudit ## build the program (the default)

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1 \2/p' $(MAKEFILE_LIST) | \
	  awk '{ printf "  make %-14s", $$1; $$1 = ""; print }'

libraries:
	@CXX="$(CXX) $(ASTC_FLAGS)" sh tools/need.sh $(LIBRARIES) /astcenc.h

$(OUT)/packaudit: $(call OBJECT,$(CLI)) $(OUT)/libpackaudit.a
	@echo "LD $@"
	@$(LINK) -o $@ $^ $(ALL_LIBS)

$(OUT)/libpackaudit.a: $(call OBJECT,$(LIB)) $(EMBEDDED)
	@rm -f $@
	@$(AR) rcs $@ $^

$(OUT)/obj/%.o: %.c | libraries
	@mkdir -p $(@D)
	@echo "CC $<"
	@$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/obj/%.o: %.cpp | libraries
	@mkdir -p $(@D)
	@echo "CXX $<"
	@$(CXX) $(ALL_CXXFLAGS) -MMD -MP -c -o $@ $<

# A file of rules as C, so that the program needs no file beside it.
$(OUT)/obj/embedded/%.o: rules/%.yaml tools/embed.sh | libraries
	@mkdir -p $(@D)
	@echo "EMBED $<"
	@sh tools/embed.sh $< pa_embedded_$* > $(@:.o=.c)
	@$(CC) $(ALL_CFLAGS) -c -o $@ $(@:.o=.c)

deps: ## install the libraries that packaudit is built from
	@CXX="$(CXX) $(ASTC_FLAGS)" sh tools/install.sh build

demo: all ## show the report on the example build
	$(OUT)/packaudit report examples/showcase

check: tests ## run all tests
	@$(PYTHON) tests/run.py --build $(OUT)

tests: check-deps $(OUT)/packaudit $(UNIT_BIN) $(FUZZ_BIN) $(FAULT_LIB)

check-deps:
	@PYTHON=$(PYTHON) sh tools/install.sh tests

$(OUT)/tests/test_%: $(OUT)/obj/tests/unit/test_%.o $(call OBJECT,$(UNIT_HELP)) $(OUT)/libpackaudit.a
	@mkdir -p $(@D)
	@echo "LD $@"
	@$(LINK) -o $@ $^ $(ALL_LIBS) $$(pkg-config --libs cmocka)

$(OUT)/tests/fuzz_%: $(OUT)/obj/tests/fuzz/fuzz_%.o $(OUT)/obj/tests/fuzz/replay.o $(OUT)/libpackaudit.a
	@mkdir -p $(@D)
	@echo "LD $@"
	@$(LINK) -o $@ $^ $(ALL_LIBS)

$(OUT)/tests/fault.so: tests/fault/fault.c
	@mkdir -p $(@D)
	@echo "LD $@"
	@$(CC) -std=c17 $(filter-out -Wpedantic,$(WARNINGS)) -O2 -fPIC -shared -o $@ $< -ldl

$(OUT)/obj/tests/unit/%.o: ALL_CFLAGS += -Itests/unit

fuzz: ## run every fuzz target for FUZZ_SECONDS (60) with clang's libFuzzer
	@ASTC_FLAGS="$(ASTC_FLAGS)" ASTC_LIBS="$(ASTC_LIBS)" sh tests/fuzz/run.sh "$(BUILD)" "$(or $(FUZZ_SECONDS),60)"

lint: all ## check layers, formats of code, headers, banned calls
	@sh tools/lint.sh

bench: all ## measure against a bare decoding loop and other programs: BENCH=folder
	@sh tests/bench/run.sh "$(OUT)" "$(BENCH)"

bench-encoders: $(OUT)/bench/encoders ## speed and quality of the encoders: PICTURES="files"
	$(OUT)/bench/encoders $(PICTURES)

$(OUT)/bench/encoders: $(OUT)/obj/tests/bench/encoders.o $(OUT)/libpackaudit.a
	@mkdir -p $(@D)
	@$(LINK) -o $@ $^ $(ALL_LIBS)

check-engine: all ## record a web build in Chromium and compare: BUILD_DIR=folder
	@sh tests/engine/check.sh "$(OUT)" "$(BUILD_DIR)"

showcase: ## make the example build again
	@sh tools/showcase.sh "$(BUILD)"

install: all ## install program, library and headers below PREFIX
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib $(DESTDIR)$(PREFIX)/include/packaudit
	install -m 755 $(OUT)/packaudit $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(OUT)/libpackaudit.a $(DESTDIR)$(PREFIX)/lib
	install -m 644 include/packaudit/*.h $(DESTDIR)$(PREFIX)/include/packaudit

clean: ## remove everything that was built
	rm -rf $(BUILD)

-include $(shell find $(OUT)/obj -name '*.d' 2>/dev/null)

.PHONY: all help libraries deps demo check tests check-deps fuzz lint bench bench-encoders \
        check-engine showcase install clean
.SECONDARY:
