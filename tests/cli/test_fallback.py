# SPDX-License-Identifier: Apache-2.0
"""plan --drop-fallback: pictures that no device of the target takes leave the build."""
import json

from build import png, uuid
from harness import check, each, equal, has
from test_alpha import colour_blocks, game, wide
from test_plan import plan
from test_recipes import with_rules
from test_rewrite import plan_file, refused, rewrite, tree_of
from test_rewrite_images import compress, downscale

ASTC = ("--compress", "astc-6x6", "--preset", "fastest")
PHONE = ("--device", "iphone_2g")


def drops(made):
    return [a for a in made["actions"] if a["kind"] == "drop_fallback"]


def carried_out(t, *options, made=None):
    source = t.put((made or game()).files())
    path = t.place("plan.json")
    equal(t.run("plan", source, "--drop-fallback", "-o", path, *options).code, 0)
    with open(path, encoding="utf-8") as f:
        said = json.load(f)
    return said, rewrite(t, source, plan=path), source


@each(("3.8", "3.8"), ("2.4", "2.4"), ("native", "3.8 native"))
def test_a_png_goes_when_every_device_takes_another_file(t, era):
    made = game(era)
    to = ASTC if era != "2.4" else ("--compress", "etc2")
    phone = PHONE if era != "2.4" else ("--device", "android_low_2g")
    end = ".astc" if era != "2.4" else ".pkm"
    said, out, source = carried_out(t, *to, *phone, made=made)
    row, = drops(said)
    equal((row["parameters"], row["before_bytes"], row["after_bytes"]),
          ({"needs": [end[1:]]}, len(wide()), 0))
    files = tree_of(out)
    path = made.main.native_file(uuid("wall"))
    check(path in tree_of(source) and path not in files, path)
    check(made.main.native_file(uuid("wall"), end) in files, end)
    before, after = t.report(source, *phone), t.report(out, *phone)
    check(after["textures"][0]["gpu_bytes"] < before["textures"][0]["gpu_bytes"], "no gain")
    equal(sum(x["gpu_bytes"] for x in after["textures"]), said["result"]["gpu_after_bytes"])


def test_files_that_lie_there_already_are_enough(t):
    colour = colour_blocks(t)
    made = game(files={".png": wide(), ".pkm": colour}, fmt="6@73_0")
    said, out, _ = carried_out(t, "--device", "android_low_2g", made=made)
    equal([a["kind"] for a in said["actions"]], ["drop_fallback"])
    has(tree_of(out)[made.main.import_file(uuid("wall"))].decode(), '"fmt":"6@73"')


def test_a_device_that_reads_nothing_else_keeps_it(t):
    source = t.put(game().files())
    made = plan(t, source, "--drop-fallback", *ASTC, *PHONE, "--device", "android_low_2g")
    if drops(made):
        made = plan(t, source, "--drop-fallback", *PHONE)
    equal(drops(made), [])
    has(made["refused"][0]["reason"], "reads nothing else")


def test_devices_must_be_named(t):
    done = t.run("plan", t.put(game().files()), "--drop-fallback", *ASTC)
    equal((done.code, done.out), (2, b""))
    has(done.said, "--device")


def test_what_came_out_too_bad_keeps_the_picture(t):
    made = game()
    source = t.put(made.files())
    bad = dict(compress(uuid("wall"), "astc-12x12"), floor={"psnr_millidb": 99999})
    drop = {"kind": "drop_fallback", "asset": uuid("wall"), "parameters": {"needs": ["astc"]}}
    out = rewrite(t, source, plan=plan_file(t, bad, drop))
    equal(tree_of(out), tree_of(source))


@each(("sides", lambda: downscale(uuid("wall"), 32, 16)),
      ("a png", lambda: compress(uuid("wall"), "png")))
def test_what_is_made_anew_is_not_dropped(t, other):
    drop = {"kind": "drop_fallback", "asset": uuid("wall"), "parameters": {"needs": ["astc"]}}
    source = t.put(game().files())
    has(refused(t, 2, source, "-o", t.place(), "--plan", plan_file(t, other(), drop)),
        "made anew")
    options = ("--max-side", "32") if other()["kind"] == "downscale" else ("--compress", "png")
    made = plan(t, source, "--drop-fallback", *ASTC, *PHONE, *options)
    equal(drops(made), [])


def test_a_recipe_says_it_for_some(t):
    made = game()
    made.main.picture("other", png(16, 16))
    text = ("devices: [iphone_2g]\nrecipes:\n  - { compress: astc-6x6 }\n"
            "  - { at: textures/other, compress: astc-6x6, drop_fallback: true }\n")
    equal([a["path"] for a in drops(plan(t, with_rules(t, text, made)))], ["textures/other"])


def test_fitting_drops_them_where_it_compresses(t):
    made = game("3.8 native")
    said = plan(t, t.put(made.files()), "--fit", "iphone_2g", "--drop-fallback")
    equal(len(drops(said)), len([a for a in said["actions"] if a["kind"] == "compress"]))
