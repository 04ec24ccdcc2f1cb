# SPDX-License-Identifier: Apache-2.0
"""Options, exit statuses, and where the output goes."""
import csv
import io
import json
import os
import signal
import subprocess
import time
import unicodedata

from build import png, two_scenes, uuid
from harness import ROOT, SHOWCASE, Skip, check, each, equal, has, scene

ON_BUILDS = tuple((name, name) for name in ("report", "check", "diff", "why"))
COMMANDS = ON_BUILDS + tuple((name, name) for name in ("devices", "rules"))
SCHEMA = os.path.join(ROOT, "rules", "schema", "report.schema.json")


def wrong(t, *arguments):
    """The one line of a use that is wrong."""
    done = t.run(*arguments)
    equal((done.code, done.out), (2, b""))
    return done.said


@each(*ON_BUILDS)
def test_an_empty_word_is_told_as_one(t, command):
    words = ("", "") if command == "diff" else ("",)
    has(wrong(t, command, *words), "packaudit %s: a word is empty" % command)


# ---- help ----------------------------------------------------------------------------

@each(*COMMANDS)
def test_help_shows_two_examples(t, command):
    for option in ("--help", "-h"):
        done = t.run(command, option)
        equal((done.code, done.err), (0, b""))
        examples = done.text.partition("\nExamples\n")[2].splitlines()
        equal(len([e for e in examples if e.startswith("  packaudit " + command)]), 2)


@each(*COMMANDS)
def test_help_fits_100_columns(t, command):
    for line in t.run(command, "--help").text.splitlines():
        check(len(line) <= 100, line)


def test_the_program_lists_its_commands(t):
    for option in ("--help", "-h", "help"):
        done = t.run(option)
        equal((done.code, done.err), (0, b""))
        has(done.text, "report", "why", "Exit status")


def test_version_is_one_line(t):
    done = t.run("--version")
    equal((done.code, done.err), (0, b""))
    check(done.text.startswith("packaudit 0.") and done.text.count("\n") == 1, done.text)


def test_no_command_is_wrong_usage(t):
    done = t.run()
    equal((done.code, done.out), (2, b""))
    has(done.err.decode(), "report", "why")


@each(*ON_BUILDS)
def test_no_build_is_wrong_usage(t, command):
    done = t.run(command)
    equal((done.code, done.out), (2, b""))
    has(done.err.decode(), "packaudit %s [OPTIONS] %s" % (
        command, "OLD NEW" if command == "diff" else "BUILD"))


# ---- mistakes ------------------------------------------------------------------------

@each(*((w, w, m) for w, m in (("reprot", "report"), ("repor", "report"),
                               ("Report", "report"), ("wy", "why"))))
def test_a_mistyped_command_gets_did_you_mean(t, word, meant):
    has(wrong(t, word, SHOWCASE), "'%s'" % word, "did you mean '%s'?" % meant)


def test_a_word_that_is_no_command_is_told_where_they_are_listed(t):
    has(wrong(t, "frobnicate"), "no command 'frobnicate'", "--help")


@each(*((w, w, m) for w, m in (("--formt", "--format"), ("--tpo", "--top"),
                               ("--scenes", "--scene"), ("--verbos", "--verbose"),
                               ("--job=2", "--jobs"))))
def test_a_mistyped_option_gets_did_you_mean(t, option, meant):
    has(wrong(t, "report", option, SHOWCASE), "did you mean '%s'?" % meant)


def test_an_option_that_is_none_is_told_where_they_are_listed(t):
    has(wrong(t, "report", "--frobnicate", SHOWCASE), "'--frobnicate'", "--help")
    has(wrong(t, "report", "-z", SHOWCASE), "'-z'")


@each(*((o, o) for o in ("--format", "--target", "--engine", "--scene", "-o", "--output",
                         "--top", "--width", "-j", "--jobs", "--max-memory", "--color")))
def test_an_option_without_its_value_says_what_it_needs(t, option):
    has(wrong(t, "report", SHOWCASE, option), "needs a value")


@each(*((" ".join(o), *o) for o in (
    ("--top", "0"), ("--top", "-1"), ("--top", "x"), ("--top", "1x"), ("--top", ""),
    ("--top", "99999999999999999999"), ("--top", "1.5"), ("--top", " 3"),
    ("-j", "0"), ("-j", "257"), ("-j", "two"), ("-j", "-2"), ("--width", "5"),
    ("--width", "1e3"), ("--max-memory", "0"), ("--max-memory", "10"), ("--max-memory", "2X"),
    ("--max-memory", "M"), ("--max-memory", "99999999999G"), ("--max-memory", "-1G"),
    ("--format", "xml"), ("--format", ""), ("--format", "JSON"), ("--target", "windows"),
    ("--engine", "x"), ("--engine", "1.10"), ("--engine", ""), ("--engine", "3."),
    ("--engine", "3.x"), ("--color", "maybe"), ("--scene", ""), ("-o", ""))))
def test_a_value_that_makes_no_sense_is_named(t, option, value):
    has(wrong(t, "report", SHOWCASE, option, value), "'%s'" % value)


def test_a_switch_with_a_value_is_wrong_usage(t):
    has(wrong(t, "report", "--verbose=3", SHOWCASE), "takes no value")


def test_a_word_too_many_is_named(t):
    has(wrong(t, "report", SHOWCASE, "another"), "'another'")
    has(wrong(t, "why", SHOWCASE, "a", "b"), "'b'")


def test_an_option_of_another_command_is_none_here(t):
    has(wrong(t, "why", SHOWCASE, "x", "--no-decode"), "--no-decode")


def test_values_may_stand_behind_an_equals_sign_or_a_short_option(t):
    expected = t.run("report", "--format", "csv", "-j", "1", SHOWCASE).out
    equal(t.run("report", "--format=csv", "-j1", SHOWCASE).out, expected)
    equal(t.run("report", SHOWCASE, "--format", "csv").out, expected)


def test_two_hyphens_end_the_options(t):
    t.put(two_scenes().files(), "-v")
    equal(t.run("report", "--", "-v").code, 0)
    equal(t.run("report", "./-v").code, 0)


# ---- formats -------------------------------------------------------------------------

def test_csv_is_read_by_a_reader_of_csv(t):
    rows = list(csv.DictReader(io.StringIO(t.run("report", "--format", "csv", SHOWCASE).text,
                                           newline="")))
    report = t.report(SHOWCASE)
    equal([r["scene"] for r in rows], [s["name"] for s in report["scenes"]])
    for row, s in zip(rows, report["scenes"]):
        for key in ("decoded_bytes", "gpu_bytes", "resident_bytes", "images", "textures"):
            equal(int(row[key]), s[key], key)
        equal(row["launch"], str(s["launch"]).lower())


ODD_NAMES = ('comma, and "quotes"', "line\nbreak", "tab\there", "雪山 关卡", "emoji 🎮", "=1+1",
             "back\\slash", "half\r\nline")


def odd_game():
    game = two_scenes()
    for name in ODD_NAMES:
        game.main.scene(name, {"wall": game.wall.texture})
    return game.files()


def test_csv_keeps_names_with_commas_quotes_and_line_breaks(t):
    path = t.put(odd_game())
    text = t.run("report", "--format", "csv", path).out.decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    equal({r["scene"] for r in rows}, set(ODD_NAMES) | {"whole", "hurt"})
    check(all(None not in r and None not in r.values() for r in rows))


def test_json_keeps_odd_names(t):
    report = t.report(t.put(odd_game()))
    for name in ODD_NAMES:
        equal(scene(report, name)["decoded_bytes"], 8192)


def no_control_bytes(text):
    equal([c for c in text if unicodedata.category(c) == "Cc" and c != "\n"], [])


def hostile_game(t):
    """Names that would take over a terminal, in every place a name can stand."""
    evil = "evil \x1b[31m\x07\r red"
    game = two_scenes()
    picture = game.main.picture(evil, png(256, 256))
    game.main.scene(evil, {evil: picture.texture, "ghost" + evil: uuid("ghost")})
    game.main.paths[uuid("brick")] = [evil, "cc.\x1b[1mAsset"]
    files = game.files()
    del files[game.main.import_file(game.brick.image)]
    return game, t.put(files), evil


def test_text_of_hostile_names_holds_no_control_bytes(t):
    _, path, _ = hostile_game(t)
    for more in ((), ("-v",)):
        no_control_bytes(t.run("report", *more, path).text)
    no_control_bytes(t.run("report", t.put(odd_game())).text)


def test_why_of_hostile_names_holds_no_control_bytes(t):
    game, path, evil = hostile_game(t)
    no_control_bytes(t.run("why", path, uuid(evil)).text)


def test_messages_about_hostile_names_hold_no_control_bytes(t):
    _, path, _ = hostile_game(t)
    no_control_bytes(t.run("why", path, "no\x1b[31m").said)
    no_control_bytes(t.run("report", path, "--scene", "no\x1b[31m").said)
    no_control_bytes(t.run("report", t.place("no\x1b[31m")).said)
    no_control_bytes(t.run("report", t.place("no\u009b31m")).said)


def test_names_of_any_length_keep_the_text_valid(t):
    game = two_scenes()
    for n in (169, 170, 171, 300, 2000):
        picture = game.main.picture("墙" * n, png(64, 64 + n % 7))
        game.main.scene("关" * n, {"墙" * n: picture.texture})
    path = t.put(game.files())
    for form in ("text", "json", "csv"):
        check("�" not in t.run("report", "--format", form, "-v", path).out.decode())
    t.run("why", path, "墙" * 170).out.decode()


def test_bytes_that_are_no_UTF_8_keep_the_output_valid(t):
    game = two_scenes()
    files = game.files()
    gbk = "墙壁".encode("gbk")
    config = files["assets/main/config.json"]
    files["assets/main/config.json"] = config.replace(b"textures/crack", b"textures/" + gbk)
    path = t.put(files)
    with open(os.path.join(os.fsencode(path), gbk + b".json"), "wb") as f:
        f.write(b"{}")
    for form in ("text", "json", "csv"):
        t.run("report", "--format", form, "-v", path).out.decode()
    t.run("why", path, game.crack.image).out.decode()


def test_no_name_can_be_a_mark_of_style(t):
    """Bytes that UTF-8 never has stand for '?', in colour as well."""
    game = two_scenes()
    files = game.files()
    config = files["assets/main/config.json"]
    found = []
    for odd in (b"\xff\xfd\xfb\xf8", b"????"):
        files["assets/main/config.json"] = config.replace(b"crack", b"cr" + odd).replace(
            b"/hurt", b"/hu" + odd)
        path = t.put(files, "game")
        done = t.run("report", "--color", "always", "-v", "--loadables", path)
        equal(done.code, 0, done.err)
        found.append(done.text + t.run("why", path, game.crack.image).text)
    equal(found[0], found[1])


def test_json_is_compact_of_keys_and_ends_with_a_line(t):
    done = t.run("report", "--format", "json", SHOWCASE)
    equal(done.json["schema"], "packaudit.report/1")
    check(done.text.endswith("}\n"))
    json.loads(done.text, object_pairs_hook=no_key_twice)


def no_key_twice(pairs):
    keys = [k for k, _ in pairs]
    equal(len(keys), len(set(keys)), "keys of an object")
    return dict(pairs)


def broken_game():
    """Findings of many rules in one report."""
    game = two_scenes()
    files = game.files()
    files["assets/odd/config.json"] = b"{"
    files[game.main.native_file(game.crack.image)] = b"broken"
    del files[game.main.native_file(game.brick.image)]
    files[game.side.import_file(game.sky.texture)] = b"["
    return files


@each(("the show-case", lambda t: SHOWCASE), ("many findings", lambda t: t.put(broken_game())),
      ("2.4", lambda t: t.put(two_scenes("2.4").files())),
      ("odd names", lambda t: t.put(odd_game())))
def test_json_obeys_its_schema(t, path):
    if not os.path.exists(SCHEMA):
        raise Skip("no rules/schema/report.schema.json")
    try:
        import jsonschema
    except ImportError:
        raise Skip("no python3-jsonschema")
    with open(SCHEMA, encoding="utf-8") as f:
        schema = json.load(f)
    wrongs = list(jsonschema.Draft7Validator(schema).iter_errors(t.report(path(t))))
    equal(["%s: %s" % (list(w.path), w.message) for w in wrongs[:3]], [])


# ---- where it goes -------------------------------------------------------------------

def test_output_goes_whole_into_a_file(t):
    path = t.place("report.json")
    done = t.run("report", "--format", "json", "-o", path, SHOWCASE)
    equal((done.code, done.out, done.err), (0, b"", b""))
    with open(path, "rb") as f:
        equal(f.read(), t.run("report", "--format", "json", SHOWCASE).out)
    equal(os.listdir(t.folder), ["report.json"])


def test_output_replaces_an_older_file(t):
    path = t.put(b"old" * 100000, "report.txt")
    equal(t.run("report", "--output=" + path, SHOWCASE).code, 0)
    with open(path, "rb") as f:
        equal(f.read(), t.run("report", SHOWCASE).out)


def test_output_into_a_missing_folder_leaves_nothing(t):
    path = os.path.join(t.place("gone"), "report.txt")
    done = t.run("report", "-o", path, SHOWCASE)
    equal((done.code, done.out), (4, b""))
    has(done.said, path)
    equal(os.listdir(t.folder), [])


def test_output_onto_a_folder_leaves_it(t):
    path = t.put({"kept.txt": b"x"}, "folder")
    done = t.run("report", "-o", path, SHOWCASE)
    equal(done.code, 4)
    has(done.said, path)
    equal((os.listdir(t.folder), os.listdir(path)), (["folder"], ["kept.txt"]))


def test_output_stays_as_it_was_when_the_build_is_none(t):
    path = t.put(b"old", "report.txt")
    equal(t.run("report", "-o", path, t.put({"a.txt": b""})).code, 3)
    with open(path, "rb") as f:
        equal(f.read(), b"old")


FULL = ["sh", "-c", '"$0" "$@" >/dev/full']


@each(*((f, f) for f in ("text", "json", "csv")))
def test_a_full_disk_is_told(t, form):
    if not os.path.exists("/dev/full"):
        raise Skip("no /dev/full")
    done = t.run("report", "--format", form, SHOWCASE, before=FULL)
    equal(done.code, 4)
    has(done.said, "written")


@each(("help", ("report", "--help")), ("why", ("why", SHOWCASE, "sponza")),
      ("version", ("--version",)))
def test_a_full_disk_is_told_by(t, arguments):
    if not os.path.exists("/dev/full"):
        raise Skip("no /dev/full")
    done = t.run(*arguments, before=FULL)
    equal(done.code, 4)
    has(done.said, "written")


def test_a_reader_that_leaves_early_is_no_crash(t):
    done = t.run("report", "--format", "json", SHOWCASE,
                 before=["sh", "-c", '"$0" "$@" | head -c 10 >/dev/null'])
    equal(done.code, 0)
    check(len(done.err.splitlines()) <= 1, done.err)


def test_a_closed_standard_output_is_told(t):
    done = t.run("report", SHOWCASE, before=["sh", "-c", '"$0" "$@" >&-'])
    equal(done.code, 4)


def test_nothing_is_written_to_the_build(t):
    path = t.put(two_scenes().files())
    before = sorted((p, f) for p, _, f in os.walk(path))
    t.run("report", path)
    t.run("report", ".", cwd=path)
    equal(sorted((p, f) for p, _, f in os.walk(path)), before)


@each(("SIGINT", signal.SIGINT), ("SIGTERM", signal.SIGTERM))
def test_an_interrupt_ends_a_wait_for_standard_input(t, number):
    output = t.place("report.txt")
    with subprocess.Popen([t.program, "report", "-o", output, "-"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        time.sleep(0.5)
        child.send_signal(number)
        try:
            equal(child.wait(timeout=4), 130)
        except subprocess.TimeoutExpired:
            child.kill()
            raise AssertionError("still waits 4 s after the signal")
        equal(child.stdout.read(), b"")
    check(not os.path.exists(output))


def test_an_interrupt_ends_a_walk_through_folders(t):
    root = t.place("maze")
    for i in range(26):  # two links a folder to the next: 2 to the 26 paths
        os.makedirs(os.path.join(root, "f%d" % i))
    for i in range(25):
        for name in "ab":
            os.symlink("../f%d" % (i + 1), os.path.join(root, "f%d" % i, name))
    with subprocess.Popen([t.program, "report", root], stderr=subprocess.PIPE) as child:
        time.sleep(0.3)
        child.send_signal(signal.SIGTERM)
        equal(child.wait(timeout=4), 130)
        equal(child.stderr.read(), b"packaudit: interrupted\n")


def test_an_interrupt_while_images_are_decoded_leaves_no_output(t):
    game = two_scenes()
    refs = {}
    content = png(2048, 2048)
    for i in range(150):
        refs["p%d" % i] = game.main.picture("p%d" % i, content).texture
    game.main.scene("hurt", refs)
    path, output = t.put(game.files()), t.place("report.txt")
    with subprocess.Popen([t.program, "report", "-j1", "-o", output, path],
                          stderr=subprocess.PIPE) as child:
        time.sleep(0.4)
        child.send_signal(signal.SIGINT)
        equal(child.wait(timeout=10), 130)
        equal(len(child.stderr.read().splitlines()), 1)
    check(not os.path.exists(output))


def test_an_image_larger_than_the_limit_of_memory_is_decoded_alone(t):
    game = two_scenes()
    big = game.main.picture("big", png(1024, 1024))
    game.main.scene("hurt", {"big": big.texture})
    report = t.report(t.put(game.files()), "--max-memory", "1M", "-j2")
    equal(report["findings"], [])
    equal(scene(report, "hurt")["decoded_bytes"], 4 << 20)


# ---- what is shown -------------------------------------------------------------------

def test_scene_picks_by_name_or_url(t):
    for glob, names in (("sponza", ["sponza"]), ("cath*", ["cathedral"]), ("?enu", ["menu"]),
                        ("db://assets/scenes/menu.scene", ["menu"]),
                        ("*scenes/*.scene", ["sponza", "cathedral", "gallery", "menu"])):
        equal([s["name"] for s in t.report(SHOWCASE, "--scene", glob)["scenes"]], names)


def test_scene_that_matches_none_is_wrong_usage(t):
    has(wrong(t, "report", "--scene", "zzz", SHOWCASE), "zzz")


def test_a_picked_scene_costs_what_it_costs_among_all(t):
    picked = t.report(SHOWCASE, "--scene", "gallery")["scenes"]
    equal(picked, [scene(t.report(SHOWCASE), "gallery")])


def test_top_bounds_the_lists_and_v_shows_all(t):
    text = t.run("report", "--top", "3", SHOWCASE).text
    has(text, "66 more textures")
    rows = text.partition("Heaviest")[2].partition("\n  … and")[0].splitlines()[2:]
    equal(len(rows), 3)
    verbose = t.run("report", "-v", SHOWCASE).text
    check("more textures" not in verbose)
    check(len(verbose.splitlines()) > 69)


def wide(text):
    """Columns that a terminal gives to a line."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else
               0 if unicodedata.combining(c) else 1 for c in text)


def chinese_game():
    game = two_scenes()
    for i in range(3):
        name = "第%d关 雪山之巅与古老的森林神殿的秘密入口以及很长很长的名字" % i
        picture = game.main.picture("纹理/墙壁与地板的贴图集合" + name, png(8, 8 + i))
        game.main.scene(name, {"wall": picture.texture})
    game.main.folder = "assets/主要的资源包/"
    files = game.files()
    files[game.main.native_file(game.crack.image)] = b"broken"
    return files


@each(("the show-case", lambda t: SHOWCASE), ("Chinese names", lambda t: t.put(chinese_game())),
      ("many findings", lambda t: t.put(broken_game())))
def test_text_fits_its_columns(t, path):
    path = path(t)
    where = os.path.basename(path)
    for width in (None, 100, 200):
        options = ["--width", width] if width else []
        for more in ((), ("-v",)):
            done = t.run("report", *options, *more, where, cwd=os.path.dirname(path))
            equal(done.code, 0)
            for line in done.text.splitlines():
                check(wide(line) <= (width or 100), "%d columns at %s: %s" % (
                    wide(line), width, line))


def test_columns_of_wide_letters_are_aligned(t):
    text = t.run("report", t.put(chinese_game())).text
    table = text.partition("Scenes, dearest first")[2].split("\n\n")[0].splitlines()[2:7]
    ends = {wide(line.rstrip().rpartition("  ")[0]) for line in table}
    equal(len(ends), 1, "\n".join(table))


def test_colour_is_only_given_when_asked(t):
    check("\x1b" not in t.run("report", SHOWCASE).text)
    check("\x1b" in t.run("report", "--color", "always", SHOWCASE).text)
    check("\x1b" not in t.run("report", "--color=always", "--format=json", SHOWCASE).text)


def test_q_and_v_together_and_twice_do_no_harm(t):
    equal(t.run("report", "-q", "-q", "-v", "-v", SHOWCASE).code, 0)
