# SPDX-License-Identifier: Apache-2.0
"""What is no build, and configs and settings that are broken: exit status, the one line or
the finding, and that the rest of the report is right."""
import json
import os

from build import png, two_scenes, zipped
from harness import check, cut, each, equal, finding, has, hurt, LFS, refused, whole

CONFIG = "assets/main/config.json"


def edited(change, era="3.8"):
    """The game of two scenes, its main config changed before it is written."""
    game = two_scenes(era)
    game.main.edit = lambda c: change(c, game)
    return game


# ---- not a build ---------------------------------------------------------------------

def test_a_folder_of_text_files_is_no_build(t):
    path = t.put({"a.txt": b"hello", "docs/config.txt": b"{}"})
    refused(t, path, 3, path, "is no built Cocos Creator game")


def test_a_text_file_is_no_build(t):
    path = t.put(b"once upon a time\n" * 40, "story.txt")
    refused(t, path, 3, path)


def test_an_empty_file_is_no_build(t):
    path = t.put(b"", "nothing.zip")
    refused(t, path, 3, path)


def test_an_empty_folder_is_no_build(t):
    path = t.put({})
    refused(t, path, 3, path, "is no built Cocos Creator game")


def test_a_path_that_does_not_exist_is_named(t):
    path = t.place("gone")
    refused(t, path, 3, path)


def test_a_FIFO_is_refused_and_not_waited_for(t):
    path = t.place("pipe")
    os.mkfifo(path)
    refused(t, path, 3, path)


def test_a_broken_link_is_refused(t):
    path = t.place("link")
    os.symlink(t.place("nowhere"), path)
    refused(t, path, 3, path)


def displaced(t, put):
    """The report on a build where `put` made something else in place of an image."""
    game = two_scenes()
    files = game.files()
    native = game.main.native_file(game.crack.image)
    del files[native]
    path = t.put(files)
    os.makedirs(os.path.dirname(os.path.join(path, native)))
    put(os.path.join(path, native))
    report = t.report(path)
    rows = [f for f in report["findings"] if f["file"] == native]
    check(rows and rows[0]["rule"] in ("image-missing", "file-unreadable"), cut(rows))
    hurt(report, 256 + 4096)


def test_an_image_whose_name_is_a_folder_is_missing(t):
    displaced(t, os.mkdir)


def test_a_FIFO_in_place_of_an_image_is_not_waited_for(t):
    displaced(t, os.mkfifo)


def test_a_broken_link_in_place_of_an_image_is_a_finding(t):
    displaced(t, lambda path: os.symlink("nowhere", path))


def test_a_link_to_its_own_folder_does_not_loop(t):
    path = t.put(two_scenes().files())
    os.symlink("..", os.path.join(path, "assets", "again"))
    hurt(t.report(path), 1024 + 256 + 4096)


def test_several_builds_below_one_folder_are_listed(t):
    files = two_scenes().files()
    both = {top + p: c for top in ("web-mobile/", "web-desktop/") for p, c in files.items()}
    path = t.put(both)
    refused(t, path, 3, "holds 2 builds", "'web-desktop/'", "'web-mobile/'")


def test_one_build_below_a_folder_is_found(t):
    files = two_scenes().files()
    hurt(t.report({"out/web-mobile/" + p: c for p, c in files.items()}), 5376)


# ---- configs -------------------------------------------------------------------------

BROKEN_CONFIGS = (
    ("text", lambda c: b"this is not JSON"),
    ("truncated", lambda c: c[:len(c) // 2]),
    ("encrypted", lambda c: bytes(b ^ 0x5a for b in c)),
    ("empty", lambda c: b""),
    ("NUL bytes", lambda c: bytes(len(c))),
    ("nested 100,000 deep", lambda c: b"[" * 100000 + b"]" * 100000),
)


@each(*BROKEN_CONFIGS)
def test_a_broken_config_beside_a_whole_one_is_a_finding(t, spoil):
    files = two_scenes().files()
    path = "assets/side/config.json"
    files[path] = spoil(files[path])
    report = t.report(files)
    row = finding(report, "config-unreadable")
    equal((row["file"], row["level"]), (path, "error"))
    has(row["message"], "is no JSON")
    hurt(report, 1024 + 256, images=2)


@each(*BROKEN_CONFIGS)
def test_a_build_whose_only_config_is_broken_is_refused(t, spoil):
    path = t.put({CONFIG: spoil(two_scenes().files()[CONFIG])})
    refused(t, path, 3, CONFIG, "is no JSON")


def test_an_encrypted_config_is_said_to_be_perhaps_encrypted(t):
    path = t.put({CONFIG: bytes(range(128, 256)) * 8})
    refused(t, path, 3, CONFIG, "encrypted")


@each(("a list", b"[1,2,3]"), ("a number", b"17"), ("an object", b'{"compilerOptions":{}}'),
      ("uuids of a wrong type", b'{"uuids":{},"importBase":"import"}'))
def test_a_config_of_an_unknown_shape_is_no_bundle(t, content):
    path = t.put({CONFIG: content})
    refused(t, path, 3, path, "is no built Cocos Creator game")


def test_tables_of_wrong_types_do_no_harm(t):
    wrong = {"uuids": ["a", 1, None, {}, []], "importBase": "import", "paths": [1, 2],
             "scenes": "x", "packs": [[1]], "versions": 3, "redirect": {"a": 1},
             "extensionMap": [1], "types": {"a": 1}, "deps": {}, "debug": False, "name": 7}
    files = two_scenes().files()
    files["assets/odd/config.json"] = json.dumps(wrong).encode()
    hurt(t.report(files), 5376)


def lost(t, table, change, expected_bytes=5376, images=3):
    report = t.report(edited(change).files())
    row = finding(report, "config-index")
    equal(row["file"], CONFIG)
    has(row["message"], "'%s'" % table)
    hurt(report, expected_bytes, images)


@each(("too large", "999"), ("negative", "-1"), ("huge", "99999999999999999999"),
      ("no number", "zz"))
def test_an_index_out_of_range_in_paths_is_a_finding(t, key):
    lost(t, "paths", lambda c, g: c["paths"].update({key: ["x/y", "cc.Asset"]}))


def test_names_that_are_too_long_are_left_out_and_told(t):
    def change(c, game):
        row = next(iter(c["paths"].values()))
        row[0] = "w" * 2000
        c["scenes"]["db://assets/" + "s" * 2000 + ".scene"] = next(iter(c["scenes"].values()))

    report = t.report(edited(change).files())
    messages = sorted(f["message"] for f in report["findings"] if f["rule"] == "config-index")
    equal(len(messages), 2)
    has(messages[0], "'paths' holds 1 name longer than 1024 bytes")
    has(messages[1], "'scenes' holds 1 name longer than 1024 bytes")
    equal(len(report["scenes"]), 2)
    hurt(report, 5376)


def test_folders_of_names_end_at_a_depth(t):
    def change(c, game):
        rows = list(c["paths"].values())
        for row, name in zip(rows, ("a", "b")):
            row[0] = "d/" * 400 + name

    report = t.report(edited(change).files())
    equal(len([f for f in report["folders"] if f["path"].startswith("d/")]), 64)


def test_settings_that_name_more_bundles_than_any_game_has_are_a_finding(t):
    game = two_scenes()
    game.extra = {"assets": dict(game.settings()["assets"],
                                 remoteBundles=["b%d" % i for i in range(30001)])}
    report = t.report(game.files())
    has(finding(report, "settings-unreadable")["message"], "names more than 30000 bundles")
    hurt(report, 5376)


def test_more_configs_than_any_game_has_are_refused(t):
    game = two_scenes()
    files = game.files()
    files.update({"assets/b%d/config.json" % i: files[CONFIG] for i in range(10000)})
    refused(t, t.put(zipped(files), "many.zip"), 5, "holds more than 10000 files named like")


def test_many_configs_of_one_name_are_left_out_in_time(t):
    files = two_scenes().files()
    files.update({"assets/b%d/config.json" % i: files[CONFIG] for i in range(3000)})
    report = t.report(zipped(files))
    equal(len([f for f in report["findings"] if f["rule"] == "config-stale"]), 3000)


def many_scenes(count, pictures=0):
    """A game of so many scenes, all but one of which hold so many pictures more."""
    def change(c, game):
        for i in range(count - 2):
            c["scenes"]["db://assets/more/%d.scene" % i] = c["scenes"]["db://assets/hurt.scene"]

    game = edited(change)
    added = [game.main.picture("more %d" % i, png(1, 1)).texture for i in range(pictures)]
    if added:
        game.main.scene("hurt", {"p%d" % i: texture for i, texture in enumerate(added)})
    return game.files()


def test_more_scenes_than_any_game_has_are_refused(t):
    refused(t, t.put(many_scenes(2001)), 5, "lists 2001 scenes, more than the 2000")


def test_changes_too_many_to_be_measured_are_refused(t):
    path = t.put(zipped(many_scenes(2000, 1300)), "many.zip")
    refused(t, path, 5, "has 2000 scenes and states", "changes between them")


def test_changes_of_very_many_scenes_are_counted_not_listed(t):
    report = t.report(many_scenes(400))
    equal(len(report["transitions"]), 100000)
    equal(report["transitions_left_out"], 400 * 399 - 100000)
    equal(t.report(many_scenes(3))["transitions_left_out"], 0)


@each(("too large", 999), ("negative", -1), ("huge", 1 << 62), ("a fraction", 1.5),
      ("text", "999"), ("null", None), ("a list", [1]))
def test_an_index_out_of_range_in_packs_is_a_finding(t, key):
    def change(c, game):
        c["packs"]["0abcdef01"] = [key]

    report = t.report(edited(change).files())
    has(finding(report, "config-index")["message"], "'packs'")
    hurt(report, 5376)


@each(("too large", 999), ("negative", -1))
def test_an_index_out_of_range_in_redirect_is_a_finding(t, key):
    lost(t, "redirect", lambda c, g: c["redirect"].extend([key, "0"]))


@each(("too large", "9"), ("negative", -1), ("text", "x"))
def test_a_dependency_out_of_range_in_redirect_is_a_finding(t, dep):
    def change(c, game):
        c["redirect"][1] = dep

    report = t.report(edited(change).files())
    has(finding(report, "config-index")["message"], "'redirect'")
    whole(report)


@each(("too large", 999), ("negative", -1))
def test_an_index_out_of_range_in_versions_is_a_finding(t, key):
    lost(t, "versions", lambda c, g: c["versions"]["import"].extend([key, "abcde"]))


@each(("too large", 999), ("negative", -1), ("null", None))
def test_an_index_out_of_range_in_scenes_is_a_finding(t, key):
    lost(t, "scenes", lambda c, g: c["scenes"].update({"db://assets/ghost.scene": key}))


def test_lists_of_pairs_that_end_in_the_middle_do_no_harm(t):
    def change(c, game):
        c["versions"]["native"].append(0)
        c["redirect"].append(0)

    hurt(t.report(edited(change).files()), 5376)


def test_an_uuid_listed_twice_keeps_the_indices(t):
    game = two_scenes()
    main = game.main
    main.edit = lambda c: c["uuids"].append(c["uuids"][0])
    hurt(t.report(game.files()), 5376)


def test_a_redirect_to_an_absent_bundle_is_a_finding(t):
    files = {p: c for p, c in two_scenes().files().items() if "/side/" not in p}
    report = t.report(files)
    has(finding(report, "bundle-absent")["message"], "side")
    hurt(report, 1024 + 256, images=2)


def test_a_redirect_to_a_bundle_without_the_asset_is_a_finding(t):
    game = two_scenes()
    del game.side.assets[game.sky.texture]
    del game.side.paths[game.sky.texture]
    report = t.report(game.files())
    equal(finding(report, "redirect-lost")["asset"], game.sky.texture)
    hurt(report, 1024 + 256, images=2)


def test_settings_that_are_no_JSON_are_a_finding(t):
    files = two_scenes().files()
    files["src/settings.json"] = b"{{{"
    report = t.report(files)
    equal(finding(report, "settings-unreadable")["file"], "src/settings.json")
    hurt(report, 5376)


def test_settings_of_wrong_types_do_no_harm(t):
    files = two_scenes().files()
    files["src/settings.json"] = json.dumps({
        "CocosEngine": 3, "engine": [], "assets": {"bundleVers": [1], "remoteBundles": {},
                                                   "subpackages": 5, "preloadAssets": [1]},
        "launch": None}).encode()
    hurt(t.report(files), 5376)


def test_an_older_config_beside_the_live_one_is_left_out(t):
    game = two_scenes()
    game.main.md5 = "12345"
    files = game.files()
    old = json.loads(files["assets/main/config.12345.json"])
    old["scenes"] = {}
    files["assets/main/config.abcde.json"] = json.dumps(old).encode()
    report = t.report(files)
    equal(finding(report, "config-stale")["file"], "assets/main/config.abcde.json")
    hurt(report, 5376)


def test_a_config_that_is_broken_is_named_whatever_else_is_amiss(t):
    path = t.put(zipped([("../x", b"1"), (CONFIG, b"this is not JSON")]), "game.zip")
    refused(t, path, 3, CONFIG, "is no JSON")


def test_a_Git_LFS_pointer_in_place_of_a_config_is_named(t):
    path = t.put({CONFIG: LFS})
    has(refused(t, path, 3, CONFIG).lower(), "lfs")
