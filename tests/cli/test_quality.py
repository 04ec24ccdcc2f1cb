# SPDX-License-Identifier: Apache-2.0
"""Near-lossless WebP, and the floor of normal maps in degrees."""
import hashlib
import json
import math

import build
from build import Game, uuid
from harness import check, each, equal, has
from test_plan import plan
from test_recipes import carried_out, picture
from test_rewrite import plan_file, rewrite
from test_rewrite_images import compress


def soft(side):
    """Slopes with noise in the lower bits, which rounding takes away."""
    def noise(x, y):
        return hashlib.md5(b"%d %d" % (x, y)).digest()[0] % 64

    def pixel(x, y):
        return x // 2 + 32 + noise(x, y), y // 2 + 32 + noise(y, x + side), 128, 255
    return build.png_of([[v for x in range(side) for v in pixel(x, y)] for y in range(side)],
                        side, side)


def told(out):
    with open(out + ".receipt.json", encoding="utf-8") as f:
        image, = json.load(f)["images"]
        return image


def one(content):
    made = Game("3.8")
    made.bundle("main").picture("wall", content)
    return made


def test_near_lossless_webp_rounds_as_much_as_its_name_says(t):
    source = t.put(one(soft(128)).files())
    sizes, errors = [], []
    for near in (100, 60, 0):
        action = {"kind": "compress", "asset": uuid("wall"),
                  "parameters": {"format": "webp-near-%d" % near}}
        row, = told(rewrite(t, source, plan=plan_file(t, action)))["files"]
        equal((row["extension"], row["encoding"]), (".webp", "webp-near-%d" % near))
        sizes.append(row["file_bytes"])
        errors.append(row["psnr_millidb"])
    equal(errors[0], 100000)
    check(sizes[0] > sizes[1] > sizes[2] and errors[0] > errors[1] > errors[2] > 30000,
          (sizes, errors))


@each(("enough", 30000, True), ("not enough", 99000, False))
def test_floors_hold_for_near_lossless_webp(t, psnr, is_written):
    source = t.put(one(soft(64)).files())
    action = {"kind": "compress", "asset": uuid("wall"), "floor": {"psnr_millidb": psnr},
              "parameters": {"format": "webp-near-20"}}
    row, = told(rewrite(t, source, plan=plan_file(t, action)))["files"]
    equal((row["is_written"], row["is_below_floor"]), (is_written, not is_written))


def test_a_plan_names_near_lossless_webp_as_it_was_asked_for(t):
    action, = plan(t, t.put(one(soft(16)).files()), "--compress", "webp-near-40")["actions"]
    equal(action["parameters"], {"format": "webp-near-40"})


@each(*[(v, v) for v in ("101", "-1", "x", "6 ")])
def test_a_level_that_is_none_is_refused(t, level):
    done = t.run("plan", t.put(one(soft(16)).files()), "--compress", "webp-near-" + level)
    equal(done.code, 2)
    has(done.said, "webp-near-N")


def normals(side):
    """Directions that turn from pixel to pixel."""
    def pixel(x, y):
        a, b = math.sin(x * 1.7 + y), math.cos(y * 1.3 - x)
        z = math.sqrt(1 - min(1, a * a * .25 + b * b * .25))
        return [int(127.5 + 127.5 * v) for v in (a / 2, b / 2, z)] + [255]
    return build.png_of([[v for x in range(side) for v in pixel(x, y)] for y in range(side)],
                        side, side)


class Bumps:
    """A wall with a normal map."""
    def __init__(self):
        self.game = Game("3.8")
        main = self.game.bundle("main")
        bump = main.picture("bump", normals(48))
        main.add(uuid("mat"), build.holder_doc("cc.Material", {"normalMap": bump.texture}))
        main.scene("hall", {"m": uuid("mat")})

    def files(self):
        return self.game.files()


@each(("one that holds", 170, True), ("one that does not", 0.001, False))
def test_the_floor_of_a_normal_map_is_an_angle(t, degrees, is_written):
    text = "recipes: [{ use: normalmap, compress: astc-12x12, degrees: %s }]\n" % degrees
    _, _, receipt, said = carried_out(t, text, Bumps())
    image, = receipt["images"]
    row, = image["files"]
    equal((row["is_written"], row["is_below_floor"]), (is_written, not is_written))
    check(500 < row["degrees_milli"] < 90000, row)
    if not is_written:
        has(said, "below the floor")


def test_a_floor_in_degrees_leaves_other_pictures_alone(t):
    made = one(picture(64))
    action = dict(compress(uuid("wall"), "astc-12x12"), floor={"degrees_milli": 1})
    row, = told(rewrite(t, t.put(made.files()), plan=plan_file(t, action)))["files"]
    equal((row["is_written"], "degrees_milli" in row), (True, False))
