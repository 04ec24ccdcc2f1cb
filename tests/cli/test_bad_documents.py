# SPDX-License-Identifier: Apache-2.0
"""Packs and documents that are broken, absent, or lead nowhere: a finding each, and the
rest of the report is right."""
import json

from build import holder_doc, short, two_scenes, uuid
from harness import (check, each, equal, finding, has, hurt, image, LFS, rules, scene,
                     whole)


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
    ("text", b"not JSON"), ("empty", b""), ("a number", b"5"),
    ("ten parts", b"[1,0,0,[],0,[],0,0,[],[]]"),
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
