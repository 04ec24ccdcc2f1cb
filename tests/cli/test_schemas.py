# SPDX-License-Identifier: Apache-2.0
"""Plans and receipts obey their schemas, which name every key that is written."""
import json
import os

import build
from build import uuid
from harness import ROOT, Skip, check, each, equal
from test_drop import OLD_PNG, files
from test_plan import device, plan, scenes_game
from test_recipes import game, with_rules
from test_rewrite import EMPTY, plan_file, rewrite
from test_rewrite_images import compress, downscale


def schema(name):
    with open(os.path.join(ROOT, "rules", "schema", name + ".schema.json"),
              encoding="utf-8") as f:
        return json.load(f)


def closed(rule):
    """The same, but keys that it does not name are wrong."""
    if isinstance(rule, list):
        return [closed(r) for r in rule]
    if not isinstance(rule, dict):
        return rule
    made = {key: closed(value) for key, value in rule.items()}
    return dict(made, additionalProperties=False) if "properties" in rule else made


def wrongs(rule, value):
    try:
        import jsonschema
    except ImportError:
        raise Skip("no python3-jsonschema") from None
    return ["%s: %s" % (list(w.path), w.message)
            for w in jsonschema.Draft7Validator(rule).iter_errors(value)][:3]


RECIPES = ("recipes:\n  - { compress: [astc-6x6, webp], psnr: 30, ssim: 0.9 }\n"
           "  - { at: textures/walls/brick, max_side: 32, linear: true, frames_of_code: true,\n"
           "      ssim: 0.5 }\n")


@each(("recipes", lambda t: plan(t, with_rules(t, RECIPES))),
      ("refused", lambda t: plan(t, t.put(game().files()), "--max-side", "8")),
      ("unused files", lambda t: plan(t, t.put(files()), "--drop-unused")),
      ("a device", lambda t: plan(t, t.put(scenes_game().files()), "--fit", "iphone_2g")),
      ("too small", lambda t: plan(t, t.put(scenes_game().files()), "--device",
                                   device(t, 1024), "--fit", "small", code=1)))
def test_plans_obey_their_schema(t, make):
    equal(wrongs(closed(schema("plan")), make(t)), [])


@each(("no kind", {}), ("no format", compress("a", "dxt1")), ("a side", downscale("a", 0, 1)),
      ("a parameter", compress("a", speed=1)),
      ("no file", {"kind": "drop", "asset": "a"}),
      ("a floor", dict(compress("a"), floor={"ssim": 1})))
def test_what_the_program_refuses_the_schema_refuses(t, action):
    made = dict(EMPTY, actions=[action])
    check(wrongs(schema("plan"), made), "the schema takes it")
    source = t.put(build.two_scenes().files())
    done = t.run("rewrite", source, "-o", t.place(), "--plan", plan_file(t, action))
    check(done.code != 0, "the program takes it")
    equal(wrongs(schema("plan"), EMPTY), [])


def test_a_receipt_of_dropped_files_obeys_its_schema(t):
    out = rewrite(t, t.put(files()), plan=plan_file(t, {"kind": "drop", "file": OLD_PNG}))
    with open(out + ".receipt.json", encoding="utf-8") as f:
        equal(wrongs(closed(schema("receipt")), json.load(f)), [])


@each(("nothing", ()), ("formats", (compress(uuid("hero")), compress(uuid("hero"), "webp"))),
      ("sides", (dict(downscale(uuid("walls/brick"), 32, 32), floor={"ssim_milli": 1}),)),
      ("below", (dict(compress(uuid("hero"), "astc-12x12"), floor={"psnr_millidb": 99999}),)))
def test_receipts_obey_their_schema(t, actions):
    out = rewrite(t, t.put(game().files()), plan=plan_file(t, *actions))
    with open(out + ".receipt.json", encoding="utf-8") as f:
        equal(wrongs(closed(schema("receipt")), json.load(f)), [])
