# SPDX-License-Identifier: Apache-2.0
"""packaudit rewrite: a plan in, a whole new build out, or nothing."""
import filecmp
import json
import os
import signal
import subprocess
import time

import build
from harness import Skip, check, each, equal, has
from test_corpus import CORPUS, zipped

EMPTY = {"schema": "packaudit.plan/1", "actions": []}


def plan_file(t, *actions):
    return t.put(json.dumps(dict(EMPTY, actions=list(actions))).encode())


def rewrite(t, source, *options, plan=None):
    """Rewrites a build to a new place, which is returned."""
    out = t.place()
    done = t.run("rewrite", source, "-o", out, "--plan", plan or plan_file(t), *options)
    equal(done.code, 0, done.err.decode())
    return out


def tree_of(folder):
    """{path: bytes} of all files below a folder."""
    files = {}
    for at, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(at, name)
            with open(path, "rb") as f:
                files[os.path.relpath(path, folder).replace(os.sep, "/")] = f.read()
    return files


def same_tree(a, b):
    """Compares without holding both in memory."""
    names = [sorted(os.path.relpath(os.path.join(at, n), top)
                    for at, _, found in os.walk(top) for n in found) for top in (a, b)]
    equal(names[1], names[0], b)
    for name in names[0]:
        check(filecmp.cmp(os.path.join(a, name), os.path.join(b, name), shallow=False), name)


def leftovers(t):
    return [n for n in os.listdir(t.folder) if "packaudit-" in n]


def refused(t, code, *arguments):
    done = t.run("rewrite", *arguments)
    equal(done.code, code, done.err.decode())
    equal(done.out, b"")
    equal(leftovers(t), [])
    return done.said


def corpus_builds():
    if not os.path.isdir(CORPUS):
        return []
    return [name for name in sorted(os.listdir(CORPUS))
            if os.path.isdir(os.path.join(CORPUS, name))]


@each(*[(name, name) for name in corpus_builds() or ["no corpus"]])
def test_the_empty_plan_reproduces_every_real_build_byte_for_byte(t, name):
    folder = os.path.join(CORPUS, name)
    if not os.path.isdir(folder):
        raise Skip("no folder ../shared/corpus")
    same_tree(folder, rewrite(t, folder, "-q"))


@each(*[(name, name) for name in corpus_builds() or ["no corpus"]])
def test_the_empty_plan_reproduces_the_zip_of_every_real_build(t, name):
    folder = os.path.join(CORPUS, name)
    if not os.path.isdir(folder):
        raise Skip("no folder ../shared/corpus")
    source, out = zipped(t, folder), t.place("new.zip")
    equal(t.run("rewrite", source, "-q", "-o", out, "--plan", plan_file(t)).code, 0)
    check(filecmp.cmp(source, out, shallow=False), "the zip changed")


@each(*[(era, era) for era in build.ERAS])
def test_the_empty_plan_reproduces_a_game_of_every_era(t, era):
    source = t.put(build.two_scenes(era).files())
    same_tree(source, rewrite(t, source))


def test_an_archive_stays_the_archive_it_was(t):
    source = t.put(build.zipped(build.two_scenes().files()), "game.zip")
    out = t.place("new.zip")
    equal(t.run("rewrite", source, "-o", out, "--plan", plan_file(t)).code, 0)
    check(filecmp.cmp(source, out, shallow=False), "the zip changed")


def test_empty_folders_stay(t):
    source = t.put(build.two_scenes().files())
    os.makedirs(os.path.join(source, "empty", "deep er", "ü"))
    os.makedirs(os.path.join(source, "src", "none"))
    out = rewrite(t, source)
    same_tree(source, out)
    for path in ("empty/deep er/ü", "src/none"):
        check(os.path.isdir(os.path.join(out, path)), path)


def test_permissions_of_files_stay(t):
    source = t.put(dict(build.two_scenes().files(), **{"run.command": b"#!/bin/sh\n"}))
    os.chmod(os.path.join(source, "run.command"), 0o755)
    out = rewrite(t, source)
    equal(os.stat(os.path.join(out, "run.command")).st_mode & 0o777, 0o755)


def test_the_receipt_lies_beside_the_output_or_where_it_is_wanted(t):
    source = t.put(build.two_scenes().files())
    out = rewrite(t, source)
    with open(out + ".receipt.json", encoding="utf-8") as f:
        told = json.load(f)
    equal((told["schema"], told["images"]), ("packaudit.receipt/1", []))
    equal(told["output"]["files"], len(tree_of(source)))
    place = t.place("told.json")
    other = rewrite(t, source, "--receipt", place)
    check(os.path.exists(place) and not os.path.exists(other + ".receipt.json"), place)


def test_a_dry_run_writes_nothing(t):
    source = t.put(build.two_scenes().files())
    before = sorted(os.listdir(t.folder))
    plan = plan_file(t)
    done = t.run("rewrite", source, "-o", t.place("new"), "--plan", plan, "--dry-run")
    equal(done.code, 0, done.err.decode())
    has(done.text, "nothing was written")
    equal(sorted(os.listdir(t.folder)), sorted(before + [os.path.basename(plan)]))


def test_what_is_there_already_is_not_written_over(t):
    source = t.put(build.two_scenes().files())
    there = t.put({"kept.txt": b"mine"})
    said = refused(t, 2, source, "-o", there, "--plan", plan_file(t))
    has(said, there, "is there already")
    equal(tree_of(there), {"kept.txt": b"mine"})


def test_an_empty_folder_may_be_there(t):
    source = t.put(build.two_scenes().files())
    there = t.place()
    os.mkdir(there)
    equal(t.run("rewrite", source, "-o", there, "--plan", plan_file(t)).code, 0)
    same_tree(source, there)


def test_the_output_may_not_lie_in_the_input(t):
    source = t.put(build.two_scenes().files())
    before = tree_of(source)
    said = refused(t, 2, source, "-o", os.path.join(source, "new"), "--plan", plan_file(t))
    has(said, "lies in the build")
    equal(tree_of(source), before)


def test_a_place_that_cannot_be_written_is_exit_4(t):
    source = t.put(build.two_scenes().files())
    said = refused(t, 4, source, "-o", t.place("no/such/folder"), "--plan", plan_file(t))
    has(said, "no/such/folder", "cannot be written")


def test_a_receipt_that_cannot_be_written_leaves_no_build(t):
    source = t.put(build.two_scenes().files())
    out = t.place()
    said = refused(t, 4, source, "-o", out, "--plan", plan_file(t), "--receipt",
                   t.place("no/such/folder.json"))
    has(said, "no/such/folder.json")
    check(not os.path.exists(out), "the build is there")


def test_a_link_that_leads_nowhere_cannot_be_copied(t):
    source = t.put(build.two_scenes().files())
    os.symlink("nowhere", os.path.join(source, "lost"))
    has(refused(t, 3, source, "-o", t.place(), "--plan", plan_file(t)), "lost",
        "cannot be copied whole")


@each(("no JSON", b"{", "line 1"), ("another schema", b'{"schema":"x","actions":[]}', "schema"),
      ("no actions", b'{"schema":"packaudit.plan/1"}', "actions"),
      ("an unknown kind", b'{"schema":"packaudit.plan/1","actions":[{"kind":"shrink",'
       b'"asset":"x","parameters":{}}]}', "no such kind of action"),
      ("an unknown parameter", b'{"schema":"packaudit.plan/1","actions":[{"kind":"compress",'
       b'"asset":"x","parameters":{"format":"webp","speed":1}}]}', "parameter"),
      ("an unknown format", b'{"schema":"packaudit.plan/1","actions":[{"kind":"compress",'
       b'"asset":"x","parameters":{"format":"astc-7x7"}}]}', "astc-WxH"))
def test_what_is_no_plan_is_refused(t, text, expected):
    source = t.put(build.two_scenes().files())
    plan = t.put(text)
    has(refused(t, 3, source, "-o", t.place(), "--plan", plan), plan, expected)


def test_plan_and_output_are_asked_for(t):
    source = t.put(build.two_scenes().files())
    has(refused(t, 2, source, "-o", t.place()), "--plan")
    has(refused(t, 2, source, "--plan", plan_file(t)), "-o")


def test_an_interrupt_leaves_nothing(t):
    source = t.put(dict(build.two_scenes().files(),
                        **{"bulk/%d.bin" % i: bytes(1 << 20) for i in range(60)}))
    out = t.place("new")
    command = [t.program, "rewrite", source, "-o", out, "--plan", plan_file(t), "-j1"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as p:
        for _ in range(2000):
            if leftovers(t) or p.poll() is not None:
                break
            time.sleep(0.001)
        p.send_signal(signal.SIGINT)
        p.communicate()
    if p.returncode == 0:
        same_tree(source, out)  # it was faster than the signal
    else:
        equal(p.returncode, 130)
        check(not os.path.exists(out), "a part of the build is there")
    equal(leftovers(t), [])


def test_a_full_disk_leaves_nothing(t):
    source = t.put(dict(build.two_scenes().files(), **{"bulk.bin": bytes(3 << 20)}))
    out = t.place("new")
    limited = ["/bin/sh", "-c", "ulimit -f 2048; trap '' XFSZ; exec \"$@\"", "sh"]
    done = t.run("rewrite", source, "-o", out, "--plan", plan_file(t), before=limited)
    equal(done.code, 4, done.err.decode())
    has(done.said, "bulk.bin", "cannot be written")
    check(not os.path.exists(out), "a part of the build is there")
    equal(leftovers(t), [])


@each(("the receipt", "--receipt"), ("the new order", "--new-order"))
def test_nothing_else_is_written_into_the_build_either(t, option):
    source = t.put(build.two_scenes().files())
    before = tree_of(source)
    done = t.run("rewrite", source, "-o", t.place(), "--plan", plan_file(t),
                 option, source + "/x.json")
    equal(done.code, 2)
    has(done.err.decode(), "lies in the build")
    equal(tree_of(source), before)
