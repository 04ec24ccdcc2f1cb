#!/bin/sh
# check.sh - build a Cocos Creator game with the editor, if asked to, and check the build.
# SPDX-License-Identifier: Apache-2.0
#
# The editor's command line and its exit statuses:
#   3.x  https://docs.cocos.com/creator/3.8/manual/zh/editor/publish/publish-in-command-line
#        (36 is success, 32 wrong parameters, 34 a failed build)
#   3.0  https://docs.cocos.com/creator/3.0/manual/en/editor/publish/publish-in-command-line.html
#        (336, 332, 334; a POSIX system keeps 8 bits of them: 80, 76, 78)
#   2.4  https://docs.cocos.com/creator/2.4/manual/en/publish/publish-in-command-line
#        (names no status; 0 is what any program ends with when all went well)
set -u

usage() {
    cat <<'END'
usage: check.sh BUILD [OPTION OF 'packaudit check']...

Checks BUILD, the folder or archive that the editor makes (build/web-mobile,
build/android, game.apk). With CREATOR in the environment the editor builds it first.

  CREATOR         the editor's program; unset or empty: BUILD is there already
                  (macOS: …/CocosCreator.app/Contents/MacOS/CocosCreator; Windows:
                  …/CocosCreator.exe)
  CREATOR_MAJOR   3 or 2: how the editor is called and what it returns   [3]
  CREATOR_BUILD   what follows its --build   [platform=web-mobile;debug=false]
                  'configPath=build.json' takes what the build panel exported
  PROJECT         the project's folder   [.]
  PACKAUDIT       the program   [packaudit]

Exit status: the editor's when it failed (34 when it says success and built nothing),
else that of 'packaudit check': 0 it fits, 1 it does not, 2 wrong usage, 3 no readable
build, 4 output not written, 5 a limit or memory. 126 or 127: a program cannot be run.

Examples
  check.sh build/web-mobile --device web_mobile
  CREATOR=/path/to/CocosCreator CREATOR_BUILD='platform=android;debug=false' \
      check.sh build/android --device android_low_2g --also junit=packaudit.xml
END
}

say() {
    printf 'check.sh: %s\n' "$*" >&2
}

# A program that is not there is told before the editor works for ten minutes.
need() { # variable, value
    command -v -- "$2" >/dev/null 2>&1 && return
    say "cannot run '$2': install it, or set $1 to where it is"
    exit 127
}

build_game() {
    case $major in
    2) set -- --path "$project" --build "$build_options" ;;
    *) set -- --project "$project" --build "$build_options" ;;
    esac
    "$CREATOR" "$@"
    status=$?
    case $major:$status in
    3:36 | 3:80 | 2:0) ;;
    3:0)
        say "the editor ended with 0, and 3.x says 36 when it has built: nothing was built?" \
            "(2.4 ends with 0: set CREATOR_MAJOR=2)"
        exit 34
        ;;
    2:36)
        say "the editor ended with 36, as 3.x does when it has built: set CREATOR_MAJOR=3"
        exit 36
        ;;
    *)
        case $status in
        32 | 76) why=': wrong build parameters' ;;
        34 | 78) why=': the build failed, its log tells why' ;;
        *) why= ;;
        esac
        say "the editor ended with $status$why"
        exit "$status"
        ;;
    esac
    if [ ! -e "$build" ]; then
        say "the editor says it has built, but '$build' is not there: compare it with" \
            "buildPath and outputName of CREATOR_BUILD"
        exit 34
    fi
}

case ${1-} in
-h | --help)
    usage
    exit 0
    ;;
'' | -*)
    usage >&2
    exit 2
    ;;
esac
build=$1
shift

project=${PROJECT:-.}
packaudit=${PACKAUDIT:-packaudit}
build_options=${CREATOR_BUILD:-platform=web-mobile;debug=false}
major=${CREATOR_MAJOR:-3}
case $major in
2 | 3) ;;
*)
    say "CREATOR_MAJOR is '$major', expected 2 or 3"
    exit 2
    ;;
esac

need PACKAUDIT "$packaudit"
if [ -n "${CREATOR-}" ]; then
    need CREATOR "$CREATOR"
    build_game
fi
exec "$packaudit" check "$@" -- "$build"
