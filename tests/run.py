#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Run all tests: unit programs, replays of fuzz inputs, the command line, the oracle.

Usage: run.py --build FOLDER [--only PATTERN]
A line for each test that failed or was skipped, with its reason; the last line counts.
"""
import argparse
import concurrent.futures
import fnmatch
import importlib
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import traceback

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(HERE, "cli"))

import harness                                               # noqa: E402

AT_ONCE = 2
TIMEOUT_S = 120


class Tally:
    def __init__(self):
        self.lock = threading.Lock()
        self.passed = self.failed = self.skipped = 0

    def say(self, name, failure=None, skipped=None):
        with self.lock:
            if failure is not None:
                self.failed += 1
                print("FAILED  %s: %s" % (name, indent(failure)), flush=True)
            elif skipped is not None:
                self.skipped += 1
                print("skipped %s: %s" % (name, indent(skipped)), flush=True)
            else:
                self.passed += 1


def indent(text):
    return text.strip().replace("\n", "\n        ")


def command(arguments, **more):
    return subprocess.run(arguments, capture_output=True, text=True, errors="replace",
                          timeout=TIMEOUT_S, cwd=ROOT, **more)


# ---- programs of cmocka --------------------------------------------------------------

def unit_program(tally, path):
    name = os.path.basename(path)
    done = command([path], env=dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP"))
    lines = (done.stdout + "\n" + done.stderr).splitlines()
    planned = counted = failures = 0
    for i, line in enumerate(lines):
        plan = re.match(r"1\.\.(\d+)$", line)
        result = re.match(r"(not ok|ok) \d+ (?:- |(?=# SKIP))(.*)", line)
        if plan:
            planned += int(plan.group(1))
        if not result:
            continue
        counted += 1
        what = "%s: %s" % (name, result.group(2))
        if "# SKIP" in line:
            tally.say(what, skipped="the program skips it")
        elif result.group(1) == "not ok":
            failures += 1
            near = [n[2:] for n in lines[i + 1:i + 5]
                    if n.startswith("# ") and "not ok" not in n]
            tally.say(what, failure="; ".join(near) or "not ok")
        else:
            tally.say(what)
    ended_badly = done.returncode != 0 and failures == 0
    if ended_badly or counted != planned or planned == 0:
        tally.say(name, failure="exit status %d, %d of %d tests told a result\n%s" % (
            done.returncode, counted, planned, done.stderr[-1500:]))


# ---- replays -------------------------------------------------------------------------

def replay(tally, path):
    name = os.path.basename(path)
    folder = os.path.join(HERE, "fuzz", "corpus", name[len("fuzz_"):])
    inputs = sorted(os.path.join(folder, f) for f in os.listdir(folder)) \
        if os.path.isdir(folder) else []
    if not inputs:
        tally.say(name, failure="no inputs in tests/fuzz/corpus/" + name[len("fuzz_"):])
        return
    done = command([path] + inputs)
    tally.say(name, failure=None if done.returncode == 0 else "exit status %d\n%s" % (
        done.returncode, (done.stdout + done.stderr)[-1500:]))


# ---- the command line ----------------------------------------------------------------

def cli_tests():
    """(name, function, arguments) of every test."""
    for file in sorted(os.listdir(os.path.join(HERE, "cli"))):
        if not re.match(r"test_\w+\.py$", file):
            continue
        module = importlib.import_module(file[:-3])
        for key, function in vars(module).items():
            if not key.startswith("test_"):
                continue
            name = "%s: %s" % (file[len("test_"):-3], key[len("test_"):].replace("_", " "))
            cases = getattr(function, "cases", None)
            if cases is None:
                yield name, function, ()
            for case in cases or ():
                yield "%s (%s)" % (name, case[0]), function, case[1:]


def cli_test(tally, program, name, function, arguments):
    t = harness.Context(program)
    try:
        function(t, *arguments)
    except harness.Skip as skip:
        tally.say(name, skipped=str(skip))
    except AssertionError as failure:
        tally.say(name, failure="%s [%s]" % (failure, where()))
    except Exception:
        tally.say(name, failure=traceback.format_exc(limit=-3))
    else:
        tally.say(name)
    finally:
        t.close()


def where():
    """The line of the test that failed."""
    frames = traceback.extract_tb(sys.exc_info()[2])
    in_test = [f for f in frames if os.path.basename(f.filename).startswith("test_")]
    last = (in_test or frames)[-1]
    return "%s:%d" % (os.path.basename(last.filename), last.lineno)


# ---- the oracle ----------------------------------------------------------------------

def oracle_selftest(tally):
    done = command([sys.executable, os.path.join(HERE, "oracle", "selftest.py")])
    tally.say("oracle: its own checks",
              failure=None if done.returncode == 0 else done.stderr[-1500:])


def corpus_folder():
    return os.environ.get("PACKAUDIT_CORPUS",
                          os.path.join(os.path.dirname(ROOT), "shared", "corpus"))


def options_of(path):
    """What a build at hand leaves out: a line of options in a file beside it."""
    try:
        with open(path + ".options", encoding="utf-8") as f:
            return f.read().split()
    except OSError:
        return []


def oracle_build(tally, program, path):
    name = "oracle: " + os.path.basename(path)
    options = options_of(path)
    ours = command([program, "report", "--format", "json", *options, path])
    if ours.returncode != 0:
        tally.say(name, failure="exit status %d: %s" % (ours.returncode, ours.stderr))
        return
    tools = os.path.join(HERE, "oracle")
    theirs = command([sys.executable, os.path.join(tools, "oracle.py"), path, *options])
    if theirs.returncode != 0:
        tally.say(name, failure="the oracle failed: " + theirs.stderr[-1500:])
        return
    with tempfile.TemporaryDirectory(prefix="packaudit-test-") as folder:
        files = []
        for label, text in (("ours", ours.stdout), ("oracle", theirs.stdout)):
            files.append(os.path.join(folder, label + ".json"))
            with open(files[-1], "w", encoding="utf-8") as f:
                f.write(text)
        done = command([sys.executable, os.path.join(tools, "compare.py"), *files])
    text = done.stdout.splitlines()
    tally.say(name, failure=None if done.returncode == 0 else "\n".join(
        [done.stderr.strip()] + text[:12]))


# ---- all of them ---------------------------------------------------------------------

def jobs(tally, folder):
    """(name, function, arguments) of everything to run; the long ones first."""
    program = os.path.join(folder, "packaudit")
    corpus = corpus_folder()
    builds = sorted(os.listdir(corpus)) if os.path.isdir(corpus) else []
    builds = [b for b in builds if os.path.isdir(os.path.join(corpus, b))]
    if not builds:
        tally.say("oracle: real builds", skipped="no builds at " + corpus)
    for name in builds:
        yield "oracle: " + name, oracle_build, (program, os.path.join(corpus, name))
    yield "oracle: its own checks", oracle_selftest, ()
    programs = os.path.join(folder, "tests")
    for name in sorted(os.listdir(programs)) if os.path.isdir(programs) else []:
        path = os.path.join(programs, name)
        if os.access(path, os.X_OK) and re.match(r"(test|fuzz)_\w+$", name):
            yield name, unit_program if name.startswith("test_") else replay, (path,)
    for name, function, arguments in cli_tests():
        yield name, cli_test, (program, name, function, arguments)


def guarded(tally, name, function, arguments):
    try:
        function(tally, *arguments)
    except Exception as failure:
        tally.say(name, failure=str(failure) or repr(failure))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True, help="folder of the program and tests/")
    parser.add_argument("--only", default="*", help="tests whose name matches: 'why*'")
    asked = parser.parse_args()
    folder = os.path.abspath(asked.build)
    if not os.path.exists(os.path.join(folder, "packaudit")):
        print("%s holds no packaudit; run 'make' first" % folder, file=sys.stderr)
        return 1
    begun = time.monotonic()
    tally = Tally()
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for name, function, arguments in jobs(tally, folder):
            if any(fnmatch.fnmatch(name, p) for p in (asked.only, "*%s*" % asked.only)):
                pool.submit(guarded, tally, name, function, arguments)
    print("%.0f s" % (time.monotonic() - begun))
    print("%d passed, %d failed, %d skipped" % (tally.passed, tally.failed, tally.skipped))
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
