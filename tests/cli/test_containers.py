# SPDX-License-Identifier: Apache-2.0
"""The same build in every container, and opened at every level."""
import io
import os
import shutil
import struct
import subprocess
import tarfile
import zipfile

from build import png, tarred, two_scenes, zipped
from harness import Skip, check, each, equal, has, hurt, scene, whole, without_place


def same(t, path, **more):
    """The report on `path` is the one on the folder, but for where the build lies."""
    files = two_scenes().files()
    expected = without_place(t.report(t.put(files)))
    equal(without_place(t.report(path, **more)), expected)


def containers(files):
    return {".zip": zipped(files), ".tar": tarred(files), ".tar.gz": tarred(files, "gz"),
            ".tgz": tarred(files, "gz"), ".tar.xz": tarred(files, "xz")}


KINDS = tuple((ext, ext) for ext in (".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz"))


@each(*KINDS)
def test_an_archive_gives_what_the_folder_gives(t, ext):
    same(t, t.put(containers(two_scenes().files())[ext], "game" + ext))


@each(*KINDS)
def test_an_archive_is_known_by_content_not_by_name(t, ext):
    same(t, t.put(containers(two_scenes().files())[ext], "game"))


@each(*KINDS)
def test_an_archive_on_standard_input_gives_what_the_folder_gives(t, ext):
    same(t, "-", stdin=containers(two_scenes().files())[ext])


def test_a_tar_zst_gives_what_the_folder_gives(t):
    if not shutil.which("zstd"):
        raise Skip("no zstd here to make one")
    content = subprocess.run(["zstd", "-q", "-c"], input=tarred(two_scenes().files()),
                             stdout=subprocess.PIPE, check=True).stdout
    same(t, t.put(content, "game.tar.zst"))


def test_an_empty_standard_input_is_no_build(t):
    done = t.run("report", "-", stdin=b"")
    equal(done.code, 3)
    check(done.said)


def test_text_on_standard_input_is_no_build(t):
    done = t.run("report", "-", stdin=b"hello\n" * 1000)
    equal(done.code, 3)
    check(done.said)


def test_a_zip_with_a_top_folder_gives_what_the_folder_gives(t):
    same(t, t.put(zipped(two_scenes().files(), "My Game/web-mobile/"), "game.zip"))


def test_an_apk_gives_what_its_data_folder_gives(t):
    files = two_scenes("3.8 native").files()
    apk = {"assets/" + p: c for p, c in files.items()}
    apk.update({"AndroidManifest.xml": b"\3\0\x08\0", "classes.dex": b"dex\n035\0",
                "res/drawable/icon.png": png(4, 4), "lib/arm64-v8a/libcocos.so": b"\x7fELF"})
    expected = without_place(t.report(files))
    found = without_place(t.report(t.put(zipped(apk), "game.apk")))
    equal(found["build"]["target"], "native")
    outside = len(apk) - len(files)
    equal(found.pop("package")["files"], expected.pop("package")["files"] + outside)
    equal(found, expected)


def test_a_signed_apk_is_read(t):
    """The signing block lies between the last entry and the directory of the zip."""
    content = zipped(two_scenes().files())
    end = content.rindex(b"PK\5\6")
    at = struct.unpack("<I", content[end + 16:end + 20])[0]
    block = b"\xf0\x0f" + bytes(4078) + b"APK Sig Block 42"
    signed = (content[:at] + block + content[at:end + 16] +
              struct.pack("<I", at + len(block)) + content[end + 20:])
    same(t, t.put(signed, "signed.apk"))


class Stream(io.RawIOBase):
    """A file that can only be written front to back."""

    def __init__(self):
        self.content = bytearray()

    def writable(self):
        return True

    def seekable(self):
        return False

    def write(self, data):
        self.content += data
        return len(data)


def streamed(files):
    """A zip whose sizes stand behind the data."""
    out = Stream()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for path, content in files.items():
            z.writestr(path, content)
    return bytes(out.content)


def test_a_zip_whose_sizes_stand_behind_the_data_is_read(t):
    content = streamed(two_scenes().files())
    same(t, t.put(content, "game.zip"))
    same(t, "-", stdin=content)


def test_a_zip_that_stores_without_compression_is_read(t):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as z:
        for path, content in two_scenes().files().items():
            z.writestr(path, content)
    same(t, t.put(out.getvalue(), "game.zip"))


def test_a_zip_with_entries_for_folders_is_read(t):
    pairs = [("assets/", b""), ("assets/main/", b""), *two_scenes().files().items()]
    same(t, t.put(zipped(pairs), "game.zip"))


@each(("USTAR", tarfile.USTAR_FORMAT), ("GNU", tarfile.GNU_FORMAT), ("PAX", tarfile.PAX_FORMAT))
def test_every_dialect_of_tar_with_Chinese_and_long_names_is_read(t, form):
    game = two_scenes()
    game.main.folder = "assets/主要/"
    files = game.files()
    expected = without_place(t.report(files))
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as tar:
        for path, content in files.items():
            info = tarfile.TarInfo("网页/" + path)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    equal(without_place(t.report(out.getvalue())), expected)


def test_a_zip_with_Chinese_names_is_read(t):
    game = two_scenes()
    game.main.folder = "assets/主要/"
    expected = without_place(t.report(game.files()))
    equal(without_place(t.report(zipped(game.files(), "网页/"))), expected)


def test_a_zip_with_names_in_GBK_is_read_and_told_in_valid_UTF_8(t):
    game = two_scenes()
    game.main.folder = "assets/ABCD/"
    files = game.files()
    files[game.main.native_file(game.crack.image)] = b"broken"
    path = t.put(zipped(files).replace(b"ABCD", "主要".encode("gbk")))
    report = t.report(path)
    hurt(report, 256 + 4096)
    t.run("report", path).out.decode()


def test_a_tar_with_leading_dots_is_read(t):
    files = {"./" + p: c for p, c in two_scenes().files().items()}
    same(t, t.put(tarred(files), "game.tar"))


def test_one_bundle_in_an_archive_is_read(t):
    files = {p[len("assets/side/"):]: c for p, c in two_scenes().files().items()
             if p.startswith("assets/side/")}
    report = t.report(zipped(files))
    equal((report["build"]["bundles"], len(report["images"])), (1, 1))


def test_an_ipa_gives_what_its_data_folder_gives(t):
    files = two_scenes("3.8 native").files()
    ipa = {"Payload/Game.app/data/" + p: c for p, c in files.items()}
    ipa["Payload/Game.app/Info.plist"] = b"bplist00"
    expected = without_place(t.report(files))
    found = without_place(t.report(t.put(zipped(ipa), "game.ipa")))
    equal(found.pop("package")["files"], expected.pop("package")["files"] + 1)
    equal(found, expected)


def test_the_assets_folder_stands_for_the_build(t):
    path = t.put(two_scenes().files())
    for end in ("", "/", "///"):
        same(t, os.path.join(path, "assets") + end)


@each(("assets/.", "assets/."), ("assets/main/..", "assets/main/.."))
def test_the_assets_folder_stands_for_the_build_however_it_is_spelled(t, name):
    same(t, os.path.join(t.put(two_scenes().files()), name))


def test_the_assets_folder_one_stands_in_stands_for_the_build(t):
    path = t.put(two_scenes().files())
    expected = without_place(t.report(path))
    done = t.run("report", "--format", "json", ".", cwd=os.path.join(path, "assets"))
    equal(without_place(done.json), expected)


def test_the_folder_above_the_build_stands_for_it(t):
    folder = t.place()
    shutil.copytree(t.put(two_scenes().files()), os.path.join(folder, "out", "web-mobile"))
    same(t, folder)


def test_the_data_folder_of_a_native_build_stands_for_it(t):
    files = two_scenes("3.8 native").files()
    path = t.put({"data/" + p: c for p, c in files.items()})
    equal(without_place(t.report(os.path.join(path, "data"))), without_place(t.report(path)))


def test_one_bundles_folder_gives_its_scenes(t):
    game = two_scenes()
    path = t.put(game.files())
    report = t.report(os.path.join(path, "assets", "main"))
    equal(report["build"]["bundles"], 1)
    # what lies in the other bundle is out of sight, and said to be
    hurt(report, 1024 + 256, images=2)
    check("bundle-absent" in [f["rule"] for f in report["findings"]])


def test_a_relative_path_and_the_folder_one_stands_in_give_the_same(t):
    path = t.put(two_scenes().files())
    expected = without_place(t.report(path))
    for name, cwd in ((".", path), ("..", os.path.join(path, "assets")),
                      ("./assets", path), ("assets", path),
                      (os.path.basename(path), os.path.dirname(path))):
        done = t.run("report", "--format", "json", name, cwd=cwd)
        equal(done.code, 0, "%s in %s: %s" % (name, cwd, done.err.decode()))
        equal(without_place(done.json), expected, "%s in %s" % (name, cwd))


def test_a_path_with_blanks_and_Chinese_is_opened(t):
    path = t.put(two_scenes().files(), "我的 游戏 (1)")
    report = t.report(path)
    equal(report["build"]["path"], path)
    hurt(report, 5376)


def test_a_build_folder_behind_a_link_is_opened(t):
    path = t.put(two_scenes().files())
    link = t.place("link")
    os.symlink(path, link)
    same(t, link)


def test_remote_bundles_and_subpackages_belong_to_the_build(t):
    game = two_scenes("3.8 minigame")
    game.side.folder = "subpackages/side/"
    third = game.bundle("far")
    third.folder = "remote/far/"
    moon = third.picture("moon", png(8, 4))
    game.main.redirect(moon.texture, "far")
    game.main.scene("hurt", {"sky": game.sky.texture, "moon": moon.texture})
    game.extra = {"assets": dict(game.settings()["assets"], remoteBundles=["far"],
                                 subpackages=["side"])}
    report = t.report(game.files())
    equal(report["build"]["bundles"], 3)
    hurt(report, 4096 + 128, images=2)


def test_a_bundle_whose_folder_is_not_its_name_is_known_by_its_name(t):
    game = two_scenes()
    game.side.folder = "assets/side of the game/"
    hurt(t.report(game.files()), 5376)


def test_an_uuid_stored_in_two_bundles_counts_once(t):
    game = two_scenes()
    sky = game.side.picture("wall", png(64, 32))
    equal(sky.texture, game.wall.texture)
    report = t.report(game.files())
    check("asset-twice" in [f["rule"] for f in report["findings"]])
    equal(report["build"]["images"], 4)
    hurt(report, 5376)


def test_standard_input_in_small_pieces_arrives_whole(t):
    content = zipped(two_scenes().files())
    reader = ["sh", "-c", 'dd bs=97 2>/dev/null | "$0" "$@"']
    done = t.run("report", "--format", "json", "-", stdin=content, before=reader)
    equal(done.code, 0)
    whole(done.json)
    has(scene(done.json, "hurt")["url"], "db://")
