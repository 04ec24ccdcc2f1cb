# SPDX-License-Identifier: Apache-2.0
"""packaudit rewrite --cache: what was encoded once is not encoded again."""
import json
import os

from build import uuid
from harness import check, each, equal, has
from test_recipes import game
from test_rewrite import plan_file, refused, same_tree, tree_of
from test_rewrite_images import compress, downscale

ACTIONS = (compress(uuid("walls/brick")), compress(uuid("walls/brick"), "webp"),
           compress(uuid("walls/glass"), "etc2"), downscale(uuid("walls/brick"), 32, 32),
           compress(uuid("hero"), "astc-4x4"))


def run(t, source, *options, actions=ACTIONS):
    """The new build; how many files were encoded, and taken from the cache."""
    out = t.place()
    done = t.run("rewrite", source, "-o", out, "--plan", plan_file(t, *actions), *options)
    equal(done.code, 0, done.err.decode())
    with open(out + ".receipt.json", encoding="utf-8") as f:
        told = json.load(f)["output"]
    return out, (told["files_encoded"], told["files_from_cache"])


def entries(folder):
    return sorted(n for n in os.listdir(folder) if n.endswith(".pacache"))


@each(("one thread", "-j1"), ("two threads", "-j2"))
def test_a_second_run_encodes_nothing_and_writes_the_same(t, jobs):
    source, cache = t.put(game().files()), t.place("cache")
    plain, counts = run(t, source, jobs)
    count = counts[0]
    check(count >= 5, counts)
    equal(counts[1], 0)
    cold, counts = run(t, source, jobs, "--cache", cache)
    equal(counts, (count, 0))
    equal(len(entries(cache)), count)
    warm, counts = run(t, source, jobs, "--cache", cache)
    equal(counts, (0, count))
    same_tree(plain, cold)
    same_tree(plain, warm)


def test_other_parameters_are_encoded(t):
    source, cache = t.put(game().files()), t.place("cache")
    equal(run(t, source, "--cache", cache, actions=[compress(uuid("hero"))])[1], (1, 0))
    other = [compress(uuid("hero"), preset="fast")]
    equal(run(t, source, "--cache", cache, actions=other)[1], (1, 0))
    equal(run(t, source, "--cache", cache, actions=other)[1], (0, 1))


@each(("cut", lambda b: b[:-1]), ("empty", lambda b: b""), ("a byte", lambda b: b[:-9] +
      bytes((b[-9] ^ 1,)) + b[-8:]), ("its head", lambda b: b"x" + b[1:]),
      ("its quality", lambda b: b[:60] + bytes((b[60] ^ 1,)) + b[61:]))
def test_a_damaged_entry_is_encoded_anew(t, damage):
    source, cache = t.put(game().files()), t.place("cache")
    first, (count, _) = run(t, source, "--cache", cache)
    before = tree_of(cache)
    for name in entries(cache):
        with open(os.path.join(cache, name), "rb") as f:
            content = f.read()
        with open(os.path.join(cache, name), "wb") as f:
            f.write(damage(content))
    second, counts = run(t, source, "--cache", cache)
    equal(counts, (count, 0))
    same_tree(first, second)
    equal(tree_of(cache), before, "the cache")
    equal(run(t, source, "--cache", cache)[1], (0, count))


def test_an_entry_under_another_name_is_none(t):
    source, cache = t.put(game().files()), t.place("cache")
    _, (count, _) = run(t, source, "--cache", cache)
    names = entries(cache)
    contents = tree_of(cache)
    for name, other in zip(names, names[1:] + names[:1]):
        with open(os.path.join(cache, name), "wb") as f:
            f.write(contents[other])
    equal(run(t, source, "--cache", cache)[1], (count, 0))


def test_the_cache_stays_below_its_size(t):
    source, cache = t.put(game().files()), t.place("cache")
    os.mkdir(cache)
    for name in ("0" * 32 + ".pacache", "mine.bin"):
        with open(os.path.join(cache, name), "wb") as f:
            f.write(bytes(2 << 20))
    _, (count, _) = run(t, source, "--cache", cache, "--cache-size", "1M")
    equal(len(entries(cache)), count, "entries that were not used go first")
    check(os.path.exists(os.path.join(cache, "mine.bin")), "it was no entry")


def test_a_cache_in_the_build_is_refused(t):
    source = t.put(game().files())
    said = refused(t, 2, source, "-o", t.place(), "--plan", plan_file(t, *ACTIONS), "--cache",
                   os.path.join(source, "cache"))
    has(said, "lies in the build")
    check(not os.path.exists(os.path.join(source, "cache")), "it was made")


def test_a_cache_that_cannot_be_made_is_exit_4(t):
    source = t.put(game().files())
    has(refused(t, 4, source, "-o", t.place(), "--plan", plan_file(t, *ACTIONS), "--cache",
                t.place("no/such")), "no/such")


def test_any_number_of_threads_writes_the_same_build_receipt_and_cache(t):
    source, plan = t.put(game().files()), plan_file(t, *ACTIONS)
    first = {}
    for cached in (False, True):
        for jobs in ("-j1", "-j2", "-j7", "-j2"):
            root = t.place()
            os.mkdir(root)
            options = ["--cache", "cache"] if cached else []
            done = t.run("rewrite", source, "-o", "new", "--plan", plan, jobs, *options, cwd=root)
            equal(done.code, 0, done.err.decode())
            found = dict(tree_of(root), said=done.out)
            check(len(found) > 10, "too few files")
            equal(found == first.setdefault(cached, found), True, jobs)
