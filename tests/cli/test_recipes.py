# SPDX-License-Identifier: Apache-2.0
"""recipes of packaudit.yaml: what is done to which images, and what is not good enough."""
import json
import os

import build
from build import Game, uuid
from harness import check, each, equal, has
from test_plan import device, plan, worst_peak
from test_rewrite import rewrite, tree_of


def picture(side, alpha=255):
    """A picture that no block holds exactly."""
    def pixel(x, y):
        return (x * 37 + y * 91) % 256, x * y * 13 % 256, (x * 7 ^ y) % 256, alpha
    return build.png_of([[v for x in range(side) for v in pixel(x, y)] for y in range(side)],
                        side, side)


def game():
    """A wall for a material, a see-through one, a sprite, and one that only code names."""
    made = Game("3.8")
    main = made.bundle("main")
    made.main = main
    wall = main.picture("walls/brick", picture(64))
    glass = main.picture("walls/glass", picture(32, 128))
    hero = main.picture("hero", picture(16))
    main.add(uuid("mat"), build.holder_doc("cc.Material", {"a": wall.texture}))
    main.add(uuid("glassy"), build.holder_doc("cc.Material", {"a": glass.texture}))
    main.add(uuid("frame"), build.frame_doc(hero.texture))
    main.scene("hall", {"m": uuid("mat"), "g": uuid("glassy")})
    main.scene("fight", {"f": uuid("frame")})
    main.picture("later", picture(48))
    return made


def with_rules(t, text, made=None):
    """A build with a packaudit.yaml beside it."""
    root = t.place()
    files = {"build/" + k: v for k, v in (made or game()).files().items()}
    files["packaudit.yaml"] = text.encode()
    t.put(files, os.path.basename(root))
    return os.path.join(root, "build")


def planned(made):
    return {(a["path"], a["parameters"].get("format")) for a in made["actions"]}


ALL = {"textures/walls/brick", "textures/walls/glass", "textures/hero", "textures/later"}


@each(("all", "", ALL), ("a path", 'at: "textures/walls/*"',
                              {"textures/walls/brick", "textures/walls/glass"}),
      ("a bundle and a path", 'at: "main:textures/hero"', {"textures/hero"}),
      ("a uuid", "at: %s" % uuid("later"), {"textures/later"}),
      ("a file", 'at: "*/%s.png"' % uuid("hero"), {"textures/hero"}),
      ("a bundle", "bundle: side", set()), ("globs of bundles", 'bundle: "m*"', ALL),
      ("a scene", "scene: fight", {"textures/hero"}),
      ("scenes", 'scene: "*"', {"textures/walls/brick", "textures/walls/glass", "textures/hero"}),
      ("a use", "use: material", {"textures/walls/brick", "textures/walls/glass"}),
      ("uses", "use: [sprite, code]", {"textures/hero", "textures/later"}),
      ("a side", "min_side: 48", {"textures/walls/brick", "textures/later"}),
      ("bytes", "min_bytes: 16 KiB", {"textures/walls/brick"}),
      ("alpha", "alpha: true", {"textures/walls/glass"}),
      ("no alpha", "alpha: false", ALL - {"textures/walls/glass"}),
      ("several", 'at: "textures/walls/*", alpha: false', {"textures/walls/brick"}))
def test_a_recipe_is_about_what_it_says(t, match, expected):
    text = "recipes:\n  - { %s%scompress: astc-6x6 }\n" % (match, ", " if match else "")
    equal(planned(plan(t, with_rules(t, text))), {(p, "astc-6x6") for p in expected})


def test_the_last_recipe_about_an_image_counts(t):
    text = ("recipes:\n  - { compress: [astc-4x4, webp], preset: fast, quality: 60 }\n"
            '  - { at: "textures/walls/*", compress: etc2 }\n'
            '  - { at: textures/walls/glass, keep: true }\n')
    made = plan(t, with_rules(t, text))
    equal(planned(made), {("textures/walls/brick", "etc2")} |
          {(p, f) for p in ("textures/hero", "textures/later") for f in ("astc-4x4", "webp")})
    equal([a["parameters"] for a in made["actions"] if a["path"] == "textures/hero"],
          [{"format": "astc-4x4", "preset": "fast"}, {"format": "webp", "quality": 60}])


def test_options_come_before_the_file(t):
    source = with_rules(t, "recipes: [{ compress: astc-6x6 }]\n")
    equal({f for _, f in planned(plan(t, source, "--compress", "etc2"))}, {"etc2"})
    equal(planned(plan(t, source, "--match", "textures/hero")), {("textures/hero", "astc-6x6")})
    done = t.run("plan", source, "--rules", "none")
    equal((done.code, done.out), (2, b""))
    has(done.said, "recipes")


def test_a_file_without_recipes_does_not_say_what_is_wanted(t):
    done = t.run("plan", with_rules(t, "persistent: []\n"))
    equal((done.code, done.out), (2, b""))
    has(done.said, "needed")


def test_what_is_to_fit_is_chosen_of_the_recipes(t):
    source = with_rules(t, "recipes:\n  - { at: 'textures/walls/*', compress: astc-8x8 }\n"
                        "devices:\n  profiles:\n    small: { title: s, process: 20 KiB, base: 0, "
                        "page: 4 KiB, bits: 64, max_texture: 4096, backend: gles, formats: [astc], "
                        "advice: [process, base, page, bits, max_texture, backend, formats] }\n")
    made = json.loads(t.run("plan", source, "--fit", "small").out)
    check({"astc-8x8"} >= {f for _, f in planned(made)}, made["actions"])
    check(made["actions"], "no edit")


def carried_out(t, text, made=None):
    """The rewritten build by its recipes, the receipt, what was said."""
    source = with_rules(t, text, made)
    path = t.place("plan.json")
    equal(t.run("plan", source, "-o", path).code, 0)
    out = t.place()
    done = t.run("rewrite", source, "-o", out, "--plan", path)
    equal(done.code, 0, done.err.decode())
    with open(out + ".receipt.json", encoding="utf-8") as f:
        return source, out, json.load(f), done.text


@each(("psnr", "psnr: 60"), ("ssim", "ssim: 1.0"), ("both", "psnr: 20, ssim: 0.999"))
def test_an_edit_below_its_floor_is_not_made_and_said_so(t, floor):
    text = "recipes: [{ at: textures/walls/brick, compress: [astc-12x12, png], %s }]\n" % floor
    source, out, told, said = carried_out(t, text)
    image, = told["images"]
    equal(image["is_changed"], False if not image["files"][1]["is_written"] else True)
    equal((image["files"][0]["is_below_floor"], image["files"][0]["is_written"]), (True, False))
    equal(image["files"][1]["is_below_floor"], False)
    check(not any(p.endswith(".astc") for p in tree_of(out)), "it is there")
    has(said, "1 edit was not made, below the floor")


def test_an_edit_above_its_floor_is_made(t):
    _, out, told, said = carried_out(
        t, "recipes: [{ at: textures/walls/brick, compress: astc-4x4, psnr: 10.5, ssim: 0.1 }]\n")
    equal(told["images"][0]["files"][0]["is_below_floor"], False)
    check(any(p.endswith(".astc") for p in tree_of(out)), "it is not there")
    check("not made" not in said, said)


def test_smaller_sides_below_their_floor_leave_the_sides_alone(t):
    source, out, told, said = carried_out(
        t, "recipes: [{ at: textures/walls/brick, max_side: 32, psnr: 30 }]\n")
    image, = told["images"]
    equal((image["is_changed"], image["smaller_sides"]["is_below_floor"]), (False, True))
    equal(tree_of(out), tree_of(source))
    has(said, "1 edit was not made")


def test_smaller_sides_that_are_good_enough_are_made(t):
    _, out, told, _ = carried_out(
        t, "recipes: [{ at: textures/walls/brick, max_side: 32, psnr: 1 }]\n")
    image, = told["images"]
    equal((image["is_changed"], image["smaller_sides"]["is_below_floor"]), (True, False))
    equal((image["after"]["width"], image["after"]["height"]), (32, 32))


def two_walls():
    """One scene that shows a small wall and a large one."""
    made = Game("3.8 native")
    main = made.bundle("main")
    shown = {n: main.picture(n, picture(side)).texture for n, side in (("a", 32), ("b", 64))}
    main.scene("hall", shown)
    return made


def fitted(t, floor, *options, code=0):
    """The plan by which two walls fit in 1 KiB less than they need."""
    source = with_rules(t, "recipes: [{ compress: astc-12x12, preset: fastest }, { at: textures/a, "
                        "compress: astc-12x12, preset: fastest%s }]\n" % floor, two_walls())
    roomy = device(t, 1 << 30)
    peak = worst_peak(t.report(source, "--device", roomy, "--device", "small"))
    small = device(t, peak - 1024)
    made = plan(t, source, "--device", small, "--fit", "small", *options, code=code)
    return source, made


def test_fitting_counts_on_no_edit_that_falls_below_its_floor(t):
    _, plain = fitted(t, "")
    equal([(a["path"], plain["refused"]) for a in plain["actions"]], [("textures/a", [])])
    source, made = fitted(t, ", psnr: 60")
    equal([a["path"] for a in made["actions"]], ["textures/b"])
    equal([(r["path"], r["reason"]) for r in made["refused"]],
          [("textures/a", "astc-12x12 would fall below the floor of quality")])
    equal(made["result"]["is_proven_cheapest"], True)
    path = t.put(json.dumps(made).encode())
    out = t.place()
    has(t.run("rewrite", source, "-o", out, "--plan", path).text, "1 image changed")


def test_fitting_takes_an_edit_that_keeps_its_floor(t):
    _, made = fitted(t, ", psnr: 1")
    equal(([a["path"] for a in made["actions"]], made["refused"]), (["textures/a"], []))


def test_what_fitting_measures_is_in_the_cache_for_rewrite(t):
    cache = t.place("cache")
    source, made = fitted(t, ", psnr: 1", "--cache", cache)
    equal(len(os.listdir(cache)), 1)
    out = t.place()
    done = t.run("rewrite", source, "-o", out, "--plan", t.put(json.dumps(made).encode()),
                 "--cache", cache)
    equal(done.code, 0, done.err.decode())
    with open(out + ".receipt.json", encoding="utf-8") as f:
        told = json.load(f)["output"]
    equal((told["files_encoded"], told["files_from_cache"]), (0, 1))


def test_when_all_edits_fall_below_their_floors_nothing_fits(t):
    source = with_rules(t, "recipes: [{ compress: [etc2, astc-12x12], preset: fastest, "
                        "psnr: 90 }]\n", two_walls())
    small = device(t, 1024)
    made = plan(t, source, "--device", small, "--fit", "small", code=1)
    equal((made["actions"], made["result"]["is_proven_impossible"]), ([], True))
    equal(len(made["refused"]), 4)


@each(("a key", "{ compres: etc2 }", "line 2, column 7: unknown key 'compres'; did you mean "
       "'compress'?"),
      ("a format", "{ compress: [etc2, dxt1] }", "line 2, column 24: there is no format 'dxt1'"),
      ("a use", "{ use: sprit, compress: etc2 }", "line 2, column 12: there is no use 'sprit'; "
       "did you mean 'sprite'?"),
      ("a preset", "{ compress: etc2, preset: medum }", "there is no preset 'medum'; did you "
       "mean 'medium'?"),
      ("nothing to do", "{ at: a }", "line 2, column 5: a recipe needs something to do, like 'compress'"),
      ("both", "{ compress: etc2, keep: true }", "a recipe needs something to do, like 'compress'"),
      ("a floor", "{ compress: etc2, ssim: 1.5 }", "'ssim' takes a number"),
      ("a fine floor", "{ compress: etc2, psnr: 30.1234 }", "'psnr' takes a number"),
      ("alpha", "{ compress: etc2, alpha: maybe }", "'alpha'"),
      ("no map", "etc2", "takes a map"))
def test_what_is_wrong_with_a_recipe_tells_its_place(t, recipe, expected):
    source = with_rules(t, "recipes:\n  - %s\n" % recipe)
    for command in ("check", "plan"):
        done = t.run(command, source)
        has(done.said, "packaudit.yaml: line 2", expected)
        check(done.code in (2, 3), done.code)
