# SPDX-License-Identifier: Apache-2.0
"""The same input gives the same bytes, however much there is."""
import os
import shutil
import time

from build import png, two_scenes
from harness import SHOWCASE, check, each, equal

FORMATS = tuple((f, f) for f in ("text", "json", "csv"))


def many_findings():
    """A build in which threads have much to disagree about."""
    game = two_scenes()
    main = game.main
    refs = {}
    for i in range(60):
        picture = main.picture("p%d" % i, png(4 + i % 7, 4))
        refs["p%d" % i] = picture.texture
        if i % 3 == 0:
            main.natives[picture.image][".png"] = b"broken"
        if i % 3 == 1:
            main.assets[picture.texture] = b"[broken"
    main.scene("hurt", refs)
    return game.files()


def report(t, form, path, *options, **more):
    done = t.run("report", "--format", form, *options, path, **more)
    equal((done.code, done.err), (0, b""))
    return done.out


@each(*FORMATS)
def test_two_runs_and_any_number_of_threads_give_the_same_bytes(t, form):
    for path in (SHOWCASE, t.put(many_findings(), "findings")):
        first = report(t, form, path, "-j1", "-v")
        for jobs in ("-j1", "-j2", "-j7", "-j256"):
            equal(report(t, form, path, jobs, "-v"), first, jobs)


def test_why_gives_the_same_bytes_with_any_number_of_threads(t):
    path = t.put(many_findings())
    first = t.run("why", "-j1", path, "*", "-v")
    equal(first.code, 0)
    for jobs in ("-j1", "-j2", "-j7"):
        equal(t.run("why", jobs, path, "*", "-v").out, first.out)


@each(*FORMATS)
def test_a_small_limit_of_memory_gives_the_same_bytes(t, form):
    path = t.put(many_findings())
    equal(report(t, form, path, "--max-memory", "1M"), report(t, form, path))


@each(*FORMATS)
def test_language_time_zone_and_folder_do_not_matter(t, form):
    path = t.put(many_findings())
    first = report(t, form, path)
    for change in ({"LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8"}, {"LC_ALL": "C"},
                   {"LC_ALL": "C.UTF-8", "LC_NUMERIC": "fr_FR.UTF-8"},
                   {"TZ": "Asia/Shanghai"}, {"COLUMNS": "40"}, {"TERM": "dumb"}):
        equal(report(t, form, path, env=dict(os.environ, **change)), first, change)
    equal(report(t, form, path, cwd="/"), first)


@each(*FORMATS)
def test_the_order_of_files_in_a_folder_does_not_matter(t, form):
    files = many_findings()
    path = t.put(files, "a")
    first = report(t, form, path)
    shutil.rmtree(path)
    t.put(dict(reversed(list(files.items()))), "a")
    equal(report(t, form, path), first)


def test_a_thousand_scenes_take_seconds(t):
    game = two_scenes()
    for i in range(1000):
        game.main.scene("s%d" % i, {"crack": game.crack.texture})
    path = t.put(game.files())
    begun = time.monotonic()
    report(t, "text", path)
    check(time.monotonic() - begun < 8, "%.1f s" % (time.monotonic() - begun))
