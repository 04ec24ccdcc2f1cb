# SPDX-License-Identifier: Apache-2.0
"""packaudit rewrite into archives, and into the zips of bundles."""
import io
import json
import os
import re
import struct
import tarfile
import time
import zipfile

import build
from build import png, tarred, uuid, zipped
from harness import check, each, equal, has
from test_rewrite import plan_file, refused, tree_of
from test_rewrite_images import changed, compress, md5_game, one_picture


def rewritten(t, content, name, *actions, to=None, options=()):
    """The archive that is made of an archive's bytes, and what was said."""
    source = t.put(content, name)
    out = t.place(to or "new-" + name)
    done = t.run("rewrite", source, "-o", out, "--plan", plan_file(t, *actions), *options)
    equal(done.code, 0, done.err.decode())
    with open(source, "rb") as f:
        equal(f.read(), content, "the input")
    if os.path.isdir(out):
        return tree_of(out), done.text
    with open(out, "rb") as f:
        return f.read(), done.text


def files_of(content):
    """{path: bytes} of an archive; a zip's sums are checked."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as z:
            equal(z.testzip(), None)
            return {n: z.read(n) for n in z.namelist() if not n.endswith("/")}
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar if m.isfile()}


class Entry:
    """Where an entry of a zip lies, by its own header."""

    def __init__(self, content, info):
        head = struct.unpack_from("<IHHHHHIIIHH", content, info.header_offset)
        equal(head[0], 0x04034b50, info.filename)
        self.info, self.offset, self.name_bytes = info, info.header_offset, head[9]
        at = info.header_offset + 30 + head[9]
        self.extra = content[at:at + head[10]]
        self.data = at + head[10]
        self.packed = content[self.data:self.data + info.compress_size]


def entries(content):
    with zipfile.ZipFile(io.BytesIO(content)) as z:
        return {i.filename: Entry(content, i) for i in z.infolist()}


def stays(before, after, name):
    """An entry is as it was, but for its place."""
    old, new = before[name], after[name]
    equal(new.packed, old.packed, name)
    for field in ("compress_type", "date_time", "extra", "comment", "create_system",
                  "create_version", "extract_version", "flag_bits", "internal_attr",
                  "external_attr", "CRC", "file_size"):
        equal(getattr(new.info, field), getattr(old.info, field), name + " " + field)
    if old.info.compress_type == zipfile.ZIP_STORED and old.info.file_size:
        for step in (4, 8, 4096, 16384):
            check(old.data % step or new.data % step == 0,
                  "%s: was at %d, is at %d" % (name, old.data, new.data))


# ---- an app's package ------------------------------------------------------------------

def aligned_zip(pairs):
    """A zip as zipalign leaves it; pairs: path, content, alignment (0: deflated)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for path, content, alignment in pairs:
            info = zipfile.ZipInfo(path, (2024, 2, 29, 12, 30, 58))
            info.create_system = 3
            info.external_attr = 0o100640 << 16
            info.compress_type = zipfile.ZIP_STORED if alignment else zipfile.ZIP_DEFLATED
            if alignment:
                at = out.tell() + 30 + len(path.encode())
                info.extra = b"\0" * (-at % alignment)
            z.writestr(info, content)
    return out.getvalue()


def signing_block(content):
    """Puts the block of APK Signature Scheme v2 before the directory."""
    end = content.rindex(b"PK\5\6")
    at = struct.unpack_from("<I", content, end + 16)[0]
    pair = struct.pack("<QI", 4 + 64, 0x7109871a) + bytes(64)
    size = struct.pack("<Q", len(pair) + 24)
    block = size + pair + size + b"APK Sig Block 42"
    return (content[:at] + block + content[at:end + 16] + struct.pack("<I", at + len(block)) +
            content[end + 20:])


LIBRARY = b"\x7fELF" + bytes(range(256)) * 64


def package():
    """A signed APK with a game in assets/ whose one picture is stored."""
    game = one_picture("3.8 native")
    pairs = [("AndroidManifest.xml", b"manifest " * 50, 0),
             ("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\n", 0),
             ("META-INF/GAME.SF", b"Signature-Version: 1.0\n", 0),
             ("META-INF/GAME.RSA", bytes(100), 0),
             ("META-INF/services/x", b"stays", 0),
             ("resources.arsc", b"arsc" * 100, 4)]
    pairs += [("assets/" + p, c, 4 if p.endswith(".png") else 0)
              for p, c in game.files().items()]
    pairs += [("lib/arm64-v8a/libcocos.so", LIBRARY, 16384),
              ("lib/armeabi-v7a/libcocos.so", LIBRARY, 4096)]
    return game, signing_block(aligned_zip(pairs))


def test_a_package_keeps_all_that_is_not_touched_and_its_alignment(t):
    game, content = package()
    out, said = rewritten(t, content, "game.apk", compress(game.wall.image))
    before, after = entries(content), entries(out)
    document = "assets/" + game.main.import_file(game.wall.image)
    new = "assets/" + game.main.native_file(game.wall.image, ".astc")
    signatures = ["META-INF/GAME.SF", "META-INF/GAME.RSA"]
    equal(list(after), [n for n in before if n not in signatures] + [new])
    for name in after:
        if name not in (document, new):
            stays(before, after, name)
    equal(after[document].info.date_time, before[document].info.date_time)
    equal(after[document].info.compress_type, zipfile.ZIP_DEFLATED)
    has(files_of(out)[document].decode(), '"fmt":"7@93_0"')
    equal(after[new].info.date_time, (1980, 1, 1, 0, 0, 0))
    check(b"APK Sig Block 42" not in out, "the signing block is there")
    has(said, "sign it anew", "2 old signature files of META-INF left out")
    with open(t.place("new-game.apk.receipt.json"), encoding="utf-8") as f:
        told = json.load(f)["output"]
    equal((told["must_be_signed_anew"], told["signature_files_left_out"], told["files"],
           told["file_bytes"]), (True, 2, len(after), len(out)))


def test_a_package_without_edits_is_the_same_and_stays_signed(t):
    _, content = package()
    out, said = rewritten(t, content, "game.apk")
    check(out == content, "the package changed")
    check("sign" not in said, said)


def test_a_package_rewritten_twice_is_aligned_without_more_padding(t):
    game, content = package()
    once, _ = rewritten(t, content, "game.apk", compress(game.wall.image))
    twice, _ = rewritten(t, once, "once.apk", compress(game.wall.image, "astc-4x4"))
    thrice, _ = rewritten(t, twice, "twice.apk", compress(game.wall.image, "astc-6x6"))
    before, after = entries(content), entries(thrice)
    for name in ("resources.arsc", "lib/arm64-v8a/libcocos.so"):
        stays(before, after, name)
        check(len(after[name].extra) < 16384 + 64, len(after[name].extra))
    check(len(thrice) <= len(once), "%d, then %d" % (len(once), len(thrice)))


@each(("ipa", "ipa", "Payload/Game.app/"), ("aab", "aab", "base/assets/"))
def test_a_build_deep_in_a_package_is_rewritten(t, ext, top):
    game = one_picture("3.8 native")
    files = {top + p: c for p, c in game.files().items()}
    files["Payload/Game.app/_CodeSignature/CodeResources"] = b"<plist/>"
    out, said = rewritten(t, zipped(files), "game." + ext, compress(game.wall.image))
    equal(changed(files, files_of(out)),
          ([top + game.main.import_file(game.wall.image)], [],
           [top + game.main.native_file(game.wall.image, ".astc")]))
    has(said, "sign it anew")


# ---- all containers ----------------------------------------------------------------------

KINDS = [(k, k) for k in ("zip", "tar", "tar.gz", "tar.bz2", "tar.xz")]


def archived(files, kind):
    return zipped(files) if kind == "zip" else tarred(files, kind[4:])


@each(*KINDS)
def test_an_archive_is_rewritten_as_its_folder_is(t, kind):
    game, files = md5_game()
    out, _ = rewritten(t, archived(files, kind), "game." + kind, compress(game.wall.image))
    folder = t.place("folder")
    done = t.run("rewrite", t.put(files), "-o", folder, "--plan",
                 plan_file(t, compress(game.wall.image)))
    equal(done.code, 0, done.err.decode())
    equal(files_of(out), tree_of(folder))


@each(*KINDS)
def test_an_archive_is_the_same_at_any_time_with_any_threads(t, kind):
    game, files = md5_game()
    actions = [compress(game.wall.image), compress(uuid("other"), "astc-4x4")]
    first, _ = rewritten(t, archived(files, kind), "game." + kind, *actions,
                         options=("-j", "1"))
    time.sleep(1.1)
    again, _ = rewritten(t, archived(files, kind), "again." + kind, *actions,
                         options=("-j", "2"))
    check(first == again, "the archives differ")


@each(*KINDS)
def test_an_archive_becomes_a_folder_where_the_output_is_called_so(t, kind):
    game, files = md5_game()
    out, _ = rewritten(t, archived(files, kind), "game." + kind, to="unpacked")
    equal(out, {p: bytes(c) for p, c in files.items()})


def test_a_folder_becomes_a_zip_where_the_output_is_called_so(t):
    game = one_picture()
    files = game.files()
    source, out = t.put(files), t.place("new.zip")
    done = t.run("rewrite", source, "-o", out, "--plan", plan_file(t, compress(game.wall.image)))
    equal(done.code, 0, done.err.decode())
    with open(out, "rb") as f:
        content = f.read()
    equal(changed(files, files_of(content)),
          ([game.main.import_file(game.wall.image)], [],
           [game.main.native_file(game.wall.image, ".astc")]))
    picture = entries(content)[game.main.native_file(game.wall.image)]
    equal((picture.info.compress_type, picture.data % 4), (zipfile.ZIP_STORED, 0))


@each(("a zip as a tar", "game.zip", "new.tar"), ("a tar as a zip", "game.tar", "new.apk"),
      ("a folder as a tar", None, "new.tar.gz"))
def test_one_kind_of_archive_does_not_become_another(t, name, target):
    files = one_picture().files()
    source = t.put(files) if name is None else t.put(
        zipped(files) if name.endswith("zip") else tarred(files), name)
    has(refused(t, 2, source, "-o", t.place(target), "--plan", plan_file(t)), "zip", "tar")


def test_headers_of_a_tar_stay(t):
    game = one_picture()
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path, content in dict(game.files(), **{"run.sh": b"#!/bin/sh\n"}).items():
            info = tarfile.TarInfo("./" + path)
            info.size, info.mode, info.mtime = len(content), 0o751, 1700000000.25
            info.uid, info.gid, info.uname, info.gname = 1000, 100, "käthe", "users"
            tar.addfile(info, io.BytesIO(content))
        folder = tarfile.TarInfo("./empty")
        folder.type, folder.mode = tarfile.DIRTYPE, 0o700
        tar.addfile(folder)
    out, _ = rewritten(t, raw.getvalue(), "game.tar", compress(game.wall.image))

    def headers(content):
        with tarfile.open(fileobj=io.BytesIO(content)) as tar:
            return {m.name: (m.mode, m.mtime, m.uid, m.gid, m.uname, m.gname, m.type)
                    for m in tar}
    before, after = headers(raw.getvalue()), headers(out)
    equal({n: after.get(n) for n in before}, before)
    equal(list(after)[:len(before)], list(before))


# ---- forms of zip --------------------------------------------------------------------------

class Pipe(io.RawIOBase):
    """What cannot be positioned: zipfile puts descriptors behind the data."""

    def __init__(self):
        self.content = b""

    def writable(self):
        return True

    def write(self, content):
        self.content += bytes(content)
        return len(content)


def streamed(files, zip64=False):
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as z:
        for path, content in files.items():
            with z.open(zipfile.ZipInfo(path), "w", force_zip64=zip64) as f:
                f.write(content)
    return pipe.content


@each(("descriptors", False), ("descriptors of zip64", True))
def test_a_zip_that_was_streamed_is_rewritten(t, zip64):
    game = one_picture()
    files = dict(game.files(), **{"größe.txt": "ü".encode(), "z.bin": bytes(9)})
    content = streamed(files, zip64)
    out, _ = rewritten(t, content, "game.zip", compress(game.wall.image))
    before, after = entries(content), entries(out)
    document = game.main.import_file(game.wall.image)
    for name in files:
        if name != document:
            stays(before, after, name)
    equal(set(files_of(out)), set(files) | {game.main.native_file(game.wall.image, ".astc")})


def test_comments_extra_fields_folders_and_what_stands_in_front_stay(t):
    game = one_picture()
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as z:
        z.comment = b"a comment"
        z.writestr(zipfile.ZipInfo("assets/"), b"")
        for path, content in game.files().items():
            info = zipfile.ZipInfo(path, (1999, 12, 31, 23, 59, 58))
            info.comment = path.encode()
            info.extra = struct.pack("<HHB4s", 0x5455, 5, 1, b"time")
            z.writestr(info, content)
    out, _ = rewritten(t, raw.getvalue(), "game.zip", compress(game.wall.image))
    before, after = entries(raw.getvalue()), entries(out)
    document = game.main.import_file(game.wall.image)
    for name in before:
        if name != document:
            stays(before, after, name)
    equal((after[document].info.comment, after[document].info.extra),
          (before[document].info.comment, before[document].info.extra))
    with zipfile.ZipFile(io.BytesIO(out)) as z:
        equal(z.comment, b"a comment")


def test_more_than_65535_entries_are_counted_in_zip64(t):
    game = one_picture()
    files = dict(game.files(), **{"many/%d" % i: b"" for i in range(65600)})
    out, _ = rewritten(t, zipped(files), "game.zip", compress(game.wall.image))
    with zipfile.ZipFile(io.BytesIO(out)) as z:
        equal(len(z.namelist()), len(files) + 1)


def patched(content, at, size, value):
    return content[:at] + value.to_bytes(size, "little") + content[at + size:]


def spoiled(kind):
    """A zip with one lie in it."""
    game = one_picture()
    content = zipped(dict(game.files(), **{"last.txt": b"last" * 20}))
    end = content.rindex(b"PK\5\6")
    directory = struct.unpack_from("<I", content, end + 16)[0]
    local = entries(content)[game.main.native_file(game.wall.image)].offset
    record = directory  # of the first entry
    last = content.rindex(b"PK\1\2")
    lies = {
        "an entry longer than its place": lambda: patched(content, record + 20, 4, 1 << 20),
        "two entries at one place": lambda: patched(content, last + 42, 4, 0),
        "another name in the header":
            lambda: content[:local + 30] + b"b" + content[local + 31:],
        "another method in the header": lambda: patched(content, local + 8, 2, 0),
        "a directory elsewhere": lambda: patched(content, end + 16, 4, directory - 4),
        "too many entries": lambda: patched(patched(content, end + 8, 2, 9999), end + 10, 2,
                                            9999),
        "a part of several": lambda: patched(content, end + 4, 2, 1),
        "sizes of zip64": lambda: patched(content, last + 24, 4, 0xffffffff),
        "bytes behind the end": lambda: content + b"more",
    }
    return game, lies[kind]()


@each(*[(k, k) for k in ("an entry longer than its place", "two entries at one place",
                         "another name in the header", "another method in the header",
                         "a directory elsewhere", "too many entries", "a part of several",
                         "sizes of zip64", "bytes behind the end")])
def test_a_zip_that_lies_is_refused_and_nothing_is_left(t, kind):
    game, content = spoiled(kind)
    out = t.place("new.zip")
    done = t.run("rewrite", t.put(content, "game.zip"), "-o", out, "--plan",
                 plan_file(t, compress(game.wall.image)))
    check(done.code in (2, 3, 4), done.code, done.err.decode())
    check(done.said.count("\n") <= 1 and len(done.said) > 20, done.said)
    equal([n for n in os.listdir(t.folder) if n.startswith("new.zip")], [])


# ---- bundles in a zip ------------------------------------------------------------------------

def zip_game(version=""):
    """A mini game whose bundle 'side' lies in a zip but for its config."""
    game = one_picture("3.8 minigame")
    side = game.bundle("side")
    side.folder = "remote/side/"
    game.lamp = side.picture("lamp", png(48, 16))
    side.add(uuid("lamp mat"), build.holder_doc("cc.Material", {"mainTexture":
                                                                game.lamp.texture}))
    side.scene("cellar", {"material": uuid("lamp mat")})
    side.edit = lambda c: c.update(isZip=True, zipVersion=version)
    game.side = side
    game.extra = {"assets": dict(game.settings()["assets"], remoteBundles=["side"])}
    if version:
        side.md5 = "abcde"
        game.extra["assets"]["bundleVers"] = {"side": "abcde"}
    files = game.files()
    inner = {"res/" + p[len(side.folder):]: files.pop(p) for p in list(files)
             if p.startswith(side.folder) and not re.search(r"config(\.\w+)?\.json$", p)}
    files["remote/side/res%s.zip" % (version and "." + version)] = zipped(inner)
    return game, files, inner


def in_zip(game, path):
    return "res/" + path[len(game.side.folder):]


def test_an_image_in_a_zip_bundle_is_edited_in_the_zip(t):
    game, files, inner = zip_game()
    out, _ = rewritten(t, zipped(files), "game.zip", compress(game.lamp.image), to="new")
    equal(changed(files, out), (["remote/side/res.zip"], [], []))
    after = files_of(out["remote/side/res.zip"])
    document = in_zip(game, game.side.import_file(game.lamp.image))
    equal(changed(inner, after), ([document], [],
                                  [in_zip(game, game.side.native_file(game.lamp.image,
                                                                      ".astc"))]))
    before, now = entries(files["remote/side/res.zip"]), entries(out["remote/side/res.zip"])
    for name in inner:
        if name != document:
            stays(before, now, name)
    report = t.report(t.place("new"))
    equal([r["file"] for r in report["findings"] if r["rule"] == "file-missing"], [])


@each(("in a folder", False), ("in an archive", True))
def test_the_version_of_a_zip_bundle_is_new_wherever_it_stands(t, in_archive):
    game, files, _ = zip_game("0123456789abcdef0123456789abcdef")
    if in_archive:
        out, _ = rewritten(t, zipped(files), "game.zip", compress(game.lamp.image))
        out = files_of(out)
    else:
        out = t.place("new")
        done = t.run("rewrite", t.put(files), "-o", out, "--plan",
                     plan_file(t, compress(game.lamp.image)))
        equal(done.code, 0, done.err.decode())
        out = tree_of(out)
    zips = [p for p in out if p.endswith(".zip")]
    equal(len(zips), 1, zips)
    version = re.fullmatch(r"remote/side/res\.([0-9a-f]{32})\.zip", zips[0]).group(1)
    check(version != "0123456789abcdef0123456789abcdef", "the version is the old one")
    config = [p for p in out if re.fullmatch(r"remote/side/config\.[0-9a-f]{5}\.json", p)]
    equal(len(config), 1, sorted(out))
    equal(json.loads(out[config[0]])["zipVersion"], version)
    bundle_version = config[0].split(".")[1]
    check(bundle_version != "abcde", "the config has its old name")
    has(out["src/settings.json"].decode(), '"side":"%s"' % bundle_version)
    names = "\n".join(files_of(out[zips[0]]))
    check(re.search(r"res/native/.*\.astc", names), names)


def test_a_zip_bundle_that_nothing_changes_in_stays(t):
    game, files, _ = zip_game("0123456789abcdef0123456789abcdef")
    before = files["remote/side/res.0123456789abcdef0123456789abcdef.zip"]
    out, _ = rewritten(t, zipped(files), "game.zip", compress(game.wall.image))
    check(files_of(out)["remote/side/res.0123456789abcdef0123456789abcdef.zip"] == before,
          "the zip changed")


def test_zip_bundles_do_not_change_with_threads_or_time(t):
    game, files, _ = zip_game("0123456789abcdef0123456789abcdef")
    first, _ = rewritten(t, zipped(files), "a.zip", compress(game.lamp.image),
                         options=("-j", "1"))
    time.sleep(1.1)
    again, _ = rewritten(t, zipped(files), "b.zip", compress(game.lamp.image),
                         options=("-j", "2"))
    check(first == again, "the archives differ")
