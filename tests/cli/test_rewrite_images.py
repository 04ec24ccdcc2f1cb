# SPDX-License-Identifier: Apache-2.0
"""packaudit rewrite: what a plan does to images, documents and names."""
import json
import os
import pty
import re
import subprocess

import build
from build import Game, png, uuid
from harness import check, each, equal, has
from test_rewrite import plan_file, refused, rewrite, tree_of

ASTC_3_4 = "7@93_0"  # ASTC 6x6 as 3.4 and later number it


def compress(asset, to="astc-6x6", **more):
    return {"kind": "compress", "asset": asset, "parameters": dict(format=to, **more)}


def downscale(asset, width, height):
    return {"kind": "downscale", "asset": asset,
            "parameters": {"width": width, "height": height}}


def rewritten(t, files, *actions, options=()):
    """The files before and after."""
    source = t.put(files)
    out = rewrite(t, source, *options, plan=plan_file(t, *actions))
    equal(tree_of(source), {p: bytes(c) for p, c in files.items()}, "the input")
    return files, tree_of(out)


def changed(before, after):
    """Paths that are in both and differ, that went, that came."""
    return (sorted(p for p in before if p in after and before[p] != after[p]),
            sorted(set(before) - set(after)), sorted(set(after) - set(before)))


def one_picture(era="3.8", **options):
    """A game of one wall of 64 x 32, which a material shows."""
    game = Game(era)
    game.main = game.bundle("main")
    game.wall = game.main.picture("wall", png(64, 32), **options)
    game.main.add(uuid("mat"), build.holder_doc("cc.Material", {"mainTexture":
                                                                game.wall.texture}))
    game.main.scene("hall", {"material": uuid("mat")})
    return game


@each(("3.8", "3.8", ASTC_3_4), ("3.8 debug", "3.8 debug", ASTC_3_4),
      ("3.7 native", "3.7 native", ASTC_3_4), ("3.4", "3.4", ASTC_3_4))
def test_an_alternative_is_added_and_one_word_of_one_document_changes(t, era, formats):
    game = one_picture(era)
    before, after = rewritten(t, game.files(), compress(game.wall.image))
    document = game.main.import_file(game.wall.image)
    equal(changed(before, after),
          ([document], [], [game.main.native_file(game.wall.image, ".astc")]))
    equal(after[document], before[document].replace(b'"fmt":"0"', b'"fmt":"%s"' %
                                                    formats.encode()))


@each(("3.3.2", "3.3.2", "7@97_0"), ("3.4.0", "3.4.0", "7@93_0"), ("3.0.0", "3.0.0", "7@97_0"))
def test_formats_are_numbered_as_the_engine_of_the_build_does(t, engine, formats):
    game = one_picture("3.4")
    before, after = rewritten(t, game.files(), compress(game.wall.image),
                              options=("--engine", engine))
    has(after[game.main.import_file(game.wall.image)].decode(), '"fmt":"%s"' % formats)


def test_2_4_numbers_are_its_own_and_only_the_first_field_changes(t):
    game = one_picture("2.4")
    before, after = rewritten(t, game.files(), compress(game.wall.image),
                              options=("--engine", "2.4.11"))
    document = game.main.import_file(game.wall.image)
    equal(after[document], before[document].replace(b'"0,', b'"7@34_0,'))
    equal(changed(before, after)[0], [document])


def test_before_2_4_11_there_is_no_astc(t):
    source = t.put(one_picture("2.4").files())
    said = refused(t, 2, source, "-o", t.place(), "--engine", "2.4.8", "--plan",
                   plan_file(t, compress(uuid("wall"))))
    has(said, "action 1", uuid("wall"), "no ASTC before 2.4.11")


@each(("a compiled pack", "compiled"), ("a list", "list"), ("a pack of images", "images"))
def test_a_document_in_a_pack_changes_in_place(t, kind):
    game = one_picture()
    other = game.main.picture("other", png(8, 8))
    game.main.pack("0aaaaaaaa", [other.image, game.wall.image], kind)
    before, after = rewritten(t, game.files(), compress(game.wall.image))
    pack = game.main.import_file("0aaaaaaaa")
    equal(changed(before, after)[0], [pack])
    second = before[pack].rindex(b'"fmt":"0"')
    equal(after[pack], before[pack][:second] + b'"fmt":"7@93_0"' + before[pack][second + 9:])


def test_an_item_of_a_2_4_pack_of_textures_changes_in_place(t):
    game = one_picture("2.4")
    first, last = game.main.picture("first", png(8, 8)), game.main.picture("last", png(8, 8))
    game.main.pack("0aaaaaaaa", [first.image, game.wall.image, last.image], "textures 2.4")
    before, after = rewritten(t, game.files(), compress(game.wall.image),
                              options=("--engine", "2.4.13"))
    pack = game.main.import_file("0aaaaaaaa")
    equal(changed(before, after)[0], [pack])
    equal(after[pack], before[pack].replace(b"|0,", b"|7@34_0,", 1))


def test_a_document_in_two_packs_changes_in_both(t):
    game = one_picture()
    other = game.main.picture("other", png(8, 8))
    game.main.pack("0aaaaaaaa", [game.wall.image, other.image])
    game.main.pack("0bbbbbbbb", [other.image, game.wall.image], "images")
    before, after = rewritten(t, game.files(), compress(game.wall.image))
    for pack in ("0aaaaaaaa", "0bbbbbbbb"):
        equal(after[game.main.import_file(pack)].count(b"7@93_0"), 1, pack)


def test_every_bundle_that_stores_the_image_gets_the_files(t):
    game = one_picture()
    side = game.bundle("side")
    side.picture("wall", png(64, 32))
    before, after = rewritten(t, game.files(), compress(game.wall.image))
    for bundle in (game.main, side):
        has(after[bundle.import_file(game.wall.image)].decode(), ASTC_3_4)
        check(bundle.native_file(game.wall.image, ".astc") in after, bundle.name)


def test_verbose_documents_change_in_place(t):
    game = one_picture("3.8 debug")
    game.main.assets[game.wall.image] = (
        b'[ {"__type__": "cc.ImageAsset", "content": {"w": 64.0,  "fmt" : "0", "h":32 } } ]\n')
    before, after = rewritten(t, game.files(), compress(game.wall.image))
    equal(after[game.main.import_file(game.wall.image)],
          b'[ {"__type__": "cc.ImageAsset", "content": {"w": 64.0,  "fmt" : "7@93_0", "h":32 } } ]\n')


def test_sides_that_the_document_tells_change_with_a_downscale(t):
    game = one_picture("3.8 debug")
    game.main.assets[game.wall.image] = build.custom(
        "cc.ImageAsset", {"fmt": "7@96", "w": 64, "h": 32}, native=True)
    game.main.natives[game.wall.image] = {".astc": build.astc(64, 32, 8)}
    source = t.put(game.files())
    said = refused(t, 2, source, "-o", t.place(), "--plan",
                   plan_file(t, downscale(game.wall.image, 32, 16)))
    has(said, "none of its files is a picture")


# ---- names ---------------------------------------------------------------------------

def launcher(files, settings):
    """Adds a page that leads to the settings, as the editor does with md5 names."""
    text = files.pop(settings)
    stem, ext = os.path.splitext(settings)
    name = stem + ".5e771" + ext
    files[name] = text
    files["application.0a991.js"] = b"load('" + name.encode() + b"')"
    files["index.11dec.js"] = b"import './application.0a991.js'"
    files["index.html"] = b"<script>System.import('./index.11dec.js')</script>"
    return files


def md5_game(era="3.8"):
    game = one_picture(era)
    game.main.md5 = "abcde"
    other = game.main.picture("other", png(8, 8))
    game.main.pack("0aaaaaaaa", [game.wall.image, other.image],
                   "textures 2.4" if game.is_2_4 else "compiled")
    files = launcher(game.files(), "src/settings.js" if game.is_2_4 else "src/settings.json")
    files["assets/main/index.abcde.js"] = b"// scripts"
    return game, files


def named(files, pattern):
    found = [p for p in files if re.fullmatch(pattern, p)]
    equal(len(found), 1, "files called %s in %s" % (pattern, sorted(files)))
    return found[0]


@each(("3.8", "3.8", "3.8.5"), ("3.4", "3.4", "3.4.2"), ("2.4", "2.4", "2.4.13"))
def test_every_name_that_follows_from_a_change_is_new(t, era, engine):
    game, files = md5_game(era)
    before, after = rewritten(t, files, compress(game.wall.image),
                              options=("--engine", engine))
    wall = game.wall.image
    native = r"assets/main/native/%s/%s\.([0-9a-f]{5})" % (wall[:2], wall)
    version = re.fullmatch(native + r"\.astc", named(after, native + r"\.astc")).group(1)
    check(version != "abcde", "the version of the files is the old one")
    named(after, native.replace("([0-9a-f]{5})", version) + r"\.png")
    pack = named(after, r"assets/main/import/0a/0aaaaaaaa\.(?!abcde)[0-9a-f]{5}\.json")
    config = named(after, r"assets/main/config\.(?!abcde)[0-9a-f]{5}\.json")
    script = named(after, r"assets/main/index\.(?!abcde)[0-9a-f]{5}\.js")
    bundle_version = config.split(".")[-2]
    equal(script.split(".")[-2], bundle_version)
    settings = named(after, r"src/settings\.(?!5e771)[0-9a-f]{5}\.js(on)?")
    has(after[settings].decode(), bundle_version)
    check(b"abcde" not in after[settings], after[settings])
    has(after[named(after, r"application\.(?!0a991)[0-9a-f]{5}\.js")].decode(), settings)
    index = named(after, r"index\.(?!11dec)[0-9a-f]{5}\.js")
    has(after["index.html"].decode(), "./" + index)
    # what did not change keeps its name and its version
    other = game.main.native_file(uuid("other"))
    equal(after[other], before[other])
    text = after[config].decode()
    has(text, pack.split(".")[-2], version, "abcde")


def test_a_build_without_md5_keeps_all_names(t):
    game = one_picture()
    before, after = rewritten(t, game.files(), compress(game.wall.image))
    equal(changed(before, after)[1], [])


def test_names_do_not_depend_on_threads_or_time(t):
    game, files = md5_game()
    actions = [compress(game.wall.image), compress(uuid("other"), "astc-4x4")]
    trees = [rewritten(t, files, *actions, options=(j,))[1] for j in ("-j1", "-j2", "-j2")]
    check(trees[0] == trees[1] == trees[2], "trees differ")


# ---- pictures ------------------------------------------------------------------------

@each(*[(b, b) for b in ("4x4", "5x4", "5x5", "6x5", "6x6", "8x5", "8x6", "8x8", "10x5",
                         "10x6", "10x8", "10x10", "12x10", "12x12")])
def test_every_block_size_of_astc_is_read_back_by_the_report(t, block):
    game = one_picture()
    source = t.put(game.files())
    out = rewrite(t, source, plan=plan_file(t, compress(game.wall.image, "astc-" + block,
                                                        preset="fastest")))
    report = t.report(out, "--device", "iphone_2g")
    w, h = map(int, block.split("x"))
    blocks = -(-64 // w) * -(-32 // h)
    equal(report["textures"][0]["format"], "ASTC_" + block)
    equal(report["scenes"][0]["gpu_bytes"], blocks * 16)
    equal([f for f in report["findings"] if f["level"] != "note"], [])


@each(("ETC1", "etc1", True, "ETC1_RGB", "6@72_0"), ("ETC2", "etc2", True, "ETC2_RGB", "6@73_0"),
      ("ETC2 with alpha", "etc2", False, "ETC2_RGBA", "6@77_0"))
def test_etc_is_chosen_by_alpha_and_read_back(t, to, is_opaque, name, formats):
    game = one_picture()
    game.main.natives[game.wall.image] = {".png": png(64, 32, opaque=is_opaque)}
    before, after = rewritten(t, game.files(), compress(game.wall.image, to))
    has(after[game.main.import_file(game.wall.image)].decode(), '"fmt":"%s"' % formats)
    report = t.report(after, "--device", "android_low_2g")
    equal(report["textures"][0]["format"], name)
    equal([f for f in report["findings"] if f["level"] != "note"], [])


def smooth(width, height):
    """A picture that every encoder makes smaller: rows that do not compress as PNG."""
    rows = [bytes((x * y * 7 % 251, (x + y) % 256, x * x % 256, 255)[c] for x in range(width)
                  for c in range(4)) for y in range(height)]
    return build.png_of(rows, width, height, level=0)


def test_a_webp_stands_beside_the_picture_that_every_device_reads(t):
    game = one_picture()
    game.main.natives[game.wall.image] = {".png": smooth(64, 32)}
    before, after = rewritten(t, game.files(), compress(game.wall.image, "webp", quality=70))
    document = game.main.import_file(game.wall.image)
    equal(changed(before, after), ([document], [], [game.main.native_file(game.wall.image,
                                                                          ".webp")]))
    has(after[document].decode(), '"fmt":"4_0"')


def test_a_lossless_webp_has_the_same_pixels(t):
    game = one_picture()
    game.main.natives[game.wall.image] = {".png": smooth(64, 32)}
    source = t.put(game.files())
    old = t.report(source)["images"][0]["pixel_hash"]
    out = rewrite(t, source, plan=plan_file(t, compress(game.wall.image, "webp", quality=100)))
    row = t.report(out)["images"][0]
    equal((row["format"], row["pixel_hash"]), ("webp", old))


def test_a_smaller_png_takes_the_place_of_the_old_one(t):
    game = one_picture()
    game.main.natives[game.wall.image] = {".png": smooth(64, 32)}
    source = t.put(game.files())
    out = rewrite(t, source, plan=plan_file(t, compress(game.wall.image, "png")))
    before, after = tree_of(source), tree_of(out)
    native = game.main.native_file(game.wall.image)
    equal(changed(before, after), ([native], [], []))
    check(len(after[native]) < len(before[native]), "it is not smaller")
    hashes = [t.report(p)["images"][0]["pixel_hash"] for p in (source, out)]
    equal(hashes[0], hashes[1])


def test_a_jpeg_takes_the_place_of_an_opaque_png(t):
    game = one_picture()
    game.main.natives[game.wall.image] = {".png": smooth(64, 32)}
    before, after = rewritten(t, game.files(), compress(game.wall.image, "jpg", quality=60))
    document, native = game.main.import_file(game.wall.image), game.main.native_file(
        game.wall.image)
    equal(changed(before, after), ([document], [native], [native.replace(".png", ".jpg")]))
    has(after[document].decode(), '"fmt":"1"')


def test_what_is_not_smaller_is_not_written(t):
    game = one_picture()
    small = build.png_of([bytes((9, 9, 9, 255)) * 64] * 32, 64, 32)
    game.main.natives[game.wall.image] = {".png": small}
    source = t.put(game.files())
    out = rewrite(t, source, plan=plan_file(t, compress(game.wall.image, "jpg")))
    equal(tree_of(out), tree_of(source))
    with open(out + ".receipt.json", encoding="utf-8") as f:
        row, = json.load(f)["images"]
    equal((row["is_changed"], row["files"][0]["is_written"]), (False, False))


def test_a_downscaled_image_is_smaller_in_all_its_alternatives(t):
    game = one_picture(fmt="7@96_0")
    game.main.natives[game.wall.image] = {".astc": build.astc(64, 32, 8), ".png": png(64, 32)}
    game.main.assets[game.wall.image] = build.custom(
        "cc.ImageAsset", {"fmt": "7@96_0", "w": 64, "h": 32}, native=True)
    before, after = rewritten(t, game.files(), downscale(game.wall.image, 32, 16))
    has(after[game.main.import_file(game.wall.image)].decode(),
        '{"fmt":"7@96_0","w":32,"h":16}')
    for device, gpu_bytes in (("android_low_2g", 32 * 16 * 4), ("iphone_2g", 4 * 2 * 16)):
        row = t.report(after, "--device", device)["textures"][0]
        equal((row["width"], row["height"], row["gpu_bytes"]), (32, 16, gpu_bytes), device)


def test_an_image_may_be_downscaled_and_compressed(t):
    game = one_picture()
    before, after = rewritten(t, game.files(), downscale(game.wall.image, 32, 16),
                              compress(game.wall.image, "astc-4x4"))
    row = t.report(after, "--device", "iphone_2g")["textures"][0]
    equal((row["format"], row["width"], row["height"]), ("ASTC_4x4", 32, 16))


def test_a_file_is_made_again_as_what_it_is_not_as_it_is_called(t):
    game = one_picture(fmt="1")
    game.main.natives[game.wall.image] = {".jpg": png(64, 32)}
    before, after = rewritten(t, game.files(), downscale(game.wall.image, 32, 16))
    native = game.main.native_file(game.wall.image, ".jpg")
    equal(changed(before, after), ([native], [], []))
    equal(after[native][:4], b"\x89PNG")


def test_an_alternative_that_is_not_encoded_forbids_other_sides(t):
    game = one_picture(fmt="6@1026_0")
    game.main.natives[game.wall.image] = {".pkm": build.pkm(64, 64), ".png": png(64, 32)}
    no(t, game, downscale(game.wall.image, 32, 16), "not encoded")


def test_a_normal_map_is_no_lossy_webp(t):
    game = one_picture()
    game.main.add(uuid("bumps"), build.holder_doc("cc.Material",
                                                  {"normalMap": game.wall.texture}))
    no(t, game, compress(game.wall.image, "webp"), "normal map")


def test_a_lossy_webp_with_alpha_is_not_for_native(t):
    no(t, one_picture("3.8 native"), compress(uuid("wall"), "webp"), "premultiplies")


def test_a_transparent_image_is_no_etc1(t):
    no(t, one_picture(), compress(uuid("wall"), "etc1"), "no alpha")


def test_the_receipt_tells_what_was_made(t):
    game = one_picture()
    source = t.put(game.files())
    out = rewrite(t, source, plan=plan_file(t, compress(game.wall.image, preset="fast")))
    with open(out + ".receipt.json", encoding="utf-8") as f:
        row, = json.load(f)["images"]
    equal((row["asset"], row["path"]), (game.wall.image, "textures/wall"))
    equal(row["before"], {"formats": "0", "width": 64, "height": 32, "gpu_bytes": 8192,
                          "file_bytes": len(png(64, 32))})
    equal(row["after"], {"formats": ASTC_3_4, "width": 64, "height": 32})
    made, = row["files"]
    equal((made["extension"], made["encoding"], made["gpu_format"]),
          (".astc", "astc-6x6", "ASTC_6x6"))
    equal((made["file_bytes"], made["gpu_bytes"]), (16 + 11 * 6 * 16, 11 * 6 * 16))
    check(5000 < made["psnr_millidb"] < 60000, made)


def test_an_alternative_of_the_same_kind_is_replaced(t):
    game = one_picture(fmt="7@96_0")
    game.main.natives[game.wall.image] = {".astc": build.astc(64, 32, 8),
                                          ".png": png(64, 32)}
    before, after = rewritten(t, game.files(), compress(game.wall.image))
    document = game.main.import_file(game.wall.image)
    native = game.main.native_file(game.wall.image, ".astc")
    equal(changed(before, after), (sorted([document, native]), [], []))
    has(after[document].decode(), '"fmt":"7@93_0"')


# ---- what may not be done ------------------------------------------------------------

def no(t, game, action, *parts, options=()):
    source = t.put(game.files())
    has(refused(t, 2, source, "-o", t.place(), "--plan", plan_file(t, action), *options),
        "action 1", *parts)


def with_mipmaps(era="3.8", width=64, height=32):
    game = one_picture(era)
    game.main.natives[game.wall.image] = {".png": png(width, height)}
    game.main.assets[game.wall.texture] = build.texture_doc([game.wall.image], "2,2,0,0,2,0")
    return game


@each(("ASTC", "astc-6x6", "iphone_2g", "ASTC_6x6", 6, 16),
      ("ETC2", "etc2", "android_low_2g", "ETC2_RGBA", 4, 16))
def test_a_texture_with_mipmaps_gets_a_file_with_all_levels(t, to, device, name, side, size):
    game = with_mipmaps()
    source = t.put(game.files())
    out = rewrite(t, source, plan=plan_file(t, compress(game.wall.image, to)))
    report = t.report(out, "--device", device)
    row = report["textures"][0]
    blocks = sum(-(-max(64 >> i, 1) // side) * -(-max(32 >> i, 1) // side) for i in range(7))
    equal((row["format"], row["levels"], row["gpu_bytes"]), (name, 7, blocks * size))
    equal([f for f in report["findings"] if f["level"] != "note"], [])
    with open(out + ".receipt.json", encoding="utf-8") as f:
        made, = json.load(f)["images"][0]["files"]
    equal((made["levels"], made["gpu_bytes"]), (7, blocks * size))


@each(("before 3.7", "3.4", 64, 32), ("an odd side", "3.8", 60, 32),
      ("native, sides that differ", "3.8 native", 64, 32))
def test_mipmaps_that_the_engine_does_not_read_forbid_it(t, era, width, height):
    no(t, with_mipmaps(era, width, height), compress(uuid("wall")), "mipmaps")


def test_new_sides_without_mipmaps_are_refused(t):
    game = with_mipmaps()
    source = t.put(game.files())
    plan = plan_file(t, compress(game.wall.image), downscale(game.wall.image, 60, 30))
    has(refused(t, 2, source, "-o", t.place(), "--plan", plan), "allow no mipmaps")


def test_an_image_that_is_not_there_is_no_image(t):
    no(t, one_picture(), compress(uuid("nothing")), "no such image")


def test_a_2_4_texture_that_is_premultiplied_on_upload_is_not_compressed(t):
    game = one_picture("2.4")
    game.main.assets[game.wall.image] = build.custom(
        "cc.Texture2D", "0,9729,9729,33071,33071,1,0,1", native=True)
    no(t, game, compress(game.wall.image), "premultiplied", options=("--engine", "2.4.13"))


def test_a_component_that_is_not_known_forbids_other_sides(t):
    game = one_picture()
    game.main.add(uuid("odd"), build.holder_doc("MyOwn", {"picture": game.wall.texture}))
    no(t, game, downscale(game.wall.image, 32, 16), "MyOwn.picture")


def test_nobody_but_code_forbids_other_sides(t):
    game = Game()
    game.bundle("main").picture("wall", png(64, 32))
    game.bundles[0].scene("hall", {})
    no(t, game, downscale(uuid("wall"), 32, 16), "only code")


def test_copies_that_differ_are_left_alone(t):
    game = one_picture()
    side = game.bundle("side")
    side.picture("wall", build.JPEG, ".jpg")
    no(t, game, compress(game.wall.image), "differ")


def test_two_actions_for_one_alternative_are_refused(t):
    game = one_picture()
    source = t.put(game.files())
    plan = plan_file(t, compress(game.wall.image), compress(game.wall.image, "astc-8x8"))
    has(refused(t, 2, source, "-o", t.place(), "--plan", plan), "action 2", "same alternative")


def on_terminal(t, *arguments, term="xterm"):
    """What a command says on standard error, which is a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen([t.program, *arguments], stderr=theirs, stdout=subprocess.DEVNULL,
                          stdin=subprocess.DEVNULL, env=dict(os.environ, TERM=term)) as p:
        os.close(theirs)
        said = b""
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:  # Linux says so when the other end is closed
                part = b""
            if not part:
                break
            said += part
    os.close(ours)
    equal(p.returncode, 0, said.decode())
    return said.decode()


def test_progress_is_told_on_a_terminal_and_nowhere_else(t):
    source = t.put(one_picture().files())
    plan = plan_file(t, {"kind": "compress", "asset": uuid("wall"),
                         "parameters": {"format": "astc-6x6", "preset": "fast"}})

    def said(*options, **more):
        return on_terminal(t, "rewrite", source, "-o", t.place(), "--plan", plan, *options,
                           **more)

    has(said(), "\rencoding images: 0 of 1")
    check(said().endswith("\r\x1b[K"), "the line stays")
    equal((said("-q"), said(term="dumb")), ("", ""))
    equal(t.run("rewrite", source, "-o", t.place(), "--plan", plan).err, b"")
