# SPDX-License-Identifier: Apache-2.0
"""Laws that hold for every real build: skipped where none are at hand."""
import json
import os
import zipfile

from harness import ROOT, Skip, check, equal

CORPUS = os.environ.get("PACKAUDIT_CORPUS") or os.path.join(ROOT, "..", "shared", "corpus")
LARGEST = 6 << 20  # bytes: larger ones would take the run's time and tell nothing new


def size_of(folder):
    return sum(os.path.getsize(os.path.join(at, name))
               for at, _, names in os.walk(folder) for name in names)


def builds():
    if not os.path.isdir(CORPUS):
        raise Skip("no folder ../shared/corpus")
    folders = [os.path.join(CORPUS, name) for name in sorted(os.listdir(CORPUS))]
    return [f for f in folders if os.path.isdir(f) and size_of(f) <= LARGEST]


def zipped(t, folder):
    path = t.place() + ".zip"
    with zipfile.ZipFile(path, "w") as z:
        for at, _, names in os.walk(folder):
            for name in names:
                file = os.path.join(at, name)
                z.write(file, os.path.relpath(file, folder))
    return path


def without_path(report):
    report["build"]["path"] = ""
    return report


def test_a_folder_a_zip_and_any_number_of_threads_give_one_report(t):
    for folder in builds():
        name = os.path.basename(folder)
        one = t.run("report", "--format", "json", "-j1", folder)
        equal(one.out, t.run("report", "--format", "json", "-j3", folder).out, name)
        packed = t.report(zipped(t, folder))
        check(without_path(one.json) == without_path(packed), name)


def test_bounds_are_in_order(t):
    for folder in builds():
        report = t.report(folder)
        for s in report["scenes"]:
            peak = s["load_peak"]
            check(s["resident_bytes"] <= peak["lower_bytes"] <= peak["typical_bytes"]
                  <= peak["upper_bytes"], folder, s["name"])
        for row in report["transitions"]:
            check(row["peak_lower_bytes"] <= row["peak_upper_bytes"], folder, row)


def test_every_document_decodes_or_is_named(t):
    for folder in builds():
        if os.path.basename(folder).startswith("broken-"):
            continue
        found = [f for f in t.report(folder)["findings"]
                 if f["rule"] in ("document-broken", "import-missing", "pack-count")]
        equal(found, [], folder)


def test_a_recipe_rewrites_every_build_and_the_report_reads_it_back(t):
    for folder in builds():
        if size_of(folder) > 2 << 20:
            continue  # encoding takes its time
        name = os.path.basename(folder)
        plan, out = t.place(), t.place()
        made = t.run("plan", folder, "-o", plan, "-q", "--compress", "astc-8x8", "--compress",
                     "etc2", "--max-side", "256", "--preset", "fastest", "--device",
                     "iphone_2g")
        equal(made.code, 0, made.err.decode())
        done = t.run("rewrite", folder, "-q", "-o", out, "--plan", plan)
        equal(done.code, 0, done.err.decode())
        with open(plan, encoding="utf-8") as f:
            told = json.load(f)
        report = t.report(out, "--device", "iphone_2g")
        equal(sum(row["gpu_bytes"] or 0 for row in report["textures"]),
              told["result"]["gpu_after_bytes"], name)
        before = t.report(folder, "--device", "iphone_2g")
        for row in report["findings"]:
            alike = [(f["rule"], f.get("asset")) for f in before["findings"]]
            check((row["rule"], row.get("asset")) in alike, name, row)
