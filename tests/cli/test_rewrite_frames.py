# SPDX-License-Identifier: Apache-2.0
"""packaudit rewrite: sprite frames follow their image to other sides, or it stays."""
import json
import struct
import zlib

import build
from build import Game, png, uuid
from harness import check, each, equal, has
from test_rewrite import plan_file, refused, rewrite, tree_of

SIMPLE, SLICED, TILED, FILLED = range(4)
CUSTOM, TRIMMED, RAW = range(3)


def downscale(image, width=32, height=16):
    return {"kind": "downscale", "asset": image,
            "parameters": {"width": width, "height": height}}


def frame_3(texture, rect=(0, 0, 64, 32), rotated=False, insets=(0, 0, 0, 0)):
    x, y, w, h = rect
    content = {"name": "f", "rect": {"x": x, "y": y, "width": w, "height": h},
               "offset": {"x": 0.5, "y": -3}, "originalSize": {"width": 66, "height": 40},
               "rotated": rotated, "capInsets": list(insets), "packable": True,
               "pixelsToUnit": 100}
    return build.custom("cc.SpriteFrame", content, refs=[("_textureSource", texture)])


def frame_2(texture, rect=(0, 0, 64, 32)):
    content = {"name": "f", "rect": list(rect), "offset": [0.5, -3],
               "originalSize": [66, 40], "capInsets": [0, 0, 0, 0]}
    return build.custom("cc.SpriteFrame", content, refs=[("_textureSetter", texture)])


def frame_verbose(texture):
    return {"__type__": "cc.SpriteFrame", "content": {
        "name": "f", "texture": build.short(texture), "rect": [0, 0, 64, 32],
        "offset": [0.5, -3], "originalSize": [66, 40], "capInsets": [0, 0, 0, 0]}}


def shown(frame, kind=SIMPLE, size=CUSTOM, key="_spriteFrame", class_name="cc.Sprite",
          root="cc.Prefab"):
    """A document with one component inside that holds a frame."""
    classes = [[root, ["_name", "_components"], 2, 9],
               [class_name, ["_type", "_sizeMode", key], 1, 6]]
    return [1, [build.short(frame)], [key], classes,
            [[0, 0, 1, 2], [1, 0, 1, 2, 3]], [[0, "p", [[1, kind, size, 0]]]], 0, 0,
            [0], [0], [0]]


def shown_verbose(frame, kind, size):
    return [{"__type__": "cc.Prefab", "_name": "p"},
            {"__type__": "cc.Sprite", "_sizeMode": size,
             "_spriteFrame": {"__uuid__": build.short(frame)}, "_type": kind}]


def one_sprite(era="3.8", frame=None, kind=SIMPLE, size=CUSTOM, **options):
    """A picture of 64 x 32, one frame of it, one prefab that shows it."""
    game = Game(era)
    game.main = game.bundle("main")
    game.wall = game.main.picture("wall", png(64, 32), path=False)
    make = frame_2 if game.is_2_4 else frame_3
    game.main.add(uuid("frame"), frame or make(game.wall.texture))
    game.main.add(uuid("prefab"), shown(uuid("frame"), kind, size, **options))
    game.main.scene("hall", {"prefab": uuid("prefab")})
    return game


def rewritten(t, game, *actions, options=()):
    source = t.put(game.files())
    out = rewrite(t, source, *options, plan=plan_file(t, *actions))
    return tree_of(source), tree_of(out), out


def no(t, game, what, options=(), sides=(32, 16)):
    source = t.put(game.files())
    said = refused(t, 2, source, "-o", t.place(), *options, "--plan",
                   plan_file(t, downscale(game.wall.image, *sides)))
    has(said, "action 1", what)


HALVED_3 = (
    b'"rect":{"x":0,"y":0,"width":32,"height":16},"offset":{"x":0.25,"y":-1.5},'
    b'"originalSize":{"width":33,"height":20},"rotated":false,"capInsets":[0,0,0,0],'
    b'"packable":true,"pixelsToUnit":50}')
HALVED_2 = (b'"rect":[0,0,32,16],"offset":[0.25,-1.5],"originalSize":[33,20],'
            b'"capInsets":[0,0,0,0]}')


@each(("3.8", "3.8", HALVED_3), ("3.8 debug", "3.8 debug", HALVED_3),
      ("3.7 native", "3.7 native", HALVED_3), ("3.4", "3.4", HALVED_3),
      ("2.4", "2.4", HALVED_2), ("2.4 native", "2.4 native", HALVED_2))
def test_a_frame_of_every_era_is_halved_with_its_image(t, era, halved):
    game = one_sprite(era)
    before, after, out = rewritten(t, game, downscale(game.wall.image))
    document = game.main.import_file(uuid("frame"))
    has(after[document].decode(), halved.decode())
    changed = sorted(p for p in before if before[p] != after.get(p))
    equal(changed, sorted([document, game.main.native_file(game.wall.image)]))
    with open(out + ".receipt.json", encoding="utf-8") as f:
        # the image tells no sides: still its document counts as edited
        equal(json.load(f)["output"]["documents_edited"], 2)


def test_a_verbose_frame_and_a_verbose_sprite_of_2_4(t):
    game = one_sprite("2.4", frame_verbose(uuid("wall")))
    game.main.assets[uuid("prefab")] = shown_verbose(uuid("frame"), SIMPLE, CUSTOM)
    _, after, _ = rewritten(t, game, downscale(game.wall.image))
    has(after[game.main.import_file(uuid("frame"))].decode(), HALVED_2.decode())
    game.main.assets[uuid("prefab")] = shown_verbose(uuid("frame"), SIMPLE, RAW)
    no(t, game, "size mode is TRIMMED or RAW")


@each(("a compiled pack", "compiled"), ("a list", "list"))
def test_a_frame_in_a_pack_changes_in_place(t, kind):
    game = one_sprite()
    other = game.main.add(uuid("other"), frame_3(game.wall.texture))
    game.main.pack("0aaaaaaaa", [other, uuid("prefab"), uuid("frame")], kind)
    before, after, _ = rewritten(t, game, downscale(game.wall.image))
    pack = game.main.import_file("0aaaaaaaa")
    equal(after[pack].count(HALVED_3), 2)
    equal(len(after[pack].split(b'"name"')), len(before[pack].split(b'"name"')))


def test_a_frame_in_two_bundles_changes_in_both(t):
    game = one_sprite()
    side = game.bundle("side")
    side.assets.update({a: game.main.assets[a] for a in (game.wall.image, game.wall.texture)})
    side.natives[game.wall.image] = game.main.natives[game.wall.image]
    side.add(uuid("frame"), frame_3(game.wall.texture))
    _, after, _ = rewritten(t, game, downscale(game.wall.image))
    for bundle in (game.main, side):
        has(after[bundle.import_file(uuid("frame"))].decode(), HALVED_3.decode())


def test_a_frame_of_another_bundle_than_its_image_follows(t):
    game = one_sprite()
    side = game.bundle("side")
    side.add(uuid("far"), frame_3(game.wall.texture))
    side.redirect(game.wall.texture, "main")
    _, after, _ = rewritten(t, game, downscale(game.wall.image))
    has(after[side.import_file(uuid("far"))].decode(), HALVED_3.decode())


def test_names_with_hashes_follow_to_the_config(t):
    game = one_sprite()
    game.main.md5 = "0a1b2"
    before, after, _ = rewritten(t, game, downscale(game.wall.image))
    old = game.main.import_file(uuid("frame"))
    check(old in before and old not in after, "the old name stayed")
    new = [p for p in after if p.startswith(old.split(".")[0])]
    equal(len(new), 1)
    has(after[new[0]].decode(), HALVED_3.decode())


def test_frames_of_an_atlas_follow_together(t):
    game = one_sprite(frame=frame_3(uuid("wall") + "@6c48a", (2, 2, 28, 12)))
    game.main.add(uuid("turned"), frame_3(game.wall.texture, (34, 2, 20, 24), rotated=True))
    _, after, _ = rewritten(t, game, downscale(game.wall.image))
    has(after[game.main.import_file(uuid("frame"))].decode(),
        '"rect":{"x":1,"y":1,"width":14,"height":6}')
    has(after[game.main.import_file(uuid("turned"))].decode(),
        '"rect":{"x":17,"y":1,"width":10,"height":12}')


def test_frames_that_lie_too_close_stay(t):
    game = one_sprite(frame=frame_3(uuid("wall") + "@6c48a", (2, 2, 28, 12)))
    game.main.add(uuid("near"), frame_3(game.wall.texture, (31, 2, 20, 12)))
    no(t, game, "run into each other")


def test_a_quarter_needs_wider_gaps_than_half(t):
    game = one_sprite(frame=frame_3(uuid("wall") + "@6c48a", (2, 2, 28, 12)))
    game.main.add(uuid("near"), frame_3(game.wall.texture, (32, 2, 20, 12)))
    no(t, game, "run into each other", sides=(16, 8))
    rewritten(t, game, downscale(game.wall.image))


def test_a_frame_that_leaves_its_image_stays(t):
    no(t, one_sprite(frame=frame_3(uuid("wall") + "@6c48a", (1, 0, 64, 32))),
       "does not lie in it")


@each(("tiled", TILED, (0, 0, 0, 0), "type TILED"),
      ("sliced with borders", SLICED, (4, 4, 4, 4), "type SLICED"))
def test_a_sprite_that_counts_pixels_keeps_its_frame(t, kind, insets, what):
    no(t, one_sprite(frame=frame_3(uuid("wall") + "@6c48a", insets=insets), kind=kind), what)


@each(("sliced without borders", SLICED, (0, 0, 0, 0)), ("simple", SIMPLE, (4, 4, 4, 4)),
      ("filled", FILLED, (0, 0, 0, 0)))
def test_a_sprite_that_takes_proportions_does_not(t, kind, insets):
    game = one_sprite(frame=frame_3(uuid("wall") + "@6c48a", insets=insets), kind=kind)
    rewritten(t, game, downscale(game.wall.image))


@each(("2.4", "2.4", ()), ("3.2", "3.4", ("--engine", "3.2.1")))
def test_a_node_that_takes_the_size_of_a_frame_forbids_it_where_it_does_so_at_start(
        t, era, options):
    for size in (TRIMMED, RAW):
        no(t, one_sprite(era, size=size), "only CUSTOM keeps it", options)


@each(("3.3", "3.4", ("--engine", "3.3.0")), ("3.8", "3.8", ()))
def test_since_3_3_the_size_of_a_node_is_its_own(t, era, options):
    game = one_sprite(era, size=TRIMMED)
    rewritten(t, game, downscale(game.wall.image), options=options)


def test_a_missing_type_is_simple_and_a_missing_size_mode_is_trimmed(t):
    game = one_sprite("2.4")
    document = game.main.assets[uuid("prefab")]
    document[3][1] = ["cc.Sprite", ["_spriteFrame"], 3, 6]
    document[4][1] = [1, 0, 1]
    document[5][0][2] = [[1, 0]]
    no(t, game, "only CUSTOM keeps it")


def test_a_component_that_stands_for_itself_is_read_too(t):
    """Since 3.x a component may be an instance of its own, whose references stand in a
    table."""
    game = one_sprite()
    game.main.assets[uuid("prefab")] = [
        1, [build.short(uuid("frame"))], ["_spriteFrame"],
        [["cc.Prefab", ["_name"], 2], ["cc.Sprite", ["_type"], 2]],
        [[0, 0, 2], [1, 0, 2]], [[0, "p"], [1, TILED], 0], 0, 0, [1], [0], [0]]
    no(t, game, "type TILED")


@each(("a script", "a6f3bW0E1xK0pQz5Q7aNf1h", "picture"), ("a button", "cc.Button", "_hoverSprite"),
      ("a clip", "cc.ObjectCurve", "_values"))
def test_what_may_assign_a_frame_forbids_it(t, class_name, key):
    no(t, one_sprite(class_name=class_name, key=key),
       "%s.%s has a sprite frame of it" % (class_name, key))


def test_a_frame_with_a_name_may_be_loaded_by_code(t):
    game = one_sprite()
    game.main.paths[uuid("frame")] = ["pictures/wall/spriteFrame", "cc.SpriteFrame"]
    no(t, game, "code can load a sprite frame of it by name")


def test_an_atlas_with_a_name_gives_its_frames_to_code(t):
    game = one_sprite()
    game.main.add(uuid("atlas"), build.custom("cc.SpriteAtlas", {
        "name": "a.plist", "spriteFrames": ["f", build.short(uuid("frame"))]}))
    rewritten(t, game, downscale(game.wall.image))
    game.main.paths[uuid("atlas")] = ["pictures/a", "cc.SpriteAtlas"]
    no(t, game, "code can load a sprite frame of it by name")
    del game.main.paths[uuid("atlas")]
    game.main.add(uuid("rich"), build.holder_doc("cc.RichText", {"_imageAtlas": uuid("atlas")}))
    no(t, game, "cc.RichText._imageAtlas")


def test_an_instance_of_a_prefab_may_have_another_type(t):
    game = one_sprite()
    game.main.add(uuid("instance"), [
        1, 0, 0, [["CCPropertyOverrideInfo", ["propertyPath", "value"], 1]],
        [[0, 0, 1, 3]], [[0, ["_type"], TILED]], 0, 0, [], [], []])
    no(t, game, "instances of prefabs")


def test_the_plan_offers_what_is_safe_and_says_why_the_rest_is_not(t):
    game = one_sprite()
    other = game.main.picture("other", png(64, 64), path=False)
    game.main.add(uuid("tiles"), frame_3(other.texture, (0, 0, 64, 64)))
    game.main.add(uuid("floor"), shown(uuid("tiles"), TILED))
    done = t.run("plan", t.put(game.files()), "--max-side", "32")
    plan = json.loads(done.out)
    equal([(a["asset"], a["parameters"]) for a in plan["actions"]],
          [(game.wall.image, {"width": 32, "height": 16})])
    has(json.dumps(plan), "type TILED")


def test_the_user_may_answer_for_what_code_does(t):
    game = one_sprite(class_name="cc.Button", key="_hoverSprite")
    game.main.paths[uuid("frame")] = ["pictures/wall/spriteFrame", "cc.SpriteFrame"]
    source = t.put(game.files())
    plan = t.place("plan.json")
    equal(t.run("plan", source, "--max-side", "32", "--frames-of-code", "-o", plan).code, 0)
    with open(plan, encoding="utf-8") as f:
        action, = json.load(f)["actions"]
    equal(action["parameters"], {"width": 32, "height": 16, "frames_of_code": True})
    after = tree_of(rewrite(t, source, plan=plan))
    has(after[game.main.import_file(uuid("frame"))].decode(), HALVED_3.decode())


def test_he_may_not_answer_for_what_the_engine_does(t):
    game = one_sprite(kind=TILED)
    game.main.paths[uuid("frame")] = ["pictures/wall/spriteFrame", "cc.SpriteFrame"]
    source = t.put(game.files())
    answer = dict(downscale(game.wall.image))
    answer["parameters"] = dict(answer["parameters"], frames_of_code=True)
    has(refused(t, 2, source, "-o", t.place(), "--plan", plan_file(t, answer)), "type TILED")


def grey_of(content):
    """The first sample of each pixel of a PNG, row by row: grey, RGB or RGBA of 8 bits."""
    chunks, at = {}, 8
    while at < len(content):
        size, kind = struct.unpack(">I4s", content[at:at + 8])
        chunks[kind] = chunks.get(kind, b"") + content[at + 8:at + 8 + size]
        at += 12 + size
    width, height, depth, colour = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    equal((depth, colour in (0, 2, 6)), (8, True))
    step = {0: 1, 2: 3, 6: 4}[colour]
    data = zlib.decompress(chunks[b"IDAT"])
    above, rows = bytes(width * step), []
    for y in range(height):
        kind, raw = data[y * (width * step + 1)], data[y * (width * step + 1) + 1:]
        row = bytearray()
        for i in range(width * step):
            a, b = row[i - step] if i >= step else 0, above[i]
            c = above[i - step] if i >= step else 0
            nearest = min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]
            row.append((raw[i] + (0, a, b, (a + b) // 2, nearest)[kind]) & 255)
        above = bytes(row)
        rows.append(row[::step])
    return rows


def test_light_is_averaged_when_that_is_wanted(t):
    """In red, black and white, one to one: 128 as stored, 188 as light, (0.5 ^ (1 / 2.4)) * 1.055."""
    game = one_sprite()
    rows = [b"".join(bytes((y % 2 * 255, 4 * x, 8 * y, 255)) for x in range(64))
            for y in range(32)]
    game.main.natives[game.wall.image][".png"] = build.png_of(rows, 64, 32)
    source = t.put(game.files())
    for options, wanted in (((), 128), (("--linear-light",), 188)):
        plan = t.place("plan.json")
        t.run("plan", source, "--max-side", "32", *options, "-o", plan)
        after = tree_of(rewrite(t, source, plan=plan))
        middle = grey_of(after[game.main.native_file(game.wall.image)])[8][16]
        check(abs(middle - wanted) <= 1, "%s: %d" % (options, middle))


@each(("--linear-light",) * 2, ("--frames-of-code",) * 2)
def test_how_sides_become_smaller_needs_smaller_sides(t, option):
    done = t.run("plan", t.put(one_sprite().files()), option, "--compress", "webp")
    equal(done.code, 2)
    has(done.said, "need '--max-side'")
