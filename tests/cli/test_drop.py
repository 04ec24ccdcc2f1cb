# SPDX-License-Identifier: Apache-2.0
"""plan --drop-unused: files that no config and no document asks for leave the build."""
import json

from build import Game, png, uuid, zipped
from harness import check, each, equal, has
from test_plan import plan
from test_recipes import with_rules
from test_rewrite import plan_file, refused, rewrite, tree_of
from test_rewrite_images import one_picture

OLD_PACK = "assets/main/import/0a/0a1b2c3d4.json"
OLD_PNG = "assets/main/native/" + uuid("gone")[:2] + "/" + uuid("gone") + ".png"


def game(era="3.8", md5=None):
    made = Game(era)
    main = made.bundle("main")
    main.md5 = md5
    wall = main.picture("wall", png(16, 16))
    main.scene("hall", {"wall": wall.texture})
    main.picture("later", png(8, 8))
    return made


def files(era="3.8", **more):
    return dict(game(era).files(), **{OLD_PACK: b"{}", OLD_PNG: png(4, 4)}, **more)


def dropped(made):
    return {a["file"] for a in made["actions"] if a["kind"] == "drop"}


@each(*[(era, era) for era in ("3.8", "3.8 debug", "2.4", "3.8 native")])
def test_files_that_no_config_lists_go_and_nothing_else_changes(t, era):
    source = t.put(files(era))
    path = t.place("plan.json")
    equal(t.run("plan", source, "--drop-unused", "-o", path).code, 0)
    with open(path, encoding="utf-8") as f:
        made = json.load(f)
    equal(made["actions"],
          [{"kind": "drop", "file": p, "reason": "no config lists it", "before_bytes": n,
            "after_bytes": 0} for p, n in sorted(((OLD_PACK, 2), (OLD_PNG, len(png(4, 4)))))])
    out = rewrite(t, source, plan=path)
    equal(tree_of(out), game(era).files())
    with open(out + ".receipt.json", encoding="utf-8") as f:
        equal(json.load(f)["dropped_files"],
              [{"file": a["file"], "file_bytes": a["before_bytes"]} for a in made["actions"]])
    done = t.run("check", out, "--format", "json", "--fail-on", "never")
    check("file-unknown" not in done.text, "some are left")


def test_a_file_of_an_older_build_has_another_hash(t):
    made = game(md5="abcde").files()
    now = next(p for p in made if p.endswith(".png"))
    old = now.replace(".abcde.", ".12345.")
    source = t.put(dict(made, **{old: png(2, 2)}))
    equal(dropped(plan(t, source, "--drop-unused")), {old})


def test_an_alternative_that_its_image_does_not_name_goes(t):
    made = game()
    made.bundles[0].natives[uuid("wall")][".pkm"] = b"PKM 20"
    made.bundles[0].natives[uuid("wall")][".dat"] = b"somebody's"
    source = t.put(made.files())
    plain = made.bundles[0].native_file(uuid("wall"), ".pkm")
    action, = plan(t, source, "--drop-unused")["actions"]
    equal((action["file"], action["reason"]), (plain, "its image names no such alternative"))


def test_an_image_whose_own_files_lack_keeps_the_others(t):
    made = game()
    made.bundles[0].natives[uuid("wall")] = {".jpg": b"\xff\xd8"}
    equal(dropped(plan(t, t.put(made.files()), "--drop-unused")), set())


def test_what_the_config_lists_stays_though_nothing_uses_it(t):
    made = game()
    made.bundles[0].picture("hidden", png(4, 4), path=False)
    equal(dropped(plan(t, t.put(made.files()), "--drop-unused")), set())


@each(("a script", "src/game.js", 'load("%s.png")'), ("a page", "index.html", "<img src='/%s'>"))
def test_what_a_script_names_stays(t, path, text):
    source = t.put(files(**{path: (text % uuid("gone")).encode()}))
    made = plan(t, source, "--drop-unused")
    equal(dropped(made), {OLD_PACK})
    row, = made["refused"]
    equal((row["asset"], row["path"]), ("", OLD_PNG))
    has(row["reason"], "script names its id")
    said = refused(t, 2, source, "-o", t.place(), "--plan",
                   plan_file(t, {"kind": "drop", "file": OLD_PNG}))
    has(said, OLD_PNG, "script names its id")


@each(("a used image", "assets/main/native/" + uuid("wall")[:2] + "/" + uuid("wall") + ".png"),
      ("the config", "assets/main/config.json"), ("nothing", "assets/main/native/a.png"))
def test_a_plan_drops_nothing_that_something_asks_for(t, path):
    source = t.put(files())
    said = refused(t, 2, source, "-o", t.place(), "--plan",
                   plan_file(t, {"kind": "drop", "file": path}))
    has(said, path)


@each(("a bundle", "drop_unused: true, bundle: main", {OLD_PACK, OLD_PNG}),
      ("another", "drop_unused: true, bundle: side", set()),
      ("a file", 'drop_unused: true, at: "*/import/*"', {OLD_PACK}),
      ("a use is about images", "drop_unused: true, use: sprite", set()),
      ("switched off", "drop_unused: false, compress: png", set()))
def test_a_recipe_drops_what_it_means(t, row, expected):
    equal(dropped(plan(t, rules(t, "recipes: [{ %s }]\n" % row))), expected)


def rules(t, text):
    class Made:
        files = staticmethod(files)
    return with_rules(t, text, Made)


def test_a_file_may_be_kept_and_images_follow_other_recipes(t):
    source = rules(t, "recipes:\n  - { at: textures/wall, compress: astc-6x6 }\n"
                      '  - { drop_unused: true }\n  - { at: "*.png", keep: true }\n')
    equal(dropped(plan(t, source)), {OLD_PACK})
    source = rules(t, "recipes:\n  - { at: textures/wall, compress: astc-6x6 }\n"
                      "  - { drop_unused: true }\n")
    made = plan(t, source)
    equal([a["path"] for a in made["actions"] if a["kind"] == "compress"], ["textures/wall"])


def test_match_and_bundle_narrow_it(t):
    source = t.put(files())
    equal(dropped(plan(t, source, "--drop-unused", "--match", "*.png")), {OLD_PNG})
    equal(dropped(plan(t, source, "--drop-unused", "--bundle", "main")), {OLD_PACK, OLD_PNG})


def test_a_hot_update_manifest_no_longer_lists_what_is_gone(t):
    manifest = json.dumps({"version": "1", "assets": {
        OLD_PNG: {"size": 1, "md5": "x"}}}).encode()
    source = t.put(files(**{"project.manifest": manifest}))
    out = rewrite(t, source, plan=plan_file(t, {"kind": "drop", "file": OLD_PNG}))
    with open(out + "/project.manifest", encoding="utf-8") as f:
        equal(json.load(f)["assets"], {})


def test_a_dry_run_names_the_files(t):
    source = t.put(files())
    done = t.run("rewrite", source, "-o", t.place(), "--dry-run", "--plan",
                 plan_file(t, {"kind": "drop", "file": OLD_PNG}))
    has(done.text, "drop " + OLD_PNG)


def test_an_archive_is_planned_too(t):
    equal(dropped(plan(t, t.put(zipped(files()), "game.zip"), "--drop-unused")),
          {OLD_PACK, OLD_PNG})


def test_an_alternative_that_is_made_takes_the_place_of_one_that_nothing_names(t):
    made = one_picture("3.8 native")
    made.main.natives[made.wall.image][".astc"] = b"stray"
    source = t.put(made.files())
    path = t.place("plan.json")
    equal(t.run("plan", source, "--drop-unused", "--compress", "astc-6x6", "-o", path).code, 0)
    after = tree_of(rewrite(t, source, plan=path))
    stray = next(p for p in after if p.endswith(".astc"))
    check(after[stray] != b"stray", stray)
