# SPDX-License-Identifier: Apache-2.0
"""packaudit rewrite --order: packs follow scenes and stages, and nothing else changes."""
import json
import os
import zipfile

import build
from harness import ROOT, Skip, check, each, equal, has
from regrouped import documents_of, fetched, holders_of
from test_corpus import CORPUS
from test_rewrite import corpus_builds, leftovers, plan_file, refused, same_tree, tree_of

DEVICE = """devices:
  plain:
    title: plain
    process: 900 MiB
    base: 100 MiB
    page: 4 KiB
    bits: 64
    max_texture: 4096
    backend: webgl
    formats: [webp]
"""
NAMES = ["hall", "yard", "roof"]


def device(t, budget=None):
    path = t.place("plain.yaml" if budget is None else "tight.yaml")
    text = DEVICE
    if budget is not None:
        text = text.replace("900 MiB", str(budget + 4096)).replace("100 MiB", "4096")
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return path


def order_of(t, source, *options):
    path = t.place()
    done = t.run("order", source, "--format", "json", "-o", path, "--device", device(t),
                 *options)
    check(done.code in (0, 1), done.err.decode())
    return path


def staged_order(t, source, budget=None):
    """An order for a device on which the largest scene just does not fit at once, and the
    device."""
    with open(order_of(t, source), encoding="utf-8") as f:
        budget = budget or max(s["at_once_bytes"] for s in json.load(f)["scenes"]) - 1
    tight, order = device(t, budget), t.place()
    done = t.run("order", source, "--format", "json", "-o", order, "--device", tight)
    check(done.code in (0, 1), done.err.decode())
    return order, tight


def regroup(t, source, *options, order=None):
    """Rewrites a build by its load order: where it is, its receipt, its new order."""
    out = t.place()
    done = t.run("rewrite", source, "-o", out, "--order", order or order_of(t, source),
                 "--device", device(t), *options)
    equal(done.code, 0, done.err.decode())
    with open(out + ".receipt.json", encoding="utf-8") as f:
        receipt = json.load(f)
    with open(out + ".load-order.json", encoding="utf-8") as f:
        return out, receipt, json.load(f)


def pictures(bundle, prefix, count):
    return [bundle.picture("%s %d" % (prefix, i), build.png(8, 8)) for i in range(count)]


def game(era, md5=None):
    """Three scenes: each with pictures of its own, and some that two or all need; all that
    can be packed lies in packs that mix them, the images in files of their own."""
    made = build.Game(era)
    main = made.bundle("main")
    main.md5 = md5
    own = {name: pictures(main, name, 6) for name in NAMES}
    two, every = pictures(main, "two", 3), pictures(main, "every", 3)
    wall = main.picture("wall", build.png(32, 32))
    frames = []
    for name, wanted in own.items():
        wanted = wanted + every + (two if name != "roof" else [])
        holder = {}
        for i, picture in enumerate(wanted):
            frame = build.uuid("frame %s %d" % (name, i))
            main.add(frame, build.frame_doc(picture.texture, "f%d" % i, made.is_2_4))
            frames.append(frame)
            holder["f%d" % i] = frame
        holder["wall"] = wall.texture
        main.scene(name, holder)
    textures = [p.texture for p in sum(own.values(), [wall]) + two + every]
    main.pack("0aaaaaaaa", sorted(frames))
    main.pack("0bbbbbbbb", sorted(textures),
              "textures 2.4" if made.is_2_4 else "textures")
    made.launch = next(iter(main.scenes))
    made.main = main
    return made


def loads(receipt):
    return {row["name"]: row for row in receipt["packs"]["loads"] if row["id"]}


def without_files(report):
    """A report without what counts files: all else is the same whatever the packs."""
    del report["build"]["path"], report["build"]["document_bytes"], report["package"]
    for row in report["bundles"]:
        del row["files"], row["file_bytes"]
    return report


def no_load_got_worse(receipt):
    for row in receipt["packs"]["loads"]:
        for key in ("requests", "import_requests", "bytes", "import_bytes"):
            check(row["after"][key] <= row["before"][key], row)


@each(*[(era, era) for era in build.ERAS])
def test_each_scene_fetches_its_own_documents_in_fewer_requests(t, era):
    source = t.put(game(era).files())
    out, receipt, _ = regroup(t, source)
    equal(documents_of(out), documents_of(source))
    no_load_got_worse(receipt)
    for name in NAMES:
        row = loads(receipt)[name]
        check(row["before"]["foreign_bytes"] > 0, row)
        equal(row["after"]["foreign_bytes"], 0, row)
        fewer = 0 if "2.4" in era else 1  # 2.4 has no images in files of their own
        check(row["after"]["import_requests"] + fewer <= row["before"]["import_requests"],
              row)
    equal(without_files(t.report(out)), without_files(t.report(source)))


@each(*[(era, era) for era in ("3.8", "3.8 debug", "3.4", "2.4")])
def test_the_receipt_counts_the_files_that_hold_a_scenes_documents(t, era):
    made = game(era)
    source = t.put(made.files())
    out, receipt, _ = regroup(t, source)
    for name in NAMES:
        scene = made.main.scenes["db://assets/%s%s" % (
            name, ".fire" if made.is_2_4 else ".scene")]
        wanted, todo = set(), [scene]
        while todo:  # uuids in the documents that were made
            asset = todo.pop()
            if asset in wanted:
                continue
            wanted.add(asset)
            text = json.dumps(made.main.assets[asset])
            todo += [a for a in made.main.assets if '"%s"' % build.short(a) in text]
        for folder, side in ((source, "before"), (out, "after")):
            files = fetched(folder, wanted)
            row = loads(receipt)[name][side]
            equal(row["import_requests"], len(files), (name, side))
            equal(row["import_bytes"], sum(files.values()), (name, side))


@each(*[(era, era) for era in build.ERAS])
def test_every_asset_lies_in_one_place_and_uuids_stay_where_they_were(t, era):
    made = game(era)
    source = t.put(made.files())
    out, _, _ = regroup(t, source)
    check(all(len(packs) <= 1 for packs in holders_of(out).values()))
    name = made.era.get("config", "config")
    old = json.loads(tree_of(source)["assets/main/%s.json" % name])
    new = json.loads(tree_of(out)["assets/main/%s.json" % name])
    equal(list(new), list(old))
    equal(new["uuids"][:len(made.main.assets)], old["uuids"][:len(made.main.assets)])
    check(len(new["uuids"]) >= len(old["uuids"]))
    for key in set(old) - {"uuids", "packs"}:
        equal(new[key], old[key], key)
    for pack, members in new["packs"].items():
        check(len(pack) == 9 and pack[0] == "0", pack)
        equal(pack in new["uuids"], not made.is_2_4, pack)
        equal({type(m) for m in members}, {type(m) for m in old["packs"]["0aaaaaaaa"]})


@each(*[(era, era) for era in ("3.8", "3.8 debug", "3.4", "2.4")])
def test_names_with_hashes_follow(t, era):
    source = t.put(game(era, md5="abcde").files())
    out, receipt, _ = regroup(t, source)
    equal(documents_of(out), documents_of(source))
    no_load_got_worse(receipt)
    names = set(tree_of(out))
    check("assets/main/config.abcde.json" not in names, names)
    config = next(n for n in names if n.startswith("assets/main/config."))
    version = config.split(".")[1]
    settings = next(n for n in names if n.startswith("src/settings"))
    has(tree_of(out)[settings].decode(), version)
    new = json.loads(tree_of(out)[config])
    keys = new["versions"]["import"][::2]
    equal(len(set(map(str, keys))), len(keys))
    ids = [k if isinstance(k, str) else new["uuids"][k] for k in keys]
    before, after = holders_of(source), holders_of(out)
    packed = {build.short(a) for b, a in after if after[b, a] and not before[b, a]}
    packed |= {a for b, a in after if after[b, a] and not before[b, a]}
    equal(packed & set(ids), set())
    single = {a for b, a in after if not after[b, a]}
    check(single <= {i if len(i) > 27 else full for i in ids for full in single
                     if build.short(full) == i or full == i})
    equal({i for i in ids if len(i) == 9}, set(new["packs"]))


def fnv(text):
    found = 0x811C9DC5
    for byte in text.encode():
        found = (found ^ byte) * 16777619 & 0xFFFFFFFF
    return "%08x" % found


@each(("without hashes", None), ("with hashes", "abcde"))
def test_the_new_order_is_for_the_new_build(t, md5):
    made = game("3.8", md5)
    source = t.put(made.files())
    order, tight = staged_order(t, source)
    out = t.place()
    done = t.run("rewrite", source, "-o", out, "--order", order, "--device", tight)
    equal(done.code, 0, done.err.decode())
    with open(order, encoding="utf-8") as f:
        old = json.load(f)
    with open(out + ".load-order.json", encoding="utf-8") as f:
        new = json.load(f)
    staged = [s for s in new["scenes"] if s["stages"]]
    check(staged)
    equal([s["stages"] for s in new["scenes"]], [s["stages"] for s in old["scenes"]])
    import bundles  # as the loader looks assets up
    main = bundles.Build(out).bundles[0]
    for plan in staged:
        rows = ""
        for stage in plan["stages"]:
            for asset in stage["assets"]:
                entry = main.entries[asset]
                rows += "%s %s %s\n" % (asset, entry.version.lstrip("."),
                                        entry.native_version.lstrip("."))
        equal(plan["match"], fnv(rows))
    again = t.run("rewrite", out, "-o", t.place(), "--order", out + ".load-order.json",
                  "--device", tight)
    equal(again.code, 0, again.err.decode())


def test_an_order_of_another_build_is_refused(t):
    other = game("3.8")
    other.main.picture("more", build.png(8, 8))
    order = order_of(t, t.put(game("3.8").files()))
    said = refused(t, 2, t.put(other.files()), "-o", t.place(), "--order", order, "--device",
                   device(t))
    has(said, order, "made for another build", "packaudit order")
    equal(said.count("\n"), 0)


def test_stages_have_packs_of_their_own(t):
    made = build.Game("3.8")
    main = made.bundle("main")
    long = [main.picture("long %d" % i, build.png(64, 32), path=False) for i in range(8)]
    for i, picture in enumerate(long):  # documents above the least size of a pack
        document = main.assets[picture.texture]
        document[5][0]["note"] = "x" * 5000
    main.scene("many", {"p%d" % i: p.texture for i, p in enumerate(long)})
    main.pack("0aaaaaaaa", sorted(p.texture for p in long))
    source = t.put(made.files())
    order, tight = staged_order(t, source, 10 * 64 * 32 * 4 + 8 * len(build.png(64, 32)))
    out = t.place()
    done = t.run("rewrite", source, "-o", out, "--order", order, "--device", tight)
    equal(done.code, 0, done.err.decode())
    with open(order, encoding="utf-8") as f:
        stages = json.load(f)["scenes"][0]["stages"]
    check(len(stages) > 1, stages)
    packs = holders_of(out)
    found = [{tuple(packs["main", a]) for a in stage["assets"]} for stage in stages]
    equal([len(f) for f in found], [1] * len(stages))
    equal(len(set.union(*found)), len(stages))


@each(*[(era, era) for era in ("3.8", "3.8 debug", "3.4", "2.4")])
def test_three_packs_of_one_scene_become_one_and_no_index_moves(t, era):
    made = build.Game(era)
    main = made.bundle("main")
    main.md5 = "abcde"
    frames = {}
    for i, picture in enumerate(pictures(main, "p", 9)):
        frames["f%d" % i] = main.add(build.uuid("frame %d" % i),
                                     build.frame_doc(picture.texture, "f", made.is_2_4))
    members = list(frames.values())
    for i in range(3):
        main.pack("0%d%d%d%daaaa" % (i, i, i, i), sorted(members[3 * i:3 * i + 3]))
    main.scene("one", frames)
    source = t.put(made.files())
    out, receipt, _ = regroup(t, source)
    equal(documents_of(out), documents_of(source))
    equal(loads(receipt)["one"]["after"]["import_requests"], 1)
    config = next(c for p, c in tree_of(out).items() if p.startswith("assets/main/config."))
    new = json.loads(config)
    equal(len(new["packs"]), 1)
    pack = next(iter(new["packs"]))
    old = main.config()
    equal(len(new["uuids"]), len(old["uuids"]))
    ids = [u for u in old["uuids"] if len(u) == 9]
    equal(new["uuids"], [pack if u in ids else u for u in old["uuids"]])
    equal(t.report(out)["findings"], t.report(source)["findings"])


def test_an_archive_is_regrouped_too(t):
    folder = t.put(game("3.8").files())
    archive = t.put(build.zipped(game("3.8").files()), "game.zip")
    out, place = regroup(t, folder)[0], t.place("new.zip")
    done = t.run("rewrite", archive, "-o", place, "--order", order_of(t, archive),
                 "--device", device(t))
    equal(done.code, 0, done.err.decode())
    with zipfile.ZipFile(place) as z:
        found = {n: z.read(n) for n in z.namelist() if not n.endswith("/")}
    equal(found, tree_of(out))


def test_what_code_loads_stays_where_it_was(t):
    made = game("3.8")
    extra = made.bundle("resources")
    pictures = [extra.picture("code %d" % i, build.png(8, 8)) for i in range(3)]
    extra.pack("0cccccccc", sorted(p.texture for p in pictures), "textures")
    source = t.put(made.files())
    out, _, _ = regroup(t, source)
    old, new = tree_of(source), tree_of(out)
    for path in old:
        if path.startswith("assets/resources/"):
            equal(new[path], old[path], path)


def test_a_build_that_is_grouped_best_stays_byte_for_byte(t):
    first, _, _ = regroup(t, t.put(game("3.8").files()))
    second, receipt, _ = regroup(t, first)
    same_tree(first, second)
    equal(receipt["packs"]["files_made"], 0)


@each(("3.8", "3.8"), ("2.4", "2.4"))
def test_the_result_does_not_depend_on_threads(t, era):
    source = t.put(game(era, md5="abcde").files())
    one, _, _ = regroup(t, source, "-j", "1")
    many, _, _ = regroup(t, source, "-j", "7")
    same_tree(one, many)


def test_textures_and_order_give_one_build(t):
    made = game("3.8", md5="abcde")
    source, image = t.put(made.files()), build.uuid("wall")
    plan = plan_file(t, {"kind": "compress", "asset": image,
                         "parameters": {"format": "astc-4x4"}})
    out, receipt, _ = regroup(t, source, "--plan", plan)
    old = t.report(source)
    report = t.report(out)
    equal([s["textures"] for s in report["scenes"]], [s["textures"] for s in old["scenes"]])
    equal([r["asset"] for r in receipt["images"]], [image])
    before, after = documents_of(source), documents_of(out)
    equal([k for k in before if before[k] != after[k]], [("main", image)])
    equal(after["main", image][1]["fmt"], "7@89_0")
    done = t.run("rewrite", out, "-o", t.place(), "--order", out + ".load-order.json",
                 "--device", device(t))
    equal(done.code, 0, done.err.decode())


def test_a_dry_run_tells_and_writes_nothing(t):
    source = t.put(game("3.8").files())
    out, receipt, _ = regroup(t, source)
    before = sorted(os.listdir(t.folder))
    done = t.run("rewrite", source, "--dry-run", "--order", order_of(t, source),
                 "--device", device(t))
    equal(done.code, 0, done.err.decode())
    row = loads(receipt)["hall"]
    has(done.out.decode(), "hall", str(row["after"]["import_bytes"]), "nothing was written")
    equal(leftovers(t), [])
    check(set(os.listdir(t.folder)) - set(before) <= {"input%d" % i for i in range(99)})


def test_the_new_order_goes_where_it_is_told(t):
    source = t.put(game("3.8").files())
    out, place = t.place(), t.place("mine.json")
    done = t.run("rewrite", source, "-o", out, "--order", order_of(t, source), "--device",
                 device(t), "--new-order", place)
    equal(done.code, 0, done.err.decode())
    check(os.path.exists(place) and not os.path.exists(out + ".load-order.json"))


def test_when_the_order_cannot_be_written_nothing_is_left(t):
    source = t.put(game("3.8").files())
    out = t.place()
    done = t.run("rewrite", source, "-o", out, "--order", order_of(t, source), "--device",
                 device(t), "--new-order", os.path.join(t.folder, "no", "such", "folder"))
    equal(done.code, 4, done.err.decode())
    check(not os.path.exists(out) and not os.path.exists(out + ".receipt.json"))
    equal(leftovers(t), [])


@each(("no JSON", b"{", "line 1"), ("a plan", b'{"schema":"packaudit.plan/1"}', "load order"),
      ("no device", b'{"schema":"packaudit.order/1","build":{"hash":""},"scenes":[],'
                    b'"transitions":[]}', "load order"))
def test_what_is_no_load_order_is_refused(t, text, part):
    source = t.put(game("3.8").files())
    path = t.put(text)
    has(refused(t, 3, source, "-o", t.place(), "--order", path), path, part)


def test_the_device_of_an_order_must_be_known(t):
    source = t.put(game("3.8").files())
    has(refused(t, 2, source, "-o", t.place(), "--order", order_of(t, source)), "plain",
        "--device")


def left_alone(t, made, spoil):
    """Regroups a build that something is wrong with; packs `0aaaaaaaa` and all in it stay
    as they are."""
    files = made.files()
    spoil(files)
    source = t.put(files)
    out, receipt, _ = regroup(t, source)
    new = tree_of(out)
    path = made.main.import_file("0aaaaaaaa")
    equal(new.get(path), files.get(path))
    no_load_got_worse(receipt)
    equal(documents_of(out), documents_of(source))
    equal(sorted(f["rule"] for f in t.report(out)["findings"]),
          sorted(f["rule"] for f in t.report(source)["findings"]))


def cut_pack(files, path):
    pack = json.loads(files[path])
    pack[5].pop()
    files[path] = build.text_of(pack)


def bad_class(files, path):
    pack = json.loads(files[path])
    pack[5][0][1] = [99]
    files[path] = build.text_of(pack)


@each(("too few documents", cut_pack), ("a class that is not there", bad_class),
      ("no JSON", lambda files, path: files.update({path: b'[1,["'})),
      ("no pack", lambda files, path: files.update({path: b"{}"})),
      ("absent", lambda files, path: files.pop(path)))
def test_a_damaged_pack_is_left_alone(t, damage):
    made = game("3.8")
    left_alone(t, made, lambda files: damage(files, made.main.import_file("0aaaaaaaa")))


def test_packs_that_share_a_document_are_left_alone(t):
    made = game("3.8")
    shared = made.main.packs["0aaaaaaaa"][1][0]
    made.main.pack("0dddddddd", [shared, build.uuid("hall 0")])
    left_alone(t, made, lambda files: None)


def test_a_pack_with_a_member_that_is_nowhere_is_left_alone(t):
    made = game("3.8")
    made.main.edit = lambda config: config["packs"]["0aaaaaaaa"].append(4711)
    left_alone(t, made, lambda files: None)


def test_animation_clips_stay_files_of_their_own(t):
    made = game("3.8.7")
    clip = made.main.add(build.uuid("clip"), build.cconb(build.clip_doc({}), 2))
    made.main.extensions[clip] = ".cconb"
    scene = next(iter(made.main.scenes.values()))
    document = made.main.assets[scene]
    document[1].append(build.short(clip))
    document[2].append("clip")
    document[8].append(1)
    document[9].append(len(document[2]) - 1)
    document[10].append(len(document[1]) - 1)
    source = t.put(made.files())
    out, receipt, _ = regroup(t, source)
    no_load_got_worse(receipt)
    path = made.main.import_file(clip, ".cconb")
    equal(tree_of(out)[path], tree_of(source)[path])
    equal(documents_of(out), documents_of(source))


def verbose_game():
    """Documents of 2.4.0: none is compiled, packs are lists, textures are texts."""
    made = build.Game("2.4")
    main = made.bundle("main")
    scenes = {}
    for name in NAMES[:2]:
        wanted = pictures(main, name, 5)
        frames = []
        for i, picture in enumerate(wanted):
            frames.append(main.add(build.uuid("frame %s %d" % (name, i)), {
                "__type__": "cc.SpriteFrame",
                "content": {"name": "f", "texture": build.short(picture.texture),
                            "rect": [0, 0, 1, 1]}}))
        scenes[name] = main.scene(name, {})
        main.assets[scenes[name]] = [
            {"__type__": "cc.SceneAsset", "_name": name, "scene": {"__id__": 1}},
            {"__type__": "cc.Scene", "_frames": [{"__uuid__": build.short(f)}
                                                 for f in frames]}]
    assets = list(main.assets)
    textures = [a for a in assets if isinstance(main.assets[a], list) and
                isinstance(main.assets[a][0], int)]
    main.pack("0bbbbbbbb", sorted(textures), "textures 2.4")
    main.pack("0aaaaaaaa", sorted(a for a in assets if isinstance(main.assets[a], dict)),
              "list")
    made.main = main
    return made


def test_documents_of_2_4_0_are_grouped_in_lists_and_texts(t):
    made = verbose_game()
    source = t.put(made.files())
    out, receipt, _ = regroup(t, source)
    equal(documents_of(out), documents_of(source))
    no_load_got_worse(receipt)
    packs = [json.loads(tree_of(out)[made.main.import_file(p)])
             for p in json.loads(tree_of(out)["assets/main/config.json"])["packs"]]
    check(any(isinstance(p, list) for p in packs), packs)
    check(all(isinstance(p, dict) or not isinstance(p[0], int) for p in packs), packs)


def test_verbose_documents_without_lists_are_left_alone(t):
    made = verbose_game()
    del made.main.packs["0aaaaaaaa"]
    source = t.put(made.files())
    out, _, _ = regroup(t, source)
    old, new = tree_of(source), tree_of(out)
    for path in old:
        if b"__type__" in old[path]:
            equal(new.get(path), old[path], path)


def test_the_documents_of_a_pack_of_images_can_move(t):
    made = game("3.4")
    images = sorted(a for a, d in made.main.assets.items() if d[3] == ["cc.ImageAsset"])
    made.main.pack("0eeeeeeee", images, "images")
    source = t.put(made.files())
    out, receipt, _ = regroup(t, source)
    equal(documents_of(out), documents_of(source))
    no_load_got_worse(receipt)


def test_a_zip_bundle_is_left_alone(t):
    made = game("3.8 minigame")
    made.main.edit = lambda config: config.update(isZip=True)
    files = made.files()
    inside = {p[len("assets/main/"):]: c for p, c in files.items()
              if p.startswith(("assets/main/import/", "assets/main/native/"))}
    files = {p: c for p, c in files.items() if p[len("assets/main/"):] not in inside}
    files["assets/main/res.zip"] = build.zipped(inside, "res/")
    source = t.put(files)
    out, receipt, _ = regroup(t, source)
    same_tree(source, out)
    equal(receipt["packs"]["files_made"], 0)


def test_no_number_of_a_document_is_written_anew(t):
    made = game("3.8")
    note = made.main.add(build.uuid("note"), b'[1,0,0,["cc.Note"],0,[{"a":1E-7,"b":1.10,'
                         b'"c":123456789012345678901}],[0],0,[],[],[]]')
    scene = next(iter(made.main.scenes.values()))
    document = made.main.assets[scene]
    document[1].append(build.short(note))
    document[2].append("note")
    document[8].append(1)
    document[9].append(len(document[2]) - 1)
    document[10].append(len(document[1]) - 1)
    out, _, _ = regroup(t, t.put(made.files()))
    pack = holders_of(out)["main", note][0]
    has(tree_of(out)[made.main.import_file(pack)].decode(),
        '{"a":1E-7,"b":1.10,"c":123456789012345678901}')


def test_the_receipt_follows_its_schema(t):
    _, receipt, _ = regroup(t, t.put(game("3.8").files()))
    try:
        import jsonschema
    except ImportError:
        raise Skip("no python3-jsonschema") from None
    with open(os.path.join(ROOT, "rules", "schema", "receipt.schema.json"),
              encoding="utf-8") as f:
        jsonschema.validate(receipt, json.load(f))
    check("packs" in receipt)


def test_the_example_is_grouped_as_the_readme_says(t):
    source = os.path.join(ROOT, "examples", "showcase")
    device_file = os.path.join(ROOT, "examples", "order", "device.yaml")
    order, out = t.place(), t.place()
    t.run("order", source, "--device", device_file, "--format", "json", "-o", order)
    done = t.run("rewrite", source, "-o", out, "--order", order, "--device", device_file)
    equal(done.code, 0, done.err.decode())
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as f:
        readme = [" ".join(line.split()) for line in f]
    said = [" ".join(line.split()) for line in done.out.decode().splitlines()]
    for line in said[1:7]:
        check(line in readme, line)


@each(*[(name, name) for name in corpus_builds() or ["no corpus"]])
def test_every_real_build_keeps_its_documents_and_no_scene_gets_worse(t, name):
    folder = os.path.join(CORPUS, name)
    if not os.path.isdir(folder):
        raise Skip("no folder ../shared/corpus")
    out, receipt, _ = regroup(t, folder, "-q")
    no_load_got_worse(receipt)
    equal(documents_of(out), documents_of(folder))
    for row in receipt["packs"]["loads"]:
        check(row["after"]["foreign_bytes"] <= row["before"]["foreign_bytes"], row)


@each(*[(era, era) for era in ("3.4", "3.8", "3.8 debug")])
def test_what_was_regrouped_can_be_regrouped_again(t, era):
    made = build.Game(era)
    main = made.bundle("main")
    frames = [main.add(build.uuid("f%d" % i), build.frame_doc(
        main.picture("s%d" % i, build.png(8, 8), path=False).texture, "f%d" % i))
        for i in range(40)]
    main.scene("one", {"s%d" % i: frame for i, frame in enumerate(frames)})
    for k in range(5):
        main.pack("0a1b2c3d%d" % k, frames[8 * k:8 * k + 8])
    first, _, _ = regroup(t, t.put(made.files()))
    merge = t.place()
    equal(t.run("plan", first, "--merge", "-o", merge).code, 0)
    second = t.place()
    equal(t.run("rewrite", first, "-o", second, "--plan", merge).code, 0)
    regroup(t, second)


@each(("a number", 5), ("null", None), ("a list", []))
def test_a_load_order_without_its_match_is_none(t, match):
    source = t.put(game("3.8").files())
    order = order_of(t, source)
    with open(order, encoding="utf-8") as f:
        said = json.load(f)
    said["scenes"][0]["match"] = match
    with open(order, "w", encoding="utf-8") as f:
        json.dump(said, f)
    done = t.run("rewrite", source, "-o", t.place(), "--order", order, "--device", device(t))
    check(done.code in (2, 3), done.code)
    has(done.err.decode(), "is no load order")
