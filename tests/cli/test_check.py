# SPDX-License-Identifier: Apache-2.0
"""Judging a build: devices, budgets, growth, waivers, the ratchet, by numbers worked by hand."""
import json
import os
import shutil

import build
from harness import ROOT, SHOWCASE, Skip, check, each, equal, has

# two_scenes: whole = wall 64 x 32; hurt = crack 16 x 16, brick 8 x 8, sky 32 x 32, all RGBA
WHOLE, HURT = 8192, 1024 + 256 + 4096

# On the web with clean-up off a scene keeps its GPU bytes and its files; loading holds at
# most GPU and decoded.
TINY = """devices:
  use: [tiny]
  profiles:
    tiny: { title: tiny, process: %d, base: 0, page: 4096, bits: 64, max_texture: 4096,
            backend: webgl, formats: [webp] }
"""


def judge(t, path, *options, code=None):
    """The verdict as JSON; its exit status agrees with what it says."""
    done = t.run("check", "--format", "json", *options, path)
    check(done.code in (0, 1), done.err.decode())
    verdict = done.json
    equal(done.code, 0 if verdict["passes"] else 1)
    if code is not None:
        equal(done.code, code, done.text)
    return verdict


def found(verdict, rule):
    return [f for f in verdict["findings"] if f["rule"] == rule]


def one(verdict, rule):
    rows = found(verdict, rule)
    equal(len(rows), 1, "findings of " + rule)
    return rows[0]


def place(t, files=None, rules=None, name="project"):
    """A project folder: build/ with the game, packaudit.yaml above it."""
    root = t.place(name)
    os.makedirs(root)
    build.write(files if files is not None else build.two_scenes().files(),
                os.path.join(root, "build"))
    if rules is not None:
        write_rules(root, rules)
    return root, os.path.join(root, "build")


def write_rules(root, text):
    with open(os.path.join(root, "packaudit.yaml"), "w", encoding="utf-8") as f:
        f.write(text)


def resident(t, path, name):
    return next(s for s in t.report(path, "--rules", "none")["scenes"]
                if s["name"] == name)["resident_bytes"]


def test_a_build_without_rules_passes_and_says_that_nothing_was_judged(t):
    done = t.run("check", t.put(build.two_scenes().files()))
    equal(done.code, 0)
    has(done.text, "passed: 0 errors", "no device was given")


def test_a_scene_whose_upper_bound_is_above_may_not_fit(t):
    root, path = place(t, build.two_scenes("3.8 native").files())
    peaks = {s["name"]: s["load_peak"] for s in t.report(path)["scenes"]}
    check(peaks["whole"]["upper_bytes"] < peaks["hurt"]["upper_bytes"], peaks)
    check(peaks["hurt"]["lower_bytes"] < peaks["hurt"]["upper_bytes"], peaks)
    write_rules(root, TINY % (peaks["hurt"]["upper_bytes"] - 1))
    verdict = judge(t, path, code=0)
    row = one(verdict, "scene-may-exceed")
    equal((row["scene"], row["device"], row["bytes"], row["level"]),
          ("hurt", "tiny", 1, "warning"))
    rows = {s["name"]: s for s in verdict["devices"][0]["scenes"]}
    equal(rows["hurt"]["fits_alone"], "maybe")
    equal(rows["whole"]["fits_alone"], "yes")


def test_a_scene_whose_lower_bound_is_above_does_not_fit(t):
    root, path = place(t)
    keeps = {name: resident(t, path, name) for name in ("whole", "hurt")}
    most = max(keeps, key=keeps.get)
    write_rules(root, TINY % (keeps[most] - 7))
    row = one(judge(t, path, code=1), "scene-over-budget")
    equal((row["scene"], row["bytes"], row["level"]), (most, 7, "error"))
    has(row["members"][0], "its largest textures:", "KiB")
    write_rules(root, TINY % keeps[most])
    equal(found(judge(t, path), "scene-over-budget"), [])


def test_a_change_that_does_not_fit_names_the_scene_that_causes_it(t):
    root, path = place(t)
    total = resident(t, path, "whole") + resident(t, path, "hurt")
    write_rules(root, TINY % (total - 1))
    row = one(judge(t, path, code=1), "transition-over-budget")
    equal((row["bytes"], len(row["members"])), (1, 2))
    check(row["scene"] in ("whole", "hurt"))
    write_rules(root, TINY % total)
    equal(found(judge(t, path, code=0), "transition-over-budget"), [])


def test_four_hundred_changes_with_one_heavy_scene_are_one_finding(t):
    game = build.two_scenes()
    heavy = game.main.picture("heavy", build.png(256, 256))
    game.main.scene("heavy", {"t": heavy.texture})
    for i in range(198):
        dot = game.main.picture("dot%d" % i, build.png(2, 2))
        game.main.scene("small%d" % i, {"t": dot.texture})
    root, path = place(t, game.files())
    write_rules(root, TINY % (resident(t, path, "heavy") + 1))
    row = one(judge(t, path, code=1), "transition-over-budget")
    equal(row["scene"], "heavy")
    has(row["message"], "so do 399 other changes with this scene")


def test_the_example_fails_on_a_phone_of_2_GB_and_passes_on_a_large_one(t):
    done = t.run("check", "--device", "iphone_2g", SHOWCASE)
    equal(done.code, 1)
    has(done.text, "FAILED: 1 error", "going from 'sponza' to 'cathedral'",
        "does not fit after another", "go through an empty scene",
        "'packaudit rules transition-over-budget'")
    equal(t.run("check", "--device", "iphone_4g", SHOWCASE).code, 0)


def test_32_bits_mind_a_large_single_request(t):
    game = build.two_scenes("3.8 native")
    wide = game.main.picture("wide", build.png(8192, 2304))
    game.main.scene("wide", {"wide": wide.texture})
    rules = TINY % (1 << 30)
    rules = rules.replace("webgl", "gles").replace("max_texture: 4096", "max_texture: 8192")
    root, path = place(t, game.files(), rules.replace("bits: 64", "bits: 32"))
    row = one(judge(t, path), "allocation-too-large")
    equal(row["bytes"], 8192 * 2304 * 4 + 64 - (64 << 20))
    write_rules(root, rules)
    equal(found(judge(t, path), "allocation-too-large"), [])


def test_a_package_above_the_platforms_limit_is_an_error(t):
    files = build.two_scenes().files()
    size = sum(len(c) for c in files.values())
    rules = (TINY % (1 << 30)).replace("bits: 64", "bits: 64, package: %d")
    root, path = place(t, files, rules % (size - 5))
    equal(one(judge(t, path, code=1), "package-over-limit")["bytes"], 5)
    write_rules(root, rules % size)
    judge(t, path, code=0)


@each(("scene", "scenes: { whole: { resident: %d } }", "whole"),
      ("scene by url", 'scenes: { "db://assets/wh*": { resident: %d } }', "whole"),
      ("bundle", "bundles: { side: { download: %d } }", None),
      ("texture", 'textures: { "main:textures/wall*": { gpu: %d } }', "whole"),
      ("package", "package: { download: %d }", None),
      ("first screen", "package: { first_screen: %d }", None))
def test_a_budget_is_exceeded_by_a_byte_and_kept_at_it(t, line, scene_name):
    files = build.two_scenes().files()
    root, path = place(t, files)
    report = t.report(path)
    figure = {
        "scenes": next(s for s in report["scenes"] if s["name"] == "whole")["resident_bytes"],
        "bundles": next(b for b in report["bundles"] if b["name"] == "side")["file_bytes"],
        "textures": WHOLE,
        "package": report["package"]["first_screen_bytes" if "first" in line
                                     else "file_bytes"],
    }[line.split(":")[0]]
    write_rules(root, "budgets:\n  " + line % (figure - 1))
    row = one(judge(t, path, code=1), "budget-exceeded")
    equal((row["bytes"], row["line"], row["scene"]), (1, 2, scene_name))
    write_rules(root, "budgets:\n  " + line % figure)
    judge(t, path, code=0)


def test_a_peak_between_its_bounds_may_exceed_its_budget(t):
    root, path = place(t)
    write_rules(root, "budgets: { scenes: { whole: { load_peak: %d } } }" % (2 * WHOLE - 1))
    equal(one(judge(t, path, code=0), "budget-may-exceed")["bytes"], 1)
    equal(judge(t, path, "--fail-on", "warning", code=1)["fail_on"], "warning")


def test_numbers_of_images_files_and_pixels_have_budgets_too(t):
    _, path = place(t, rules="""budgets:
  scenes: { hurt: { images: 2 } }
  bundles: { main: { files: 1 } }
  textures: { "*": { side: 63 } }
""")
    rows = found(judge(t, path, code=1), "budget-exceeded")
    equal(len(rows), 3)
    has(" ".join(r["message"] for r in rows), "3 images, 1 images more", "64 px, 1 px more")


def test_of_several_lines_the_last_one_counts(t):
    rules = """budgets:
  scenes:
    "*": { resident: 1 }
    "w*": { resident: 1 GiB }
"""
    root, path = place(t, rules=rules)
    equal([r["scene"] for r in found(judge(t, path, code=1), "budget-exceeded")], ["hurt"])
    write_rules(root, rules.replace('"w*"', '"x"').replace('"*"', '"w*"'))
    verdict = judge(t, path, code=1)
    equal([r["scene"] for r in found(verdict, "budget-exceeded")], ["whole"])
    equal(one(verdict, "rules-unmatched")["line"], 4)


def test_a_budget_for_devices_is_about_these_only(t):
    rules = """devices: [iphone_2g, android_low_2g]
budgets: { devices: { "iphone*": { scenes: { "*": { resident: 1 } } } } }
"""
    _, path = place(t, rules=rules)
    rows = found(judge(t, path, code=1), "budget-exceeded")
    equal({r["device"] for r in rows}, {"iphone_2g"})


def test_budgets_of_changes_take_both_names(t):
    root, path = place(t, rules='budgets: { transitions: { "whole -> h*": { peak: 1 } } }')
    row = one(judge(t, path, code=1), "budget-exceeded")
    equal(len(row["members"]), 1)
    has(row["members"][0], "whole -> hurt")
    write_rules(root, 'budgets: { transitions: { "* -> *": { peak: 1 } } }')
    equal(len(one(judge(t, path, code=1), "budget-exceeded")["members"]), 2)


def grown_game(by=0):
    game = build.two_scenes()
    extra = game.main.picture("extra", build.png(16, 16 + by))
    game.main.scene("more", {"t": extra.texture})
    return game.files()


@each(("a report", True), ("a build", False))
def test_growth_is_measured_from(t, is_report):
    _, old = place(t, grown_game(0), name="old")
    base = old
    if is_report:
        base = t.put(json.dumps(t.report(old)).encode(), "base.json")
    growth = 16 * 4 * 4  # four rows more
    rules = "budgets: { scenes: { '*': { gpu: { growth: %s } } } }"
    root, new = place(t, grown_game(4), rules % (growth - 1), name="new")
    row = one(judge(t, new, "--baseline", base, code=1), "growth-exceeded")
    equal((row["scene"], row["bytes"]), ("more", 1))
    write_rules(root, rules % growth)
    judge(t, new, "--baseline", base, code=0)
    write_rules(root, rules % "25 %")
    judge(t, new, "--baseline", base, code=0)
    write_rules(root, rules % "24 %")
    judge(t, new, "--baseline", base, code=1)


def test_growth_without_a_baseline_is_not_judged_and_said(t):
    _, path = place(t, rules="budgets: { scenes: { '*': { gpu: { growth: 0 } } } }")
    done = t.run("check", path)
    equal(done.code, 0)
    has(done.text, "growth was not judged: --baseline")


def test_a_baseline_without_the_device_is_told(t):
    _, path = place(t, rules="devices: [iphone_2g]\n"
                             "budgets: { scenes: { '*': { gpu: { growth: 0 } } } }")
    base = t.put(json.dumps(t.report(path, "--rules", "none")).encode(), "base.json")
    has(one(judge(t, path, "--baseline", base), "rules-unmatched")["message"],
        "the growth of scenes on 'iphone_2g' is unknown")


@each(("no JSON", b"hello"), ("other JSON", b'{"schema": "x"}'), ("cut", b'{"schema'),
      ("a hole", b'{"schema": "packaudit.report/1", "scenes": [{}]}'))
def test_a_baseline_that_is_none_is_refused(t, content):
    path = t.put(build.two_scenes().files())
    done = t.run("check", "--baseline", t.put(content, "base.json"), path)
    check(done.code in (2, 3), done.code)
    has(done.said, "base.json")
    equal(done.out, b"")


def test_the_rules_file_is_found_beside_and_above_the_build(t):
    _, path = place(t, rules="budgets: { package: { download: 1 } }")
    has(one(judge(t, path, code=1), "budget-exceeded")["message"], "the package")
    judge(t, path + "/assets", code=1)
    judge(t, path, "--rules", "none", code=0)
    done = t.run("check", "build", cwd=os.path.dirname(path))
    has(done.text, "rules    packaudit.yaml")
    done = t.run("check", ".", cwd=path)
    has(done.text, "rules    ../packaudit.yaml")


def test_levels_are_set_by_the_rules_file(t):
    rules = "budgets: { package: { download: 1 } }\nrules: { budget-exceeded: %s }"
    root, path = place(t, rules=rules % "warning")
    equal(one(judge(t, path, code=0), "budget-exceeded")["level"], "warning")
    write_rules(root, rules % "off")
    equal(found(judge(t, path, code=0), "budget-exceeded"), [])
    write_rules(root, rules % "{ level: error, at_least: 1 GiB }")
    equal(found(judge(t, path, code=0), "budget-exceeded"), [])
    write_rules(root, "budgets: { scenes: { '*': { resident: 1 } } }\n"
                      "rules: { budget-exceeded: { skip: [hurt] } }")
    equal(one(judge(t, path, code=1), "budget-exceeded")["scene"], "whole")


def test_owners_are_named(t):
    rules = """budgets: { textures: { "*": { side: 1 } } }
owners: { "*": "@all", "main:textures/wall*": "@walls" }
"""
    _, path = place(t, rules=rules)
    owners = {f["path"].split("/")[1]: f["owner"]
              for f in found(judge(t, path), "budget-exceeded")}
    equal((owners["wall"], owners["sky"]), ("@walls", "@all"))


WAIVER = """budgets: { scenes: { whole: { resident: 1 } } }
waivers:
  - { rule: budget-exceeded, at: %s, reason: ticket 7, expires: 2026-12-31 }
"""


def test_a_waiver_covers_until_its_last_day(t):
    _, path = place(t, rules=WAIVER % "whole")
    verdict = judge(t, path, "--today", "2026-12-31", code=0)
    equal(one(verdict, "budget-exceeded")["waiver"], "ticket 7")
    equal(verdict["counts"]["waived"], 1)
    verdict = judge(t, path, "--today", "2027-01-01", code=1)
    equal(one(verdict, "budget-exceeded")["waiver"], None)
    has(one(verdict, "waiver-expired")["message"], "ended on 2026-12-31", "ticket 7")
    equal(one(verdict, "waiver-expired")["line"], 3)


def test_a_waiver_that_covers_nothing_is_a_warning(t):
    _, path = place(t, rules=WAIVER % "nothing")
    verdict = judge(t, path, "--today", "2026-12-01", code=1)
    equal(one(verdict, "waiver-unused")["level"], "warning")


def test_the_day_may_come_from_the_build_system(t):
    _, path = place(t, rules=WAIVER % "whole")
    env = dict(os.environ, SOURCE_DATE_EPOCH="1798761599")  # the last second of 2026
    equal(t.run("check", path, env=env).code, 0)
    env["SOURCE_DATE_EPOCH"] = "1798761600"
    equal(t.run("check", path, env=env).code, 1)


def test_a_first_rules_file_passes_on_the_build_it_is_made_from(t):
    for source in (SHOWCASE, None):
        root, path = place(t, name="p%d" % bool(source))
        if source:
            shutil.rmtree(path)
            shutil.copytree(source, path)
        made = t.run("check", "--init", "--device", "iphone_2g", "build", cwd=root)
        equal(made.code, 0, made.err.decode())
        equal(made.said, "packaudit: wrote packaudit.yaml")
        verdict = judge(t, path, code=0)
        equal(found(verdict, "rules-unmatched"), [])
        again = t.run("check", "--init", "build", cwd=root)
        equal(again.code, 2)
        has(again.said, "is there already")


def test_the_ratchet_lowers_what_has_sunk_and_raises_nothing(t):
    text = """# kept as it is
budgets:
  package: { download: 1 GiB }   # sinks
  scenes:
    "é*": { resident: 1 GiB }    # is about nothing
    whole: { gpu: "2 MiB", images: 50 }
    hurt: { resident: 1 KiB }    # exceeded and waived: stays
waivers: [{ rule: budget-exceeded, at: hurt, reason: known, expires: 2099-01-01 }]
"""
    root, path = place(t, rules=text)
    size = sum(len(c) for c in build.two_scenes().files().values())
    done = t.run("check", "--ratchet", path)
    equal(done.code, 0)
    has(done.err.decode(), "3 budgets lowered")
    with open(os.path.join(root, "packaudit.yaml"), encoding="utf-8") as f:
        after = f.read()
    equal(after, text.replace("download: 1 GiB", "download: %d KiB" % -(-size // 1024))
          .replace("2 MiB", "8 KiB").replace("images: 50", "images: 1"))
    done = t.run("check", "--ratchet", path)
    has(done.err.decode(), "0 budgets lowered")


def test_the_ratchet_needs_a_rules_file(t):
    done = t.run("check", "--ratchet", "-q", "--rules", "none", t.put(build.two_scenes().files()))
    equal(done.code, 2)
    has(done.said, "no rules file")


def test_ten_commits_of_a_project(t):
    """Growth under the allowance passes, over it fails; a waiver lets it pass until it
    expires; the ratchet holds a gain."""
    root, path = place(t, grown_game(0))
    limit = "budgets:\n  scenes:\n    more: { gpu: { max: %s, growth: 512 } }\n"
    waiver = ("waivers:\n  - { rule: growth-exceeded, at: more, reason: new boss, "
              "expires: 2026-12-31 }\n")
    write_rules(root, limit % "1 MiB")
    base = os.path.join(root, "base.json")

    def commit(rows, day, code, *options, keep=True):
        shutil.rmtree(path)
        build.write(grown_game(rows), path)
        given = ["--baseline", base] if os.path.exists(base) else []
        verdict = judge(t, path, *given, "--today", day, *options, code=code)
        if keep and code == 0:
            with open(base, "w", encoding="utf-8") as f:
                json.dump(t.report(path), f)
        return verdict

    commit(0, "2026-11-01", 0)                        # 1: 16 rows of 64 bytes
    commit(4, "2026-11-02", 0)                        # 2: 256 more
    commit(8, "2026-11-03", 0)                        # 3: 256 more
    verdict = commit(40, "2026-11-04", 1)             # 4: 2048 more
    equal(one(verdict, "growth-exceeded")["bytes"], 2048 - 512)
    write_rules(root, limit % "1 MiB" + waiver)
    commit(40, "2026-11-05", 0, keep=False)           # 5: the same, waived
    commit(40, "2027-01-01", 1, keep=False)           # 6: the waiver has expired
    write_rules(root, limit % "1 MiB")
    commit(12, "2027-01-02", 0)                       # 7: taken back
    commit(0, "2027-01-03", 0, "--ratchet")           # 8: made smaller, and held
    commit(1, "2027-01-04", 1)                        # 9: 64 bytes above what was reached
    commit(0, "2027-01-05", 0)                        # 10: whole again


BOMB = "\n".join(["a0: &a0 [x, x]"] + ["a%d: &a%d [*a%d, *a%d]" % (i, i, i - 1, i - 1)
                                       for i in range(1, 30)])


@each(("an unknown key", "budget: {}", "did you mean 'budgets'?"),
      ("an unknown measure", "budgets: { scenes: { a: { residents: 1 } } }",
       "did you mean 'resident'?"),
      ("an unknown rule", "rules: { pixel-twice: off }", "did you mean 'pixels-twice'?"),
      ("an unknown level", "rules: { pixels-twice: fatal }", "off, note, warning or error"),
      ("a wrong unit", "budgets: { package: { download: 5 MB } }", "line 1, column 33"),
      ("a negative size", "budgets: { package: { download: -5 } }", "not negative"),
      ("a list for a map", "budgets: []", "line 1"),
      ("a number for a limit", "budgets: { scenes: { a: 5 } }", "line 1"),
      ("an empty limit", "budgets: { scenes: { a: { resident: {} } } }", "'max', 'growth'"),
      ("a change without an arrow", "budgets: { transitions: { a: { peak: 1 } } }",
       "from -> to"),
      ("a device that stands twice", "devices: [iphone_2g, iphone_2g]", "stands twice"),
      ("a device that is none", "devices: [iphone_2]", "did you mean"),
      ("a key that stands twice", "rules: {}\nrules: {}", "stands twice"),
      ("a waiver without a day", "waivers: [{ rule: unreferenced, reason: x }]",
       "needs 'expires'"),
      ("a day that is none", "waivers: [{ rule: unreferenced, reason: x, expires: 2026-02-29 }]",
       "2026-12-31"),
      ("a waiver for no rule", "waivers: [{ rule: unreferencd, reason: x, expires: 2026-01-01 }]",
       "did you mean 'unreferenced'?"),
      ("a growth that is none", "budgets: { package: { download: { growth: 5 percent } } }",
       "line 1"),
      ("a bomb of anchors", BOMB, "line 1"),
      ("no YAML", "a: [", "line"),
      ("ten megabytes", "# x\n" * 2_700_000, "packaudit.yaml"))
def test_a_wrong_rules_file_is_refused(t, text, part):
    _, path = place(t, rules=text)
    done = t.run("check", path)
    equal(done.code, 2, done.text)
    equal(done.out, b"")
    has(done.said, "packaudit.yaml", part)


def test_a_rules_file_that_cannot_be_read_is_refused(t):
    path = t.put(build.two_scenes().files())
    for rules in (t.put({"a/b": b""}, "folder.yaml"), "absent.yaml"):
        done = t.run("check", "--rules", rules, path)
        equal((done.code, done.out), (2, b""))
        has(done.said, os.path.basename(rules))


def test_quiet_says_nothing_when_all_is_well(t):
    path = t.put(build.two_scenes().files())
    done = t.run("check", "-q", path)
    equal((done.code, done.out, done.err), (0, b"", b""))


def test_a_failure_can_be_told_without_failing(t):
    _, path = place(t, rules="budgets: { package: { download: 1 } }")
    equal(t.run("check", "--fail-on", "never", path).code, 0)
    equal(t.run("check", path).code, 1)


def test_several_formats_are_written_at_once(t):
    _, path = place(t, rules="budgets: { package: { download: 1 } }")
    first, second = t.place("a.json"), t.place("b.txt")
    done = t.run("check", "--also", "json=" + first, "--also", "text=" + second, path)
    equal(done.code, 1)
    with open(first, encoding="utf-8") as f:
        equal(json.load(f)["passes"], False)
    with open(second, encoding="utf-8") as f:
        has(f.read(), "FAILED: 1 error")
    equal(t.run("check", "--also", "json", path).code, 2)
    equal(t.run("check", "--also", "pdf=x", path).code, 2)
    equal(t.run("check", "--also", "json=/nowhere/at/all", path).code, 4)


def test_a_verdict_does_not_depend_on_threads_or_container(t):
    files = build.two_scenes().files()
    rules = t.put(b"devices: [iphone_2g]\nbudgets: { scenes: { '*': { resident: 1 } } }",
                  "packaudit.yaml")
    folder, archive = t.put(files, "game"), t.put(build.zipped(files), "game.zip")

    def verdict(path, *options):
        value = judge(t, path, "--rules", rules, *options, code=1)
        del value["build"]
        return value

    equal(verdict(folder, "-j1"), verdict(folder, "-j4"))
    equal(verdict(folder), verdict(archive))


def test_the_rules_explain_themselves(t):
    done = t.run("rules")
    equal(done.code, 0)
    names = [line.split()[0] for line in done.text.splitlines()[1:] if line.startswith("  ")]
    check(len(names) > 50, names)
    for name in names:
        told = t.run("rules", name)
        equal(told.code, 0)
        has(told.text, name, "why", "mend")
        check(all(len(line) <= 100 for line in told.text.splitlines()))
    done = t.run("rules", "pixel-twice")
    equal(done.code, 2)
    has(done.said, "did you mean 'pixels-twice'?")


def test_a_comparison_tells_what_came_went_and_grew(t):
    old, new = grown_game(0), grown_game(4)
    done = t.run("diff", "--format", "json", t.put(old), t.put(new))
    equal(done.code, 0)
    rows = {(c["kind"], c["measure"], c["name"]): c for c in done.json["changes"]}
    grown = rows["scenes", "gpu", "more"]
    equal((grown["before"]["upper"], grown["after"]["upper"]), (1024, 1280))
    check(("scenes", "gpu", "whole") not in rows)
    done = t.run("diff", t.put(build.two_scenes().files()), t.put(new))
    has(done.text, "Scenes", "more", "new", "Package")
    done = t.run("diff", t.put(new), t.put(new))
    has(done.text, "no figure differs")


def test_a_comparison_takes_reports_for_builds(t):
    path = t.put(grown_game(0))
    report = t.put(json.dumps(t.report(path)).encode(), "old.json")
    has(t.run("diff", report, path).text, "no figure differs")
    equal(t.run("diff", report, "nothing").code, 3)


def schema():
    with open(os.path.join(ROOT, "rules", "schema", "packaudit.schema.json"),
              encoding="utf-8") as f:
        return json.load(f)


def yaml_value(text):
    try:
        import yaml
    except ImportError:
        raise Skip("no python3-yaml") from None

    class Loader(yaml.SafeLoader):
        """Days stay text."""
    Loader.yaml_implicit_resolvers = {
        first: [row for row in rows if not row[0].endswith(":timestamp")]
        for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()}
    return yaml.load(text, Loader)


def test_the_examples_obey_the_schema_for_editors(t):
    try:
        import jsonschema
    except ImportError:
        raise Skip("no python3-jsonschema") from None
    root, path = place(t)
    t.run("check", "--init", "--device", "iphone_2g", path, cwd=root)
    for name in (os.path.join(ROOT, "examples", "rules", "packaudit.yaml"),
                 os.path.join(root, "packaudit.yaml")):
        with open(name, encoding="utf-8") as f:
            value = yaml_value(f.read())
        wrongs = [e.message for e in jsonschema.Draft7Validator(schema()).iter_errors(value)]
        equal(wrongs, [], name)


def test_every_budget_of_the_schema_is_known_to_the_program(t):
    keys = schema()["properties"]
    names = {"transitions": "a -> b"}
    lines = ["budgets:"]
    for kind, rule in keys["budgets"]["properties"].items():
        rule = schema()["definitions"][kind] if "$ref" in rule else rule
        measures = rule.get("properties") or rule["additionalProperties"]["properties"]
        if kind == "devices":
            continue
        body = "{ %s }" % ", ".join("%s: 1073741824" % m if "size" in v["$ref"] else
                                    "%s: 1000000" % m for m, v in measures.items())
        lines.append("  %s: %s" % (kind, body if kind == "package" else
                                   '{ "%s": %s }' % (names.get(kind, "*"), body)))
    for key in keys:
        if key != "budgets":
            lines.append(key + ":")
    root, path = place(t, rules="\n".join(lines))
    equal(t.run("check", path).code, 0)


def test_the_example_rules_pass_on_the_example(t):
    rules = os.path.join(ROOT, "examples", "rules", "packaudit.yaml")
    done = t.run("check", "--today", "2026-11-24", "--rules", rules, SHOWCASE)
    equal(done.code, 0, done.text)
    has(done.text, "1 waived")
    equal(t.run("check", "--today", "2030-07-01", "--rules", rules, SHOWCASE).code, 1)


def test_the_ratchet_follows_a_link_and_keeps_permissions(t):
    root, path = place(t)
    real = t.put(b"budgets: { package: { download: 1 GiB } }\n", "shared.yaml")
    os.chmod(real, 0o640)
    link = os.path.join(root, "packaudit.yaml")
    os.symlink(real, link)
    equal(t.run("check", "-q", "--ratchet", path).code, 0)
    check(os.path.islink(link))
    equal(os.stat(real).st_mode & 0o777, 0o640)
    with open(real, encoding="utf-8") as f:
        has(f.read(), "KiB")


def test_the_ratchet_does_not_trust_a_build_that_fails_or_has_gaps(t):
    text = "budgets: { scenes: { hurt: { resident: 1 MiB } } }\nrules: { image-missing: off }\n"
    files = build.two_scenes().files()
    gone = {p: c for p, c in files.items() if not p.endswith(".png")}
    root, path = place(t, gone, text)
    done = t.run("check", "--ratchet", "-q", path)
    equal(done.code, 2)
    has(done.said, "no budget was lowered")
    with open(os.path.join(root, "packaudit.yaml"), encoding="utf-8") as f:
        equal(f.read(), text)


def test_the_ratchet_counts_lines_as_YAML_does(t):
    text = ("# x\u2028# y\nbudgets:\n  scenes:\n"
            '    "hurt": { gpu: 1 MiB }\n    "nobody": { gpu: 1 MiB }\n')
    root, path = place(t, rules=text)
    equal(t.run("check", "--ratchet", "-q", path).code, 0)
    with open(os.path.join(root, "packaudit.yaml"), encoding="utf-8") as f:
        equal(f.read(), text.replace('"hurt": { gpu: 1 MiB }', '"hurt": { gpu: 6 KiB }'))


def test_a_least_size_drops_no_budget_of_numbers(t):
    _, path = place(t, rules="""budgets: { scenes: { hurt: { images: 1 } } }
rules: { budget-exceeded: { at_least: 1 GiB } }
""")
    equal(one(judge(t, path, code=1), "budget-exceeded")["scene"], "hurt")


def test_growth_of_changes_is_judged_on_every_device(t):
    root, path = place(t, rules="devices: [iphone_2g, android_low_2g]\n")
    report = t.report(path)
    for row in report["transitions"] + report["devices"][1]["transitions"]:
        row["peak_lower_bytes"] = row["peak_upper_bytes"] = 1
    base = t.put(json.dumps(report).encode(), "base.json")
    write_rules(root, "devices: [iphone_2g, android_low_2g]\n"
                      "budgets: { transitions: { '* -> *': { peak: { growth: 0 % } } } }")
    rows = found(judge(t, path, "--baseline", base, code=1), "growth-exceeded")
    equal({r["device"] for r in rows}, {"iphone_2g", "android_low_2g"})
    del report["devices"][1]["transitions"]
    base = t.put(json.dumps(report).encode(), "less.json")
    has(one(judge(t, path, "--baseline", base, code=1), "rules-unmatched")["message"],
        "growth of transitions on 'android_low_2g' is unknown")


def test_a_finding_belongs_to_the_bundle_of_its_file(t):
    game = build.two_scenes()
    for bundle in (game.main, game.side):
        twice = bundle.picture("twice", build.png(32, 32))
    game.main.scene("hurt", {"twice": twice.texture})
    files = game.files()
    files[game.side.import_file(twice.image)] = b"this is not JSON"
    _, path = place(t, files, "owners: { '*': '@main', 'side:*': '@side' }")
    row = one(judge(t, path), "document-broken")
    equal((row["bundle"], row["owner"]), ("side", "@side"))


def test_one_rules_file_serves_runs_with_other_devices(t):
    _, path = place(t, rules="""devices: [iphone_2g, iphone_4g]
budgets: { devices: { iphone_2g: { scenes: { '*': { resident: 1 GiB } } } } }
waivers:
  - { rule: scene-over-budget, device: iphone_2g, reason: x, expires: 2099-01-01 }
  - { rule: growth-exceeded, reason: x, expires: 2099-01-01 }
""")
    verdict = judge(t, path, "--device", "iphone_4g", code=0)
    equal(found(verdict, "rules-unmatched") + found(verdict, "waiver-unused"), [])


def test_growth_of_bundles_needs_no_device_in_the_baseline(t):
    root, path = place(t)
    base = t.put(json.dumps(t.report(path)).encode(), "base.json")
    write_rules(root, "devices: [iphone_2g]\n"
                      "budgets: { bundles: { '*': { download: { growth: 0 } } } }")
    equal(found(judge(t, path, "--baseline", base, code=0), "rules-unmatched"), [])


def test_a_baseline_build_may_lack_what_the_rules_file_names(t):
    _, old = place(t, name="old")
    _, new = place(t, grown_game(0), """states: { battle: { scene: more } }
persistent: ['main:textures/extra*']
budgets: { package: { download: { growth: 1 MiB } } }
""", name="new")
    judge(t, new, "--baseline", old, code=0)
    done = t.run("check", "--baseline", "nothing", new)
    equal(done.code, 3)
    has(done.said, "the baseline: nothing")


def test_what_a_scene_keeps_is_told_as_such(t):
    root, path = place(t, build.two_scenes("3.8 native").files())
    keeps = resident(t, path, "whole")
    write_rules(root, TINY % (keeps - 1))
    row = next(r for r in found(judge(t, path, code=1), "scene-over-budget")
               if r["scene"] == "whole")
    has(row["message"], "scene 'whole' keeps 8.0 KiB, 1 byte more than")


def test_a_long_chain_keeps_both_ends(t):
    game = build.two_scenes()
    asset = game.crack.texture
    for i in range(8):
        asset = game.main.add("nest%d" % i, build.holder_doc("cc.Prefab", {"p": asset})) or \
            build.uuid("nest%d" % i)
    game.main.scene("hurt", {"p": asset})
    files = game.files()
    files[game.main.native_file(game.crack.image)] = b"no picture"
    _, path = place(t, files)
    row = next(r for r in judge(t, path)["findings"] if r["rule"] == "image-broken")
    has(row["chain"], "hurt > ", " > … > ")
    check(row["chain"].endswith("(cc.ImageAsset)"), row["chain"])


def test_names_cannot_write_lines_into_a_first_rules_file(t):
    game = build.two_scenes()
    game.main.scene("a\u2028rules: {x: off}\u0085devices: [none]", {"t": game.wall.texture})
    root, path = place(t, game.files())
    equal(t.run("check", "--init", "build", cwd=root).code, 0)
    equal(t.run("check", "build", cwd=root).code, 0)


def test_a_first_rules_file_waives_scenes_and_turns_no_rule_off(t):
    root, path = place(t)
    shutil.rmtree(path)
    shutil.copytree(SHOWCASE, path)
    t.run("check", "--init", "--today", "2026-11-24", "--device", "iphone_2g", "build", cwd=root)
    with open(os.path.join(root, "packaudit.yaml"), encoding="utf-8") as f:
        text = f.read()
    has(text, "{ rule: transition-over-budget, device: 'iphone_2g', at: 'sponza'",
        "expires: 2027-02-22")
    check("transition-over-budget: warning" not in text)
    judge(t, path, "--today", "2027-02-22", code=0)
    judge(t, path, "--today", "2027-02-23", code=1)


def test_a_device_of_another_kind_is_told(t):
    path = t.put(build.two_scenes().files())
    has(one(judge(t, path, "--device", "iphone_2g"), "device-of-another-kind")["message"],
        "'iphone_2g' is a device with native apps, and this is a web build")
    equal(found(judge(t, path, "--device", "web_mobile"), "device-of-another-kind"), [])


def test_a_comparison_over_different_devices_says_so(t):
    path = t.put(build.two_scenes().files())
    base = t.put(json.dumps(t.report(path)).encode(), "base.json")
    has(t.run("diff", "--device", "web_mobile", base, path).text, "different devices")


def test_help_of_a_command_can_be_asked_for(t):
    has(t.run("help", "check").text, "packaudit check [OPTIONS] BUILD")


def test_a_first_rules_file_lies_where_check_looks(t):
    root, path = place(t)
    elsewhere = t.place("elsewhere")
    os.makedirs(elsewhere)
    equal(t.run("check", "--init", path, cwd=elsewhere).code, 0)
    check(os.path.exists(os.path.join(root, "packaudit.yaml")))
    has(t.run("check", path, cwd=elsewhere).text, "rules    ")
    os.remove(os.path.join(root, "packaudit.yaml"))
    equal(t.run("check", "--init", ".", cwd=path).code, 0)
    check(os.path.exists(os.path.join(root, "packaudit.yaml")))


def test_a_link_to_nothing_is_not_replaced(t):
    path = t.put(build.two_scenes().files())
    link = t.place("link.json")
    os.symlink("nowhere/at/all.json", link)
    equal(t.run("check", "--format", "json", "-o", link, path).code, 4)
    check(os.path.islink(link))


def test_waivers_cannot_be_waived(t):
    _, path = place(t, rules="waivers: [{ rule: waiver-expired, reason: x, "
                             "expires: 2099-01-01 }]")
    done = t.run("check", path)
    equal(done.code, 2)
    has(done.said, "cannot be waived")


def test_the_search_for_rules_ends_with_the_project(t):
    root, path = place(t)
    inner = os.path.join(root, "game", "out")
    os.makedirs(os.path.join(root, "game", ".git"))
    shutil.copytree(path, inner)
    write_rules(root, "budgets: { package: { download: 1 } }")
    equal(t.run("check", inner).code, 0)
    os.rmdir(os.path.join(root, "game", ".git"))
    equal(t.run("check", inner).code, 1)
