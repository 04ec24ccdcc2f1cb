# SPDX-License-Identifier: Apache-2.0
"""packaudit rewrite: hot-update manifests follow the files."""
import hashlib
import json
import os

from build import zipped
from harness import Skip, check, each, equal, has
from test_archives import files_of, rewritten
from test_corpus import CORPUS
from test_rewrite import plan_file, rewrite, tree_of
from test_rewrite_images import compress, md5_game, one_picture, smooth


def facts(content):
    return {"size": len(content), "md5": hashlib.md5(content).hexdigest()}


def manifest(files, version="1.0.7", indent=None, **more):
    """As version_generator.js writes it."""
    separators = (",", ":") if indent is None else None
    table = {"packageUrl": "http://h/", "remoteManifestUrl": "http://h/project.manifest",
             "version": version,
             "assets": {p: facts(c) for p, c in files.items()}, "searchPaths": []}
    return json.dumps(dict(table, **more), separators=separators, indent=indent).encode()


def true(text, files, but=()):
    """A manifest tells what is there, each file that it tells."""
    table = json.loads(text)["assets"]
    for path, row in table.items():
        if path not in but:
            equal(row, facts(files[path]), path)
    return table


@each(("in one line", None), ("indented", 2))
def test_a_manifest_tells_what_changed_and_what_came_and_nothing_else_changes(t, indent):
    game = one_picture("3.8 native")
    files = game.files()
    old = manifest(files, indent=indent)
    files["project.manifest"] = old
    files["version.manifest"] = b'{"version":"1.0.7"}'
    source = t.put(files)
    done = t.run("rewrite", source, "-o", t.place("new"), "--plan",
                 plan_file(t, compress(game.wall.image)))
    equal(done.code, 0, done.err.decode())
    after = tree_of(t.place("new"))
    table = true(after["project.manifest"], after)
    new = game.main.native_file(game.wall.image, ".astc")
    png_file = game.main.native_file(game.wall.image)
    document = game.main.import_file(game.wall.image)
    # the same keys in the same order, the new one beside its picture
    order = list(json.loads(old)["assets"])
    order.insert(order.index(png_file) + 1, new)
    equal(list(table), order)
    # every other byte stays
    expected = json.loads(old)
    assets = {}
    for path, row in expected["assets"].items():
        assets[path] = row if path != document else facts(after[document])
        if path == png_file:
            assets[new] = facts(after[new])
    expected["assets"] = assets
    separators = (",", ":") if indent is None else None
    equal(after["project.manifest"],
          json.dumps(expected, separators=separators, indent=indent).encode())
    equal(after["version.manifest"], files["version.manifest"])
    has(done.text, "project.manifest: 2 entries", "still '1.0.7'", "raise it")
    with open(t.place("new.receipt.json"), encoding="utf-8") as f:
        told = json.load(f)
    equal(told["manifests"], [{"path": "project.manifest", "version": "1.0.7",
                               "entries_changed": 2}])
    equal(told["manifests_out_of_date"], [])


def test_names_that_change_and_files_that_go_are_followed(t):
    game, files = md5_game()
    files["project.manifest"] = manifest(dict(files))
    out = tree_of(rewrite(t, t.put(files), plan=plan_file(t, compress(game.wall.image))))
    table = true(out["project.manifest"], out)
    equal(set(table), set(out) - {"project.manifest"})


def test_a_picture_that_takes_the_place_of_another_takes_its_entry(t):
    game = one_picture("3.8 native")
    wall = game.main.natives[game.wall.image]
    wall[".png"] = smooth(64, 64)
    files = game.files()
    files["project.manifest"] = manifest(dict(files))
    out = tree_of(rewrite(t, t.put(files), plan=plan_file(t, compress(game.wall.image,
                                                                      "png"))))
    picture = game.main.native_file(game.wall.image)
    check(out[picture] != files[picture], "the picture is as it was")
    equal(list(true(out["project.manifest"], out)), list(json.loads(
        files["project.manifest"])["assets"]))


def test_paths_are_written_as_uris(t):
    game = one_picture("3.8 native")
    game.main.folder = "assets/m \u00fc/"
    files = game.files()
    uri = "assets/m%20%C3%BC/"
    listed = {p.replace(game.main.folder, uri): c for p, c in files.items()}
    files["project.manifest"] = manifest(listed)
    out = tree_of(rewrite(t, t.put(files), plan=plan_file(t, compress(game.wall.image))))
    table = json.loads(out["project.manifest"])["assets"]
    new = game.main.native_file(game.wall.image, ".astc")
    equal(table[new.replace(game.main.folder, uri)], facts(out[new]))


def test_a_manifest_in_the_game_is_in_the_one_that_is_served(t):
    game = one_picture("3.8 native")
    inner = "assets/main/native/48/48.manifest"
    files = game.files()
    files[inner] = manifest(dict(files), "1.0.0")
    files["project.manifest"] = manifest(dict(files))
    out = tree_of(rewrite(t, t.put(files), plan=plan_file(t, compress(game.wall.image))))
    true(out[inner], out)
    true(out["project.manifest"], out)
    check(out[inner] != files[inner], "the manifest in the game is as it was")


def test_a_manifest_in_an_archive_is_edited(t):
    game = one_picture("3.8 native")
    files = {"assets/" + p: c for p, c in game.files().items()}
    files["assets/project.manifest"] = manifest(game.files())
    out, _ = rewritten(t, zipped(files), "game.apk", compress(game.wall.image))
    out = {p[len("assets/"):]: c for p, c in files_of(out).items()}
    true(out["project.manifest"], out)


def test_entries_of_files_that_are_not_there_stay(t):
    game = one_picture("3.8 native")
    files = game.files()
    text = json.loads(manifest(files))
    text["assets"]["src/gone.js"] = {"size": 5, "md5": "00", "compressed": True}
    text["assets"]["odd"] = "text"
    files["project.manifest"] = json.dumps(text).encode()
    files["odd.manifest"] = b"no JSON"
    out = tree_of(rewrite(t, t.put(files), plan=plan_file(t, compress(game.wall.image))))
    table = json.loads(out["project.manifest"])["assets"]
    equal((table["src/gone.js"], table["odd"]),
          (text["assets"]["src/gone.js"], "text"))


def test_a_plan_without_edits_changes_no_manifest(t):
    files = one_picture("3.8 native").files()
    files["project.manifest"] = manifest({p: b"another build" for p in files})
    out = tree_of(rewrite(t, t.put(files)))
    equal(out["project.manifest"], files["project.manifest"])


def test_the_manifests_of_a_real_game_tell_what_is_there(t):
    folder = os.path.join(CORPUS, "hotupdate-3.8.8-android")
    if not os.path.isdir(folder):
        raise Skip("no folder ../shared/corpus")
    plan = t.place("plan.json")
    equal(t.run("plan", folder, "--compress", "etc2", "-o", plan).code, 0)
    out = tree_of(rewrite(t, folder, plan=plan))
    table = json.loads(out["project.manifest"])["assets"]
    found = {p: row for p, row in table.items() if p in out}
    equal(found, {p: facts(out[p]) for p in found})
    equal(len([p for p in table if p.endswith(".pkm")]), 15)


@each(("without hashes", None), ("with hashes", "abcde"))
def test_packs_that_follow_an_order_are_listed(t, md5):
    import test_regroup
    files = test_regroup.game("3.8 native", md5).files()
    files["project.manifest"] = manifest(files)
    out, _, _ = test_regroup.regroup(t, t.put(files))
    after = tree_of(out)
    told = true(after.pop("project.manifest"), after)
    equal(set(told), set(after))
