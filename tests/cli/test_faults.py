# SPDX-License-Identifier: Apache-2.0
"""packaudit rewrite, with every call of the system that writes failing once: the build is
there whole, or it is not there, and nothing else is left.

tests/fault/fault.c, preloaded, makes the calls fail. The tests walk through all calls of
a class until a run has fewer."""
import errno
import filecmp
import json
import os
import signal
import subprocess

from build import uuid, zipped
from harness import Skip, check, each, equal, has
from test_recipes import game
from test_rewrite import leftovers, plan_file, same_tree, tree_of
from test_rewrite_images import compress, downscale

ACTIONS = (compress(uuid("walls/brick"), preset="fastest"), compress(uuid("hero"), "png"),
           downscale(uuid("walls/brick"), 32, 32))
CLASSES = ("open", "write", "sync", "close", "rename", "mkdir", "chmod", "unlink", "copy",
           "truncate")
ALWAYS = ("open", "write", "sync", "close", "rename", "mkdir")  # are there in every run


class Scene:
    """One build, one plan, and what becomes of them when nothing fails."""

    def __init__(self, t, has_cache):
        self.t = t
        self.library = os.path.join(os.path.dirname(t.program), "tests", "fault.so")
        if not os.path.exists(self.library) or "san-" in t.program:
            raise Skip("no tests/fault.so for this program")
        self.source = t.put(game().files(), "source")
        self.before = tree_of(self.source)
        self.plan = plan_file(t, *ACTIONS)
        self.cache = ["--cache", t.place("cache")] if has_cache else []
        self.log = t.place("log")
        good = self.run("good", "none 0 e0")
        equal(good.returncode, 0, good.stderr.decode())
        self.names = sorted(os.listdir(t.folder))

    def run(self, name, fault):
        out = os.path.join(self.t.folder, name)
        command = [self.t.program, "rewrite", self.source, "-o", out, "--plan", self.plan,
                   "-j1", *self.cache]
        env = dict(os.environ, LD_PRELOAD=self.library, PACKAUDIT_FAULT=fault,
                   PACKAUDIT_FAULT_LOG=self.log)
        return subprocess.run(command, capture_output=True, timeout=60, env=env)

    def told(self, name):
        with open(os.path.join(self.t.folder, name + ".receipt.json"), encoding="utf-8") as f:
            receipt = json.load(f)
        for key in ("path", "files_encoded", "files_from_cache"):
            del receipt["output"][key]
        return json.dumps(receipt).replace('"is_cached": true', '"is_cached": false')

    def clear_cache(self):
        for name in os.listdir(self.cache[1]) if self.cache else ():
            os.remove(os.path.join(self.cache[1], name))

    def cache_is_whole(self):
        for name in os.listdir(self.cache[1]) if self.cache else ():
            check(name.endswith(".pacache"), name, "is left in the cache")

    def is_whole(self):
        """A new build is there, as it is when nothing fails, and its receipt; then not."""
        out = os.path.join(self.t.folder, "new")
        same_tree(os.path.join(self.t.folder, "good"), out)
        equal(self.told("new"), self.told("good"))
        subprocess.run(["rm", "-r", out, out + ".receipt.json"], check=True)

    def is_as_before(self):
        self.cache_is_whole()
        equal(tree_of(self.source), self.before, "the input")
        equal(leftovers(self.t), [])
        equal(sorted(os.listdir(self.t.folder)), self.names)

    def walk(self, kind, what, judge, step=1):
        """Runs with the first call failing, the second, …; the number of calls."""
        for nth in range(1, 1000, step):
            self.clear_cache()
            done = self.run("new", "%s %d %s" % (kind, nth, what))
            if not os.path.exists(self.log):
                equal(done.returncode, 0, done.stderr.decode())
                self.is_whole()
                self.is_as_before()
                return nth - 1
            os.remove(self.log)
            judge(done, "%s %d %s" % (kind, nth, what))
        raise AssertionError("no end of calls")

    def judge_failure(self, done, label):
        """A call failed: exit 4 and no build; or it did not matter, and the build is whole."""
        if done.returncode == 0:
            self.is_whole()
        else:
            equal(done.returncode, 4, label + ": " + done.stderr.decode())
            has(done.stderr.decode(), os.path.join(self.t.folder, "new"), "cannot be written")
            equal(done.stdout, b"")
        self.is_as_before()


def test_an_error_at_any_call_that_writes_leaves_a_whole_build_or_none(t):
    scene = Scene(t, True)
    counts = {kind: scene.walk(kind, "e%d" % errno.EIO, scene.judge_failure)
              for kind in CLASSES if kind != "unlink"}
    for kind in ALWAYS:
        check(counts[kind] > 0, "no call was counted", counts)


def test_every_failed_call_matters_without_a_cache(t):
    scene = Scene(t, False)

    def judge(done, label):
        # the last one tells the disk about a name that stands already
        is_last = label.startswith("sync") and done.returncode == 0
        check(is_last or done.returncode == 4, label, done.returncode)
        scene.judge_failure(done, label)

    for kind in ALWAYS:
        scene.walk(kind, "e%d" % errno.EIO, judge)


def test_a_disk_that_becomes_full_at_any_write_leaves_nothing(t):
    scene = Scene(t, True)
    check(scene.walk("write", "e%d+" % errno.ENOSPC, scene.judge_failure) > 10, "too few writes")


@each(("read-only", errno.EROFS), ("somebody else's", errno.EACCES))
def test_a_target_that_cannot_be_written_to_is_exit_4(t, reason):
    scene = Scene(t, False)
    for kind in ("mkdir", "open"):
        done = scene.run("new", "%s 1 e%d+" % (kind, reason))
        os.remove(scene.log)
        equal(done.returncode, 4)
        scene.judge_failure(done, kind)


def test_a_write_that_takes_a_part_goes_on_with_the_rest(t):
    scene = Scene(t, True)

    def judge(done, label):
        equal(done.returncode, 0, label)
        scene.judge_failure(done, label)

    check(scene.walk("write", "short", judge) > 10, "too few writes")


@each(("SIGINT", signal.SIGINT), ("SIGTERM", signal.SIGTERM))
def test_a_signal_at_any_call_leaves_a_whole_build_or_none(t, number):
    scene = Scene(t, True)
    ends = set()

    def judge(done, label):
        check(done.returncode in (0, 130), label, done.returncode, done.stderr)
        ends.add(done.returncode)
        if done.returncode == 0:
            scene.is_whole()
        scene.is_as_before()

    check(scene.walk("any", "s%d" % number, judge, step=3) > 30, "too few calls")
    check(130 in ends, "no run was stopped")


def test_what_a_killed_run_leaves_is_gone_after_the_next(t):
    scene = Scene(t, True)
    out = os.path.join(t.folder, "new")
    left = 0

    def judge(done, label):
        nonlocal left
        equal(done.returncode, -signal.SIGKILL, label)
        if os.path.exists(out):
            scene.is_whole()
        left += len(leftovers(t))
        again = scene.run("new", "none 0 e0")
        equal(again.returncode, 0, again.stderr.decode())
        scene.is_whole()
        scene.is_as_before()

    check(scene.walk("any", "s%d" % signal.SIGKILL, judge) > 30, "too few calls")
    check(left > 0, "no run was killed while it had something staged")


def test_what_a_living_process_stages_is_left_alone(t):
    scene = Scene(t, False)
    # stops itself at its fifth call, with the folder staged
    out = os.path.join(t.folder, "new")
    command = [t.program, "rewrite", scene.source, "-o", out, "--plan", scene.plan, "-j1"]
    env = dict(os.environ, LD_PRELOAD=scene.library,
               PACKAUDIT_FAULT="any 5 s%d" % signal.SIGSTOP)
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as first:
        os.waitid(os.P_PID, first.pid, os.WSTOPPED | os.WNOWAIT)
        staged = leftovers(t)
        equal(len(staged), 1)
        second = scene.run("new", "none 0 e0")
        equal(second.returncode, 4)
        has(second.stderr.decode(), out, "another process is writing it")
        equal(leftovers(t), staged)
        first.send_signal(signal.SIGCONT)
        _, said = first.communicate()
    equal(first.returncode, 0, said.decode())
    scene.is_whole()
    scene.is_as_before()


class ArchiveScene(Scene):
    """The same of a zip into a zip."""

    def __init__(self, t):
        self.archive = t.place("source.zip")
        super().__init__(t, False)

    def run(self, name, fault):
        if not os.path.exists(self.archive):
            self.t.put(zipped(self.before), "source.zip")
        self.source, folder = self.archive, self.source
        done = super().run(name + ".zip", fault)
        self.source = folder
        return done

    def is_whole(self):
        good, new = (os.path.join(self.t.folder, n) for n in ("good.zip", "new.zip"))
        check(filecmp.cmp(good, new, shallow=False), "the archives differ")
        equal(self.told("new.zip"), self.told("good.zip"))
        os.remove(new)
        os.remove(new + ".receipt.json")


def test_an_error_at_any_call_that_writes_leaves_a_whole_archive_or_none(t):
    scene = ArchiveScene(t)
    counts = {kind: scene.walk(kind, "e%d" % errno.EIO, scene.judge_failure)
              for kind in ("open", "write", "sync", "close", "rename", "mkdir")}
    for kind in counts:
        check(counts[kind] > 0, "no call was counted", counts)


def test_what_a_killed_run_leaves_of_an_archive_is_gone_after_the_next(t):
    scene = ArchiveScene(t)
    left = 0

    def judge(done, label):
        nonlocal left
        equal(done.returncode, -signal.SIGKILL, label)
        if os.path.exists(os.path.join(t.folder, "new.zip")):
            scene.is_whole()
        left += len(leftovers(t))
        again = scene.run("new", "none 0 e0")
        equal(again.returncode, 0, again.stderr.decode())
        scene.is_whole()
        scene.is_as_before()

    check(scene.walk("any", "s%d" % signal.SIGKILL, judge, step=4) > 5, "too few calls")
    check(left > 0, "no run was killed while it had something staged")
