# SPDX-License-Identifier: Apache-2.0
"""packaudit plan and rewrite: the faces of a cube get other sides together, or none does."""
import json

import build
from build import Game, png, uuid
from harness import each, equal, has
from test_rewrite import plan_file, refused, rewrite, tree_of
from test_rewrite_frames import downscale

FACES = ("front", "back", "left", "right", "top", "bottom")


def sky(sides=(32,) * 6, shared=None, **content):
    """A game whose sky is a cube; `shared`: the front of a second one."""
    game = Game()
    game.main = game.bundle("main")
    game.faces = [game.main.picture(f, png(s, s)).image for f, s in zip(FACES, sides)]
    cubes = {"_envmap": game.faces}
    if shared:
        cubes["_envmapLDR"] = [shared] + game.faces[1:]
    for key, faces in cubes.items():
        ids = dict(zip(FACES, map(build.short, faces)))
        game.main.add(uuid(key), build.custom("cc.TextureCube", dict(
            {"base": "2,2,2,2,0,0", "rgbe": False, "mipmaps": [ids]}, **content)))
    game.main.add(uuid("sky"), build.holder_doc("cc.SkyboxInfo", {k: uuid(k) for k in cubes}))
    game.main.scene("hall", {"sky": uuid("sky")})
    return game


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
    has(json.dumps(plan["refused"]), "--fit halves images one by one")
