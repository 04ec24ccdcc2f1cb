# SPDX-License-Identifier: Apache-2.0
"""Forms of configs, packs and documents: names with md5, debug, every kind of pack, CCON."""
import json

from build import (Game, astc, binp, cconb, clip_doc, custom, frame_doc, png, texture_doc,
                   two_scenes, uuid)
from harness import each, equal, finding, has, hurt, image, rules, scene, whole


# ---- configs -------------------------------------------------------------------------

@each(*((e, e) for e in ("3.8", "3.8 debug", "3.8 native", "3.7 native", "3.4", "2.4",
                         "2.4 native")))
def test_names_with_md5_are_found(t, era):
    game = two_scenes(era)
    game.main.md5, game.side.md5 = "a1b2c", "00000"
    report = t.report(game.files())
    equal(rules(report), [])
    hurt(report, 5376)


@each(*((e, e) for e in ("3.8", "3.8 debug", "3.8.7", "3.8 native", "3.8 minigame",
                         "3.7 native", "3.4", "2.4", "2.4 native")))
def test_every_era_gives_the_same_figures(t, era):
    report = t.report(two_scenes(era).files())
    equal(rules(report), [])
    hurt(report, 5376)


def test_debug_configs_of_2_4_use_compressed_ids_as_keys(t):
    game = two_scenes("2.4")
    game.era["debug"] = True
    files = game.files()
    config = json.loads(files["assets/main/config.json"])
    equal(config["debug"], True)
    equal({len(k) for k in config["paths"]}, {22})
    hurt(t.report(files), 5376)


def test_a_config_without_debug_is_a_debug_config(t):
    game = two_scenes("3.8 debug")
    game.main.edit = lambda c: c.pop("debug")
    hurt(t.report(game.files()), 5376)


@each(("numbers", True), ("decimal texts", False))
def test_members_of_packs_are_numbers_or_texts(t, numbers):
    game = two_scenes()
    game.era["numbers"] = numbers
    main = game.main
    main.pack("0abcdef01", [game.crack.texture, game.brick.texture])
    hurt(t.report(game.files()), 5376)


def test_packs_may_be_null(t):
    game = two_scenes("2.4")
    game.main.edit = lambda c: c.update(packs=None, versions=None, redirect=c["redirect"])
    hurt(t.report(game.files()), 5376)


def test_other_folders_than_import_and_native_are_followed(t):
    game = two_scenes()
    game.main.edit = lambda c: c.update(importBase="i", nativeBase="n/x")
    files = {}
    for path, content in game.files().items():
        if path.startswith("assets/main/"):
            path = path.replace("/import/", "/i/").replace("/native/", "/n/x/")
        files[path] = content
    hurt(t.report(files), 5376)


def test_a_byte_order_mark_and_white_space_in_a_config_are_read(t):
    files = two_scenes().files()
    path = "assets/main/config.json"
    files[path] = b"\r\n\t " + json.dumps(json.loads(files[path]), indent=4).encode() + b"\r\n"
    hurt(t.report(files), 5376)


# ---- packs ---------------------------------------------------------------------------

def pack_of(era, kind, choose):
    game = two_scenes(era)
    game.main.pack("0abcdef01", choose(game), kind)
    return game


TEXTURES = lambda g: [g.crack.texture, g.brick.texture]      # noqa: E731
IMAGES = lambda g: [g.crack.image, g.brick.image]            # noqa: E731


@each(("compiled", "3.8", "compiled", TEXTURES), ("compiled images", "3.8", "compiled", IMAGES),
      ("compiled, 2.4", "2.4", "compiled", TEXTURES), ("plain list", "2.4", "list", TEXTURES),
      ("plain list, 3.x", "3.8", "list", TEXTURES),
      ("Texture2D", "3.8", "textures", TEXTURES), ("Texture2D with |", "2.4", "textures 2.4",
                                                   TEXTURES),
      ("ImageAsset", "3.8", "images", IMAGES))
def test_a_pack_gives_what_single_files_give(t, era, kind, choose):
    report = t.report(pack_of(era, kind, choose).files())
    equal(rules(report), [])
    hurt(report, 5376)


@each(("one short", "0,9729,9729,33071,33071,0,0,1"),
      ("one long", "|".join(["0,9729,9729,33071,33071,0,0,1"] * 3)))
def test_a_text_of_textures_of_wrong_length_is_a_finding(t, text):
    game = pack_of("2.4", "textures 2.4", TEXTURES)
    files = game.files()
    path = game.main.import_file("0abcdef01")
    files[path] = json.dumps({"type": "cc.Texture2D", "data": text}).encode()
    report = t.report(files)
    equal(finding(report, "pack-count")["file"], path)
    equal(image(report, game.crack.image)["decoded_bytes"], 1024)
    whole(report)


def test_a_pack_of_one_wins_over_a_larger_one(t):
    game = two_scenes()
    main = game.main
    main.pack("0aaaaaaaa", [game.crack.texture, game.brick.texture], "list")
    main.pack("0bbbbbbbb", [game.crack.texture], "list")
    files = game.files()
    path = main.import_file("0bbbbbbbb")
    files[path] = json.dumps([texture_doc([game.wall.image])]).encode()
    hurt(t.report(files), 8192 + 256 + 4096)


def test_packs_with_md5_names_are_found(t):
    game = pack_of("3.8", "compiled", TEXTURES)
    game.main.md5 = "fffff"
    hurt(t.report(game.files()), 5376)


# ---- animation clips -----------------------------------------------------------------

def with_clips(era="3.8.7"):
    """'hurt' needs two clips that lead to crack and brick."""
    game = two_scenes(era)
    frames = [game.main.add(uuid(n), frame_doc(p.texture)) for n, p in
              (("f1", game.crack), ("f2", game.brick))]
    game.clips = [uuid("clip1"), uuid("clip2")]
    for clip in game.clips:
        game.main.extensions[clip] = ".cconb"
    game.main.scene("hurt", {"one": game.clips[0], "two": game.clips[1],
                             "sky": game.sky.texture})
    game.documents = [clip_doc({"frame": f}) for f in frames]
    return game


@each(("version 1", 1), ("version 2", 2))
def test_a_binary_clip_leads_to_its_frames(t, version):
    game = with_clips()
    for clip, document in zip(game.clips, game.documents):
        game.main.add(clip, cconb(document, version))
    report = t.report(game.files())
    equal(rules(report), [])
    hurt(report, 5376)


def test_a_binary_clip_may_be_named_bin_from_3_8_7(t):
    game = with_clips()
    for clip, document in zip(game.clips, game.documents):
        game.main.add(clip, cconb(document, 2))
    files = {p.replace(".cconb", ".bin"): c for p, c in game.files().items()}
    hurt(t.report(files), 5376)


def test_a_BINP_pack_holds_clips_of_both_versions(t):
    game = with_clips()
    game.main.add(game.clips[0], cconb(game.documents[0], 1))
    game.main.add(game.clips[1], cconb(game.documents[1], 2))
    game.main.pack("0abcdef01", game.clips, "binary")
    report = t.report(game.files())
    equal(rules(report), [])
    hurt(report, 5376)


def test_a_BINP_pack_with_too_few_parts_keeps_those_it_has(t):
    game = with_clips()
    for clip, document in zip(game.clips, game.documents):
        game.main.add(clip, cconb(document, 2))
    game.main.pack("0abcdef01", game.clips, "binary")
    files = game.files()
    files[game.main.import_file("0abcdef01", ".bin")] = binp([cconb(game.documents[0], 2)])
    report = t.report(files)
    finding(report, "pack-count")
    hurt(report, 1024 + 4096, images=2)


@each(("cut off", lambda c: c[:-9]), ("a wrong length", lambda c: c[:8] + b"\xff" * 4 + c[12:]),
      ("version 3", lambda c: c[:4] + b"\3" + c[5:]),
      ("a document longer than the file", lambda c: c[:12] + b"\xff\xff\xff\x7f" + c[16:]),
      ("a type byte that is none", lambda c: c[:16] + b"\xc1" + c[17:]),
      ("a list of 4 thousand million", lambda c: c[:16] + b"\xdd\xff\xff\xff\xff" + c[21:]))
def test_a_broken_binary_clip_is_a_finding(t, spoil):
    game = with_clips()
    game.main.add(game.clips[0], spoil(cconb(game.documents[0], 2)))
    game.main.add(game.clips[1], cconb(game.documents[1], 2))
    report = t.report(game.files())
    equal(finding(report, "document-broken")["asset"], game.clips[0])
    hurt(report, 256 + 4096, images=2)


def test_a_clip_nested_100000_deep_is_a_finding(t):
    game = with_clips()
    deep = b"\x91" * 100000 + b"\xc0"
    content = b"CCON" + b"\2\0\0\0" + (16 + len(deep)).to_bytes(4, "little") + \
        len(deep).to_bytes(4, "little") + deep
    game.main.add(game.clips[0], content)
    game.main.add(game.clips[1], cconb(game.documents[1], 2))
    report = t.report(game.files())
    equal(finding(report, "document-broken")["asset"], game.clips[0])
    hurt(report, 256 + 4096, images=2)


@each(("native", "3.8 native"), ("mini game", "3.8 minigame"))
def test_a_clip_as_text_leads_to_its_frames(t, era):
    game = with_clips(era)
    for clip, document in zip(game.clips, game.documents):
        game.main.extensions[clip] = ".ccon"
        game.main.add(clip, {"version": 1, "document": document, "chunks": [".bin"]})
    files = game.files()
    for clip in game.clips:
        files[game.main.import_file(clip, ".bin")] = bytes(16)
    report = t.report(files)
    equal(rules(report), [])
    hurt(report, 5376)


# ---- other documents -----------------------------------------------------------------

def test_verbose_documents_of_2_4_0_are_read(t):
    game = two_scenes("2.4")
    main = game.main
    scene_id = uuid("scene hurt")
    main.assets[scene_id] = [
        {"__type__": "cc.SceneAsset", "_name": "hurt", "scene": {"__id__": 1}},
        {"__type__": "cc.Scene", "_children": [{"__id__": 2}], "autoReleaseAssets": True},
        {"__type__": "cc.Sprite", "frame": {"__uuid__": game.crack.texture}}]
    report = t.report(game.files())
    hurt(report, 1024, images=1)
    equal(scene(report, "hurt")["auto_release"], True)


def test_sprite_frames_of_2_4_lead_to_their_texture(t):
    game = two_scenes("2.4")
    frame = game.main.add(uuid("f"), frame_doc(game.crack.texture, is_2_4=True))
    game.main.scene("hurt", {"frame": frame})
    hurt(t.report(game.files()), 1024, images=1)


def test_a_sprite_atlas_brings_its_frames(t):
    game = two_scenes()
    main = game.main
    frames = [main.add(uuid(n), frame_doc(p.texture)) for n, p in
              (("f1", game.crack), ("f2", game.brick))]
    atlas = main.add(uuid("atlas"), custom("cc.SpriteAtlas", {
        "name": "a.plist", "spriteFrames": ["one", frames[0], "two", frames[1]]}))
    main.scene("hurt", {"atlas": atlas})
    hurt(t.report(game.files()), 1024 + 256, images=2)


def test_a_cube_has_six_faces(t):
    game = two_scenes("3.8 native")
    main = game.main
    names = ("front", "back", "left", "right", "top", "bottom")
    faces = {n: main.picture("face " + n, png(8, 8)).image for n in names}
    cube = main.add(uuid("sky cube"), custom("cc.TextureCube", {
        "base": "2,2,2,2,0,0", "rgbe": False, "mipmaps": [faces]}))
    main.scene("hurt", {"cube": cube})
    report = t.report(game.files())
    row = scene(report, "hurt")
    equal((row["images"], row["textures"]), (6, 1))
    equal((row["decoded_bytes"], row["gpu_bytes"]), (6 * 256, 6 * 256))
    whole(report)


def test_one_image_in_two_textures_is_decoded_once_and_uploaded_twice(t):
    game = two_scenes("3.8 native")
    other = game.main.add(uuid("other"), texture_doc([game.crack.image]))
    game.main.scene("hurt", {"a": game.crack.texture, "b": other})
    row = scene(t.report(game.files()), "hurt")
    equal((row["decoded_bytes"], row["gpu_bytes"]), (1024, 2048))


def test_no_device_takes_the_alternative_that_every_device_reads(t):
    game = two_scenes("3.8 native")
    both = game.main.picture("both", {".png": png(32, 32), ".astc": astc(32, 32)},
                             fmt="7@93_0")
    game.main.scene("hurt", {"both": both.texture})
    report = t.report(game.files())
    has(image(report, both.image)["file"], ".png")
    hurt(report, 4096, images=1)


def test_an_image_with_no_alternative_for_every_device_is_a_finding(t):
    game = two_scenes("3.8 native")
    only = game.main.picture("only", astc(32, 32), ".astc", "7@93")
    game.main.scene("hurt", {"only": only.texture})
    report = t.report(game.files())
    equal(finding(report, "variant-none")["asset"], only.image)
    has(image(report, only.image)["file"], ".astc")


def test_an_absent_alternative_is_a_finding(t):
    game = two_scenes("3.8 native")
    both = game.main.picture("both", {".png": png(32, 32)}, fmt="7@93_0")
    game.main.scene("hurt", {"both": both.texture})
    report = t.report(game.files())
    has(finding(report, "variant-missing")["file"], ".astc")
    hurt(report, 4096, images=1)


def test_more_alternatives_than_there_are_extensions_are_a_finding(t):
    game = two_scenes("3.8 native")
    many = game.main.picture("many", {".png": png(32, 32)}, fmt="_".join("0" * 9))
    game.main.scene("hurt", {"many": many.texture})
    report = t.report(game.files())
    has(finding(report, "variant-surplus")["message"], "names 9 alternatives")
    hurt(report, 4096, images=1)


def test_an_image_that_is_broken_in_one_bundle_and_whole_in_another_counts(t):
    game = two_scenes()
    for bundle in (game.main, game.side):
        twice = bundle.picture("twice", png(32, 32))
    game.main.scene("hurt", {"twice": twice.texture})
    files = game.files()
    files[game.main.import_file(twice.image)] = b"this is not JSON"
    report = t.report(files)
    equal(finding(report, "document-broken")["asset"], twice.image)
    equal(scene(report, "hurt")["unknown_documents"], 1)
    hurt(report, 4096, images=1)


def test_an_empty_game_is_reported(t):
    game = Game()
    game.bundle("main")
    report = t.report(game.files())
    equal((report["scenes"], report["images"]), ([], []))
    equal(t.run("report", t.put(game.files())).code, 0)
    equal(t.run("report", "--format", "csv", t.put(game.files())).text.count("\n"), 1)
