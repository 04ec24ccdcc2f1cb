# SPDX-License-Identifier: Apache-2.0
"""The example build: what its README says is what a report says."""
import os
import re

from harness import ROOT, SHOWCASE, Skip, check, equal, rules, scene

README = os.path.join(ROOT, "examples", "README.md")


def rows():
    """The table of the README: scene, images, textures, decoded bytes, gpu bytes."""
    with open(README, encoding="utf-8") as f:
        text = f.read()
    found = re.findall(r"^\| (\w+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", text, re.M)
    equal([r[0] for r in found], ["menu", "sponza", "cathedral", "gallery"])
    totals = re.search(r"Images in the whole build: (\d+); textures: (\d+)\.", text)
    return [(n, *map(int, f)) for n, *f in found], tuple(map(int, totals.groups()))


def test_every_scene_costs_what_the_table_says(t):
    report = t.report(SHOWCASE)
    table, _ = rows()
    for name, images, textures, decoded, gpu in table:
        s = scene(report, name)
        equal((s["images"], s["textures"], s["decoded_bytes"], s["gpu_bytes"]),
              (images, textures, decoded, gpu), name)
    equal(len(report["scenes"]), len(table))


def test_the_change_of_scenes_costs_what_the_table_says(t):
    report = t.report(SHOWCASE)
    if not report.get("transitions"):
        raise Skip("the report holds no transitions")
    with open(README, encoding="utf-8") as f:
        found = re.findall(r"^\| (\w+) \| (\w+) \| (\d+) \|$", f.read(), re.M)
    equal(len(found), 1)
    for source, to, least in found:
        names = {s["url"]: s["name"] for s in report["scenes"]}
        rows = [r for r in report["transitions"]
                if (names.get(r["from"], r["from"]), names.get(r["to"], r["to"])) ==
                (source, to)]
        equal([r["peak_lower_bytes"] for r in rows], [int(least)])


def test_the_whole_build_has_as_many_images_and_textures_as_said(t):
    report = t.report(SHOWCASE)
    _, (images, textures) = rows()
    equal((report["build"]["images"], len(report["images"])), (images, images))
    equal(len(report["textures"]), textures)


def test_every_image_decodes_and_nothing_is_wrong(t):
    report = t.report(SHOWCASE)
    equal([i["file"] for i in report["images"] if not i["decoded_ok"]], [])
    equal(rules(report), [])


def test_resident_is_twice_the_textures_as_clean_up_is_off(t):
    s = scene(t.report(SHOWCASE), "sponza")
    equal(s["resident_bytes"], 2 * 285212736)
    equal(s["retained_cpu_bytes"], 285212736)


def test_the_render_texture_is_in_no_sum(t):
    s = scene(t.report(SHOWCASE), "gallery")
    equal(s["render_texture_bytes"], 512 * 512 * 8)
    equal(s["render_texture_counter_bytes"], 512 * 512 * 9)


def test_the_launch_scene_and_the_scenes_that_free_are_known(t):
    report = t.report(SHOWCASE)
    equal([s["name"] for s in report["scenes"] if s["launch"]], ["menu"])
    equal({s["name"] for s in report["scenes"] if s["auto_release"]}, {"sponza", "cathedral"})


def test_what_is_reached_by_name_only_is_the_six_textures_of_resources(t):
    rows_by_name = {d["bundle"]: d for d in t.report(SHOWCASE)["dynamic"]}
    equal(rows_by_name["resources"]["images"], 6)
    equal(rows_by_name["resources"]["gpu_bytes"], 6 * 256 * 256 * 4)


def test_with_headers_only_the_figures_are_the_same(t):
    report = t.report(SHOWCASE, "--no-decode")
    equal(report["build"]["decoded"], False)
    table, _ = rows()
    for name, images, textures, decoded, gpu in table:
        s = scene(report, name)
        equal((s["images"], s["textures"], s["decoded_bytes"], s["gpu_bytes"]),
              (images, textures, decoded, gpu), name)


def test_scenes_come_dearest_first(t):
    report = t.report(SHOWCASE)
    costs = [s["resident_bytes"] for s in report["scenes"]]
    equal(costs, sorted(costs, reverse=True))
    check(costs[0] == 570425472)
