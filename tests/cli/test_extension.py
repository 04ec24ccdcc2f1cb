# SPDX-License-Identifier: Apache-2.0
"""The extensions of examples/creator-extension, called as the editor calls them."""
import json
import os
import re
import shutil
import subprocess

from build import two_scenes
from harness import ROOT, SHOWCASE, TIMEOUT_S, Skip, check, each, equal, has

EXTENSIONS = os.path.join(ROOT, "examples", "creator-extension")
CREATOR = os.path.join(ROOT, "tests", "extension", "creator.js")
EDITORS = (("3.x", "3x"), ("2.4", "2.4"))
NASTY = ("a game with blanks", "it's \"quoted\"", "游戏 🎮 été", "$(touch x) `touch x`",
         "; touch x #", "-v", "--help", "%PATH% & touch x", "a\nb")


def node():
    program = shutil.which("node")
    if program is None:
        raise Skip("node is not installed")
    return program


def ask(question, cwd, path=None):
    env = dict(os.environ, PATH=os.environ["PATH"] if path is None else path)
    done = subprocess.run([node(), CREATOR, json.dumps(question)], capture_output=True,
                          timeout=TIMEOUT_S, cwd=cwd, env=env)
    equal((done.returncode, done.stderr), (0, b""))
    return json.loads(done.stdout)


def build_by(t, editor, build=SHOWCASE, settings=None, project=None, path=None):
    """What becomes of a build in this editor. `settings` is None when none were saved."""
    project = project or t.folder
    if editor == "2.4" and settings is not None:
        os.makedirs(os.path.join(project, "settings"), exist_ok=True)
        with open(os.path.join(project, "settings", "packaudit.json"), "w") as f:
            json.dump(settings, f)
    return ask({"editor": editor, "extension": os.path.join(EXTENSIONS, editor),
                "build": build, "project": project, "settings": settings},
               cwd=t.folder, path=path)


def in_path(t, program=None):
    """A PATH that holds nothing but packaudit, or nothing at all."""
    folder = t.place()
    os.makedirs(folder)
    if program:
        os.symlink(program, os.path.join(folder, "packaudit"))
    return folder


def recorder(t, code=0):
    """A packaudit that writes down its arguments and says something."""
    path = t.put(b"#!/bin/sh\nprintf '%s\\0' \"$@\" > \"$0.arguments\"\n"
                 b"echo said; echo told >&2; exit " + str(code).encode() + b"\n")
    os.chmod(path, 0o755)
    return path


def recorded(path):
    with open(path + ".arguments", "rb") as f:
        return f.read().decode().split("\0")[:-1]


def console(outcome, level):
    return "\n".join(text for at, text in outcome["console"] if at == level)


# ---- verdicts ------------------------------------------------------------------------

@each(*EDITORS)
def test_a_build_that_fits_goes_on_and_the_verdict_is_in_the_console(t, editor):
    done = build_by(t, editor, settings={"devices": "android_high_8g", "program": t.program})
    equal((done["failed"], console(done, "error")), (False, ""))
    has(console(done, "log"), "android_high_8g", "passed: 0 errors")


@each(*EDITORS)
def test_a_build_that_does_not_fit_fails_and_says_why(t, editor):
    done = build_by(t, editor, settings={"devices": "iphone_2g", "program": t.program})
    equal(done["failed"], True)
    has(done["error"], "packaudit: the build does not fit")
    has(console(done, "error"), "iphone_2g", "sponza", "mend", "FAILED: 1 error")
    check("\x1b" not in console(done, "error"), "colours in the console")


@each(*EDITORS)
def test_several_devices_are_judged(t, editor):
    for devices in ("android_high_8g, iphone_2g", ["android_high_8g", "iphone_2g"]):
        done = build_by(t, editor, settings={"devices": devices, "program": t.program})
        equal(done["failed"], True)
        has(console(done, "error"), "android_high_8g", "iphone_2g")


@each(*EDITORS)
def test_fail_on_never_only_tells(t, editor):
    done = build_by(t, editor, settings={"devices": "iphone_2g", "failOn": "never",
                                         "program": t.program})
    equal(done["failed"], False)
    has(console(done, "log"), "transition-over-budget")


@each(*EDITORS)
def test_a_check_that_is_off_runs_nothing(t, editor):
    done = build_by(t, editor, settings={"enabled": False, "program": "/nowhere/packaudit"})
    equal((done["failed"], done["console"]), (False, []))


@each(*EDITORS)
def test_without_settings_the_packaudit_in_path_is_asked(t, editor):
    done = build_by(t, editor, path=in_path(t, t.program))
    equal(done["failed"], False)
    has(console(done, "log"), "passed")


@each(*EDITORS)
def test_a_rules_file_counts_from_the_project_on(t, editor):
    t.put(b"devices: [iphone_2g]\n", "the rules.yaml")
    for rules in ("the rules.yaml", "project://the rules.yaml"):
        done = build_by(t, editor, settings={"rules": rules, "program": t.program})
        equal(done["failed"], True)
        has(console(done, "error"), "iphone_2g")


# ---- what cannot be judged -----------------------------------------------------------

@each(*EDITORS)
def test_packaudit_missing_from_path_is_one_clear_message(t, editor):
    done = build_by(t, editor, path=in_path(t))
    equal(done["failed"], True)
    has(done["error"], "packaudit: 'packaudit' is not in PATH", "set its path")
    equal(len(done["console"]), 1, "messages")
    check("\n" not in done["error"], done["error"])


@each(*EDITORS)
def test_a_wrong_path_of_packaudit_is_told(t, editor):
    done = build_by(t, editor, settings={"program": "bin/packaudit"})
    equal(done["failed"], True)
    has(done["error"], "there is no '%s'" % os.path.join(t.folder, "bin", "packaudit"))


@each(*EDITORS)
def test_a_program_that_may_not_be_run_is_told(t, editor):
    done = build_by(t, editor, settings={"program": t.put(b"#!/bin/sh\n")})
    equal(done["failed"], True)
    has(done["error"], "cannot run", "EACCES")


@each(*EDITORS)
def test_a_build_that_cannot_be_read_fails(t, editor):
    done = build_by(t, editor, build=t.put({}), settings={"program": t.program})
    equal(done["failed"], True)
    has(done["error"], "packaudit:")


@each(*EDITORS)
def test_a_device_that_is_none_fails_with_the_words_of_packaudit(t, editor):
    done = build_by(t, editor, settings={"devices": "iphone_2", "program": t.program})
    equal(done["failed"], True)
    has(done["error"], "iphone_2", "did you mean")


@each(*EDITORS)
def test_a_packaudit_that_dies_fails_the_build(t, editor):
    program = t.put(b"#!/bin/sh\nkill -9 $$\n")
    os.chmod(program, 0o755)
    done = build_by(t, editor, settings={"program": program})
    equal(done["failed"], True)
    has(done["error"], "SIGKILL")


# ---- arguments -----------------------------------------------------------------------

@each(*((editor + ", " + ascii(name), folder, name) for editor, folder in EDITORS
        for name in NASTY))
def test_a_path_is_one_argument_whatever_it_holds(t, editor, name):
    program = recorder(t)
    project = t.place(name)
    os.makedirs(project)
    build = os.path.join(project, "build", name)
    settings = {"devices": name, "rules": name + ".yaml", "failOn": "warning",
                "program": program}
    done = build_by(t, editor, build=build, settings=settings, project=project)
    equal(done["failed"], False)
    expected = ["check", "--color", "never"]
    for device in re.split("[,;\n]", name):
        expected += ["--device", device.strip()] if device.strip() else []
    expected += ["--rules", os.path.join(project, name + ".yaml"), "--fail-on", "warning",
                 "--", build]
    equal(recorded(program), expected)
    check(not os.path.exists(os.path.join(t.folder, "x")), "a shell ran the name")
    check(not os.path.exists(os.path.join(project, "x")), "a shell ran the name")


@each(*((editor + ", " + ascii(name), folder, name) for editor, folder in EDITORS
        for name in NASTY[:5]))
def test_a_build_with_such_a_name_is_judged(t, editor, name):
    build = t.put(two_scenes().files(), name)
    done = build_by(t, editor, build=build, settings={"devices": "android_high_8g",
                                                      "failOn": "never",
                                                      "program": t.program})
    equal(done["failed"], False, done.get("error", ""))
    has(console(done, "log"), "android_high_8g: fits")
    check(not os.path.exists(os.path.join(t.folder, "x")), "a shell ran the name")


@each(*EDITORS)
def test_what_packaudit_says_on_both_outputs_is_shown(t, editor):
    done = build_by(t, editor, settings={"program": recorder(t, 1)})
    equal(done["failed"], True)
    has(console(done, "error"), "said\ntold")


# ---- the forms of the two editors ----------------------------------------------------

def test_3x_texts_are_there_in_both_languages(t):
    done = ask({"editor": "texts", "extension": os.path.join(EXTENSIONS, "3x")}, t.folder)
    equal(done["missing"], [])
    check(done["keys"] > 15, done["keys"])


def test_3x_works_where_there_is_no_editor_object(t):
    done = ask({"editor": "3x", "extension": os.path.join(EXTENSIONS, "3x"),
                "build": SHOWCASE, "settings": {"devices": "iphone_2g",
                                                "program": t.program}}, t.folder)
    equal(done["failed"], True)
    has(console(done, "error"), "FAILED: 1 error")


def test_24_takes_its_handler_back(t):
    equal(build_by(t, "2.4", settings={"enabled": False})["left"], 0)


@each(("no JSON", b"{", "JSON"), ("a list", b"[]", "expected an object"),
      ("unknown key", b'{"device": "x"}', "no key 'device'"))
def test_24_settings_that_are_wrong_name_their_file(t, text, part):
    os.makedirs(os.path.join(t.folder, "settings"))
    file = t.put(text, os.path.join("settings", "packaudit.json"))
    done = build_by(t, "2.4")
    equal(done["failed"], True)
    has(done["error"], file, part)


def test_both_extensions_hold_the_same_run_js(t):
    texts = []
    for editor in ("3x", "2.4"):
        with open(os.path.join(EXTENSIONS, editor, "run.js"), "rb") as f:
            texts.append(f.read())
    equal(texts[0] == texts[1], True, "copy one over the other")
