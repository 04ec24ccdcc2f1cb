# SPDX-License-Identifier: Apache-2.0
"""Which engine, which target, and whether copies are cleaned up."""
from build import Game, png, texture_doc, two_scenes, zipped
from harness import check, each, equal, finding, has, rules, scene, whole


def head(t, files, *options):
    return t.report(files, *options)["build"]


@each(("3.8 web", "3.8", "3.8.5", "web"), ("3.8.7 web", "3.8.7", "3.8.7", "web"),
      ("3.8 android", "3.8 native", "3.8.5", "native"),
      ("3.8 wechat", "3.8 minigame", "3.8.5", "minigame"),
      ("3.7 ios", "3.7 native", "3.7.3", "native"), ("3.4 web", "3.4", "3.4.2", "web"))
def test_the_settings_say_engine_and_target(t, era, engine, target):
    build = head(t, two_scenes(era).files())
    equal((build["engine"], build["engine_source"]), (engine, "settings CocosEngine"))
    equal(build["target"], target)
    has(build["target_source"], "settings platform")


@each(("web", "2.4", "webgl1"), ("android", "2.4 native", "native"))
def test_settings_of_2_4_are_a_script_and_say_the_target(t, era, target):
    report = t.report(two_scenes(era).files())
    check(report["build"]["engine"].startswith("2.4."))
    equal(report["build"]["target"], target)
    equal(rules(report), [])
    equal([s["launch"] for s in report["scenes"] if s["name"] == "whole"], [True])
    whole(report)


@each(("as the editor minifies", 'window._CCSettings={platform:"web-mobile",launchScene:'
       '"db://assets/whole.fire",debug:!1,jsList:["a.js"]};'),
      ("pretty", 'window._CCSettings = {\n    platform: "web-mobile",\n    "launchScene": '
       '"db://assets/whole.fire",\n    groupList: [\n        "default",\n    ],\n};\n'),
      ("single quotes and comments", "// made by hand\nwindow._CCSettings={/* here */"
       "platform:'web-mobile',launchScene:'db://assets/whole.fire'}"),
      ("CRLF and a mark in front", '\ufeffwindow._CCSettings={\r\nplatform:"web-mobile",\r\n'
       'launchScene:"db://assets/whole.fire"\r\n};\r\n'))
def test_settings_js_is_read(t, text):
    files = two_scenes("2.4").files()
    files["src/settings.js"] = text.encode()
    report = t.report(files)
    equal(report["build"]["target_source"], "settings platform web-mobile")
    equal(scene(report, "whole")["launch"], True)


def test_the_engines_script_says_the_version_when_the_settings_do_not(t):
    files = two_scenes("2.4").files()
    files["cocos2d-js-min.js"] = b'cc.ENGINE_VERSION="2.4.8";var a=1;'
    build = head(t, files)
    equal((build["engine"], build["engine_source"]), ("2.4.8", "the engine's script"))


def test_of_two_engines_the_first_by_path_counts_in_every_container(t):
    files = two_scenes("2.4").files()
    files["cocos2d-js-min.222.js"] = b'cc.ENGINE_VERSION="2.4.9";'
    files["cocos2d-js-min.111.js"] = b'cc.ENGINE_VERSION="2.4.8";'
    for container in (files, zipped(list(files.items()))):
        equal(t.report(container)["build"]["engine"], "2.4.8")


def test_without_settings_the_engine_is_a_guess_and_said_to_be(t):
    game = two_scenes()
    game.has_settings = False
    report = t.report(game.files())
    has(report["build"]["engine_source"], "guess")
    has(report["build"]["target_source"], "guess")
    has(finding(report, "engine-guessed")["message"], "--engine")
    has(finding(report, "target-guessed")["message"], "--target")
    whole(report)


def test_cc_config_without_settings_is_taken_as_native(t):
    game = two_scenes("3.8 native")
    game.has_settings = False
    equal(head(t, game.files())["target"], "native")


@each(*((v, v) for v in ("2.4.5", "3.0.1", "3.8.8", "3.8")))
def test_engine_overrides_and_is_said_as_given(t, version):
    build = head(t, two_scenes().files(), "--engine", version)
    equal((build["engine"], build["engine_source"]), (version, "given"))


@each(*((n, n) for n in ("native", "web", "webgl1", "minigame")))
def test_target_overrides_and_is_said_as_given(t, target):
    build = head(t, two_scenes().files(), "--target", target)
    equal((build["target"], build["target_source"]), (target, "given"))


def test_given_values_are_also_in_the_text(t):
    path = t.put(two_scenes().files())
    text = t.run("report", "--engine", "3.7.1", "--target", "minigame", path).text
    has(text, "Cocos Creator 3.7.1 (given)", "minigame (given)")


def test_a_given_engine_silences_the_guess(t):
    report = t.report(two_scenes("2.4").files(), "--engine", "2.4.8")
    check("engine-guessed" not in [f["rule"] for f in report["findings"]])


def test_of_several_settings_the_one_the_page_leads_to_counts(t):
    game = two_scenes()
    files = game.files()
    live = files.pop("src/settings.json")
    for name, content in (("aaaaa", live.replace(b"3.8.5", b"3.8.1")), ("bbbbb", live),
                          ("ccccc", live.replace(b"3.8.5", b"3.8.2"))):
        files["src/settings.%s.json" % name] = content
    files["index.html"] = b"<script>System.import('./index.11111.js')</script>"
    files["index.11111.js"] = b"import('./application.22222.js')"
    files["application.22222.js"] = b"settingsPath='src/settings.bbbbb.json'"
    files["application.33333.js"] = b"settingsPath='src/settings.ccccc.json'"
    equal(head(t, files)["engine"], "3.8.5")


@each(("game.json", {"game.json": b"{}", "game.js": b""}, "minigame"),
      ("jsb-adapter", {"jsb-adapter/jsb-builtin.js": b""}, "native"))
def test_files_beside_the_bundles_tell_the_target(t, extra, target):
    game = two_scenes()
    game.has_settings = False
    equal(head(t, dict(game.files(), **extra))["target"], target)


def test_an_unknown_platform_is_a_guess_that_is_told(t):
    game = two_scenes()
    game.era["platform"] = "toaster"
    report = t.report(game.files())
    has(report["build"]["target_source"], "guess")
    finding(report, "target-guessed")


# ---- clean-up ------------------------------------------------------------------------

@each(("native by default", "3.8 native", {}, True),
      ("native, off", "3.8 native", {"CLEANUP_IMAGE_CACHE": False}, False),
      ("native, on", "3.8 native", {"CLEANUP_IMAGE_CACHE": True}, True),
      ("web by default", "3.8", {}, False),
      ("web, on", "3.8", {"CLEANUP_IMAGE_CACHE": True}, True),
      ("mini game by default", "3.8 minigame", {}, True),
      ("mini game, off", "3.8 minigame", {"CLEANUP_IMAGE_CACHE": False}, False))
def test_clean_up_follows_the_macro(t, era, macros, is_on):
    game = two_scenes(era)
    game.macros = macros
    report = t.report(game.files())
    equal(report["build"]["cleanup_image_cache"], is_on)
    row = scene(report, "whole")
    if is_on:
        equal(row["retained_cpu_bytes"], 0)
    else:
        check(row["retained_cpu_bytes"] > 0)
    equal(row["resident_bytes"], row["gpu_bytes"] + row["retained_cpu_bytes"])
    if macros:
        has(report["build"]["cleanup_source"], "macros CLEANUP_IMAGE_CACHE")


@each(("3.4 web", "3.4", ()), ("3.5 native", "3.7 native", ("--engine", "3.5.2")),
      ("2.4 web", "2.4", ()))
def test_clean_up_is_off_by_default(t, era, options):
    equal(head(t, two_scenes(era).files(), *options)["cleanup_image_cache"], False)


def test_native_keeps_the_decoded_copy_when_clean_up_is_off(t):
    game = two_scenes("3.8 native")
    game.macros = {"CLEANUP_IMAGE_CACHE": False}
    equal(scene(t.report(game.files()), "whole")["retained_cpu_bytes"], 8192)


def test_web_keeps_the_file_and_not_the_pixels(t):
    game = two_scenes()
    row = scene(t.report(game.files()), "whole")
    equal(row["retained_cpu_bytes"], len(png(64, 32)))


# ---- textures ------------------------------------------------------------------------

def mipped(era, width, height, target=None):
    game = Game(era)
    main = game.bundle("main")
    wall = main.picture("wall", png(width, height))
    main.assets[wall.texture] = texture_doc([wall.image], "2,2,0,0,2,0")
    main.scene("whole", {"wall": wall.texture})
    return game.files()


@each(("64 x 64", 64, 64, sum(4 * s * s for s in (64, 32, 16, 8, 4, 2, 1))),
      ("64 x 16", 64, 16, 4 * (64 * 16 + 32 * 8 + 16 * 4 + 8 * 2 + 4 + 2 + 1)))
def test_mips_count_to_the_last_level(t, width, height, size):
    row = scene(t.report(mipped("3.8 native", width, height)), "whole")
    equal((row["gpu_bytes"], row["decoded_bytes"]), (size, 4 * width * height))


def test_mini_games_make_no_mips_for_sides_that_are_no_powers_of_two(t):
    row = scene(t.report(mipped("3.8 minigame", 60, 64)), "whole")
    equal(row["gpu_bytes"], 4 * 60 * 64)
