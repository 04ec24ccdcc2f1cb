# SPDX-License-Identifier: Apache-2.0
"""packaudit why: whatever one calls an asset, the chain that brings it in."""
from build import frame_doc, holder_doc, png, short, two_scenes, uuid
from harness import SHOWCASE, check, each, equal, has


def made(t):
    game = two_scenes()
    main = game.main
    frame = main.add(uuid("frame"), frame_doc(game.crack.texture), "ui/crack/spriteFrame",
                     "cc.SpriteFrame")
    prefab = main.add(uuid("door"), holder_doc("cc.Prefab", {"_panel": frame}), "prefabs/door",
                      "cc.Prefab")
    main.scene("hurt", {"_door": prefab, "sky": game.sky.texture})
    game.path = t.put(game.files())
    game.native = main.native_file(game.crack.image)
    return game


def why(t, path, asset, *options):
    done = t.run("why", *options, path, asset)
    equal((done.code, done.err), (0, b""))
    return done.text


def test_the_chain_names_every_link_with_its_property(t):
    game = made(t)
    lines = why(t, game.path, game.crack.image).splitlines()
    has(lines[0], "textures/crack", game.crack.image, "cc.ImageAsset")
    has(lines[1], "scene hurt")
    equal(len(lines), 7)
    has(lines[2], "db://assets/hurt.scene", "cc.SceneAsset")
    has(lines[3], "cc.Sprite._door -> prefabs/door", "cc.Prefab")
    has(lines[4], "cc.Prefab._panel -> ui/crack/spriteFrame", "cc.SpriteFrame")
    has(lines[5], "_textureSource -> textures/crack/texture", "cc.Texture2D")
    has(lines[6], "mipmaps[0] -> textures/crack", "cc.ImageAsset")


@each(("uuid", lambda g: g.crack.image), ("compressed uuid", lambda g: short(g.crack.image)),
      ("path", lambda g: "textures/crack"), ("last part of the path", lambda g: "crack"),
      ("file's path", lambda g: g.native), ("file's name", lambda g: g.crack.image + ".png"),
      ("pattern", lambda g: "textures/cra*k"))
def test_an_asset_is_found_by_its(t, name):
    game = made(t)
    equal(why(t, game.path, name(game)), why(t, game.path, game.crack.image))


@each(("uuid", lambda g: g.crack.texture), ("compressed uuid", lambda g: short(g.crack.texture)),
      ("path", lambda g: "textures/crack/texture"))
def test_a_sub_asset_is_found_by_its(t, name):
    game = made(t)
    has(why(t, game.path, name(game)).splitlines()[0], game.crack.texture, "cc.Texture2D")


def test_a_file_with_an_md5_in_its_name_is_found_by_it(t):
    game = two_scenes()
    game.main.md5 = "a1b2c"
    path = t.put(game.files())
    has(why(t, path, game.wall.image + ".a1b2c.png"), "scene whole")


def test_a_pattern_tells_of_all_that_match(t):
    text = why(t, made(t).path, "*crack*")
    has(text, "cc.ImageAsset", "cc.Texture2D", "cc.SpriteFrame")


def test_a_scene_is_found_by_name_and_url(t):
    game = made(t)
    for name in ("hurt", "db://assets/hurt.scene"):
        has(why(t, game.path, name).splitlines()[0], uuid("scene hurt"), "cc.SceneAsset")


def test_a_scene_is_found_by_a_pattern_of_its_name_or_url(t):
    game = made(t)
    for pattern in ("hur*", "*assets/hurt*"):
        has(why(t, game.path, pattern), uuid("scene hurt"), "cc.SceneAsset")


def test_an_asset_of_another_bundle_is_found(t):
    game = made(t)
    has(why(t, game.path, game.sky.image), "scene hurt", "cc.Sprite.sky ->")


def test_a_scene_that_does_not_hold_the_asset_is_not_told(t):
    game = made(t)
    check("whole" not in why(t, game.path, game.crack.image))


def test_scene_picks_among_the_scenes(t):
    game = two_scenes()
    game.main.scene("hurt", {"wall": game.wall.texture})
    path = t.put(game.files())
    has(why(t, path, "wall"), "scene whole", "scene hurt")
    text = why(t, path, "wall", "--scene", "wh*")
    has(text, "scene whole")
    check("scene hurt" not in text)


def test_an_asset_only_code_can_load_is_said_to_come_by_name(t):
    game = two_scenes()
    moon = game.main.picture("moon", png(4, 4))
    text = why(t, t.put(game.files()), moon.image)
    has(text, "by name from bundle main")


def test_an_asset_nothing_leads_to_says_so(t):
    game = two_scenes()
    moon = game.main.picture("moon", png(4, 4), path=False)
    has(why(t, t.put(game.files()), moon.image), "no scene and no name leads to it")


def test_scene_that_leaves_the_asset_out_does_not_say_that_none_leads_to_it(t):
    game = two_scenes()
    moon = game.main.picture("moon", png(4, 4), path=False)
    game.main.scene("hurt", {"moon": moon.texture})
    text = why(t, t.put(game.files()), moon.image, "--scene", "whole")
    check("no scene" not in text, text)


def test_scene_that_matches_no_scene_is_wrong_usage(t):
    game = made(t)
    done = t.run("why", game.path, game.crack.image, "--scene", "zzz")
    equal((done.code, done.out), (2, b""))
    has(done.said, "zzz")


def test_a_long_chain_begins_at_the_scene(t):
    game = two_scenes()
    main = game.main
    names = [uuid("link%d" % i) for i in range(100)]
    for here, after in zip(names, names[1:]):
        main.add(here, holder_doc("cc.Prefab", {"next": after}))
    main.add(names[-1], holder_doc("cc.Prefab", {"map": game.crack.texture}))
    main.scene("hurt", {"first": names[0]})
    text = why(t, t.put(game.files()), game.crack.image)
    check("db://assets/hurt.scene" in text, "the head of the chain is left out silently")


def test_a_circle_of_references_ends(t):
    game = two_scenes()
    main = game.main
    a, b = uuid("a"), uuid("b")
    main.add(a, holder_doc("cc.Prefab", {"next": b}))
    main.add(b, holder_doc("cc.Prefab", {"next": a, "map": game.crack.texture}))
    main.scene("hurt", {"a": a})
    has(why(t, t.put(game.files()), game.crack.image), "scene hurt", "cc.Prefab.map ->")


@each(("a name", "zzz"), ("an uuid", uuid("nobody")),
      ("a pattern", "zzz*"))
def test_an_unknown_name_is_wrong_usage(t, name):
    done = t.run("why", made(t).path, name)
    equal((done.code, done.out), (2, b""))
    has(done.said, "'%s'" % name)


def test_a_texture_of_the_show_case_names_the_renderer(t):
    text = why(t, SHOWCASE, "0852f504-3fa9-4936-9fb8-6c95433b1d19")
    has(text, "scene sponza", "cc.MeshRenderer._materials", "cc.Material", "mipmaps[0]")


def test_a_broken_image_does_not_matter(t):
    game = made(t)
    files = game.files()
    del files[game.native]
    has(why(t, t.put(files), game.crack.image), "scene hurt")


def test_an_absent_asset_is_explained_too(t):
    game = made(t)
    files = game.files()
    del files[game.main.import_file(game.crack.texture)]
    has(why(t, t.put(files), game.crack.texture), "scene hurt", "absent")


def test_top_cuts_the_list_and_v_shows_all(t):
    game = made(t)
    text = why(t, game.path, "*", "--top", "2")
    has(text, "more; --top N or -v shows them")
    check("more;" not in why(t, game.path, "*", "-v"))


def test_no_build_is_refused(t):
    done = t.run("why", t.put({"a.txt": b""}), "x")
    equal((done.code, done.out), (3, b""))
