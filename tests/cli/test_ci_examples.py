# SPDX-License-Identifier: Apache-2.0
"""The recipes of examples/ci: check.sh with an editor that is none, and the commands of the
pipelines as their runners would run them."""
import json
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree

from harness import ROOT, SHOWCASE, TIMEOUT_S, Result, Skip, check, each, equal, has

CI = os.path.join(ROOT, "examples", "ci")
CHECK_SH = os.path.join(CI, "check.sh")
SHELLS = tuple((s, s) for s in ("sh", "dash", "bash"))
# options of other programs that the recipes call
FOREIGN = {"project", "path", "build", "compile", "force",               # the editor
           "workflow", "branch", "event", "status", "limit", "json", "jq", "name", "dir",  # gh
           "quiet", "depth"}                                             # git
NAMES = ("a game with blanks", "it's \"quoted\"", "游戏 été", "$(touch x)", "; touch x #", "-v")


def shell(name):
    path = shutil.which(name)
    if path is None:
        raise Skip("%s is not installed" % name)
    return path


def text_of(*names):
    with open(os.path.join(CI, *names), encoding="utf-8") as f:
        return f.read()


def fake_editor(t, code, makes=None, name="Cocos Creator"):
    """An editor that writes down its arguments, makes a build or none, and ends."""
    path = t.put(b"#!/bin/sh\nprintf '%s\\0' \"$@\" > \"$0.arguments\"\n" +
                 (b'mkdir -p "${0%/*}/' + makes.encode() + b'"\n' if makes else b"") +
                 b"exit " + str(code).encode() + b"\n", name)
    os.chmod(path, 0o755)
    return path


def arguments_of(program):
    if not os.path.exists(program + ".arguments"):
        return None
    with open(program + ".arguments", "rb") as f:
        return f.read().decode().split("\0")[:-1]


def check_sh(t, *arguments, sh="sh", **env):
    known = {k: v for k, v in os.environ.items()
             if not k.startswith("CREATOR") and k not in ("PACKAUDIT", "PROJECT")}
    known.update(PACKAUDIT=t.program)
    known.update(env)
    done = subprocess.run([shell(sh), CHECK_SH, *arguments], capture_output=True,
                          timeout=TIMEOUT_S, cwd=t.folder, env=known)
    return Result(done.returncode, done.stdout, done.stderr)


# ---- check.sh: packaudit's exit status -----------------------------------------------

@each(*SHELLS)
def test_check_sh_passes_on_what_packaudit_says(t, sh):
    done = check_sh(t, SHOWCASE, "--device", "android_high_8g", sh=sh)
    equal((done.code, done.err), (0, b""))
    has(done.text, "passed")
    done = check_sh(t, SHOWCASE, "--device", "iphone_2g", sh=sh)
    equal((done.code, done.err), (1, b""))
    has(done.text, "FAILED")


def test_check_sh_passes_on_wrong_usage_and_unreadable_builds(t):
    equal(check_sh(t, SHOWCASE, "--devise", "iphone_2g").code, 2)
    equal(check_sh(t, "nowhere").code, 3)


@each(*SHELLS)
def test_check_sh_tells_how_it_is_used(t, sh):
    for word in ("-h", "--help"):
        done = check_sh(t, word, sh=sh)
        equal((done.code, done.err), (0, b""))
        has(done.text, "usage: check.sh BUILD", "CREATOR_MAJOR", "Exit status", "Examples")
        for line in done.text.splitlines():
            check(len(line) <= 100, line)
    for words in ((), ("",), ("--device", "iphone_2g", SHOWCASE)):
        done = check_sh(t, *words, sh=sh)
        equal((done.code, done.out), (2, b""))
        has(done.err.decode(), "usage: check.sh BUILD")


@each(*((ascii(n), n) for n in NAMES[:5]))
def test_check_sh_takes_any_name_of_a_build(t, name):
    os.symlink(SHOWCASE, t.place(name))
    done = check_sh(t, name, "--device", "android_high_8g")
    equal((done.code, done.err), (0, b""))
    check(not os.path.exists(os.path.join(t.folder, "x")), "a shell ran the name")


# ---- check.sh: the editor ------------------------------------------------------------

@each(*(("%s: %s ends with %d" % row, *row) for row in (
    ("sh", "3", 36), ("dash", "3", 36), ("bash", "3", 36), ("dash", "3", 80),
    ("dash", "2", 0))))
def test_check_sh_builds_first(t, sh, major, code):
    os.symlink(SHOWCASE, t.place("build"))
    editor = fake_editor(t, code)
    for device, status in (("android_high_8g", 0), ("iphone_2g", 1)):
        done = check_sh(t, "build", "--device", device, sh=sh, CREATOR=editor,
                        CREATOR_MAJOR=major)
        equal((done.code, done.err), (status, b""))
    word = "--project" if major == "3" else "--path"
    equal(arguments_of(editor), [word, ".", "--build", "platform=web-mobile;debug=false"])


@each(*((ascii(n), n) for n in NAMES))
def test_check_sh_hands_names_to_the_editor_as_they_are(t, name):
    editor = fake_editor(t, 36, name=name)
    done = check_sh(t, SHOWCASE, "--device", "android_high_8g", CREATOR=editor,
                    PROJECT=name, CREATOR_BUILD="configPath=%s.json;" % name)
    equal((done.code, done.err), (0, b""))
    equal(arguments_of(editor), ["--project", name, "--build", "configPath=%s.json;" % name])
    check(not os.path.exists(os.path.join(t.folder, "x")), "a shell ran the name")


@each(*(("%s: %d" % (m, c), m, c, s, part) for m, c, s, part in (
    ("3", 32, 32, "wrong build parameters"), ("3", 34, 34, "the build failed"),
    ("3", 76, 76, "wrong build parameters"), ("3", 78, 78, "the build failed"),
    ("3", 1, 1, "ended with 1"), ("3", 139, 139, "ended with 139"),
    ("3", 0, 34, "set CREATOR_MAJOR=2"),
    ("2", 1, 1, "ended with 1"), ("2", 34, 34, "ended with 34"),
    ("2", 36, 36, "set CREATOR_MAJOR=3"))))
def test_check_sh_stops_when_the_editor_failed(t, major, code, status, part):
    done = check_sh(t, SHOWCASE, CREATOR=fake_editor(t, code), CREATOR_MAJOR=major)
    equal((done.code, done.out), (status, b""))
    has(done.said, "check.sh: ", part)


def test_check_sh_says_when_the_editor_built_something_else(t):
    editor = fake_editor(t, 36, makes="build/web-mobile-001")
    done = check_sh(t, "build/web-mobile", CREATOR=editor)
    equal((done.code, done.out), (34, b""))
    has(done.said, "'build/web-mobile' is not there", "outputName")


def test_check_sh_misses_a_program_before_it_builds(t):
    editor = fake_editor(t, 36)
    done = check_sh(t, SHOWCASE, CREATOR=editor, PACKAUDIT="packaudit of nowhere")
    equal((done.code, done.out), (127, b""))
    has(done.said, "cannot run 'packaudit of nowhere'", "PACKAUDIT")
    equal(arguments_of(editor), None)
    done = check_sh(t, SHOWCASE, CREATOR="/nowhere/CocosCreator")
    equal((done.code, done.out), (127, b""))
    has(done.said, "cannot run '/nowhere/CocosCreator'", "CREATOR")


def test_check_sh_names_a_wrong_major(t):
    done = check_sh(t, SHOWCASE, CREATOR_MAJOR="3.8")
    equal((done.code, done.out), (2, b""))
    has(done.said, "'3.8'", "2 or 3")


def test_shellcheck_has_nothing_to_say(t):
    if shutil.which("shellcheck") is None:
        raise Skip("shellcheck is not installed")
    done = subprocess.run(["shellcheck", CHECK_SH], capture_output=True, timeout=TIMEOUT_S)
    equal((done.returncode, done.stdout), (0, b""))


# ---- what the recipes name -----------------------------------------------------------

def written():
    """(file, text) of all that tells people how to call packaudit."""
    for folder in (CI, os.path.join(ROOT, "examples", "creator-extension")):
        for at, _, files in os.walk(folder):
            for name in sorted(files):
                with open(os.path.join(at, name), encoding="utf-8") as f:
                    yield name, f.read()


def options_of(t, command):
    return set(re.findall(r"--([a-z][a-z-]+)", t.run(command, "--help").text))


def test_every_option_that_is_named_exists(t):
    known = options_of(t, "check") | options_of(t, "report") | {"version"}
    named = set()
    for name, text in written():
        found = set(re.findall(r"(?<![\w-])--([a-z][a-z-]*)", text))
        unknown = found - known - FOREIGN
        check(not unknown, "%s: %s" % (name, sorted(unknown)))
        named |= found & known
    check({"device", "also", "baseline", "rules", "fail-on"} <= named, named)


def test_every_command_that_is_named_takes_its_options(t):
    seen = 0
    for name, text in written():
        for line in text.replace("\\\n", " ").splitlines():
            for command, rest in re.findall(r"packaudit (check|report)\b([^|`'#]*)", line):
                options = set(re.findall(r"(?<![\w-])--([a-z][a-z-]*)", rest))
                unknown = options - options_of(t, command)
                check(not unknown, "%s: packaudit %s: %s" % (name, command, sorted(unknown)))
                seen += 1
    check(seen >= 6, "commands found: %d" % seen)


def test_every_device_that_is_named_exists(t):
    known = t.run("devices").text
    for name, text in written():
        for device in re.findall(r"--device ([a-z]\w+)", text):
            check(re.search(r"^ *%s " % device, known, re.M), "%s: %s" % (name, device))


# ---- the pipelines -------------------------------------------------------------------

def recipe(name):
    try:
        import yaml
    except ImportError:
        raise Skip("python3-yaml is not installed")
    return yaml.safe_load(text_of(name))


def github_steps():
    steps = {}
    for job in recipe("github-actions.yml")["jobs"].values():
        for step in job["steps"]:
            if "run" in step:
                steps[step["name"]] = step["run"]
    return steps


def gitlab_script(job):
    return "\n".join(recipe("gitlab-ci.yml")[job]["script"])


def jenkins_script(part):
    found = [s for s in re.findall(r"'''(.*?)'''", text_of("Jenkinsfile"), re.S) if part in s]
    equal(len(found), 1, "scripts with %r" % part)
    return found[0]


def run_script(t, script, **env):
    """As the runners do: a shell that stops at the first failure, packaudit in PATH."""
    folder = os.path.join(t.folder, "bin")
    if not os.path.exists(folder):
        os.makedirs(folder)
        os.symlink(t.program, os.path.join(folder, "packaudit"))
    known = dict(os.environ, PATH=folder + os.pathsep + os.environ["PATH"], **env)
    done = subprocess.run([shell("bash"), "-e", "-c", script], capture_output=True,
                          timeout=TIMEOUT_S, cwd=t.folder, env=known)
    return Result(done.returncode, done.stdout, done.stderr)


def with_build(t):
    os.makedirs(t.place("build"))
    os.symlink(SHOWCASE, t.place(os.path.join("build", "android")))
    return {"PLATFORM": "android", "CI_COMMIT_BRANCH": "main", "CI_DEFAULT_BRANCH": "main",
            "GITHUB_STEP_SUMMARY": os.path.join(t.folder, "summary")}


def read(t, name):
    with open(os.path.join(t.folder, name), encoding="utf-8") as f:
        return f.read()


BIG, SMALL = "--device android_high_8g", "--device iphone_2g"


def check_script(which):
    """What judges the build, and the reports it writes."""
    if which == "GitHub":
        steps = github_steps()
        return (steps["check"] + "\n" + steps["report"],
                ["packaudit.sarif", "packaudit.md", "packaudit.annotations"])
    script = gitlab_script("memory") if which == "GitLab" else jenkins_script("packaudit check")
    more = ["packaudit-codequality.json"] if which == "GitLab" else []
    return script, ["packaudit-junit.xml", "packaudit.md", *more]


@each(("GitHub", "GitHub"), ("GitLab", "GitLab"), ("Jenkins", "Jenkins"))
def test_a_pipeline_passes_then_compares_and_fails(t, which):
    env = dict(with_build(t), BASELINE="")
    script, files = check_script(which)
    report = os.path.join(t.folder, "packaudit-report.json")
    done = run_script(t, script, DEVICES=BIG, **env)
    equal(done.code, 0, done.err.decode())
    with open(report, "rb") as f:
        first = f.read()
    has(first, b"3.8.7")
    for name in files:
        os.remove(os.path.join(t.folder, name))
    env["BASELINE"] = "--baseline packaudit-report.json"
    done = run_script(t, script, DEVICES=SMALL, **env)
    equal(done.code, 1, done.err.decode())
    has(done.text, "FAILED: 1 error")
    for name in files:
        text = read(t, name)
        has(text, "sponza")
        if name.endswith(".xml"):
            xml.etree.ElementTree.fromstring(text)
        elif name.endswith((".json", ".sarif")):
            json.loads(text)
    with open(report, "rb") as f:
        equal(f.read() == first, True, "the report of a build that passed is kept")


def test_github_shows_annotations_and_a_summary(t):
    env = with_build(t)
    t.put(b"::error::too big\n", "packaudit.annotations")
    t.put(b"# Memory\n", "packaudit.md")
    t.put(b"before\n", "summary")
    done = run_script(t, github_steps()["annotations and summary"], **env)
    equal((done.code, done.out), (0, b"::error::too big\n"))
    equal(read(t, "summary"), "before\n# Memory\n")


@each(*(("%s ends with %d" % (w, c), w, c) for w in ("github", "gitlab")
        for c in (36, 32, 34, 0, 1)))
def test_a_pipeline_takes_36_of_the_editor_for_success(t, which, code):
    env = dict(with_build(t), CREATOR=fake_editor(t, code))
    script = github_steps()["build the game"] if which == "github" else gitlab_script("build")
    done = run_script(t, script, **env)
    equal(done.code, 0 if code == 36 else 1, done.err.decode())
    if code != 36:
        has(done.text, "ended with %d" % code)
    equal(arguments_of(env["CREATOR"]),
          ["--project", os.path.realpath(t.folder), "--build",
           "platform=android;debug=false;outputName=android"])


def test_jenkins_calls_the_editor_so(t):
    env = dict(with_build(t), CREATOR=fake_editor(t, 36), WORKSPACE="the workspace")
    equal(run_script(t, jenkins_script("$CREATOR"), **env).code, 36)
    equal(arguments_of(env["CREATOR"]),
          ["--project", "the workspace", "--build",
           "platform=android;debug=false;outputName=android"])
    has(text_of("Jenkinsfile"), "returnStatus: true", "status != 36")


def test_jenkins_braces_and_brackets_close(t):
    code = re.sub(r"'''.*?'''|'[^'\n]*'|//[^\n]*", "", text_of("Jenkinsfile"), flags=re.S)
    code = re.sub(r'"[^"\n]*"', "", code)
    open_ones = []
    for c in code:
        if c in "{([":
            open_ones.append("})]"["{([".index(c)])
        elif c in "})]":
            equal(open_ones and open_ones.pop(), c)
    equal(open_ones, [])


def test_github_shape(t):
    data = recipe("github-actions.yml")
    equal(sorted(data["jobs"]), ["build", "check"])
    equal(data["jobs"]["check"]["permissions"]["security-events"], "write")
    uses = [s.get("uses", "") for job in data["jobs"].values() for s in job["steps"]]
    check(any(u.startswith("github/codeql-action/upload-sarif@") for u in uses), uses)
    uploads = [s["with"]["name"] for job in data["jobs"].values() for s in job["steps"]
               if "/upload-artifact@" in s.get("uses", "")]
    equal(uploads, ["game", "packaudit-report"])


def test_gitlab_shape(t):
    data = recipe("gitlab-ci.yml")
    equal(data["memory"]["artifacts"]["reports"],
          {"junit": "packaudit-junit.xml", "codequality": "packaudit-codequality.json"})
    equal(data["memory"]["artifacts"]["when"], "always")
    equal(data["memory"]["needs"], ["build"])
