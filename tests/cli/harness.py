# SPDX-License-Identifier: Apache-2.0
"""What a test of the command line works with.

A test is a function `test_<its sentence>(t)` in a file `test_*.py`; it fails by an
exception and is skipped by `Skip`. `@each` runs one function on several inputs.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading

import build

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHOWCASE = os.path.join(ROOT, "examples", "showcase")
TIMEOUT_S = 60
WHOLE = 8192  # bytes of the scene 'whole' of build.two_scenes


# what git leaves where a large file was not fetched
LFS = (b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"4d" * 32 +
       b"\nsize 12345\n")


class Skip(Exception):
    """The test cannot run here; its text says why."""


def each(*cases):
    """Runs the test on each case: (label, argument, ...)."""
    def mark(function):
        function.cases = cases
        return function
    return mark


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def text(self):
        return self.out.decode()

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def said(self):
        """What stands on standard error, which is one line."""
        lines = self.err.decode().splitlines()
        check(len(lines) == 1, "expected one line on standard error, found %r" % (lines,))
        return lines[0]


class Context:
    """One test's view: the program, and a folder that is gone afterwards."""

    def __init__(self, program):
        self.program = program
        self.folder = tempfile.mkdtemp(prefix="packaudit-test-")
        self.lock = threading.Lock()
        self.made = 0

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def place(self, name=None):
        with self.lock:
            self.made += 1
        return os.path.join(self.folder, name or "input%d" % self.made)

    def put(self, files, name=None):
        """Writes a dict of files as a folder, or bytes as a file; returns its path."""
        path = self.place(name)
        if isinstance(files, dict):
            os.makedirs(path, exist_ok=True)
            return build.write(files, path)
        with open(path, "wb") as f:
            f.write(files)
        return path

    def run(self, *arguments, stdin=None, cwd=None, env=None, before=()):
        done = subprocess.run([*before, self.program, *map(str, arguments)],
                              input=stdin or b"", capture_output=True, timeout=TIMEOUT_S,
                              cwd=cwd or self.folder, env=env)
        text = done.stderr.decode(errors="replace")
        check("Sanitizer" not in text, text)
        check(done.returncode >= 0, "died of signal %d" % -done.returncode)
        return Result(done.returncode, done.stdout, done.stderr)

    def report(self, path, *options, stdin=None):
        """The JSON report on a path or on files, which must succeed."""
        if isinstance(path, (dict, bytes)):
            path = self.put(path)
        done = self.run("report", "--format", "json", *options, path, stdin=stdin)
        equal(done.code, 0, done.err.decode())
        equal(done.err, b"")
        return done.json


def check(truth, *what):
    if not truth:
        raise AssertionError(" ".join(str(w) for w in what))


def equal(found, expected, what=""):
    if found != expected:
        raise AssertionError("%sfound %s, expected %s" % (
            "%s: " % what if what else "", cut(found), cut(expected)))


def has(text, *parts):
    for part in parts:
        check(part in text, "%r is not in %s" % (part, cut(text)))


def cut(value):
    text = repr(value)
    return text if len(text) < 700 else text[:697] + "..."


def refused(t, path, status, *parts):
    """The program ends with `status` and one line that holds `parts`."""
    done = t.run("report", path)
    equal(done.code, status, done.err.decode())
    equal(done.out, b"")
    has(done.said, *parts)
    return done.said


def scene(report, name):
    found = [s for s in report["scenes"] if s["name"] == name]
    equal(len(found), 1, "scenes called %r" % name)
    return found[0]


def image(report, uuid):
    found = [i for i in report["images"] if i["uuid"] == uuid]
    equal(len(found), 1, "images with uuid %s" % uuid)
    return found[0]


def rules(report, but=("unreferenced", "engine-guessed", "target-guessed")):
    return sorted({f["rule"] for f in report["findings"]} - set(but))


def finding(report, rule):
    """The only finding of a rule."""
    found = [f for f in report["findings"] if f["rule"] == rule]
    equal(len(found), 1, "findings of %s among %s" % (rule, cut(report["findings"])))
    return found[0]


def whole(report):
    """The scene that a test left alone is as it should be."""
    row = scene(report, "whole")
    for key in ("decoded_bytes", "gpu_bytes"):
        equal(row[key], WHOLE, "scene whole, " + key)
    equal((row["images"], row["textures"]), (1, 1), "scene whole, images and textures")


def hurt(report, decoded_bytes, images=3):
    row = scene(report, "hurt")
    equal(row["decoded_bytes"], decoded_bytes, "scene hurt, decoded_bytes")
    equal(row["images"], images, "scene hurt, images")
    whole(report)


def without_place(report):
    """A report without what depends on where the build lies."""
    del report["build"]["path"]
    for row in report["images"] + report["findings"]:
        if row.get("file"):
            row["file"] = row["file"].rpartition("assets/")[2]
    return report


def python(code, *arguments):
    return [sys.executable, "-c", code, *arguments]
