# SPDX-License-Identifier: Apache-2.0
"""packaudit plan: which edits, and the least of them that make a build fit."""
import itertools
import json

import build
from build import Game, png, uuid
from harness import check, each, equal, has
from test_rewrite import plan_file, rewrite
from test_rewrite_images import compress, one_picture, with_mipmaps

KIB = 1024
SIDES = (128, 96, 64, 64, 32)


def plan(t, source, *options, code=0):
    done = t.run("plan", source, *options)
    equal(done.code, code, done.err.decode())
    return done.json


def device(t, budget):
    """A file with one device that has so many bytes for images, in whole KiB."""
    text = ("devices:\n  small:\n    title: a small one\n    process: %d KiB\n    base: 0 KiB\n"
            "    page: 4 KiB\n    bits: 64\n    max_texture: 4096\n    backend: gles\n"
            "    formats: [astc, etc2, webp]\n"
            "    advice: [process, base, page, bits, max_texture, backend, formats]\n" % (budget // KIB))
    return t.put(text.encode(), t.place() + ".yaml")


def scenes_game(sides=SIDES, auto_release=True, era="3.8 native"):
    """One image a side; scene n shows image n and the next, the last one alone."""
    game = Game(era)
    main = game.bundle("main")
    walls = [main.picture("wall%d" % i, png(s, s)) for i, s in enumerate(sides)]
    for i, wall in enumerate(walls):
        shown = {"a": wall.texture}
        if i + 1 < len(walls) - 1:
            shown["b"] = walls[i + 1].texture
        main.scene("scene%d" % i, shown, auto_release)
    game.launch = next(iter(main.scenes))
    return game


def worst_peak(report):
    peaks = [max(s["resident_bytes"], s["load_peak"]["upper_bytes"]) for s in report["scenes"]]
    return max(peaks + [c["peak_upper_bytes"] for c in report["transitions"]])


def test_a_recipe_plans_every_image_that_it_may_touch(t):
    game = one_picture()
    other = game.main.picture("other", png(16, 16))
    game.main.assets[other.texture] = build.texture_doc([other.image], "2,2,0,0,2,0")
    game.main.natives[other.image] = {".png": png(15, 16)}
    source = t.put(game.files())
    made = plan(t, source, "--compress", "astc-6x6", "--preset", "fast", "--device",
                "iphone_2g")
    action, = made["actions"]
    equal(action, {"kind": "compress", "asset": game.wall.image, "path": "textures/wall",
                   "parameters": {"format": "astc-6x6", "preset": "fast"},
                   "before_bytes": 64 * 32 * 4, "after_bytes": 11 * 6 * 16})
    refusal, = made["refused"]
    equal(refusal["asset"], other.image)
    has(refusal["reason"], "mipmaps")


def test_a_plan_that_was_written_is_carried_out_as_it_says(t):
    source = t.put(scenes_game().files())
    path = t.place("plan.json")
    options = ("--device", "iphone_2g")
    equal(t.run("plan", source, "--compress", "astc-5x5", "-o", path, *options).code, 0)
    with open(path, encoding="utf-8") as f:
        made = json.load(f)
    equal(len(made["actions"]), len(SIDES))
    report = t.report(rewrite(t, source, plan=path), *options)
    equal(worst_peak(report), made["result"]["worst_peak_after_bytes"])
    equal(sum(x["gpu_bytes"] for x in report["textures"]), made["result"]["gpu_after_bytes"])
    after = {x["images"][0]: x["gpu_bytes"] for x in report["textures"]}
    for action in made["actions"]:
        equal(action["after_bytes"], after[action["asset"]], action["path"])


def test_mipmaps_are_planned_as_they_will_be(t):
    game = with_mipmaps("3.8 native", 64, 64)
    source = t.put(game.files())
    path = t.place("plan.json")
    options = ("--device", "iphone_2g")
    equal(t.run("plan", source, "--compress", "astc-8x8", "-o", path, *options).code, 0)
    with open(path, encoding="utf-8") as f:
        made = json.load(f)
    report = t.report(rewrite(t, source, plan=path), *options)
    equal(worst_peak(report), made["result"]["worst_peak_after_bytes"])
    equal(report["textures"][0]["gpu_bytes"], made["actions"][0]["after_bytes"])


@each(("by path", ("--match", "textures/wall1"), [1]), ("by a pattern", ("--match", "*wall[12]"), []),
      ("by file", ("--match", "*/%s.png" % uuid("wall3")), [3]),
      ("by uuid", ("--match", uuid("wall2")), [2]), ("by bundle", ("--bundle", "side"), []))
def test_only_images_that_are_meant_are_planned(t, options, expected):
    game = scenes_game()
    game.bundle("side")
    made = plan(t, t.put(game.files()), "--compress", "astc-6x6", *options)
    equal([a["asset"] for a in made["actions"]], [uuid("wall%d" % i) for i in expected])


def test_large_images_are_halved_until_they_fit(t):
    source = t.put(one_picture().files())
    action, = plan(t, source, "--max-side", "20")["actions"]
    equal(action["parameters"], {"width": 16, "height": 8})
    equal((action["before_bytes"], action["after_bytes"]), (8192, 512))


def test_the_same_format_is_not_made_again(t):
    game = one_picture(fmt="7@93_0")
    game.main.natives[game.wall.image] = {".astc": build.astc(64, 32), ".png": png(64, 32)}
    source = t.put(game.files())
    equal(plan(t, source, "--compress", "astc-6x6")["actions"], [])
    equal(len(plan(t, source, "--compress", "astc-8x8")["actions"]), 1)


# ---- the least ------------------------------------------------------------------------

def cheapest(t, source, small, budget, sides):
    """The least pixels of all sets of edits, each written and reported on."""
    best = None
    for chosen in itertools.product((False, True), repeat=len(sides)):
        cost = sum(s * s for s, c in zip(sides, chosen) if c)
        if best is not None and cost >= best:
            continue
        actions = [compress(uuid("wall%d" % i), "astc-6x6", preset="fastest")
                   for i, c in enumerate(chosen) if c]
        out = rewrite(t, source, plan=plan_file(t, *actions))
        if worst_peak(t.report(out, "--device", small, "--device", "small")) <= budget:
            best = cost
    return best


@each(*[("%d %%" % p, p) for p in (80, 45, 25)])
def test_the_plan_that_fits_is_the_cheapest_of_all(t, percent):
    sides = SIDES[:4]
    source = t.put(scenes_game(sides).files())
    roomy = device(t, 1 << 30)
    most = worst_peak(t.report(source, "--device", roomy, "--device", "small"))
    budget = most * percent // 100 // KIB * KIB
    small = device(t, budget)
    options = ("--compress", "astc-6x6", "--preset", "fastest", "--device", small, "--fit",
               "small")
    best = cheapest(t, source, small, budget, sides)
    made = plan(t, source, *options, code=0 if best is not None else 1)
    equal(made["result"]["fits"], best is not None)
    if best is not None:
        equal(made["result"]["cost"], best)
        equal(made["result"]["is_proven_cheapest"], True)
        equal(made["result"]["least_cost"], best)


def test_of_many_images_no_edit_is_there_that_is_not_needed(t):
    sides = [64 + 4 * i for i in range(13)]
    source = t.put(scenes_game(sides).files())
    roomy = device(t, 1 << 30)
    budget = worst_peak(t.report(source, "--device", roomy, "--device", "small")) // 2 // KIB * KIB
    small = device(t, budget)
    made = plan(t, source, "--compress", "astc-6x6", "--device", small, "--fit", "small")
    equal(made["result"]["fits"], True)
    least = made["result"]["least_cost"]
    check(0 < least <= made["result"]["cost"], made["result"])
    check(0 < len(made["actions"]) < len(sides), len(made["actions"]), "edits")
    for left_out in range(-1, len(made["actions"])):
        actions = [a for i, a in enumerate(made["actions"]) if i != left_out]
        out = rewrite(t, source, plan=plan_file(t, *actions))
        report = t.report(out, "--device", small, "--device", "small")
        equal(worst_peak(report) <= budget, left_out < 0, "without edit %d" % left_out)


@each(*[("%d %%" % p, p) for p in (70, 50, 40)])
def test_a_plan_of_many_images_costs_at_most_5_percent_more_than_the_bound(t, percent):
    game = Game("3.8 native")
    main = game.bundle("main")
    walls = [main.picture("wall%d" % i, png(64 << i % 3, 64 + i % 5 * 48)) for i in range(150)]
    for n in range(6):
        main.scene("scene%d" % n, {"w%d" % i: w.texture for i, w in enumerate(walls)
                                   if (i * 7 + n) % 3 > 0}, n % 2 == 0)
    source = t.put(game.files())
    roomy = device(t, 1 << 30)
    most = worst_peak(t.report(source, "--device", roomy, "--device", "small"))
    small = device(t, most * percent // 100 // KIB * KIB)
    made = plan(t, source, "--device", small, "--fit", "small")["result"]
    check(0 < made["least_cost"] <= made["cost"] <= made["least_cost"] * 1.05, made)
    check(made["worst_peak_after_bytes"] <= made["budget_bytes"], made)


def test_what_fits_needs_no_edit(t):
    source = t.put(scenes_game().files())
    made = plan(t, source, "--fit", "iphone_2g")
    equal((made["actions"], made["result"]["cost"], made["result"]["fits"]), ([], 0, True))


def test_what_remains_above_the_budget_is_told(t):
    source = t.put(scenes_game().files())
    small = device(t, KIB)
    made = plan(t, source, "--device", small, "--fit", "small", code=1)
    equal(made["result"]["fits"], False)
    check(made["over_budget"], "nothing is told")
    equal(made["result"]["is_proven_impossible"], True)
    for row in made["over_budget"]:
        check(row["peak_bytes"] > KIB, row)
        check(0 < row["least_bytes"] <= row["peak_bytes"], row)


def test_plans_do_not_depend_on_threads(t):
    source = t.put(scenes_game([64 + 4 * i for i in range(13)]).files())
    small = device(t, 80 * KIB)
    options = ("--device", small, "--fit", "small")
    texts = {t.run("plan", source, *options, j).out for j in ("-j1", "-j2", "-j2")}
    equal(len(texts), 1, "plans")


# ---- words ---------------------------------------------------------------------------

@each(("nothing wanted", (), "is needed"), ("a format", ("--compress", "dxt1"), "no format"),
      ("a preset", ("--compress", "etc2", "--preset", "slow"), "no preset"),
      ("a bundle", ("--compress", "etc2", "--bundle", "nowhere"), "no bundle"),
      ("a device", ("--fit", "nokia"), "nokia"))
def test_what_makes_no_sense_is_refused(t, options, expected):
    done = t.run("plan", t.put(one_picture().files()), *options)
    equal((done.code, done.out), (2, b""), done.err.decode())
    has(done.said, expected)
