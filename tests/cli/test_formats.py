# SPDX-License-Identifier: Apache-2.0
"""What check writes for pipelines: each format against what its specification demands,
on hostile names, on thousands of findings, from build to build."""
import json
import os
import re
import shutil
import subprocess
import threading
import urllib.parse
import xml.etree.ElementTree as ET
from html import unescape

import build
from harness import ROOT, SHOWCASE, Skip, check, each, equal, has

FORMATS = ("text", "json", "sarif", "junit", "github", "gitlab", "markdown")
HEX = re.compile(r"[0-9a-f]{16}$")

# takes part in every syntax that is written: XML, JSON, Markdown, HTML, tables, workflow
# commands, links and placeholders of SARIF
HOSTILE = ("a|b`c``d<script>&amp;]]>\"'\\|*x*_y_[l](x:y){0}%25,:"
           "\n::error::x\r\n# h\t\x1b[31m\x7f\x85 @user #1 ~~s~~ $m$ <details>￿é墙")


# ---- making --------------------------------------------------------------------------

def tiny(process, more=""):
    return """devices:
  use: [tiny]
  profiles:
    tiny: { title: tiny, process: %d, base: 0, page: 4096, bits: 64, max_texture: 4096,
            backend: webgl, formats: [webp] }
%s""" % (process, more)


def project(t, files, rules=None, name="project"):
    """A folder with the build below it in web/ and a rules file beside that."""
    root = t.place(name)
    build.write(files, os.path.join(root, "web"))
    if rules is not None:
        with open(os.path.join(root, "packaudit.yaml"), "w", encoding="utf-8") as f:
            f.write(rules)
    return root


def hurt_game(change=0):
    """Findings of several rules; `change` alters bytes and no name."""
    game = build.two_scenes()
    files = game.files()
    files[game.main.native_file(game.crack.image)] = b"broken" * (1 + change)
    del files[game.main.native_file(game.brick.image)]
    files[game.side.import_file(game.sky.texture)] = b"[" + b" " * change
    return files


def hostile_game():
    """Hostile names of scenes, assets, bundles and files, each in a finding."""
    game = build.Game()
    main, odd = game.bundle("main"), game.bundle("o|d`d<b>%")
    files = {}
    for i, bundle in enumerate((main, odd)):
        name = HOSTILE + str(i)
        wall = bundle.picture(name, build.png(64, 32))
        gone = bundle.picture(name + "gone", build.png(16, 16))
        bundle.scene(name, {"w": wall.texture, "g": gone.texture})
        files[bundle.native_file(gone.image)] = None
    files = {**game.files(), **files}
    files = {path: content for path, content in files.items() if content is not None}
    config = files["assets/main/config.json"]
    # bytes that are no UTF-8 in a name
    files["assets/main/config.json"] = config.replace(b"\xe5\xa2\x99", b"\xd6\xbd\xff\xfb")
    return files


def many_findings(t, count):
    """A project whose rules file makes `count` textures too large."""
    game = build.Game()
    main = game.bundle("main")
    dot = build.png(2, 2)
    pictures = [main.picture("p%05d" % i, dot) for i in range(count)]
    main.scene("all", {"p%05d" % i: p.texture for i, p in enumerate(pictures)})
    return project(t, game.files(), """budgets: { textures: { "*": { side: 1 } } }
rules: { pixels-twice: off }
""")


def run(t, form, path, *options, cwd=None):
    done = t.run("check", "--format", form, *options, path, cwd=cwd)
    check(done.code in (0, 1), done.err.decode())
    equal(done.err, b"")
    return done


def all_formats(t, path, *options, cwd=None):
    """What each format says, written at once: {format: bytes}, and the exit status."""
    places = {form: t.place() for form in FORMATS}
    also = [w for form in FORMATS[1:] for w in ("--also", "%s=%s" % (form, places[form]))]
    done = t.run("check", *also, "-o", places["text"], *options, path, cwd=cwd)
    equal((done.out, done.err), (b"", b""))
    said = {}
    for form, place in places.items():
        with open(place, "rb") as f:
            said[form] = f.read()
    return said, done.code


# ---- SARIF 2.1.0 ---------------------------------------------------------------------

def keys(value, needed, allowed=()):
    check(isinstance(value, dict), value)
    equal(sorted(set(needed) - set(value)), [], "keys that are missing")
    equal(sorted(set(value) - set(needed) - set(allowed)), [], "keys that nobody knows")


def text_is_plain(text):
    """3.11.5 and 3.11.6: braces are doubled, brackets escaped."""
    bare = text.replace("{{", "").replace("}}", "").replace("\\[", "").replace("\\]", "")
    check(not re.search(r"[][{}]", bare), text)


def a_message(value, more=()):
    keys(value, ("text",), more)
    check(isinstance(value["text"], str) and value["text"])


def sarif_rule(rule):
    keys(rule, ("id", "shortDescription", "fullDescription", "help", "defaultConfiguration"),
         ("helpUri", "properties"))
    a_message(rule["shortDescription"])
    a_message(rule["fullDescription"])
    a_message(rule["help"], ("markdown",))
    for key in ("shortDescription", "fullDescription"):  # GitHub's limits
        check(len(rule[key]["text"]) <= 1024)
    check(rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error"))
    check(len(rule.get("properties", {}).get("tags", [])) <= 10)
    if "helpUri" in rule:
        check(rule["helpUri"].startswith("https://"), rule["helpUri"])


def sarif_uri(location, bases):
    keys(location, ("uri",), ("uriBaseId",))
    uri = location["uri"]
    parts = urllib.parse.urlsplit(uri)
    equal((parts.scheme, parts.netloc, parts.query, parts.fragment), ("", "", "", ""), uri)
    check(re.match(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+$", uri), uri)
    check(not uri.startswith("/") and ".." not in uri.split("/"), uri)
    if "uriBaseId" in location:
        check(location["uriBaseId"] in bases, location)


def sarif_result(result, rules, bases):
    keys(result, ("ruleId", "ruleIndex", "level", "message", "locations",
                  "partialFingerprints", "properties"), ("suppressions",))
    equal(rules[result["ruleIndex"]]["id"], result["ruleId"])
    check(result["level"] in ("note", "warning", "error"), result["level"])
    a_message(result["message"])
    text_is_plain(result["message"]["text"])
    equal(len(result["locations"]), 1)
    place = result["locations"][0]["physicalLocation"]
    keys(place, ("artifactLocation", "region"))
    sarif_uri(place["artifactLocation"], bases)
    check(place["region"]["startLine"] >= 1)
    check(all(HEX.match(v) for v in result["partialFingerprints"].values()))
    for one in result.get("suppressions", ()):
        keys(one, ("kind", "justification"))
        equal(one["kind"], "external")
    check(isinstance(result["properties"]["bytes"], int))


def sarif(raw):
    """The only run of a log, which obeys the standard and GitHub's limits."""
    log = json.loads(raw)
    keys(log, ("$schema", "version", "runs"))
    equal((log["version"], len(log["runs"])), ("2.1.0", 1))
    one = log["runs"][0]
    keys(one, ("tool", "results", "invocations"), ("originalUriBaseIds",))
    driver = one["tool"]["driver"]
    keys(driver, ("name", "version", "semanticVersion", "rules"), ("informationUri",))
    check(re.match(r"\d+\.\d+\.\d+$", driver["version"]))
    check("informationUri" not in driver or driver["informationUri"].startswith("https://"))
    ids = [rule["id"] for rule in driver["rules"]]
    equal(len(ids), len(set(ids)), "rules")
    for rule in driver["rules"]:
        sarif_rule(rule)
    for base in one.get("originalUriBaseIds", {}).values():
        keys(base, ("description",))
    for result in one["results"]:
        sarif_result(result, driver["rules"], one.get("originalUriBaseIds", {}))
    equal({r["ruleId"] for r in one["results"]} - set(ids), set())
    prints = [r["partialFingerprints"]["packaudit/v1"] for r in one["results"]]
    equal(len(prints), len(set(prints)), "fingerprints")
    check(len(one["results"]) <= 5000 and len(raw) < 10000000)
    equal(one["invocations"][0]["executionSuccessful"], True)
    return one


def uris(one):
    return [r["locations"][0]["physicalLocation"]["artifactLocation"] for r in one["results"]]


# ---- the others ----------------------------------------------------------------------

def junit(raw):
    """The root of a report whose counts are right and that holds no clock."""
    raw.decode()
    check(not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]", raw))
    top = ET.fromstring(raw)
    equal(top.tag, "testsuites")
    total = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for suite in top:
        equal(suite.tag, "testsuite")
        names = [(c.get("classname"), c.get("name")) for c in suite]
        equal(len(names), len(set(names)), "cases")
        found = {"tests": len(suite), "failures": len(suite.findall("testcase/failure")),
                 "errors": 0, "skipped": len(suite.findall("testcase/skipped"))}
        equal({k: int(suite.get(k)) for k in found}, found, suite.get("name"))
        total = {k: total[k] + found[k] for k in total}
        for case in suite:
            equal((case.tag, case.get("time")), ("testcase", "0"))
            check({c.tag for c in case} <= {"failure", "skipped", "system-out"})
            for failure in case.findall("failure"):
                check(failure.get("message") and failure.get("type"))
        equal(set(suite.attrib), {"name", "tests", "failures", "errors", "skipped", "time"})
    equal({k: int(top.get(k)) for k in total}, total, "all suites")
    equal(top.get("time"), "0")
    check(total["tests"] > 0, "readers call a report without any case an error")
    return top


def cases(top, suite):
    return {c.get("name"): c for s in top if s.get("name") == suite for c in s}


def gitlab(raw):
    rows = json.loads(raw)
    for row in rows:
        keys(row, ("description", "check_name", "fingerprint", "severity", "location"))
        check(row["severity"] in ("info", "minor", "major", "critical", "blocker"))
        keys(row["location"], ("path", "lines"))
        check(row["location"]["lines"]["begin"] >= 1)
        check(row["location"]["path"] and not row["location"]["path"].startswith(("/", "./")))
        check(HEX.match(row["fingerprint"]) and row["description"])
    equal(len({r["fingerprint"] for r in rows}), len(rows), "fingerprints")
    return rows


def github(raw):
    """Commands as the runner takes them: (command, properties, message), and other lines."""
    commands, others = [], []
    for line in raw.decode().splitlines():
        found = re.match(r"::(\w+) ([^:]*)::(.*)$", line)
        if not found:
            others.append(line)
            continue
        check("\r" not in line)
        pairs = [p.split("=", 1) for p in found[2].split(",")]
        check(all(len(p) == 2 for p in pairs), line)
        check(all(re.match(r"(?:[^%]|%(?:25|0D|0A|3A|2C))*$", v) for _, v in pairs), line)
        check(re.match(r"(?:[^%]|%(?:25|0D|0A))*$", found[3]), line)
        commands.append((found[1], {k: urllib.parse.unquote(v) for k, v in pairs},
                         urllib.parse.unquote(found[3])))
    for name, pairs, message in commands:
        check(name in ("error", "warning", "notice"), name)
        equal(sorted(pairs), ["file", "line", "title"])
        check(message)
    levels = [c[0] for c in commands]
    check(all(levels.count(level) <= 10 for level in levels), levels)
    return commands, others


def markdown(raw):
    """Lines of a text whose tables have as many cells a row as their head."""
    check(len(raw) < 1 << 20, "a summary has 1 MiB")
    text = raw.decode()
    check(not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text))
    bars = 0
    for line in text.splitlines():
        bars = (bars or line.count("|")) if line.startswith("|") else 0
        equal(line.count("|"), bars, "bars of " + line)
    bare = re.sub(r"`[^`\n]*`", "", text)
    check("`" not in bare, "a backquote is left")
    tags = re.findall(r"</?[a-z]+>", bare)
    equal(set(tags) - {"<br>", "<code>", "</code>", "<details>", "</details>", "<summary>",
                       "</summary>"}, set())
    check("<" not in re.sub(r"</?[a-z]+>", "", bare))
    for tag in ("code", "details", "summary"):
        equal(tags.count("<%s>" % tag), tags.count("</%s>" % tag), tag)
    return text.splitlines()


READERS = {"sarif": sarif, "junit": junit, "gitlab": gitlab, "github": github,
           "markdown": markdown, "json": json.loads, "text": bytes.decode}


# ---- every format --------------------------------------------------------------------

def builds(t):
    return {"the example": (SHOWCASE, ("--device", "iphone_2g", "--device", "iphone_4g")),
            "no device": (SHOWCASE, ()),
            "nothing is wrong": (t.put(build.two_scenes().files()), ()),
            "many rules": (t.put(hurt_game()), ("--device", "android_low_2g")),
            "2.4": (t.put(build.two_scenes("2.4").files()), ("--device", "iphone_2g")),
            "no scene": (t.put({"assets/main/config.json": build.text_of(
                build.Game().bundle("main").config())}), ("--device", "iphone_2g"))}


@each(*((n, n) for n in ("the example", "no device", "nothing is wrong", "many rules", "2.4",
                         "no scene")))
def test_every_format_obeys_its_specification(t, name):
    path, options = builds(t)[name]
    for level in ("error", "warning", "never"):
        said, code = all_formats(t, path, *options, "--rules", "none", "--fail-on", level)
        for form, reader in READERS.items():
            reader(said[form])
        verdict = json.loads(said["json"])
        equal(code, 0 if verdict["passes"] else 1)
        equal(sarif(said["sarif"])["invocations"][0]["exitCode"], code)
        equal(int(junit(said["junit"]).get("failures")) > 0, code == 1, "JUnit and status")
        has(markdown(said["markdown"])[0], "passed" if code == 0 else "FAILED")
        equal(len(sarif(said["sarif"])["results"]), len(verdict["findings"]))


@each(*((f, f) for f in FORMATS))
def test_a_format_is_the_same_wherever_it_goes(t, form):
    options = ("--rules", "none", "--device", "iphone_2g")
    plain = run(t, form, SHOWCASE, *options)
    path, also = t.place(), t.place()
    done = run(t, form, SHOWCASE, *options, "-o", path, "--also", "%s=%s" % (form, also))
    equal((done.code, done.out), (1, b""))
    for name in (path, also):
        with open(name, "rb") as f:
            equal(f.read(), plain.out)
    equal(run(t, form, SHOWCASE, *options, "-j1").out, plain.out)


def test_an_unknown_format_is_refused_before_any_work(t):
    for words in (("--format", "sariff"), ("--also", "sariff=x"), ("--also", "sarif"),
                  ("--also", "sarif=")):
        done = t.run("check", *words, SHOWCASE)
        equal((done.code, done.out), (2, b""))
        has(done.said, words[0], "sarif, junit" if words[0] == "--format" else "FORMAT=FILE")


def test_a_file_that_cannot_be_written_ends_with_4(t):
    done = t.run("check", "--also", "sarif=" + t.place("no/such/folder"), SHOWCASE)
    equal((done.code, done.out), (4, b""))


def test_a_file_has_no_colours_unless_they_are_asked_for(t):
    env = {**os.environ, "CLICOLOR_FORCE": "1", "NO_COLOR": ""}
    for options, expected in (((), False), (("--color", "always"), True),
                              (("--color", "never"), False)):
        for main in ((), ("-o", t.place())):
            also = t.place()
            done = t.run("check", "--also", "text=" + also, *main, *options, "--rules",
                         "none", "--device", "iphone_2g", SHOWCASE, env=env)
            equal(done.code, 1)
            for path in (also, *main[1:]):
                with open(path, "rb") as f:
                    equal(b"\x1b" in f.read(), expected, options)


def test_a_file_is_as_wide_as_ever_whatever_the_terminal(t):
    try:
        import fcntl
        import pty
        import struct
        import termios
    except ImportError:
        raise Skip("no terminals") from None
    options = ("--rules", "none", "--device", "iphone_2g", SHOWCASE)
    plain, also = t.place(), t.place()
    t.run("check", "-o", plain, *options)
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 66, 0, 0))
    reader = threading.Thread(target=drain, args=(ours,))
    reader.start()
    done = subprocess.run([t.program, "check", "--also", "text=" + also, *options],
                          stdin=subprocess.DEVNULL, stdout=theirs,
                          stderr=subprocess.DEVNULL, timeout=60, check=False)
    os.close(theirs)
    reader.join()
    os.close(ours)
    equal(done.returncode, 1)
    with open(plain, "rb") as a, open(also, "rb") as b:
        equal(b.read(), a.read())


def drain(terminal):
    try:
        while os.read(terminal, 4096):
            pass
    except OSError:  # what Linux says at the end
        pass


@each(("the same", "x", "x"), ("with a point", "./x", "x"), ("absolute", "x", None),
      ("by a link", "x", "link"), ("by another folder", "d/../x", "x"))
def test_no_file_is_written_twice(t, first, second):
    root = t.place("root")
    os.makedirs(os.path.join(root, "d"))
    second = second or os.path.join(root, "x")
    if second == "link":
        with open(os.path.join(root, "x"), "wb"):
            pass
        os.symlink("x", os.path.join(root, "link"))
    before = sorted(os.listdir(root))
    for words in (("--also", "sarif=" + first, "--also", "junit=" + second),
                  ("--also", "sarif=" + first, "-o", second)):
        done = t.run("check", *words, t.place("no such build"), cwd=root)
        equal((done.code, done.out), (2, b""))
        has(done.said, "twice", first if words[2] == "-o" else second)
    equal(sorted(os.listdir(root)), before)


def test_files_of_one_name_in_two_folders_are_two(t):
    root = t.place("root")
    os.makedirs(os.path.join(root, "d"))
    done = t.run("check", "--also", "sarif=x", "-o", "d/x", "--rules", "none", SHOWCASE,
                 cwd=root)
    equal((done.code, done.out), (0, b""))


def test_quiet_is_about_text_alone(t):
    path = t.put(build.two_scenes().files())
    equal(run(t, "text", path, "-q").out, b"")
    gitlab(run(t, "gitlab", path, "-q").out)
    equal(run(t, "github", path).out, b"", "nothing is wrong")


# ---- hostile names -------------------------------------------------------------------

@each(*((f, f) for f in READERS))
def test_hostile_names_stay_names(t, form):
    root = project(t, hostile_game(), tiny(1))
    done = t.run("check", "--format", form, "-v", "web", cwd=root)
    equal((done.code, done.err), (1, b""))
    READERS[form](done.out)


def test_hostile_names_are_told_whole(t):
    root = project(t, hostile_game(), tiny(1))
    scene = "db://assets/%s1.scene" % HOSTILE
    shown = re.sub("[\x00-\x09\x0b-\x1f\x7f-\x9f]", "?", scene)
    has(cases(junit(run(t, "junit", "web", cwd=root).out), "tiny"),
        shown.replace("￿", "�"))
    one = sarif(run(t, "sarif", "web", cwd=root).out)
    check(any(r["properties"].get("scene") == HOSTILE + "1" for r in one["results"]))
    check(any("o%7Cd%60d%3Cb%3E%25" in u["uri"] for u in uris(one)), uris(one))
    paths = [r["location"]["path"] for r in gitlab(run(t, "gitlab", "web", cwd=root).out)]
    check(any("/o|d`d<b>%/" in p for p in paths), paths)
    commands, _ = github(run(t, "github", "web", cwd=root).out)
    check(any("/o|d`d<b>%/" in c[1]["file"] for c in commands), commands)


def test_hostile_names_are_no_markup_for_the_parser_of_GitHub(t):
    parser = shutil.which("cmark-gfm")
    if parser is None:
        raise Skip("no cmark-gfm")
    root = project(t, hostile_game(), tiny(1))
    for options in ((), ("-v",), ("--top", "1")):
        text = run(t, "markdown", "web", *options, cwd=root).out
        done = subprocess.run([parser, "--unsafe", "-e", "table", "-e", "strikethrough", "-e",
                               "autolink"], input=text, capture_output=True, check=True)
        html = done.stdout.decode()
        tags = set(re.findall(r"<(\w+)", html))
        equal(tags - set("h1 h2 p table thead tbody tr th td code br ol li strong details "
                         "summary".split()), set())
        equal(re.findall(r"<h[12]>(.*)</h", html),
              ["packaudit: FAILED", "Scenes", "Findings"])
        shown = re.sub("[\x00-\x09\x0b-\x1f\x7f-\x9f]", "?", HOSTILE).replace("\n", " ")
        has(unescape(html).replace("\u200b", ""), shown)


# ---- places --------------------------------------------------------------------------

@each(("beside", "web", "web/"), ("with a point", "./web/", "web/"),
      ("from within", "web/../web", "web/"))
def test_a_relative_build_gives_paths_from_where_the_program_ran(t, path, prefix):
    root = project(t, hurt_game())
    one = sarif(run(t, "sarif", path, cwd=root).out)
    check("originalUriBaseIds" not in one)
    for place in uris(one):
        check(place["uri"].startswith(prefix + "assets/"), place)
    for row in gitlab(run(t, "gitlab", path, cwd=root).out):
        check(row["location"]["path"].startswith(prefix + "assets/"), row)
    for _, pairs, _ in github(run(t, "github", path, cwd=root).out)[0]:
        check(pairs["file"].startswith(prefix + "assets/"), pairs)


def test_the_folder_itself_gives_paths_below_it(t):
    path = t.put(hurt_game())
    for place in uris(sarif(run(t, "sarif", ".", cwd=path).out)):
        check(place["uri"].startswith("assets/"), place)


@each(("absolute", lambda root: os.path.join(root, "web")), ("above", lambda root: "../web"),
      ("archive", lambda root: "web.zip"))
def test_no_path_of_the_machine_is_written(t, name_of):
    root = project(t, hurt_game(), tiny(1, 'budgets: { bundles: { "*": { files: 1 } } }'))
    os.mkdir(os.path.join(root, "inside"))
    with open(os.path.join(root, "inside", "web.zip"), "wb") as f:
        f.write(build.zipped(hurt_game()))
    rules = os.path.join(root, "packaudit.yaml")
    options = ("--rules", rules)
    where = os.path.join(root, "inside")
    done = run(t, "sarif", name_of(root), *options, cwd=where)
    one = sarif(done.out)
    check(root not in done.text, "the log names " + root)
    equal(set(one["originalUriBaseIds"]), {"BUILD", "RULES"})
    bases = {p["uri"]: p["uriBaseId"] for p in uris(one)}
    equal(bases.pop("packaudit.yaml"), "RULES")
    check(bases and set(bases.values()) == {"BUILD"})
    check(all(u.startswith("assets/") for u in bases), bases)
    for form in ("junit", "github", "gitlab", "markdown"):
        check(root not in run(t, form, name_of(root), *options, cwd=where).text, form)


def test_a_budget_points_at_its_line_of_the_rules_file(t):
    root = project(t, build.two_scenes().files(), """# a comment
budgets:
  bundles:
    main: { files: 1 }
""")
    one = sarif(run(t, "sarif", "web", cwd=root).out)
    place = next(r for r in one["results"] if r["ruleId"] == "budget-exceeded")
    place = place["locations"][0]["physicalLocation"]
    equal((place["artifactLocation"], place["region"]),
          ({"uri": "packaudit.yaml"}, {"startLine": 4}))
    row = next(r for r in gitlab(run(t, "gitlab", "web", cwd=root).out)
               if r["check_name"] == "budget-exceeded")
    equal(row["location"], {"path": "packaudit.yaml", "lines": {"begin": 4}})
    equal(github(run(t, "github", "web", cwd=root).out)[0][0][1]["line"], "4")


@each(("whole", lambda root: os.path.join(root, "web")),
      ("with points", lambda root: os.path.join(root, ".", "..", "project", "web")),
      ("up and down", lambda root: "../project/web"))
def test_a_build_below_the_folder_gives_its_paths_however_it_is_named(t, name_of):
    root = project(t, hurt_game(), tiny(1, 'budgets: { bundles: { "*": { files: 1 } } }'))
    options = ("--rules", os.path.join(root, "packaudit.yaml"))
    for form in ("sarif", "github", "gitlab", "markdown"):
        equal(run(t, form, name_of(root), *options, cwd=root).out,
              run(t, form, "web", *options, cwd=root).out, form)
    one = sarif(run(t, "sarif", name_of(root), *options, cwd=root).out)
    check("originalUriBaseIds" not in one)
    equal({u["uri"].split("/")[0] for u in uris(one)}, {"web", "packaudit.yaml"})


def test_a_folder_whose_name_only_begins_alike_is_not_below(t):
    project(t, hurt_game(), name="project")
    other = project(t, hurt_game(), name="project2")
    where = t.place("project")
    one = sarif(run(t, "sarif", os.path.join(other, "web"), "--rules", "none", cwd=where).out)
    equal(set(one["originalUriBaseIds"]), {"BUILD"})


# ---- fingerprints --------------------------------------------------------------------

def prints(t, path, *options, cwd=None):
    one = sarif(run(t, "sarif", path, *options, cwd=cwd).out)
    rows = gitlab(run(t, "gitlab", path, *options, cwd=cwd).out)
    verdict = json.loads(run(t, "json", path, *options, cwd=cwd).out)
    found = {r["partialFingerprints"]["packaudit/v1"]: r["ruleId"] for r in one["results"]}
    check({r["fingerprint"] for r in rows} <= set(found))
    equal({f["fingerprint"] for f in verdict["findings"]}, set(found))
    return found


def test_fingerprints_stay_when_only_bytes_change(t):
    path, other = t.put(hurt_game()), t.put(hurt_game(change=3))
    first = prints(t, path)
    check(len(first) >= 3, first)
    equal(prints(t, other), first)
    equal(prints(t, t.put(build.zipped(hurt_game()), "game.zip")), first)


def test_fingerprints_of_peaks_stay_when_the_game_grows(t):
    def game(side):
        game = build.two_scenes()
        game.main.scene("third", {"w": game.main.picture("third", build.png(64, side)).texture})
        return game.files()

    found = []
    for i, side in enumerate((64, 96)):
        rules = tiny(64 * 1024 * 2, "\n" * i + "budgets: { scenes: { '*': "
                     "{ resident: 1, load_peak: 1 } }, transitions: { '* -> *': "
                     "{ peak: 1 } } }")
        root = project(t, game(side), rules, "project%d" % i)
        found.append(prints(t, "web", cwd=root))
    check(len(found[0]) >= 7, found[0])
    equal(found[1], found[0])


def test_fingerprints_do_not_depend_on_names_that_hold_a_hash(t):
    found = []
    for digits in ("1a2b3", "4c5d6"):
        game = build.two_scenes()
        game.main.md5 = game.side.md5 = digits
        files = game.files()
        files[game.main.native_file(game.crack.image)] = b"broken"
        files["assets/main/native/odd.%s.png" % digits] = b"no config knows it"
        found.append(prints(t, t.put(files)))
    check(len(found[0]) >= 1, found[0])
    equal(found[1], found[0])


def test_the_fingerprint_of_many_as_one_stays_when_one_of_them_is_mended(t):
    game = build.Game()
    main = game.bundle("main")
    pictures = [main.picture("p%d" % i, build.png(8 + i, 8)) for i in range(7)]
    main.scene("all", {"p%d" % i: p.texture for i, p in enumerate(pictures)})
    paths = sorted(main.native_file(p.image) for p in pictures)
    found = []
    for broken in (paths, paths[1:], paths[:-1]):
        files = {**game.files(), **{path: b"broken" for path in broken}}
        found.append([p for p, rule in prints(t, t.put(files)).items()
                      if rule == "image-broken"])
    equal(len(found[0]), 1)
    equal(found[1:], [found[0]] * 2)


def test_fingerprints_tell_findings_apart(t):
    root = project(t, build.two_scenes().files(), """budgets:
  scenes: { whole: { resident: 1, decoded: 1, gpu: 1, images: 0 }, hurt: { resident: 1 } }
  bundles: { main: { files: 1, download: 1 } }
waivers:
  - { rule: mip-container-leak, reason: one, expires: 2999-01-01 }
  - { rule: npot-webgl1, reason: two, expires: 2999-01-01 }
""")
    found = prints(t, "web", cwd=root)
    equal(list(found.values()).count("budget-exceeded"), 7)
    equal(list(found.values()).count("waiver-unused"), 2)


# ---- limits --------------------------------------------------------------------------

def test_five_thousand_results_are_the_most_and_the_rest_is_told(t):
    path = os.path.join(many_findings(t, 5003), "web")
    verdict = json.loads(run(t, "json", path).out)
    count = len(verdict["findings"])
    check(count > 5000, count)
    one = sarif(run(t, "sarif", path).out)
    equal(len(one["results"]), 5000)
    equal([r["ruleId"] for r in one["results"]],
          [f["rule"] for f in verdict["findings"]][:5000], "heaviest first")
    note = one["invocations"][0]["toolExecutionNotifications"][0]
    has(note["message"]["text"], "%d more findings are" % (count - 5000),
        "less severe or lighter", "code scanning shows 5000")
    commands, others = github(run(t, "github", path).out)
    levels = [f["level"] for f in verdict["findings"]]
    shown = sum(min(levels.count(level), 10) for level in set(levels))
    equal((len(commands), len(others)), (shown, 1))
    has(others[0], "%d more:" % (count - shown))
    lines = markdown(run(t, "markdown", path).out)
    check(any("no summary has room for" in line for line in lines))
    markdown(run(t, "markdown", path, "-v").out)
    equal(len(gitlab(run(t, "gitlab", path).out)), count)
    junit(run(t, "junit", path).out)


def test_results_end_before_the_bytes_do_and_the_limit_that_was_met_is_named(t):
    root = many_findings(t, 4000)
    rules = os.path.join(root, "packaudit.yaml")
    with open(rules, "a", encoding="utf-8") as f:
        f.write('owners: { "*": "%s" }\n' % ("o" * 3000))
    one = sarif(run(t, "sarif", "web", cwd=root).out)
    check(0 < len(one["results"]) < 4000, len(one["results"]))
    text = one["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    has(text, "less severe or lighter", "ends at 9000000 bytes")
    check("5000" not in text, text)


def test_ten_errors_leave_room_for_ten_warnings(t):
    root = many_findings(t, 12)
    with open(os.path.join(root, "packaudit.yaml"), "w", encoding="utf-8") as f:
        f.write('budgets: { textures: { "*": { side: 1 } }, '
                'scenes: { "*": { resident: 1 } } }\n'
                'rules: { pixels-twice: warning, file-unknown: warning }\n')
    for i in range(12):
        with open(os.path.join(root, "web", "assets", "main", "native", "odd%02d.png" % i),
                  "wb") as f:
            f.write(b"no config knows it")
    commands, others = github(run(t, "github", "web", cwd=root).out)
    levels = [c[0] for c in commands]
    equal(levels.count("error"), 10)
    check(levels.count("warning") >= 1, levels)
    equal(levels, sorted(levels, key=("error", "warning", "notice").index), "worst first")
    has(others[0], "more:", "errors", "0 warnings")


# ---- what they say -------------------------------------------------------------------

def test_junit_has_a_case_for_every_scene_and_device(t):
    said = run(t, "junit", SHOWCASE, "--rules", "none", "--device", "iphone_2g", "--device",
               "iphone_4g")
    top = junit(said.out)
    equal([s.get("name") for s in top], ["iphone_2g", "iphone_4g", "rules"])
    rows = cases(top, "iphone_2g")
    equal(len(rows), 4)
    failed = {n for n, c in rows.items() if c.find("failure") is not None}
    equal(failed, {"db://assets/scenes/%s.scene" % n for n in ("sponza", "cathedral")})
    failure = rows["db://assets/scenes/sponza.scene"].find("failure")
    equal(failure.get("type"), "transition-over-budget")
    has(failure.get("message"), "does not fit after another", "544.0 MiB", "850.0 MiB")
    equal(cases(top, "iphone_4g")["db://assets/scenes/sponza.scene"].find("failure"), None)
    has(cases(top, "rules"), "transition-over-budget")


def test_junit_passes_what_may_not_fit_unless_warnings_fail(t):
    files = build.two_scenes("3.8 native").files()
    peaks = {s["name"]: s["load_peak"] for s in t.report(files)["scenes"]}
    root = project(t, files, tiny(peaks["hurt"]["upper_bytes"] - 1))
    name = "db://assets/hurt.scene"
    case = cases(junit(run(t, "junit", "web", cwd=root).out), "tiny")[name]
    equal(case.find("failure"), None)
    has(case.find("system-out").text, "may not fit")
    done = run(t, "junit", "web", "--fail-on", "warning", cwd=root)
    equal(done.code, 1)
    has(cases(junit(done.out), "tiny")[name].find("failure").get("message"), "may not fit")


def four_scenes(t, waivers, *names):
    """Scenes of which no two fit together; where, and the cases by scene."""
    game = build.Game()
    main = game.bundle("main")
    for name in names:
        main.scene(name, {"p": main.picture("p" + name, build.png(64, 64)).texture})
    peak = max(s["load_peak"]["upper_bytes"] for s in t.report(game.files())["scenes"])
    root = project(t, game.files(), tiny(peak, waivers))
    done = run(t, "junit", "web", cwd=root)
    found = cases(junit(done.out), "tiny")
    return done, {n: found["db://assets/%s.scene" % n] for n in names}


def test_junit_fails_a_scene_only_for_changes_that_it_takes_part_in(t):
    done, found = four_scenes(t, """waivers:
  - { rule: transition-over-budget, at: A, reason: known of A, expires: 2999-01-01 }
  - { rule: transition-over-budget, at: B, reason: known of B, expires: 2999-01-01 }
""", "A", "B", "C", "D")
    equal(done.code, 1)
    for name, reason in (("A", "known of A"), ("B", "known of")):
        equal(found[name].find("failure"), None, name)
        text = found[name].find("system-out").text
        has(text, "does not fit after another", "waived: " + reason, "-> %s: " % name)
        check("'C' to 'D'" not in text and "'D' to 'C'" not in text, text)
    for name, other in (("C", "D"), ("D", "C")):
        text = found[name].find("failure").text
        has(text, "- %s -> %s: " % (other, name), "mend: ")
        check("- %s -> %s: " % (name, other) not in text, text)
        check("going from '%s' to '%s'" % (name, other) not in text, text)


def test_junit_shows_a_scene_the_changes_that_end_there(t):
    _, found = four_scenes(t, "", "A", "B", "C")
    for name in found:
        text = found[name].find("failure").text
        arrows = re.findall(r"^- (\w) -> (\w): ", text, re.M)
        check(arrows and all(to == name for _, to in arrows), text)


def test_junit_tells_equally_named_scenes_apart(t):
    game = build.Game()
    for name in ("main", "side"):
        bundle = game.bundle(name)
        bundle.scene(name, {"p": bundle.picture("p" + name, build.png(64, 64)).texture})
    files = game.files()
    for path in ("assets/main/config.json", "assets/side/config.json"):
        files[path] = re.sub(rb"db://assets/(main|side)\.scene",
                             rb"db://assets/\1/same.scene", files[path])
    root = project(t, files, tiny(100))
    verdict = run(t, "json", "web", cwd=root).json
    rows = [f for f in verdict["findings"] if f["rule"] == "scene-over-budget"]
    equal([f["scene"] for f in rows], ["same", "same"])
    root = project(t, files, tiny(100, """waivers:
  - { rule: scene-over-budget, at: "%s", reason: known, expires: 2999-01-01 }
""" % rows[0]["asset"]), "other")
    found = cases(junit(run(t, "junit", "web", cwd=root).out), "tiny").values()
    equal(sorted(c.find("failure") is not None for c in found), [False, True])
    has(next(c for c in found if c.find("failure") is None).find("system-out").text,
        "waived: known")


def test_junit_fails_what_is_reached_from_a_scene_that_is_too_much_itself(t):
    game = build.Game()
    main = game.bundle("main")
    main.scene("big", {"p": main.picture("big", build.png(64, 64)).texture})
    main.scene("small", {"p": main.picture("small", build.png(8, 8)).texture})
    waiver = """waivers:
  - { rule: scene-over-budget, at: big, reason: known, expires: 2999-01-01 }
"""
    for name, more in (("one", ""), ("two", waiver)):
        root = project(t, game.files(), tiny(4096, more), name)
        case = cases(junit(run(t, "junit", "web", cwd=root).out),
                     "tiny")["db://assets/small.scene"]
        equal(case.find("failure") is None, name == "two")
        has(case.find("system-out" if name == "two" else "failure").text, "scene 'big'")


def test_junit_skips_a_scene_that_could_not_be_read_whole(t):
    path = t.put(hurt_game())
    rows = cases(junit(run(t, "junit", path, "--device", "iphone_4g").out), "iphone_4g")
    has(rows["db://assets/hurt.scene"].find("skipped").get("message"), "unknown")
    equal(list(rows["db://assets/whole.scene"]), [])


def test_junit_without_devices_has_the_rules_alone(t):
    top = junit(run(t, "junit", t.put(build.two_scenes().files())).out)
    equal([s.get("name") for s in top], ["rules"])
    equal(list(cases(top, "rules")), ["no findings"])


def test_a_waived_finding_is_suppressed_and_fails_nothing(t):
    root = project(t, build.two_scenes().files(), tiny(6000, """waivers:
  - rule: "*"
    reason: "until the <atlas> is | done"
    expires: 2999-01-01
"""))
    said, code = all_formats(t, "web", cwd=root)
    equal(code, 0)
    one = sarif(said["sarif"])
    check(one["results"])
    for result in one["results"]:
        equal(result["suppressions"],
              [{"kind": "external", "justification": "until the <atlas> is | done"}])
    equal((gitlab(said["gitlab"]), said["github"]), ([], b""))
    top = junit(said["junit"])
    equal(top.get("failures"), "0")
    has(cases(top, "tiny")["db://assets/whole.scene"].find("system-out").text, "does not fit")
    has("\n".join(markdown(said["markdown"])), "waived because",
        "until the &#60;atlas&#62; is &#124; done")


def test_owner_chain_and_mending_are_told(t):
    files = hurt_game()
    root = project(t, files, 'owners:\n  "main:*": team walls\n')
    one = sarif(run(t, "sarif", "web", cwd=root).out)
    row = next(r for r in one["results"] if r["properties"].get("owner") == "team walls")
    has(row["message"]["text"], "\nMend: ")
    check(any("hurt > " in r["properties"].get("chain", "") for r in one["results"]))
    has("".join(c[2] for c in github(run(t, "github", "web", cwd=root).out)[0]),
        "owner: team walls", "mend: ", "via: hurt > ")
    has("\n".join(markdown(run(t, "markdown", "web", cwd=root).out)), "owner `team walls`",
        "via ", "mend: ")


def test_markdown_shows_the_worst_and_folds_the_rest(t):
    path = os.path.join(many_findings(t, 30), "web")
    lines = markdown(run(t, "markdown", path, "--top", "2").out)
    equal(sum(re.match(r"\d+\. \*\*", line) is not None for line in lines), 2)
    check(any(re.match(r"<details><summary>\d+ more</summary>", line) for line in lines))
    lines = markdown(run(t, "markdown", path, "-v").out)
    check(not any("<details>" in line for line in lines))
    lines = markdown(run(t, "markdown", SHOWCASE, "--rules", "none", "--device", "iphone_2g",
                         "--device", "iphone_4g").out)
    has(lines, "| scene | `iphone_2g`, 850.0 MiB | `iphone_4g`, 1250.0 MiB |")
    check(any(re.match(r"\| `sponza` \| \*\*does not fit after another\*\*, \d+\.\d to "
                       r"1210\.6 \| fits", line) for line in lines), lines)


# ---- schemas of our own formats ------------------------------------------------------

def obeys(name, value):
    try:
        import jsonschema
    except ImportError:
        raise Skip("no python3-jsonschema") from None
    with open(os.path.join(ROOT, "rules", "schema", name), encoding="utf-8") as f:
        schema = json.load(f)
    wrongs = list(jsonschema.Draft7Validator(schema).iter_errors(value))
    equal(["%s: %s" % (list(w.path), w.message) for w in wrongs[:3]], [])


@each(*((n, n) for n in ("the example", "no device", "nothing is wrong", "many rules", "2.4",
                         "no scene")))
def test_the_verdict_in_JSON_obeys_its_schema(t, name):
    path, options = builds(t)[name]
    obeys("check.schema.json", run(t, "json", path, "--rules", "none", *options).json)


def test_the_verdict_by_rules_obeys_its_schema(t):
    root = project(t, hostile_game(), tiny(1, "budgets: { package: { files: 1 } }\n"))
    old = t.put(json.dumps(t.report(os.path.join(root, "web"))).encode(), "old.json")
    obeys("check.schema.json", run(t, "json", "web", "--baseline", old, cwd=root).json)


@each(("nothing", SHOWCASE, SHOWCASE, ()), ("all", SHOWCASE, None, ()),
      ("a device", None, SHOWCASE, ("--device", "iphone_2g")))
def test_a_comparison_in_JSON_obeys_its_schema(t, old, new, options):
    ours = t.put(build.two_scenes().files())
    done = t.run("diff", "--format", "json", "--rules", "none", *options, old or ours,
                 new or ours)
    if done.code == 2:
        done = t.run("diff", "--format", "json", *options, old or ours, new or ours)
    equal(done.code, 0, done.err.decode())
    equal(done.json["schema"], "packaudit.diff/1")
    check((done.json["changes"] == []) == (old == new))
    obeys("diff.schema.json", done.json)


def test_a_name_in_text_is_no_command_of_a_runner(t):
    game = build.two_scenes()
    for name in ("::stop-commands::x", "##[error]x", "a ::b"):
        game.main.scene(name, {"t": game.wall.texture})
    path = t.put(game.files())
    for command in ("report", "check"):
        done = t.run(command, "-v", "--device", "web_mobile", path)
        for line in done.text.splitlines():
            check(not line.lstrip().startswith("::") and "##[" not in line, line)
        has(done.text, ": :stop-commands::x", "# #[error]x", "a ::b")
