# SPDX-License-Identifier: Apache-2.0
"""Load orders: stages by numbers worked by hand, proofs, gains, the rules file, outputs."""
import json
import os
import time

import build
from harness import ROOT, SHOWCASE, Skip, check, each, equal, has

SCHEMA = os.path.join(ROOT, "rules", "schema", "order.schema.json")
DEVICE = os.path.join(ROOT, "examples", "order", "device.yaml")
PICTURE = 64 * 32 * 4


def device(t, budget, **more):
    keys = dict({"title": "tiny", "process": budget + 4096, "base": 4096, "page": 4096,
                 "bits": 64, "max_texture": 4096, "backend": "webgl", "formats": "[webp]"},
                **more)
    text = "devices:\n  tiny:\n" + "".join("    %s: %s\n" % row for row in keys.items())
    path = t.place("device.yaml")
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return path


def pictures(count, era="3.8", auto_release=True):
    """A scene 'many' of `count` pictures of PICTURE bytes, and an empty scene 'none'."""
    game = build.Game(era)
    main = game.bundle("main")
    made = [main.picture("p%d" % i, build.png(64, 32)) for i in range(count)]
    main.scene("many", {"p%d" % i: p.texture for i, p in enumerate(made)}, auto_release)
    main.scene("none", {}, auto_release)
    game.launch = next(iter(main.scenes))
    game.main, game.made = main, made
    return game


def order(t, files, *options, code=0):
    done = t.run("order", "--format", "json", *options, files if isinstance(files, str)
                 else t.put(files))
    equal(done.code, code, done.err)
    return done.json


def plan(found, name):
    return next(s for s in found["scenes"] if s["name"] == name)


def follow(one, file_bytes):
    """The peaks on the web, a second time: GPU and the files stay, decoded pictures go."""
    there = one["held_by_others_bytes"]
    for stage in one["stages"]:
        count = len(stage["assets"])
        equal(stage["images"], count)
        equal(stage["decoded_bytes"], count * PICTURE)
        equal(stage["peak_bytes"], there + 2 * count * PICTURE)
        there += count * (PICTURE + file_bytes)
        equal(stage["resident_bytes"], there)
    equal(one["peak_bytes"], max(s["peak_bytes"] for s in one["stages"]))


def test_stages_keep_the_peak_under_the_budget(t):
    game = pictures(8)
    size = len(build.png(64, 32))
    budget = 10 * PICTURE + 8 * size
    found = order(t, game.files(), "--device", device(t, budget))
    one = plan(found, "many")
    equal((one["outcome"], one["at_once_bytes"]), ("in_stages", 16 * PICTURE))
    check(one["peak_bytes"] <= budget, one["peak_bytes"])
    follow(one, size)
    # the last stage has room for 2, the one before for 4, the first for the other 2
    equal(len(one["stages"]), 3)
    equal(sorted(a for s in one["stages"] for a in s["assets"]),
          sorted(p.texture for p in game.made))
    equal(found["fits"], True)


def test_what_fits_at_once_has_no_stages(t):
    found = order(t, pictures(2).files(), "--device", device(t, 4 * PICTURE))
    one = plan(found, "many")
    equal((one["outcome"], one["stages"]), ("at_once", []))


def test_what_fits_in_no_order_is_proved(t):
    size = len(build.png(64, 32))
    budget = 5 * PICTURE + 4 * size
    found = order(t, pictures(6).files(), "--device", device(t, budget), code=1)
    one = plan(found, "many")
    equal((one["outcome"], found["fits"]), ("impossible", False))
    proof = one["certificate"]
    # whichever of five comes last, four are there
    equal(len(proof["assets"]), 5)
    check(budget < proof["bytes"] <= 6 * PICTURE + 5 * size, proof)


def test_a_budget_above_the_proof_fits(t):
    path = t.put(pictures(6).files())
    size = len(build.png(64, 32))
    least = 7 * PICTURE + 5 * size
    equal(order(t, path, "--device", device(t, least))["fits"], True)
    equal(order(t, path, "--device", device(t, least - 1), code=1)["fits"], False)


def test_the_rules_file_says_what_comes_first_and_last(t):
    game = pictures(8)
    path = t.put(game.files())
    rules = t.place("rules.yaml")
    with open(rules, "w", encoding="utf-8") as f:
        f.write("order: { first: ['main:textures/p7*'], last: ['main:textures/p0*'] }\n")
    budget = 10 * PICTURE + 8 * len(build.png(64, 32))
    found = order(t, path, "--device", device(t, budget), "--rules", rules)
    assets = [a for s in plan(found, "many")["stages"] for a in s["assets"]]
    equal((assets[0], assets[-1]), (game.made[7].texture, game.made[0].texture))


@each(("a typing error", "order: { frist: [] }", "first"),
      ("no list", "order: { first: 3 }", "list"),
      ("no such name", "order: { first: ['main:nothing'] }", "main:nothing"))
def test_a_wrong_order_in_the_rules_file_is_told(t, text, part):
    rules = t.place("rules.yaml")
    with open(rules, "w", encoding="utf-8") as f:
        f.write(text + "\n")
    done = t.run("order", "--device", device(t, PICTURE), "--rules", rules,
                 t.put(pictures(2).files()))
    check(done.code in (2, 3), done.code)
    has(done.said, "line 1", part)


def test_a_change_tells_what_less_would_be_there(t):
    """hurt never frees: with it set to, and an empty scene between, the wall is alone."""
    files = build.two_scenes().files()
    found = order(t, files, "--device", device(t, 2 * PICTURE), code=1)
    row = next(r for r in found["transitions"] if r["to"].endswith("whole.scene"))
    kinds = {g["kind"]: g for g in row["gains"]}
    both = kinds["auto_release_and_empty_scene"]
    equal(both["peak_bytes"], 2 * PICTURE)
    equal(both["saved_bytes"], row["at_once_bytes"] - 2 * PICTURE)
    equal(kinds["auto_release"]["saved_bytes"], 0)
    equal(kinds["auto_release"]["later_bytes"], row["held_by_others_bytes"])


def test_reordering_gains_nothing_on_the_web(t):
    found = order(t, pictures(3).files(), "--device", device(t, 64 * PICTURE))
    rows = plan(found, "many")["reorder"]
    own = [r for r in rows if r["is_own"]]
    equal([(r["engines"], r["gain_bytes"]) for r in own], [("web and mini games", 0)])
    check(all(r["source"] and r["peak_gain_bytes"] == 0 for r in rows), rows)


def test_sponza_fits_the_example_device_only_in_stages(t):
    found = order(t, SHOWCASE, "--device", DEVICE, code=1)
    one = plan(found, "sponza")
    budget = found["device"]["image_budget_bytes"]
    equal(one["outcome"], "in_stages")
    check(one["at_once_bytes"] > budget >= one["peak_bytes"], one["at_once_bytes"])
    equal(sum(len(s["assets"]) for s in one["stages"]), 69)


@each(("the show-case", lambda t: SHOWCASE),
      ("2.4", lambda t: t.put(build.two_scenes("2.4").files())))
def test_json_obeys_its_schema(t, path):
    try:
        import jsonschema
    except ImportError:
        raise Skip("no python3-jsonschema") from None
    with open(SCHEMA, encoding="utf-8") as f:
        schema = json.load(f)
    done = t.run("order", "--format", "json", "--device", DEVICE, path(t))
    check(done.code in (0, 1), done.err)
    wrongs = list(jsonschema.Draft7Validator(schema).iter_errors(done.json))
    equal(["%s: %s" % (list(w.path), w.message) for w in wrongs[:3]], [])


def test_text_shows_stages_with_a_bar(t):
    done = t.run("order", "--device", DEVICE, "--scene", "sponza", SHOWCASE)
    has(done.text, "600.0 MiB for images", "fits in stages", "pass through an empty scene",
        "###", "must be there together")
    check(all(len(line) <= 100 for line in done.text.splitlines()), "wide lines")


def test_names_of_scenes_are_no_formats_and_no_lines(t):
    game = pictures(8)
    game.main.scene("%s%n\nodd", {"p": game.made[0].texture}, True)
    done = t.run("order", "--device", device(t, PICTURE), t.put(game.files()))
    has(done.text, "%s%n?odd: fits in no order")


def test_the_same_build_gives_the_same_bytes(t):
    runs = [t.run("order", "--format", "json", "--device", DEVICE, "-j", str(j), SHOWCASE).out
            for j in (1, 4)]
    equal(runs[0], runs[1])


def test_the_hash_follows_the_figures(t):
    first = order(t, pictures(2).files(), "--device", device(t, 64 * PICTURE))
    files = pictures(2).files()
    wall = next(name for name in files if name.endswith(".png"))
    files[wall] = build.png(32, 32)
    other = order(t, files, "--device", device(t, 64 * PICTURE))
    check(first["build"]["hash"] != other["build"]["hash"], first["build"])


def test_output_goes_whole_into_a_file(t):
    path = t.place("order.json")
    done = t.run("order", "--format", "json", "--device", DEVICE, "-o", path, SHOWCASE)
    equal((done.code, done.out), (1, b""))
    with open(path, encoding="utf-8") as f:
        equal(json.load(f)["schema"], "packaudit.order/1")


def test_one_device_is_needed(t):
    path = t.put(pictures(1).files())
    for options in ([], ["--device", "iphone_2g", "--device", "android_low_2g"]):
        done = t.run("order", *options, path)
        equal(done.code, 2)
        has(done.said, "one device")
    done = t.run("order", "--device", "iphone_2g", "--scene", "nowhere", path)
    equal(done.code, 2)
    has(done.said, "no scene is called 'nowhere'")


def test_five_thousand_assets_take_less_than_a_second(t):
    game = build.Game("3.8")
    main = game.bundle("main")
    made = [main.picture("p%d" % i, build.png(1 + i % 64, 8)) for i in range(5000)]
    main.scene("many", {"p%d" % i: p.texture for i, p in enumerate(made)}, True)
    game.launch = next(iter(main.scenes))
    path = t.put(game.files())
    begun = time.monotonic()
    t.run("report", "--format", "json", path)
    plain = time.monotonic() - begun
    begun = time.monotonic()
    found = order(t, path, "--device", device(t, 7000000))
    check(time.monotonic() - begun < plain + 1.0, time.monotonic() - begun, plain)
    equal(plan(found, "many")["outcome"], "in_stages")
