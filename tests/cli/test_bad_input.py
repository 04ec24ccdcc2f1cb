# SPDX-License-Identifier: Apache-2.0
"""Bad input: the exit status, the one line or the finding, and that the rest is right."""
import json
import os
import tarfile

from build import JPEG, WEBP, astc, pkm, png, short, two_scenes, uuid, zipped
from harness import (check, cut, each, equal, finding, has, hurt, image, python, rules, scene,
                     whole)

CONFIG = "assets/main/config.json"


def refused(t, path, status, *parts):
    """The program ends with `status` and one line that holds `parts`."""
    done = t.run("report", path)
    equal(done.code, status, done.err.decode())
    equal(done.out, b"")
    has(done.said, *parts)
    return done.said


def config(files, path=CONFIG):
    return json.loads(files[path])


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


# ---- packs ---------------------------------------------------------------------------

def packed():
    """'hurt' whose textures and images lie in one pack, 'whole' beside it."""
    game = two_scenes()
    game.main.pack("0abcdef01", [game.crack.image, game.crack.texture, game.brick.image,
                                 game.brick.texture])
    return game, game.main.import_file("0abcdef01")


def test_a_pack_gives_what_single_files_give(t):
    game, _ = packed()
    hurt(t.report(game.files()), 5376)


def test_a_pack_with_too_few_sections_keeps_those_it_has(t):
    game, path = packed()
    files = game.files()
    document = json.loads(files[path])
    document[5].pop()
    document[5].pop()
    files[path] = json.dumps(document).encode()
    report = t.report(files)
    row = finding(report, "pack-count")
    equal(row["file"], path)
    has(row["message"], "4", "2")
    hurt(report, 1024 + 4096, images=2)


def test_a_pack_with_too_many_sections_keeps_those_listed(t):
    game, path = packed()
    files = game.files()
    document = json.loads(files[path])
    document[5].append(document[5][0])
    files[path] = json.dumps(document).encode()
    report = t.report(files)
    equal(finding(report, "pack-count")["file"], path)
    hurt(report, 5376)


def test_a_pack_of_no_known_form_is_a_finding(t):
    for content in (b"17", b'{"a":1}', b'[1,0,0,[],0]', b'{"type":"cc.X","data":3}'):
        game, path = packed()
        files = game.files()
        files[path] = content
        report = t.report(files)
        check("document-broken" in rules(report), content, rules(report))
        hurt(report, 4096, images=1)


def section_game():
    """A pack of two objects that hold textures by class fields: 'crack' and 'brick'."""
    from build import holder_doc
    game = two_scenes()
    main = game.main
    crack = main.add(uuid("m1"), holder_doc("cc.Material", {"map": game.crack.texture}))
    brick = main.add(uuid("m2"), holder_doc("cc.Material", {"map": game.brick.texture}))
    main.scene("hurt", {"a": crack, "b": brick, "sky": game.sky.texture})
    main.pack("0abcdef01", [crack, brick])
    return game, main.import_file("0abcdef01")


def spoil_section(change):
    game, path = section_game()
    files = game.files()
    document = json.loads(files[path])
    change(document)
    files[path] = json.dumps(document).encode()
    return files


def test_materials_in_a_pack_lead_to_their_textures(t):
    hurt(t.report(section_game()[0].files()), 5376)


@each(("mask too large", 99), ("mask negative", -1), ("mask as text", "0"),
      ("mask a fraction", 0.5), ("mask null", None))
def test_a_section_with_a_mask_out_of_range_is_broken_alone(t, value):
    def change(document):
        document[5][1][0][0][0] = value

    report = t.report(spoil_section(change))
    equal(finding(report, "document-broken")["asset"], uuid("m2"))
    hurt(report, 1024 + 4096, images=2)


@each(("dependency too large", 10, [99]), ("dependency negative", 10, [-1]),
      ("dependency as text", 10, ["x"]), ("key too large", 9, [99]))
def test_a_section_with_a_dependency_out_of_range_is_broken_alone(t, part, value):
    def change(document):
        document[5][1][part - 5] = value

    report = t.report(spoil_section(change))
    equal(finding(report, "document-broken")["asset"], uuid("m2"))
    scene_row = scene(report, "hurt")
    check(scene_row["images"] in (2, 3), scene_row["images"])
    whole(report)


@each(("class of a mask too large", lambda d: d[4][1].__setitem__(0, 99)),
      ("class of a mask negative", lambda d: d[4][1].__setitem__(0, -1)),
      ("field of a mask too large", lambda d: d[4][1].__setitem__(1, 99)),
      ("field of a mask negative", lambda d: d[4][1].__setitem__(1, -5)),
      ("a mask without fields", lambda d: d[4].__setitem__(1, [])),
      ("a mask that is a number", lambda d: d[4].__setitem__(1, 3)))
def test_shared_tables_with_an_index_out_of_range_break_their_users_only(t, change):
    report = t.report(spoil_section(change))
    check("document-broken" in rules(report), rules(report))
    whole(report)


def test_a_section_with_a_class_out_of_range_is_broken_alone(t):
    game, path = packed()
    files = game.files()
    document = json.loads(files[path])
    document[5][2][1] = [99]
    files[path] = json.dumps(document).encode()
    report = t.report(files)
    equal(finding(report, "document-broken")["asset"], game.brick.image)
    whole(report)
    equal(image(report, game.crack.image)["decoded_bytes"], 1024)


# ---- documents -----------------------------------------------------------------------

BROKEN_DOCUMENTS = (
    ("text", b"not JSON"), ("empty", b""), ("a number", b"5"), ("ten parts", b"[1,0,0,[],0,[],0,0,[],[]]"),
    ("a CCON that is cut off", b"CCON\x01\0\0\0"), ("nested 100,000 deep", b"[" * 100000),
    ("nested and closed", b"[" * 100000 + b"]" * 100000),
    ("objects nested", b'{"a":' * 100000 + b"1" + b"}" * 100000),
    ("a lone surrogate", b'["\\ud800"'), ("bytes that are no UTF-8", b'["\xff\xfe"'))


@each(*BROKEN_DOCUMENTS)
def test_a_broken_document_is_a_finding(t, content):
    game = two_scenes()
    files = game.files()
    path = game.main.import_file(game.crack.texture)
    files[path] = content
    report = t.report(files)
    row = finding(report, "document-broken")
    equal((row["file"], row["asset"]), (path, game.crack.texture))
    hurt(report, 256 + 4096, images=2)


@each(*BROKEN_DOCUMENTS)
def test_a_broken_scene_is_a_finding_and_costs_nothing(t, content):
    game = two_scenes()
    files = game.files()
    files[game.main.import_file(uuid("scene hurt"))] = content
    report = t.report(files)
    equal(finding(report, "document-broken")["asset"], uuid("scene hurt"))
    hurt(report, 0, images=0)


def test_references_in_a_circle_end(t):
    from build import holder_doc
    game = two_scenes()
    main = game.main
    a, b = uuid("a"), uuid("b")
    main.add(a, holder_doc("cc.Prefab", {"next": b, "map": game.crack.texture}))
    main.add(b, holder_doc("cc.Prefab", {"next": a, "self": b}))
    main.scene("hurt", {"a": a})
    report = t.report(main.game.files())
    equal(rules(report), [])
    hurt(report, 1024, images=1)


def test_a_chain_of_references_100000_long_is_followed(t):
    from build import holder_doc
    game = two_scenes()
    main = game.main
    names = [uuid("link%d" % i) for i in range(100000)]
    for here, after in zip(names, names[1:]):
        main.assets[here] = holder_doc("cc.Prefab", {"next": after})
    main.assets[names[-1]] = holder_doc("cc.Prefab", {"map": game.crack.texture})
    main.pack("0aaaaaaaa", names, "list")
    main.scene("hurt", {"a": names[0]})
    main.edit = lambda c: None
    # a config of this size is made faster by hand than by Bundle.config
    keys = {a: i for i, a in enumerate(list(main.assets) + ["0aaaaaaaa"])}
    main.config = lambda: {
        "importBase": "import", "nativeBase": "native", "name": "main", "deps": ["side"],
        "uuids": [short(a) for a in keys], "paths": {}, "debug": False, "types": [],
        "scenes": {u: keys[a] for u, a in main.scenes.items()},
        "packs": {"0aaaaaaaa": [keys[a] for a in names]}, "versions": {},
        "redirect": [keys[game.sky.texture], 0], "extensionMap": {}}
    hurt(t.report(game.files()), 1024, images=1)


def test_a_reference_to_an_asset_no_config_lists_is_a_finding(t):
    game = two_scenes()
    game.main.scene("hurt", {"crack": game.crack.texture, "ghost": uuid("ghost")})
    report = t.report(game.files())
    row = finding(report, "asset-unknown")
    has(row["message"] + row["asset"], uuid("ghost"))
    hurt(report, 1024, images=1)


def test_a_missing_import_file_is_a_finding(t):
    game = two_scenes()
    files = game.files()
    path = game.main.import_file(game.crack.texture)
    del files[path]
    report = t.report(files)
    row = finding(report, "import-missing")
    equal((row["file"], row["asset"]), (path, game.crack.texture))
    hurt(report, 256 + 4096, images=2)


def test_a_missing_pack_file_is_one_finding(t):
    game, path = packed()
    files = game.files()
    del files[path]
    report = t.report(files)
    row = finding(report, "import-missing")
    equal(row["file"], path)
    has(row["message"], "4 documents")
    hurt(report, 4096, images=1)


def test_a_missing_image_is_a_finding_and_adds_nothing(t):
    game = two_scenes()
    files = game.files()
    path = game.main.native_file(game.crack.image)
    del files[path]
    report = t.report(files)
    row = finding(report, "image-missing")
    equal((row["file"], row["asset"], row["level"]), (path, game.crack.image, "error"))
    hurt(report, 256 + 4096, images=3)
    equal(scene(report, "hurt")["unknown_images"], 1)


def test_a_missing_sound_is_a_note(t):
    game = two_scenes()
    clip = [1, 0, 0, [["cc.AudioClip", ["_name", "_native", "_duration"], 0]],
            [[0, 0, 1, 2, 4]], [[0, "bang", ".mp3", 1.5], -1], 0, 0, [], [], []]
    sound = game.main.add(uuid("bang"), clip, "sounds/bang", "cc.AudioClip")
    report = t.report(game.files())
    row = finding(report, "native-missing")
    equal((row["level"], row["file"]), ("note", game.main.native_file(sound, ".mp3")))
    hurt(report, 5376)


LFS = (b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"4d" * 32 +
       b"\nsize 12345\n")


def test_a_Git_LFS_pointer_in_place_of_an_image_is_named(t):
    game = two_scenes()
    files = game.files()
    files[game.main.native_file(game.crack.image)] = LFS
    report = t.report(files)
    has(finding(report, "image-broken")["message"].lower(), "lfs")
    hurt(report, 256 + 4096)


def test_a_Git_LFS_pointer_in_place_of_a_document_is_named(t):
    game = two_scenes()
    files = game.files()
    files[game.main.import_file(game.crack.texture)] = LFS
    report = t.report(files)
    has(finding(report, "document-broken")["message"].lower(), "lfs")
    hurt(report, 256 + 4096, images=2)


def test_a_Git_LFS_pointer_in_place_of_a_config_is_named(t):
    path = t.put({CONFIG: LFS})
    has(refused(t, path, 3, CONFIG).lower(), "lfs")


# ---- images --------------------------------------------------------------------------

def with_image(content, ext, fmt, engine="3.8"):
    game = two_scenes(engine)
    odd = game.main.picture("odd", content, ext, fmt)
    game.main.scene("hurt", {"odd": odd.texture})
    return game, odd


@each(("PNG", png(40, 20), ".png", "0", 3200), ("JPEG", JPEG, ".jpg", "1", 512),
      ("WebP", WEBP, ".webp", "4", 512),
      ("ASTC", astc(40, 20), ".astc", "7@93", 7 * 4 * 16), ("PKM", pkm(40, 20), ".pkm", "6@78", 400))
def test_an_image_that_is_whole_counts(t, content, ext, fmt, size):
    game, odd = with_image(content, ext, fmt)
    report = t.report(game.files())
    row = image(report, odd.image)
    equal((row["decoded_ok"], row["decoded_bytes"]), (True, size))
    check("image-broken" not in rules(report), rules(report))
    hurt(report, size, images=1)


@each(("PNG", png(40, 20), ".png", "0", 3200), ("JPEG", JPEG, ".jpg", "1", 512),
      ("WebP", WEBP, ".webp", "4", 512), ("ASTC", astc(40, 20), ".astc", "7@93", None),
      ("PKM", pkm(40, 20), ".pkm", "6@78", None))
def test_a_truncated_image_is_a_finding_and_counts_by_its_header(t, content, ext, fmt, size):
    game, odd = with_image(content[:-len(content) // 4], ext, fmt)
    report = t.report(game.files())
    row = finding(report, "image-broken")
    equal((row["file"], row["asset"]), (game.main.native_file(odd.image, ext), odd.image))
    equal(image(report, odd.image)["decoded_ok"], False)
    if size is not None:
        hurt(report, size, images=1)
    whole(report)


@each(*((str(n) + " bytes of " + label, content[:n], ext, fmt)
        for label, content, ext, fmt in (
            ("PNG", png(40, 20), ".png", "0"), ("JPEG", JPEG, ".jpg", "1"),
            ("WebP", WEBP, ".webp", "4"), ("ASTC", astc(40, 20), ".astc", "7@93"),
            ("PKM", pkm(40, 20), ".pkm", "6@78")) for n in (0, 1, 4, 15)))
def test_an_image_cut_within_its_header_is_a_finding(t, content, ext, fmt):
    game, odd = with_image(content, ext, fmt)
    report = t.report(game.files())
    equal(finding(report, "image-broken")["asset"], odd.image)
    hurt(report, 0, images=1)


def test_a_PNG_with_a_wrong_checksum_is_a_finding(t):
    content = bytearray(png(40, 20))
    content[-20] ^= 0xff
    game, odd = with_image(bytes(content), ".png", "0")
    report = t.report(game.files())
    equal(finding(report, "image-broken")["asset"], odd.image)
    hurt(report, 3200, images=1)


def test_a_PNG_that_claims_60000_x_60000_is_refused_without_the_memory(t):
    game, odd = with_image(png(8, 8, claims=(60000, 60000)), ".png", "0")
    done, kib = measured(t, t.put(game.files()))
    equal(done.code, 0)
    report = done.json
    equal(finding(report, "image-broken")["asset"], odd.image)
    whole(report)
    check(kib < 300 * 1024, kib)


def test_a_WebP_in_a_JPEGs_name_is_read_and_noted(t):
    game, odd = with_image(WEBP, ".jpg", "1")
    report = t.report(game.files())
    equal(finding(report, "image-extension")["asset"], odd.image)
    hurt(report, 512, images=1)


def test_an_image_of_an_unknown_kind_is_a_finding(t):
    game, odd = with_image(b"II*\0" + bytes(60), ".png", "0")
    report = t.report(game.files())
    equal(finding(report, "image-broken")["asset"], odd.image)
    hurt(report, 0, images=1)


@each(*((repr(f), f) for f in ("", "_", "99", "-1", "0@99999999999", "0@", "@1", "x", ".tga",
                               "0_0_0", "8", "00", " 0", "0_" * 500)))
def test_alternatives_that_make_no_sense_do_no_harm(t, fmt):
    from build import image_doc
    game = two_scenes()
    game.main.assets[game.crack.image] = image_doc(fmt)
    whole(t.report(game.files()))


@each(*((repr(b), b) for b in ("", "1", "2,2,2,2,0", "a,b,c,d,e,f", "2,2,2,2,99,0",
                               ",,,,,", "2,2,2,2,-1,0", "2,2,2,2,2,0,7,7,7", 5, None, [])))
def test_bases_of_textures_that_make_no_sense_do_no_harm(t, base):
    from build import texture_doc
    game = two_scenes()
    game.main.assets[game.crack.texture] = texture_doc([game.crack.image], base)
    whole(t.report(game.files()))


@each(*((repr(m), m) for m in (None, 5, "x", [], [5], [None], [""], ["x"], [{}])))
def test_images_of_textures_that_make_no_sense_do_no_harm(t, mipmaps):
    from build import custom
    game = two_scenes()
    game.main.assets[game.crack.texture] = custom(
        "cc.Texture2D", {"base": "2,2,2,2,0,0", "mipmaps": mipmaps})
    whole(t.report(game.files()))


@each(("0 x 0", (0, 0)), ("0 x 8", (0, 8)), ("70000 x 1", (70000, 1)),
      ("1 x 70000", (1, 70000)), ("2 thousand million", (0x7fffffff, 0x7fffffff)),
      ("all bits", (0xffffffff, 0xffffffff)))
def test_a_PNG_that_claims_odd_sides_is_a_finding(t, sides):
    game, odd = with_image(png(8, 8, claims=sides), ".png", "0")
    report = t.report(game.files())
    equal(finding(report, "image-broken")["asset"], odd.image)
    whole(report)


def test_a_texture_whose_image_is_itself_ends(t):
    from build import texture_doc
    game = two_scenes()
    game.main.assets[game.crack.texture] = texture_doc([game.crack.texture])
    whole(t.report(game.files()))


def test_a_scene_that_is_a_picture_costs_what_the_picture_does(t):
    game = two_scenes()
    game.main.scenes["db://assets/odd.scene"] = game.crack.texture
    report = t.report(game.files())
    equal(scene(report, "odd")["decoded_bytes"], 1024)
    whole(report)


# ---- archives ------------------------------------------------------------------------

PEAK = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""


def measured(t, path):
    """A report and the most memory that it held, in KiB."""
    done = t.run("report", "--format", "json", "-j2", path, before=python(PEAK))
    *said, kib = done.err.decode().splitlines()
    done.err = "\n".join(said).encode()
    return done, int(kib)


def bomb():
    """200 MB of zeros, 1000:1."""
    return bytes(200 << 20)


def test_a_zip_that_expands_1000_times_is_not_expanded(t):
    game = two_scenes()
    files = game.files()
    files[game.main.native_file(game.crack.image)] = bomb()
    done, kib = measured(t, t.put(zipped(files), "bomb.zip"))
    check(kib < 300 * 1024, "held %d KiB" % kib)
    check(done.code in (0, 5), done.code, done.err)
    if done.code == 0:
        row = [f for f in done.json["findings"] if game.crack.image in f["file"] + f["asset"]]
        check(row, done.json["findings"])
        whole(done.json)


def test_a_config_that_expands_1000_times_is_not_expanded(t):
    files = {CONFIG: b"[" + b" " * (200 << 20) + b"]"}
    done, kib = measured(t, t.put(zipped(files), "bomb.zip"))
    check(kib < 300 * 1024, "held %d KiB" % kib)
    check(done.code in (3, 5), done.code, done.err)
    check(done.said)


@each(("a parent", "../../x"), ("a parent inside", "assets/../../x"),
      ("an absolute path", "/etc/x"), ("a drive", "C:\\x"), ("backslashes", "..\\..\\x"))
def test_a_zip_with_an_entry_that_leads_out_is_read_without_it(t, name):
    pairs = list(two_scenes().files().items()) + [(name, b"evil")]
    report = t.report(zipped(pairs))
    # libarchive turns backslashes
    equal(finding(report, "file-unreadable")["file"].replace("\\", "/"),
          name.replace("\\", "/"))
    hurt(report, 5376)


def test_a_tar_with_an_entry_that_leads_out_is_read_without_it(t):
    from build import tarred
    files = dict(two_scenes().files(), **{"../../x": b"evil"})
    report = t.report(tarred(files))
    equal(finding(report, "file-unreadable")["file"], "../../x")
    hurt(report, 5376)


def test_a_tar_with_a_link_out_does_not_follow_it(t):
    import io
    game = two_scenes()
    files = game.files()
    native = game.main.native_file(game.crack.image)
    del files[native]
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for path, content in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
        info = tarfile.TarInfo(native)
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    report = t.report(out.getvalue())
    hurt(report, 256 + 4096)


def test_a_zip_that_holds_a_path_twice_is_read(t):
    game = two_scenes()
    path = game.main.native_file(game.crack.image)
    pairs = [(path, png(4, 4))] + list(game.files().items())
    import warnings
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        content = zipped(pairs)
    report = t.report(content)
    whole(report)
    check(scene(report, "hurt")["decoded_bytes"] in (5376, 5376 - 1024 + 64))
    again = t.report(content)
    del report["build"]["path"], again["build"]["path"]
    equal(again, report)


@each(("zip", ".zip"), ("tar", ".tar"), ("tar.gz", ".tar.gz"), ("tar.xz", ".tar.xz"))
def test_a_truncated_archive_says_so(t, ext):
    from build import tarred
    files = two_scenes().files()
    content = zipped(files) if ext == ".zip" else tarred(files, ext[5:])
    path = t.put(content[:len(content) // 2], "half" + ext)
    done = t.run("report", "--format", "json", path)
    if done.code == 0:
        # what came before the end was enough to go on; it must not be silent
        check("file-unreadable" in rules(done.json), rules(done.json))
    else:
        equal(done.code, 3)
        has(done.said, path)


def test_a_zip_whose_entry_is_damaged_is_read_without_it(t):
    game = two_scenes()
    files = game.files()
    path = game.main.native_file(game.crack.image)
    content = bytearray(zipped(files))
    at = content.index(path.encode()) + len(path)
    for i in range(at + 40, at + 60):
        content[i] ^= 0xff
    report = t.report(bytes(content))
    check({"file-unreadable", "image-broken"} & set(rules(report)), rules(report))
    whole(report)


def zip_bundle(spoil=lambda content: content):
    """A remote bundle 'side' of which all but the config lies in res.zip."""
    game = two_scenes("3.8 minigame")
    game.side.folder = "remote/side/"
    game.extra = {"assets": dict(game.settings()["assets"], remoteBundles=["side"])}
    game.side.edit = lambda c: c.update(isZip=True, zipVersion="")
    files = game.files()
    inner = {"res/" + p[len(game.side.folder):]: files.pop(p) for p in list(files)
             if p.startswith(game.side.folder) and not p.endswith("config.json")}
    files["remote/side/res.zip"] = spoil(zipped(inner))
    return files


def test_a_zip_bundle_is_read(t):
    report = t.report(zip_bundle())
    equal(rules(report), [])
    hurt(report, 5376)


def test_a_zip_bundle_in_an_archive_is_read(t):
    hurt(t.report(zipped(zip_bundle())), 5376)


@each(("cut off", lambda c: c[:len(c) // 2]), ("empty", lambda c: b""),
      ("text", lambda c: b"not found\n"), ("a Git LFS pointer", lambda c: LFS))
def test_a_zip_bundle_whose_zip_is_damaged_is_a_finding(t, spoil):
    report = t.report(zip_bundle(spoil))
    row = finding(report, "file-unreadable")
    equal(row["file"], "remote/side/res.zip")
    whole(report)


def test_a_zip_bundle_whose_zip_is_absent_misses_its_files(t):
    files = zip_bundle()
    del files["remote/side/res.zip"]
    report = t.report(files)
    check("import-missing" in rules(report), rules(report))
    whole(report)
