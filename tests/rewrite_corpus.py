#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rewrites real builds, one after the other, and holds the results against them.

    python3 tests/rewrite_corpus.py --build build [FOLDER ...]

Each FOLDER is a build; without one it is every folder of PACKAUDIT_CORPUS, or of
../shared/corpus. Of every build:

  nothing   an empty plan gives the same files, byte for byte
  zip       the folder as a zip, and an empty plan: the same zip, byte for byte
  recipe    --compress for every family, fastest, and --max-side: the result costs what
            the plan said, and neither report nor check finds in it what they did not
            find in the build

Exit status 1 when one of these does not hold. A line a build, with seconds for each.
"""
import argparse
import filecmp
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DEVICE = "iphone_2g"
RECIPE = ["--compress", "astc-8x8", "--compress", "etc2", "--compress", "webp",
          "--max-side", "512", "--preset", "fastest", "--device", DEVICE]
TIMEOUT_S = 900


class Wrong(Exception):
    """What does not hold."""


def files_of(folder):
    return sorted(os.path.relpath(os.path.join(at, name), folder)
                  for at, _, names in os.walk(folder) for name in names)


def place_of(finding):
    """Rule and place of a finding. A file stands without hash and extension, which may
    change, and for its asset and scenes, which are left out where several are told as one."""
    at, name = os.path.split(finding.get("file") or "")
    place = (at, name.split(".")[0]) if name else (finding.get("asset"), finding.get("scene"))
    return finding["rule"], finding.get("device"), place


def corpus():
    place = os.environ.get("PACKAUDIT_CORPUS") or os.path.join(ROOT, "..", "shared", "corpus")
    if not os.path.isdir(place):
        sys.exit("no folder %s: give builds, or set PACKAUDIT_CORPUS" % place)
    folders = [os.path.join(place, name) for name in sorted(os.listdir(place))]
    return [folder for folder in folders if os.path.isdir(folder)]


class Trial:
    """One build, and a folder for what is made of it."""

    def __init__(self, program, folder, work):
        self.program, self.folder, self.work = program, folder, work
        self.options = []
        if os.path.exists(folder + ".options"):
            with open(folder + ".options", encoding="utf-8") as f:
                self.options = f.read().split()

    def place(self, name):
        return os.path.join(self.work, name)

    def run(self, command, *arguments, codes=(0,)):
        done = subprocess.run([self.program, command, *self.options, "-q", "--rules", "none",
                               *arguments], capture_output=True, timeout=TIMEOUT_S)
        if done.returncode not in codes:
            raise Wrong("%s ended with %d: %s" % (command, done.returncode,
                                                  done.stderr.decode().strip()))
        return done.stdout

    def rewrite(self, source, plan, out):
        self.run("rewrite", source, "--plan", plan, "-o", out, "--receipt",
                 self.place("receipt.json"))
        return out

    def empty_plan(self):
        path = self.place("empty.json")
        with open(path, "w", encoding="utf-8") as f:
            json.dump({"schema": "packaudit.plan/1", "actions": []}, f)
        return path

    def same_folder(self):
        out = self.rewrite(self.folder, self.empty_plan(), self.place("same"))
        names = files_of(self.folder)
        if names != files_of(out):
            raise Wrong("the empty plan changed which files there are")
        for name in names:
            if not filecmp.cmp(os.path.join(self.folder, name), os.path.join(out, name),
                               shallow=False):
                raise Wrong("the empty plan changed " + name)

    def same_zip(self):
        path = self.place("build.zip")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as z:
            for name in files_of(self.folder):
                z.write(os.path.join(self.folder, name), name)
        out = self.rewrite(path, self.empty_plan(), self.place("same.zip"))
        if not filecmp.cmp(path, out, shallow=False):
            raise Wrong("the empty plan changed the zip")

    def judged(self, command, build):
        return json.loads(self.run(command, build, "--format", "json", "--device", DEVICE,
                                   codes=(0, 1)))

    def no_new_finding(self, command, build):
        known = {place_of(f) for f in self.judged(command, self.folder)["findings"]}
        told = self.judged(command, build)
        for finding in told["findings"]:
            if place_of(finding) not in known:
                raise Wrong("%s finds anew: %s" % (command, json.dumps(finding)))
        return told

    def recipe(self):
        plan = self.place("plan.json")
        self.run("plan", self.folder, "-o", plan, *RECIPE)
        out = self.rewrite(self.folder, plan, self.place("small"))
        with open(plan, encoding="utf-8") as f:
            planned = json.load(f)["result"]["gpu_after_bytes"]
        report = self.no_new_finding("report", out)
        self.no_new_finding("check", out)
        found = sum(row["gpu_bytes"] or 0 for row in report["textures"])
        if found != planned:
            raise Wrong("%d bytes of textures, the plan said %d" % (found, planned))
        with open(self.place("receipt.json"), encoding="utf-8") as f:
            images = json.load(f)["images"]
        return "%d of %d images changed" % (sum(i["is_changed"] for i in images), len(images))


def trial(program, folder):
    """One line; False when something did not hold."""
    words, wrong, note = [], None, ""
    with tempfile.TemporaryDirectory(prefix="packaudit-corpus-") as work:
        one = Trial(program, folder, work)
        for step in (one.same_folder, one.same_zip, one.recipe):
            begin = time.monotonic()
            try:
                note = step() or ""
            except (Wrong, subprocess.TimeoutExpired) as error:
                wrong = wrong or str(error)
                words.append("    WRONG")
                continue
            words.append("%7.1f s" % (time.monotonic() - begin))
    print("%-34s %s  %s" % (os.path.basename(folder), " ".join(words), wrong or note),
          flush=True)
    return wrong is None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=os.path.join(ROOT, "build"))
    parser.add_argument("folders", nargs="*", metavar="FOLDER")
    options = parser.parse_args()
    print("%-34s %9s %9s %9s" % ("", "nothing", "zip", "recipe"))
    program = os.path.abspath(os.path.join(options.build, "packaudit"))
    results = [trial(program, folder) for folder in options.folders or corpus()]
    print("%d of %d builds held" % (sum(results), len(results)))
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
