# SPDX-License-Identifier: Apache-2.0
"""Every rule about content: a build that breaks it, and a twin that does not."""
import struct
import zlib

import build
from build import Game, astc, custom, png, short, texture_doc, uuid
from harness import check, each, equal, has

CLEAR, WHITE = b"\0\0\0\0", b"\xff\xff\xff\xff"


# ---- making --------------------------------------------------------------------------

def painted(width, height, ground=CLEAR, box=None, mark=0):
    """An RGBA PNG of one colour; in `box` (left, top, right, bottom) each pixel differs."""
    left, top, right, bottom = box or (0, 0, 0, 0)
    rows = bytearray()
    for y in range(height):
        row = bytearray(ground * width)
        if top <= y < bottom:
            for x in range(left, right):
                row[4 * x:4 * x + 4] = bytes((x & 255, y & 255, mark, 255))
        rows += b"\0" + row

    def chunk(kind, body):
        return (struct.pack(">I", len(body)) + kind + body +
                struct.pack(">I", zlib.crc32(kind + body)))

    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(bytes(rows))) + chunk(b"IEND", b""))


def full(width, height, mark=0):
    return painted(width, height, box=(0, 0, width, height), mark=mark)


def container(width, height, block):
    """All levels of a texture, an ASTC file each."""
    levels = max(width, height).bit_length()
    chunks = [astc(max(1, width >> i), max(1, height >> i), block) for i in range(levels)]
    return (b"CMIP" + struct.pack("<I", levels) +
            b"".join(struct.pack("<I", len(c)) for c in chunks) + b"".join(chunks))


def pvr_rgb8(width, height):
    return (b"PVR\x03" + struct.pack("<I", 0) + b"rgb\0\x08\x08\x08\0" +
            struct.pack("<IIIIIIIII", 0, 0, height, width, 1, 1, 1, 1, 0) +
            bytes(3 * width * height))


def frame_doc(texture, rect, rotated=False, is_2_4=False):
    x, y, w, h = rect
    if is_2_4:
        content = {"name": "f", "rect": [x, y, w, h], "offset": [0, 0],
                   "originalSize": [w, h], "capInsets": [0, 0, 0, 0]}
        return custom("cc.SpriteFrame", content, refs=[("_textureSetter", texture)])
    content = {"name": "f", "rect": {"x": x, "y": y, "width": w, "height": h},
               "offset": {"x": 0, "y": 0}, "originalSize": {"width": w, "height": h},
               "rotated": rotated, "capInsets": [0, 0, 0, 0]}
    return custom("cc.SpriteFrame", content, refs=[("_textureSource", texture)])


def sprite(main, name, content, rect, ext=".png", fmt=None):
    """A picture that one sprite frame shows, and a scene that shows the frame."""
    picture = main.picture(name, content, ext, fmt, path=False)
    frame = main.add(uuid(name) + "@f9941", frame_doc(picture.texture, rect,
                                                      is_2_4=main.game.is_2_4))
    main.scene("of " + name, {"spriteFrame": frame}, auto_release=True)
    return picture


def shown(main, name, content, ext=".png", fmt=None, base=None):
    """A picture whose texture a scene holds by itself, as a material does."""
    picture = main.picture(name, content, ext, fmt, path=False)
    if base:
        main.assets[picture.texture] = texture_doc([picture.image], base)
    main.scene("of " + name, {"texture": picture.texture}, auto_release=True)
    return picture


def start(era="3.8"):
    game = Game(era)
    return game, game.bundle("main")


def found(t, game, rule, *options):
    files = game if isinstance(game, (dict, str)) else game.files()
    path = files if isinstance(files, str) else t.put(files)
    done = t.run("check", "--rules", "none", "--format", "json", *options, path)
    check(done.code in (0, 1), done.err)
    return [f for f in done.json["findings"] if f["rule"] == rule]


def only(t, game, rule, *options):
    rows = found(t, game, rule, *options)
    equal(len(rows), 1, "findings of " + rule)
    return rows[0]


def none(t, game, rule, *options):
    equal(found(t, game, rule, *options), [], rule)


# ---- mipmaps and sides ---------------------------------------------------------------

MIPS, NO_MIPS, REPEAT = "2,2,2,2,2,0", "2,2,2,2,0,0", "2,2,0,0,0,0"


def test_mipmaps_that_a_compressed_file_lacks_are_named(t):
    game, main = start("3.8 native")
    wall = shown(main, "wall", {".astc": astc(64, 64)}, fmt="7@93", base=MIPS)
    row = only(t, game, "mips-missing")
    has(row["message"], "64 x 64", "1 of 7 levels")
    below = sum(16 * (-(-s // 6)) ** 2 for s in (32, 16, 8, 4, 2, 1))
    equal((row["asset"], row["bytes"]), (wall.texture, below))


@each(("no mipmaps asked for", {".astc": astc(64, 64)}, "7@93", NO_MIPS),
      ("all levels there", {".astc": container(64, 64, 6)}, "7@93", MIPS),
      ("levels that are generated", {".png": full(64, 64)}, "0", MIPS))
def test_mipmaps_that_lack_nothing_are_not_named(t, files, fmt, base):
    game, main = start("3.8 native")
    shown(main, "wall", files, fmt=fmt, base=base)
    none(t, game, "mips-missing")


def test_repeat_on_odd_sides_is_named_where_WebGL_1_clamps_it(t):
    for era in ("3.8 minigame", "2.4"):
        game, main = start(era)
        wall = shown(main, "wall", png(100, 60), base=None if game.is_2_4 else REPEAT)
        if game.is_2_4:
            main.assets[wall.texture] = custom(
                "cc.Texture2D", "0,9729,9729,10497,10497,0,0,1", native=True)
        row = only(t, game, "npot-webgl1")
        has(row["members"][0], "100 x 60", "repeat", wall.image)


@each(("sides are powers of two", "3.8 minigame", (128, 64), REPEAT),
      ("nothing repeats", "3.8 minigame", (100, 60), NO_MIPS),
      ("the target has WebGL 2", "3.8", (100, 60), REPEAT),
      ("the target is native", "3.8 native", (100, 60), REPEAT))
def test_repeat_that_is_done_is_not_named(t, era, size, base):
    game, main = start(era)
    shown(main, "wall", png(*size), base=base)
    none(t, game, "npot-webgl1")


def test_a_sprite_repeats_nothing(t):
    game, main = start("3.8 minigame")
    hero = sprite(main, "hero", png(100, 60), (0, 0, 100, 60))
    main.assets[hero.texture] = texture_doc([hero.image], REPEAT)
    none(t, game, "npot-webgl1")


def test_mipmaps_of_sprites_are_named_with_what_they_take(t):
    game, main = start()
    hero = sprite(main, "hero", full(256, 256), (0, 0, 256, 256))
    main.assets[hero.texture] = texture_doc([hero.image], MIPS)
    row = only(t, game, "mips-on-sprites")
    equal(row["bytes"], sum(4 * 4 ** i for i in range(8)))
    has(row["members"][0], hero.image)


def test_mipmaps_that_others_use_too_are_not_named(t):
    game, main = start()
    hero = sprite(main, "hero", full(256, 256), (0, 0, 256, 256))
    main.assets[hero.texture] = texture_doc([hero.image], MIPS)
    main.scene("3d", {"texture": hero.texture}, auto_release=True)
    none(t, game, "mips-on-sprites")
    game, main = start()
    sprite(main, "hero", full(256, 256), (0, 0, 256, 256))
    none(t, game, "mips-on-sprites")


# ---- defects of engines --------------------------------------------------------------

def test_a_container_of_mipmaps_leaks_its_chunks_on_native(t):
    game, main = start("3.8 native")
    file = container(64, 64, 6)
    wall = shown(main, "wall", {".astc": file}, fmt="7@93", base=MIPS)
    row = only(t, game, "mip-container-leak")
    equal(row["bytes"], len(file) - 8 - 4 * 7)
    has(row["members"][0], wall.image, "7 levels")
    for era in ("3.8", "3.8 minigame"):
        game, main = start(era)
        shown(main, "wall", {".astc": file}, fmt="7@93", base=MIPS)
        none(t, game, "mip-container-leak")
    game, main = start("3.8 native")
    shown(main, "wall", {".astc": astc(64, 64)}, ".astc")
    none(t, game, "mip-container-leak")


@each(("wide", 1024, 512, "height"), ("tall", 512, 1024, "width"))
def test_a_vanished_side_wraps_around(t, width, height, side):
    game, main = start("3.8 native")
    wall = shown(main, "wall", {".astc": container(width, height, 6)}, fmt="7@93",
                 base=MIPS)
    row = only(t, game, "mip-container-wrap")
    equal((row["asset"], row["level"]), (wall.texture, "error"))
    # one level: (2^32 - 1) // 6 + 1 blocks of 16 bytes, modulo 2^32
    equal(row["bytes"], ((2 ** 32 - 1) // 6 + 1) * 16 % 2 ** 32)
    has(row["message"], "%d x %d" % (width, height), side)


@each(("a square", "3.8 native", 512, 512, 6), ("blocks of 4", "3.8 native", 1024, 512, 4),
      ("the web", "3.8", 1024, 512, 6))
def test_what_does_not_wrap_is_not_named(t, era, width, height, block):
    game, main = start(era)
    fmt = {4: "7@89", 6: "7@93"}[block]
    shown(main, "wall", {".astc": container(width, height, block)}, fmt=fmt, base=MIPS)
    none(t, game, "mip-container-wrap")


def test_RGB8_is_named_on_Metal_alone(t):
    def made(era="3.8 native"):
        game, main = start(era)
        shown(main, "wall", {".pvr": pvr_rgb8(64, 32)}, ".pvr", "5@24")
        return game
    row = only(t, made(), "rgb8-metal", "--backend", "metal")
    equal(row["bytes"], 64 * 32)
    none(t, made(), "rgb8-metal", "--backend", "gles")
    none(t, made(), "rgb8-metal", "--backend", "metal", "--engine", "3.8.9")
    none(t, made("3.8"), "rgb8-metal")


def two_edges(era, twice):
    game, main = start(era)
    wall = shown(main, "wall", full(64, 64))
    content = {"base": NO_MIPS, "mipmaps": [short(wall.image)]}
    main.assets[wall.texture] = custom(
        "cc.Texture2D", content, refs=[("_textureSource", wall.image)] if twice else ())
    return game, wall


def test_an_image_that_its_texture_names_twice_is_kept(t):
    game, wall = two_edges("3.8 native", True)
    row = only(t, game, "image-kept-twice")
    equal(row["bytes"], 64 * 64 * 4)
    has(row["members"][0], wall.image)
    none(t, two_edges("3.8 native", False)[0], "image-kept-twice")
    none(t, two_edges("3.8", True)[0], "image-kept-twice")


# ---- pixels --------------------------------------------------------------------------

def twins(first, second):
    game, main = start("3.8 native")
    side = game.bundle("side")
    one = shown(main, "one", first)
    other = shown(side, "other", second)
    third = shown(main, "third", first)
    return game, (one, other, third)


def test_the_same_pixels_in_two_bundles_are_one_finding(t):
    game, pictures = twins(full(256, 256), full(256, 256))
    row = only(t, game, "pixels-twice")
    equal(row["bytes"], 2 * 256 * 256 * 4)
    equal(sorted(row["members"]),
          sorted(game.bundles[i].native_file(pictures[k].image)
                 for i, k in ((0, 0), (1, 1), (0, 2))))
    has(row["message"], "3 image files", "256 x 256")


def test_one_pixel_makes_pixels_different(t):
    game, _ = twins(full(256, 256), full(256, 256, mark=1))
    row = only(t, game, "pixels-twice")
    equal(len(row["members"]), 2)
    game, main = start()
    shown(main, "one", full(256, 256))
    shown(main, "other", full(256, 256, mark=1))
    none(t, game, "pixels-twice")
    game, _ = twins(full(64, 64), full(64, 64))
    none(t, game, "pixels-twice")


def test_faces_of_one_cube_may_be_equal(t):
    def cubes(count):
        game, main = start("3.8 native")
        for c in range(count):
            ids = {}
            for i, face in enumerate(("front", "back", "left", "right", "top", "bottom")):
                ids[face] = main.picture("%s %d" % (face, c), full(256, 256),
                                         path=False).image
            cube = main.add(uuid("cube %d" % c) + "@b47c0", custom(
                "cc.TextureCube", {"base": NO_MIPS, "rgbe": False,
                                   "mipmaps": [{f: short(i) for f, i in ids.items()}]}))
            for face in ids:
                del main.assets[uuid("%s %d" % (face, c)) + "@6c48a"]
            main.scene("sky %d" % c, {"cube": cube}, auto_release=True)
        return game
    none(t, cubes(1), "pixels-twice")
    row = only(t, cubes(2), "pixels-twice")
    equal((len(row["members"]), row["bytes"]), (2, 256 * 256 * 4))


def test_many_small_groups_are_one_finding(t):
    game, main = start()
    for i in range(3):
        for name in ("a", "b"):
            shown(main, "%s %d" % (name, i), full(160, 160, mark=i))
    row = only(t, game, "pixels-twice")
    equal(len(row["members"]), 3)
    has(row["message"], "3 groups")
    for member in row["members"]:
        equal(member.count(".png"), 2, member)


def test_an_opaque_image_with_alpha_is_named(t):
    game, main = start()
    wall = shown(main, "wall", full(256, 256))
    row = only(t, game, "alpha-unused")
    has(row["members"][0], wall.image, "256 x 256")
    equal((row["level"], row["bytes"]), ("note", 0))
    for content in (painted(256, 256, box=(0, 0, 256, 255)), build.JPEG):
        game, main = start()
        shown(main, "wall", content, ".jpg" if content == build.JPEG else ".png")
        none(t, game, "alpha-unused")


@each(("clear", CLEAR, "transparent"), ("white", WHITE, "one colour"))
def test_an_image_of_one_colour_is_named(t, ground, words):
    game, main = start("3.8 native")
    wall = shown(main, "wall", painted(256, 256, ground))
    row = only(t, game, "image-one-colour")
    equal((row["asset"], row["bytes"]), (wall.image, 256 * 256 * 4))
    has(row["message"], "256 x 256", words)


@each(("another last pixel", painted(256, 256, WHITE, (255, 255, 256, 256))),
      ("another first pixel", painted(256, 256, WHITE, (0, 0, 1, 1))),
      ("a small one", painted(64, 64, WHITE)))
def test_an_image_of_two_colours_or_few_pixels_is_not_named(t, content):
    game, main = start("3.8 native")
    shown(main, "wall", content)
    none(t, game, "image-one-colour")


def test_a_nearly_empty_sprite_is_named_and_not_as_a_border(t):
    game, main = start("3.8 native")
    hero = sprite(main, "hero", painted(256, 256, box=(100, 50, 164, 178)),
                  (100, 50, 64, 128))
    row = only(t, game, "image-nearly-empty")
    equal((row["asset"], row["bytes"]), (hero.image, 4 * (256 * 256 - 64 * 128)))
    has(row["message"], "64 x 128", "at 100, 50")
    none(t, game, "sprite-border")
    none(t, game, "texture-oversized")


def test_a_wide_border_is_named_and_not_as_empty(t):
    game, main = start("3.8 native")
    hero = sprite(main, "hero", painted(256, 256, box=(0, 128, 256, 256)),
                  (0, 0, 256, 256))
    row = only(t, game, "sprite-border")
    equal(row["bytes"], 4 * 256 * 128)
    has(row["members"][0], hero.image, "256 x 128 at 0, 128")
    none(t, game, "image-nearly-empty")


def test_a_narrow_border_and_what_is_no_sprite_are_not_named(t):
    game, main = start("3.8 native")
    sprite(main, "hero", painted(256, 256, box=(0, 100, 256, 256)), (0, 0, 256, 256))
    shown(main, "mask", painted(256, 256, box=(0, 0, 10, 10)))
    none(t, game, "sprite-border")
    none(t, game, "image-nearly-empty")


# ---- frames --------------------------------------------------------------------------

@each(("3.8 native", "3.8 native"), ("2.4", "2.4"))
def test_a_texture_of_which_frames_show_little_is_named(t, era):
    game, main = start(era)
    sheet = sprite(main, "sheet", full(512, 512), (10, 20, 100, 200))
    row = only(t, game, "texture-oversized")
    equal(row["asset"], sheet.texture)
    equal(row["bytes"], 512 * 512 * 4 - 100 * 200 * 4)
    has(row["message"], "512 x 512", "100 x 200")


@each(("frames that show more", (0, 0, 256, 300), False),
      ("a rectangle beyond the texture, for which 3.x takes all", (500, 0, 100, 100), False),
      ("no rectangle", (0, 0, 0, 0), False), ("another user", (0, 0, 10, 10), True))
def test_a_texture_that_may_be_shown_is_not_named(t, rect, is_used):
    game, main = start()
    sheet = sprite(main, "sheet", full(512, 512), rect)
    if is_used:
        main.scene("3d", {"texture": sheet.texture}, auto_release=True)
    none(t, game, "texture-oversized")


def test_two_frames_are_judged_together(t):
    game, main = start()
    sheet = sprite(main, "sheet", full(512, 512), (0, 0, 100, 100))
    main.add(uuid("corner") + "@f9941", frame_doc(sheet.texture, (400, 400, 100, 100)))
    none(t, game, "texture-oversized")


def test_a_rotated_frame_lies_on_its_side(t):
    game, main = start()
    sheet = sprite(main, "sheet", full(512, 128), (0, 0, 40, 128))
    main.assets[uuid("sheet") + "@f9941"] = frame_doc(
        sheet.texture, (0, 0, 128, 40), rotated=True)
    row = only(t, game, "texture-oversized")
    has(row["message"], "40 x 128")
    main.assets[uuid("sheet") + "@f9941"] = frame_doc(
        sheet.texture, (0, 0, 128, 200), rotated=True)
    none(t, game, "texture-oversized")


def atlas(with_original):
    game, main = start()
    page = "1abcdef01"
    main.add(page, build.image_doc(), natives={".png": full(256, 256)})
    main.add(page + "@6c48a", texture_doc([page]))
    frames = {}
    for i, name in enumerate(("hero", "wolf")):
        frames[name] = main.add(uuid(name) + "@f9941",
                                frame_doc(page + "@6c48a", (100 * i, 0, 90, 90)))
    original = full(90, 90)
    if with_original:
        main.add(uuid("hero"), build.image_doc(), natives={".png": original})
    main.scene("fight", frames, auto_release=True)
    return game, main, original


def test_originals_beside_their_atlas_are_named(t):
    game, main, original = atlas(True)
    row = only(t, game, "atlas-originals")
    equal((row["asset"], row["bytes"]), ("1abcdef01", len(original)))
    equal(row["members"], [main.native_file(uuid("hero"))])
    none(t, atlas(False)[0], "atlas-originals")


# ---- formats -------------------------------------------------------------------------

def test_plain_images_are_one_finding_a_device_that_reads_better(t):
    game, main = start("3.8 native")
    shown(main, "wall", full(512, 512))
    shown(main, "floor", full(256, 256, mark=1))
    options = ("--device", "iphone_2g", "--device", "web_desktop")
    row = only(t, game, "plain-format", *options)
    equal((row["device"], len(row["members"])), ("iphone_2g", 2))
    equal(row["bytes"], sum(4 * s * s - 16 * (-(-s // 6)) ** 2 for s in (512, 256)))
    has(row["message"], "save package and not memory", "ASTC 6x6")
    none(t, game, "plain-format")


def test_an_alternative_of_the_GPU_is_enough(t):
    game, main = start("3.8 native")
    shown(main, "wall", {".png": full(512, 512), ".astc": astc(512, 512)}, fmt="0_7@93")
    none(t, game, "plain-format", "--device", "iphone_2g")


def test_a_payload_of_the_wrong_size_is_told_from_a_broken_file(t):
    for change in (lambda f: f[:-16], lambda f: f + b"\0" * 16):
        game, main = start("3.8 native")
        wall = shown(main, "wall", {".astc": change(astc(64, 64))}, ".astc")
        row = only(t, game, "payload-size")
        equal((row["asset"], row["level"]), (wall.image, "error"))
        none(t, game, "image-broken")
    game, main = start("3.8 native")
    shown(main, "wall", {".astc": astc(64, 64)}, ".astc")
    none(t, game, "payload-size")


# ---- loads ---------------------------------------------------------------------------

def scenes(*releases):
    game, main = start("3.8 native")
    for i, auto_release in enumerate(releases):
        picture = main.picture("p%d" % i, full(256, 256, mark=i), path=False)
        main.scene("s%d" % i, {"t": picture.texture}, auto_release)
    return game


def test_scenes_that_never_free_are_one_finding(t):
    row = only(t, scenes(False, True, False), "auto-release-off")
    equal(row["bytes"], 2 * 256 * 256 * 4)
    equal([m.split(":")[0] for m in row["members"]], ["s0", "s2"])
    has(row["message"], "2 of 3 scenes")
    none(t, scenes(True, True), "auto-release-off")
    none(t, scenes(False), "auto-release-off")


def test_a_scene_that_cannot_be_read_is_not_judged(t):
    game = scenes(False, False)
    files = game.files()
    files[game.bundles[0].import_file(uuid("scene s1"))] = b"no document"
    none(t, files, "auto-release-off")


def test_large_names_that_nothing_reaches_are_one_finding_a_bundle(t):
    game, main = start("3.8 native")
    main.scene("empty", {}, auto_release=True)
    big = main.picture("big", png(1200, 1200))
    main.picture("small", png(600, 600))
    row = only(t, game, "name-only-large")
    equal((row["bytes"], row["bundle"]), (1200 * 1200 * 4, "main"))
    equal(len(row["members"]), 1)
    has(row["members"][0], "textures/big:")
    main.scene("user", {"t": big.texture}, auto_release=True)
    none(t, game, "name-only-large")


def test_a_declared_state_covers_its_names(t):
    game, main = start("3.8 native")
    main.scene("empty", {}, auto_release=True)
    main.picture("big", png(1200, 1200))
    rules = t.put(b'states: { fight: { scene: empty, loads: ["main:textures/big*"] } }\n',
                  "packaudit.yaml")
    done = t.run("check", "--rules", rules, "--format", "json", t.put(game.files()))
    equal([f for f in done.json["findings"] if f["rule"] == "name-only-large"], [])


# ---- files ---------------------------------------------------------------------------

def stray_game(md5):
    game, main = start()
    main.md5 = md5
    shown(main, "wall", full(16, 16))
    return game, main, game.files()


@each(("an id that is not listed", None, "native/ab/abcdef.png"),
      ("an import file that is not listed", None, "import/01/0123abcd4.json"),
      ("an older hash", "0a1b2", None), ("a hash where none is", None, "hash"))
def test_a_file_that_no_config_knows_is_named(t, md5, path):
    game, main, files = stray_game(md5)
    if path in (None, "hash"):
        path = main.native_file(uuid("wall")).replace(".0a1b2", "")
        path = path.replace(".png", ".99999.png")
    else:
        path = main.folder + path
    files[path] = b"12345"
    row = only(t, files, "file-unknown")
    equal((row["bytes"], row["members"], row["bundle"]), (5, [path], "main"))


@each(("no hashes", None), ("hashes", "0a1b2"))
def test_what_a_config_implies_is_not_named(t, md5):
    game, main, _ = stray_game(md5)
    main.pack("0fedcba98", [uuid("wall"), uuid("wall") + "@6c48a"])
    font = main.add(uuid("font"), custom("cc.TTFFont", {"_native": "a b.ttf"}),
                    natives={"/a b.ttf": b"font", ".skel.txt": b"two extensions"})
    files = game.files()
    files[main.import_file(font, ".bin")] = b"chunk"
    files[main.native_file(uuid("wall"), ".pkm")] = b"another alternative"
    files[main.folder + "index.js"] = b"script"
    files["src/native/ab/abcdef.png"] = b"outside of bundles"
    none(t, files, "file-unknown")


# ---- one finding a cause -------------------------------------------------------------

def test_files_that_lack_together_are_one_finding(t):
    def lacking(count):
        game, main = start()
        for i in range(count):
            shown(main, "p%d" % i, full(16, 16))
        files = game.files()
        return {p: c for p, c in files.items() if not p.endswith(".png")}
    row = only(t, lacking(5), "image-missing")
    equal(len(row["members"]), 5)
    has(row["message"], "5 image files")
    equal(len(found(t, lacking(3), "image-missing")), 3)


def test_a_texture_too_large_for_two_devices_is_one_finding(t):
    small = t.put(b"".join(b"""%s
  %s: { title: small, process: 1 GiB, base: 1 MiB, page: 4096, bits: 64, max_texture: %d,
        backend: webgl, formats: [webp] }
""" % (head, name, side) for head, name, side in (
        (b"devices:", b"tiny", 64), (b"", b"less", 100), (b"", b"enough", 128))), "small.yaml")
    game, main = start()
    wide = shown(main, "wide", full(128, 64))
    row = only(t, game, "texture-too-large", "--device", small)
    has(row["message"], "128 x 64", "tiny", "less")
    check("enough" not in row["message"], row["message"])
    equal((row["asset"], row["device"], row["bytes"]), (wide.texture, None, 128 * 64 * 4))


def test_an_image_that_two_devices_cannot_read_is_one_finding(t):
    game, main = start("3.8 native")
    wall = shown(main, "wall", {".astc": astc(12, 12)}, ".astc")
    options = ("--device", "web_desktop", "--device", "iphone_2g")
    row = only(t, game, "variant-none", *options)
    equal((row["asset"], row["device"]), (wall.image, "web_desktop"))


def test_an_asset_of_two_bundles_is_named_with_both(t):
    game, main = start()
    side = game.bundle("side")
    shown(main, "wall", png(64, 32))
    content = png(64, 32)
    side.picture("wall", content, path=False)
    row = only(t, game, "asset-twice")
    equal(row["bytes"], len(content))
    has(row["members"][0], "main, side")


def test_findings_do_not_depend_on_threads(t):
    game, _ = twins(full(256, 256), full(256, 256))
    sprite(game.bundles[0], "hero", painted(256, 256, box=(1, 1, 9, 9)), (1, 1, 8, 8))
    path = t.put(game.files())
    one = t.run("check", "--rules", "none", "--format", "json", "-j1", path)
    equal(one.out, t.run("check", "--rules", "none", "--format", "json", "-j4", path).out)
