# SPDX-License-Identifier: Apache-2.0
"""plan --drop-alpha: opaque images store no alpha, and no pixel changes."""
import json
import struct

import build
from build import Game, png_of, uuid
from harness import check, each, equal, has
from test_plan import plan
from test_recipes import picture
from test_rewrite import plan_file, refused, rewrite, tree_of
from test_rewrite_images import compress

DROP = {"kind": "drop_alpha", "asset": uuid("wall")}
OPAQUE_BLOCK = b"\xff\0" + bytes(6)  # EAC: base 255, multiplier 0


def etc2(colour, alpha=OPAQUE_BLOCK):
    """A PKM with alpha, 64 x 32, of one with none."""
    blocks = [colour[i:i + 8] for i in range(16, len(colour), 8)]
    return b"PKM 20" + struct.pack(">HHHHH", 3, 64, 32, 64, 32) + b"".join(
        alpha + b for b in blocks)


def wide(alpha=255):
    return png_of([[v for x in range(64) for v in ((x * 37 + y * 91) % 256, x * y % 256, y, alpha)]
                   for y in range(32)], 64, 32)


def game(era="3.8", files=None, fmt=None):
    made = Game(era)
    made.main = main = made.bundle("main")
    made.wall = main.picture("wall", files or {".png": wide()}, fmt=fmt or "0")
    main.add(uuid("mat"), build.holder_doc("cc.Material", {"t": made.wall.texture}))
    main.scene("hall", {"m": uuid("mat")})
    return made


def colour_blocks(t):
    """An ETC2 file without alpha of the same picture."""
    source = t.put(game().files())
    out = rewrite(t, source, plan=plan_file(t, compress(uuid("wall"), "etc2")))
    return next(v for p, v in tree_of(out).items() if p.endswith(".pkm"))


def drops(made):
    return [a for a in made["actions"] if a["kind"] == "drop_alpha"]


def test_a_png_loses_its_alpha_and_keeps_its_pixels(t):
    made = game()
    source = t.put(made.files())
    row, = drops(plan(t, source, "--drop-alpha"))
    equal((row["asset"], row["before_bytes"], row["after_bytes"]), (uuid("wall"), 8192, 8192))
    out = rewrite(t, source, plan=plan_file(t, DROP))
    path = made.main.native_file(uuid("wall"))
    equal((tree_of(source)[path][25], tree_of(out)[path][25]), (6, 2))
    with open(out + ".receipt.json", encoding="utf-8") as f:
        file, = json.load(f)["images"][0]["files"]
    equal((file["psnr_millidb"], file["is_written"]), (100000, True))
    equal({p for p, v in tree_of(source).items() if tree_of(out)[p] != v}, {path})


def test_a_png_stays_where_the_engine_would_convert_it(t):
    made = plan(t, t.put(game("3.8 native").files()), "--drop-alpha")
    equal(made["actions"], [])


@each(("web", "3.8", "6@77_0", "6@73_0"), ("native", "3.8 native", "6@77_0", "6@73_0"))
def test_etc2_loses_the_alpha_half_of_each_block(t, era, before, after):
    colour = colour_blocks(t)
    made = game(era, {".png": wide(), ".pkm": etc2(colour)}, before)
    source = t.put(made.files())
    how = ("--device", "android_low_2g")
    row, = drops(plan(t, source, "--drop-alpha", *how))
    equal((row["before_bytes"], row["after_bytes"]), (64 * 32, 64 * 16))
    out = rewrite(t, source, plan=plan_file(t, DROP))
    equal(tree_of(out)[made.main.native_file(uuid("wall"), ".pkm")], colour)
    has(tree_of(out)[made.main.import_file(uuid("wall"))].decode(), '"fmt":"%s"' % after)
    equal([x["gpu_bytes"] for x in t.report(out, *how)["textures"]], [64 * 16])


def test_etc2_whose_own_alpha_is_not_opaque_stays(t):
    half = etc2(colour_blocks(t), b"\x80\0" + bytes(6))
    made = game("3.8 native", {".png": wide(), ".pkm": half}, "6@77_0")
    out = rewrite(t, t.put(made.files()), plan=plan_file(t, DROP))
    equal(tree_of(out)[made.main.native_file(uuid("wall"), ".pkm")], half)


def test_what_is_transparent_in_places_keeps_it(t):
    source = t.put(game(files={".png": wide(128)}).files())
    equal(drops(plan(t, source, "--drop-alpha")), [])
    has(refused(t, 2, source, "-o", t.place(), "--plan", plan_file(t, DROP)), "transparent")


def test_another_action_on_the_same_file_makes_it_anew(t):
    source = t.put(game(files={".png": wide(), ".pkm": etc2(colour_blocks(t))},
                        fmt="6@77_0").files())
    made = plan(t, source, "--drop-alpha", "--compress", "etc2", "--device", "android_low_2g")
    equal({a["kind"] for a in made["actions"]}, {"compress", "drop_alpha"})
    path = t.put(json.dumps(made).encode())
    equal({a["after_bytes"] for a in made["actions"]}, {64 * 16})
    out = rewrite(t, source, plan=path)
    equal([x["gpu_bytes"] for x in t.report(out, "--device", "android_low_2g")["textures"]],
          [64 * 16])


def test_fitting_counts_what_alpha_saves(t):
    made = game("3.8 native", {".png": wide(), ".pkm": etc2(colour_blocks(t))}, "6@77_0")
    said = plan(t, t.put(made.files()), "--fit", "android_low_2g", "--drop-alpha")
    equal((said["result"]["gpu_before_bytes"], said["result"]["gpu_after_bytes"]), (2048, 1024))


def test_a_picture_of_noise_is_dropped_only_when_the_file_gets_smaller(t):
    made = game(files={".png": picture(64)})
    out = rewrite(t, t.put(made.files()), plan=plan_file(t, DROP))
    path = made.main.native_file(uuid("wall"))
    check(len(tree_of(out)[path]) <= len(picture(64)), "it grew")
