# SPDX-License-Identifier: Apache-2.0
"""packaudit plan and rewrite: the faces of a cube get other sides and formats together, or none
does."""
import json

import build
from build import Game, png, uuid
from harness import check, each, equal, has
from test_rewrite import plan_file, refused, rewrite, tree_of
from test_rewrite_frames import downscale
from test_rewrite_images import compress

FACES = ("front", "back", "left", "right", "top", "bottom")


def sky(sides=(32,) * 6, shared=None, era="3.8", base="2,2,2,2,0,0", **content):
    """A game whose sky is a cube; `shared`: the front of a second one."""
    game = Game(era)
    game.main = game.bundle("main")
    game.faces = [game.main.picture(f, png(s, s)).image for f, s in zip(FACES, sides)]
    cubes = {"_envmap": game.faces}
    if shared:
        cubes["_envmapLDR"] = [shared] + game.faces[1:]
    for key, faces in cubes.items():
        ids = dict(zip(FACES, map(build.short, faces)))
        game.main.add(uuid(key), build.custom("cc.TextureCube", dict(
            {"base": base, "rgbe": False, "mipmaps": [ids]}, **content)))
    game.main.add(uuid("sky"), build.holder_doc("cc.SkyboxInfo", {k: uuid(k) for k in cubes}))
    game.main.scene("hall", {"sky": uuid("sky")})
    return game


def cube_of(t, where, *options):
    return next(x for x in t.report(where, *options)["textures"] if len(x["images"]) == 6)


def agrees(t, game, made, gpu_bytes, *options):
    """What the plan says is what the cube costs; each face has a texture of its own, too."""
    out = rewrite(t, t.put(game.files()), plan=plan_file(t, *made["actions"]))
    equal(cube_of(t, out, *options)["gpu_bytes"], gpu_bytes)
    equal({a["after_bytes"] for a in made["actions"]}, {gpu_bytes + gpu_bytes // 6})
    equal(sum(x["gpu_bytes"] for x in t.report(out, *options)["textures"]),
          made["result"]["gpu_after_bytes"])


def planned(t, game, *options, code=0):
    done = t.run("plan", t.put(game.files()), *options)
    equal(done.code, code, done.err.decode())
    return json.loads(done.out)


def test_all_six_faces_are_halved(t):
    game = sky()
    plan = planned(t, game, "--max-side", "16")
    equal([(a["asset"], a["parameters"]) for a in plan["actions"]],
          [(f, {"width": 16, "height": 16}) for f in game.faces])
    source = t.put(game.files())
    before = tree_of(source)
    after = tree_of(rewrite(t, source, plan=plan_file(t, *plan["actions"])))
    equal(sorted(p for p in before if before[p] != after[p]),
          sorted(game.main.native_file(f) for f in game.faces))


def test_a_recipe_about_one_face_halves_none(t):
    game = sky()
    plan = planned(t, game, "--max-side", "16", "--match", "textures/front")
    equal(plan["actions"], [])
    has(plan["refused"][0]["reason"], "whose other faces would not get the same sides")


def test_cubes_that_share_faces_go_together(t):
    game = sky(shared=uuid("other"))
    game.main.picture("other", png(32, 32))
    equal(len(planned(t, game, "--max-side", "16")["actions"]), 7)
    plan = planned(t, game, "--max-side", "16", "--match", "textures/[!o]*")
    equal(plan["actions"], [])


def test_a_plan_that_tears_a_cube_is_refused(t):
    game = sky()
    source = t.put(game.files())
    five = [downscale(f, 16, 16) for f in game.faces[:5]]
    said = refused(t, 2, source, "-o", t.place(), "--plan", plan_file(t, *five))
    has(said, "action 1", "whose other faces would not get the same sides")
    six = five + [downscale(game.faces[5], 8, 8)]
    has(refused(t, 2, source, "-o", t.place(), "--plan", plan_file(t, *six)), "same sides")


@each(("of the sides", True), ("of a file", False))
def test_a_floor_of_quality_might_tear_a_cube(t, is_of_sides):
    game = sky()
    source = t.put(game.files())
    all_six = [downscale(f, 16, 16) for f in game.faces]
    if is_of_sides:
        all_six[3]["floor"] = {"ssim_milli": 900}
    else:
        all_six.append({"kind": "compress", "asset": game.faces[3], "floor": {"ssim_milli": 900},
                        "parameters": {"format": "webp"}})
    said = refused(t, 2, source, "-o", t.place(), "--plan", plan_file(t, *all_six))
    has(said, game.faces[3], "a floor of quality might stop one")


def test_a_cube_of_numbers_keeps_its_sides(t):
    plan = planned(t, sky(rgbe=True), "--max-side", "16")
    equal(plan["actions"], [])
    has(plan["refused"][0]["reason"], "RGBE")


def test_a_fit_leaves_cubes_alone(t):
    plan = planned(t, sky(), "--fit", "iphone_2g", "--max-side", "16")
    equal(plan["actions"], [])
    has(json.dumps(plan["refused"]), "--fit chooses for images one by one")


@each(("ASTC", "astc-6x6", "iphone_2g", 6 * 6 * 6 * 16), ("ETC2", "etc2", "android_low_2g", 6 * 8 * 8 * 16))
def test_all_six_faces_get_a_format_and_cost_what_the_plan_says(t, to, device, gpu_bytes):
    game = sky()
    options = ("--device", device)
    made = planned(t, game, "--compress", to, *options)
    equal([a["asset"] for a in made["actions"]], game.faces)
    agrees(t, game, made, gpu_bytes, *options)


def test_a_cube_with_mipmaps_gets_faces_with_all_levels(t):
    game = sky(base="2,2,2,2,2,0")
    options = ("--device", "iphone_2g")
    made = planned(t, game, "--compress", "astc-8x8", *options)
    # 32, 16, 8, 4, 2, 1: 16, 4 and four times 1 blocks of 16 bytes
    agrees(t, game, made, 6 * 24 * 16, *options)


@each(("with mipmaps", "2,2,2,2,2,0", 0), ("without", "2,2,2,2,0,0", 6))
def test_before_3_8_1_a_cube_reads_no_file_with_levels(t, base, count):
    plan = planned(t, sky(base=base, era="3.7 native"), "--compress", "astc-8x8")
    equal(len(plan["actions"]), count)
    for row in plan["refused"]:
        has(row["reason"], "of a cube 3.8.1")


def test_a_plan_that_gives_a_format_to_some_faces_is_refused(t):
    game = sky()
    source = t.put(game.files())
    six = [compress(f, "astc-6x6") for f in game.faces]
    for torn in (six[:5], six[:5] + [compress(game.faces[5], "astc-8x8")],
                 six + [compress(game.faces[0], "etc2")],
                 [compress(game.faces[0], "webp")] + six):
        has(refused(t, 2, source, "-o", t.place(), "--plan", plan_file(t, *torn)),
            "would not get the same sides and formats")
    plan = planned(t, game, "--compress", "astc-6x6", "--match", "textures/front")
    equal(plan["actions"], [])
    has(plan["refused"][0]["reason"], "same sides and formats")


def test_an_etc2_format_with_alpha_in_some_faces_only_is_none(t):
    game = sky()
    game.main.natives[game.faces[2]] = {".png": png(32, 32, opaque=True)}
    equal(planned(t, game, "--compress", "etc2")["actions"], [])
    equal(len(planned(t, game, "--compress", "astc-4x4")["actions"]), 6)


def test_faces_of_unequal_sides_get_no_format(t):
    plan = planned(t, sky(sides=(32,) * 5 + (16,)), "--compress", "astc-6x6")
    equal(plan["actions"], [])


def test_faces_get_other_sides_and_a_format_at_once(t):
    game = sky()
    options = ("--device", "iphone_2g")
    made = planned(t, game, "--max-side", "16", "--compress", "astc-8x8", "--compress", "webp", *options)
    check({a["kind"] for a in made["actions"]} == {"compress", "downscale"}, made)
    agrees(t, game, made, 6 * 4 * 16, *options)


def test_a_picture_that_may_not_become_smaller_goes_behind_the_formats(t):
    plan = planned(t, sky(), "--compress", "webp", "--compress", "astc-8x8")
    equal(plan["actions"], [])
    equal(len(planned(t, sky(), "--compress", "astc-8x8", "--compress", "webp")["actions"]), 12)


def test_a_format_with_a_floor_might_tear_a_cube(t):
    game = sky()
    six = [compress(f, "astc-6x6") for f in game.faces]
    six[4]["floor"] = {"ssim_milli": 900}
    said = refused(t, 2, t.put(game.files()), "-o", t.place(), "--plan", plan_file(t, *six))
    has(said, "action 5", "a floor of quality might stop one")


def test_a_fit_gives_formats_to_no_cube(t):
    plan = planned(t, sky(), "--fit", "iphone_2g", "--compress", "astc-8x8")
    equal(plan["actions"], [])
    has(json.dumps(plan["refused"]), "--fit chooses for images one by one")


def test_alpha_goes_out_of_no_etc2_face(t):
    game = sky(era="3.8 native")
    blocks = b"\xff\0\0\0\0\0\0\0" * 2 * 64  # of alpha 255, and of colour
    pkm = b"PKM 20" + b"\0\3" + b"\0\x20" * 4 + blocks
    for face in game.faces:
        game.main.natives[face] = {".png": png(32, 32, opaque=True), ".pkm": pkm}
        game.main.assets[face] = build.image_doc("6@77_0")
    action = {"kind": "drop_alpha", "asset": game.faces[0], "parameters": {}}
    said = refused(t, 2, t.put(game.files()), "-o", t.place(), "--plan", plan_file(t, action))
    has(said, "a face of a cube, whose faces need one format")
