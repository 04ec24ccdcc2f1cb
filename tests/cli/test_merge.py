# SPDX-License-Identifier: Apache-2.0
"""plan --merge: textures of the same pixels become one, where nothing can tell."""
import json

import build
from build import Game, png, png_of, uuid
from harness import check, each, equal, has
from test_plan import device, plan, worst_peak
from test_recipes import with_rules
from test_rewrite import plan_file, refused, rewrite, tree_of
from test_rewrite_images import downscale


def game(era="3.8", base="2,2,2,2,0,0", path=False, pack=None, md5=None, twin=None):
    """Two sprites in two scenes, with two textures of the same pixels."""
    made = Game(era)
    made.main = main = made.bundle("main")
    main.md5 = md5
    made.a = main.picture("a", png(32, 32), path=False)
    made.b = main.picture("b", twin or png(32, 32), path=path)
    if base and not made.is_2_4:
        main.assets[made.b.texture] = build.texture_doc([made.b.image], base)
    for name, texture in (("a", made.a.texture), ("b", made.b.texture)):
        main.add(uuid("frame " + name), build.frame_doc(texture, name, made.is_2_4))
        main.scene("show " + name, {"s": uuid("frame " + name)})
    if pack:
        main.pack("0a1b2c3d4", [uuid("frame a"), uuid("frame b")], pack)
    return made


def pair(made):
    """The two textures, the one that stays last."""
    first, second = sorted((made.b, made.a), key=lambda x: x is made.a)
    return first.texture, second.texture


def merges(made):
    return [(a["asset"], a["parameters"]["into"]) for a in made["actions"]
            if a["kind"] == "merge"]


def merged(t, made, *options):
    """The plan, the rewritten build, and the source."""
    source = t.put(made.files())
    path = t.place("plan.json")
    equal(t.run("plan", source, "--merge", "-o", path, *options).code, 0)
    with open(path, encoding="utf-8") as f:
        said = json.load(f)
    return said, rewrite(t, source, plan=path), source


def textures_of(report, scene):
    return next(s for s in report["scenes"] if s["name"] == scene)


@each(*[(era, era, None) for era in build.ERAS],
      ("a pack", "3.8", "compiled"), ("a pack of 2.4", "2.4", "compiled"))
def test_two_textures_of_the_same_pixels_become_one(t, era, pack):
    made = game(era, pack=pack)
    said, out, source = merged(t, made)
    equal(merges(said), [pair(made)])
    equal(said["actions"][0]["before_bytes"], 32 * 32 * 4)
    before, after = t.report(source), t.report(out)
    for name in ("show a", "show b"):
        equal(textures_of(after, name)["gpu_bytes"], textures_of(before, name)["gpu_bytes"])
    equal(after["transitions"][0]["peak_upper_bytes"] <
          before["transitions"][0]["peak_upper_bytes"], True)
    equal(worst_peak(after), said["result"]["worst_peak_after_bytes"])


def test_only_the_documents_that_refer_to_it_change(t):
    made = game()
    _, out, source = merged(t, made)
    before, after = tree_of(source), tree_of(out)
    changed = made.main.import_file(uuid("frame b"))
    equal({p for p in before if before[p] != after.get(p)}, {changed})
    equal(after[changed], before[changed].replace(build.short(made.b.texture).encode(),
                                                  build.short(made.a.texture).encode()))


def test_names_that_hold_hashes_follow(t):
    made = game(md5="abcde")
    _, out, source = merged(t, made)
    gone = set(tree_of(source)) - set(tree_of(out))
    check(made.main.import_file(uuid("frame b")) in gone, gone)
    check(any("config" in p for p in gone), gone)


@each(("a path", dict(path=True), "by its path"),
      ("other parameters", dict(base="2,2,0,0,0,0"), "sampled otherwise"))
def test_what_may_differ_stays_apart(t, how, reason):
    made = plan(t, t.put(game(**how).files()), "--merge")
    equal(merges(made), [])
    has(made["refused"][0]["reason"], reason)


def test_other_pixels_are_no_twins(t):
    made = plan(t, t.put(game(twin=png(32, 32, opaque=True)).files()), "--merge")
    equal((made["actions"], made["refused"]), ([], []))


def test_another_kind_of_use_stays_apart(t):
    made = game()
    made.main.add(uuid("mat"), build.holder_doc("cc.Material", {"t": made.b.texture}))
    made.main.scene("solid", {"m": uuid("mat")})
    said = plan(t, t.put(made.files()), "--merge")
    equal(merges(said), [])
    has(said["refused"][0]["reason"], "something else")


@each(("full", lambda i: i), ("compressed", build.short))
def test_what_a_script_names_stays_apart(t, form):
    made = game()
    files = dict(made.files(), **{"src/x.js": b'f("%s")' % form(made.b.image).encode()})
    said = plan(t, t.put(files), "--merge")
    equal(merges(said), [])
    has(said["refused"][0]["reason"], "a script names its id")


def test_a_frame_that_code_can_load_keeps_its_texture(t):
    made = game()
    made.main.paths[uuid("frame b")] = ["ui/b", "cc.SpriteFrame"]
    said = plan(t, t.put(made.files()), "--merge")
    equal(merges(said), [])
    has(said["refused"][0]["reason"], "sprite frame of it by its path")


def other_bundle(redirects):
    made = game()
    side = made.bundle("side")
    c = side.picture("c", png(32, 32), path=False)
    side.add(uuid("frame c"), build.frame_doc(c.texture, "c"))
    side.scene("show c", {"s": uuid("frame c")})
    if redirects:
        side.redirect(made.a.texture, "main")
        side.redirect(made.a.image, "main")
    return made, c


def test_a_bundle_that_does_not_list_the_other_keeps_its_own(t):
    made, c = other_bundle(False)
    said = plan(t, t.put(made.files()), "--merge")
    equal(merges(said), [pair(made)])
    equal(said["refused"][0]["asset"], c.texture)
    has(said["refused"][0]["reason"], "does not store")


def test_a_bundle_that_sends_on_to_the_other_keeps_its_own(t):
    made, c = other_bundle(True)
    said = plan(t, t.put(made.files()), "--merge")
    equal(merges(said), [pair(made)])
    equal(said["refused"][0]["asset"], c.texture)


def test_a_bundle_shares_what_it_gets_from_one_other_bundle(t):
    made, _ = other_bundle(True)
    side = next(b for b in made.bundles if b.name == "side")
    side.redirect(made.b.texture, "main")
    side.redirect(made.b.image, "main")
    old, new = pair(made)
    side.scene("show old", {"s": side.add(uuid("frame old"), build.frame_doc(old, "old"))})
    said, out, _ = merged(t, made)
    equal(merges(said), [(old, new)])
    check(build.short(new).encode() in
          tree_of(out)["assets/side/import/%s/%s.json" % (uuid("frame old")[:2], uuid("frame old"))],
          "side does not refer to it")


def test_sides_and_merges_do_not_mix(t):
    made = game()
    source = t.put(made.files())
    said = plan(t, source, "--merge", "--max-side", "16", "--frames-of-code")
    check(not merges(said) or not [a for a in said["actions"] if a["kind"] == "downscale"],
          said["actions"])
    merge = {"kind": "merge", "asset": made.b.texture, "parameters": {"into": made.a.texture}}
    half = downscale(made.a.image, 16, 16)
    half["parameters"]["frames_of_code"] = True
    has(refused(t, 2, source, "-o", t.place(), "--plan", plan_file(t, merge, half)),
        "other sides")


@each(("itself", lambda m: (m.a.texture, m.a.texture), "not two of equal pixels"),
      ("no texture", lambda m: (m.b.texture, uuid("x")), "not two of equal pixels"),
      ("an image", lambda m: (m.b.image, m.a.image), "not two of equal pixels"))
def test_a_plan_that_merges_what_is_not_the_same_is_refused(t, of, why):
    made = game()
    asset, into = of(made)
    said = refused(t, 2, t.put(made.files()), "-o", t.place(), "--plan",
                   plan_file(t, {"kind": "merge", "asset": asset, "parameters": {"into": into}}))
    has(said, why)


def test_a_circle_of_merges_is_refused(t):
    made = game()
    both = [{"kind": "merge", "asset": x, "parameters": {"into": y}}
            for x, y in ((made.a.texture, made.b.texture), (made.b.texture, made.a.texture))]
    has(refused(t, 2, t.put(made.files()), "-o", t.place(), "--plan", plan_file(t, *both)),
        "merged itself")


def test_a_recipe_merges_what_it_means(t):
    made = game()
    equal(merges(plan(t, with_rules(t, "recipes: [{ use: sprite, merge: true }]\n", made))),
          [pair(made)])
    equal(merges(plan(t, with_rules(t, "recipes: [{ use: material, merge: true }]\n", made))), [])
    text = "recipes: [{ merge: true }, { at: %s, keep: true }]\n" % made.a.image
    equal(merges(plan(t, with_rules(t, text, made))), [])


def test_the_one_that_stays_is_compressed_with_the_others(t):
    said, out, _ = merged(t, game(), "--compress", "astc-6x6", "--preset", "fastest")
    report = t.report(out, "--device", "iphone_2g")
    equal(sum(x["gpu_bytes"] for x in report["textures"]), 2 * 6 * 6 * 16)
    equal(worst_peak(report) > 0, True)
    has(str(said["actions"]), "astc-6x6")


def test_fitting_counts_what_merges_save(t):
    made = game()
    source = t.put(made.files())
    peak = worst_peak(t.report(source))
    least = worst_peak(t.report(merged(t, game())[1]))
    check(least < peak, (least, peak))
    budget = device(t, (least // 1024 + 1) * 1024)
    said = plan(t, source, "--device", budget, "--fit", "small", "--merge", "--compress", "webp")
    equal((said["result"]["fits"], merges(said)), (True, [pair(made)]))


def test_the_receipt_tells_the_merges(t):
    made = game()
    _, out, _ = merged(t, made)
    with open(out + ".receipt.json", encoding="utf-8") as f:
        asset, into = pair(made)
        equal(json.load(f)["merged_textures"], [{"asset": asset, "into": into}])


def test_pictures_that_only_differ_under_alpha_0_are_not_the_same(t):
    clear = png_of([[v for _ in range(32) for v in (9, 9, 9, 0)]] * 32, 32, 32)
    other = png_of([[v for _ in range(32) for v in (8, 9, 9, 0)]] * 32, 32, 32)
    made = game(twin=other)
    made.main.natives[made.a.image] = {".png": clear}
    equal(merges(plan(t, t.put(made.files()), "--merge")), [])


@each(("one way", "a", "b"), ("the other way", "b", "a"))
def test_no_scene_comes_to_need_a_bundle_that_it_did_not(t, own, other):
    made = Game("3.8")
    main, extra = made.bundle("main"), made.bundle("extra")
    first = main.picture(own, png(32, 32), path=False)
    second = extra.picture(other, png(32, 32), path=False)
    main.redirect(second.texture, "extra")
    for name, texture in (("first", first.texture), ("second", second.texture)):
        main.scene(name, {"s": main.add(uuid("frame " + name),
                                        build.frame_doc(texture, name))})
    into = dict(merges(plan(t, t.put(made.files()), "--merge")))
    check(second.texture not in into.values(), into)
