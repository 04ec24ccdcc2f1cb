# SPDX-License-Identifier: Apache-2.0
"""Images and archives that are broken: a finding or one clear line, in bounded memory."""
import io
import tarfile
import warnings
import zipfile

from build import (astc, custom, image_doc, JPEG, pkm, png, tarred, texture_doc,
                   two_scenes, WEBP, zipped)
from harness import (check, each, equal, finding, has, hurt, image, LFS, python, rules,
                     scene, whole)

CONFIG = "assets/main/config.json"


# ---- images --------------------------------------------------------------------------

def with_image(content, ext, fmt, engine="3.8"):
    game = two_scenes(engine)
    odd = game.main.picture("odd", content, ext, fmt)
    game.main.scene("hurt", {"odd": odd.texture})
    return game, odd


@each(("PNG", png(40, 20), ".png", "0", 3200), ("JPEG", JPEG, ".jpg", "1", 512),
      ("WebP", WEBP, ".webp", "4", 512),
      ("ASTC", astc(40, 20), ".astc", "7@93", 7 * 4 * 16), ("PKM", pkm(40, 20), ".pkm", "6@78", 400))
def test_an_image_that_is_whole_counts(t, content, ext, fmt, size):
    game, odd = with_image(content, ext, fmt)
    report = t.report(game.files())
    row = image(report, odd.image)
    equal((row["decoded_ok"], row["decoded_bytes"]), (True, size))
    check("image-broken" not in rules(report), rules(report))
    hurt(report, size, images=1)


@each(("PNG", png(40, 20), ".png", "0", 3200), ("JPEG", JPEG, ".jpg", "1", 512),
      ("WebP", WEBP, ".webp", "4", 512), ("ASTC", astc(40, 20), ".astc", "7@93", None),
      ("PKM", pkm(40, 20), ".pkm", "6@78", None))
def test_a_truncated_image_is_a_finding_and_counts_by_its_header(t, content, ext, fmt, size):
    game, odd = with_image(content[:-len(content) // 4], ext, fmt)
    report = t.report(game.files())
    row = finding(report, "image-broken" if size is not None else "payload-size")
    equal((row["file"], row["asset"]), (game.main.native_file(odd.image, ext), odd.image))
    equal(image(report, odd.image)["decoded_ok"], False)
    if size is not None:
        hurt(report, size, images=1)
    whole(report)


@each(*((str(n) + " bytes of " + label, content[:n], ext, fmt)
        for label, content, ext, fmt in (
            ("PNG", png(40, 20), ".png", "0"), ("JPEG", JPEG, ".jpg", "1"),
            ("WebP", WEBP, ".webp", "4"), ("ASTC", astc(40, 20), ".astc", "7@93"),
            ("PKM", pkm(40, 20), ".pkm", "6@78")) for n in (0, 1, 4, 15)))
def test_an_image_cut_within_its_header_is_a_finding(t, content, ext, fmt):
    game, odd = with_image(content, ext, fmt)
    report = t.report(game.files())
    equal(finding(report, "image-broken")["asset"], odd.image)
    hurt(report, 0, images=1)


def test_a_PNG_with_a_wrong_checksum_is_a_finding(t):
    content = bytearray(png(40, 20))
    content[-20] ^= 0xff
    game, odd = with_image(bytes(content), ".png", "0")
    report = t.report(game.files())
    equal(finding(report, "image-broken")["asset"], odd.image)
    hurt(report, 3200, images=1)


def test_a_PNG_that_claims_60000_x_60000_is_refused_without_the_memory(t):
    game, odd = with_image(png(8, 8, claims=(60000, 60000)), ".png", "0")
    done, kib = measured(t, t.put(game.files()))
    equal(done.code, 0)
    report = done.json
    equal(finding(report, "image-broken")["asset"], odd.image)
    whole(report)
    check(kib < 300 * 1024, kib)


def test_a_WebP_in_a_JPEGs_name_is_read_and_noted(t):
    game, odd = with_image(WEBP, ".jpg", "1")
    report = t.report(game.files())
    equal(finding(report, "image-extension")["asset"], odd.image)
    hurt(report, 512, images=1)


def test_an_image_of_an_unknown_kind_is_a_finding(t):
    game, odd = with_image(b"II*\0" + bytes(60), ".png", "0")
    report = t.report(game.files())
    equal(finding(report, "image-broken")["asset"], odd.image)
    hurt(report, 0, images=1)


@each(*((repr(f), f) for f in ("", "_", "99", "-1", "0@99999999999", "0@", "@1", "x", ".tga",
                               "0_0_0", "8", "00", " 0", "0_" * 500)))
def test_alternatives_that_make_no_sense_do_no_harm(t, fmt):
    game = two_scenes()
    game.main.assets[game.crack.image] = image_doc(fmt)
    whole(t.report(game.files()))


@each(*((repr(b), b) for b in ("", "1", "2,2,2,2,0", "a,b,c,d,e,f", "2,2,2,2,99,0",
                               ",,,,,", "2,2,2,2,-1,0", "2,2,2,2,2,0,7,7,7", 5, None, [])))
def test_bases_of_textures_that_make_no_sense_do_no_harm(t, base):
    game = two_scenes()
    game.main.assets[game.crack.texture] = texture_doc([game.crack.image], base)
    whole(t.report(game.files()))


@each(*((repr(m), m) for m in (None, 5, "x", [], [5], [None], [""], ["x"], [{}])))
def test_images_of_textures_that_make_no_sense_do_no_harm(t, mipmaps):
    game = two_scenes()
    game.main.assets[game.crack.texture] = custom(
        "cc.Texture2D", {"base": "2,2,2,2,0,0", "mipmaps": mipmaps})
    whole(t.report(game.files()))


@each(("0 x 0", (0, 0)), ("0 x 8", (0, 8)), ("70000 x 1", (70000, 1)),
      ("1 x 70000", (1, 70000)), ("2 thousand million", (0x7fffffff, 0x7fffffff)),
      ("all bits", (0xffffffff, 0xffffffff)))
def test_a_PNG_that_claims_odd_sides_is_a_finding(t, sides):
    game, odd = with_image(png(8, 8, claims=sides), ".png", "0")
    report = t.report(game.files())
    equal(finding(report, "image-broken")["asset"], odd.image)
    whole(report)


def test_a_texture_whose_image_is_itself_ends(t):
    game = two_scenes()
    game.main.assets[game.crack.texture] = texture_doc([game.crack.texture])
    whole(t.report(game.files()))


def test_a_scene_that_is_a_picture_costs_what_the_picture_does(t):
    game = two_scenes()
    game.main.scenes["db://assets/odd.scene"] = game.crack.texture
    report = t.report(game.files())
    equal(scene(report, "odd")["decoded_bytes"], 1024)
    whole(report)


# ---- archives ------------------------------------------------------------------------

PEAK = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""


def measured(t, path):
    """A report and the most memory that it held, in KiB."""
    done = t.run("report", "--format", "json", "-j2", path, before=python(PEAK))
    *said, kib = done.err.decode().splitlines()
    done.err = "\n".join(said).encode()
    return done, int(kib)


def bomb():
    """200 MB of zeros, 1000:1."""
    return bytes(200 << 20)


def test_a_zip_that_expands_1000_times_is_not_expanded(t):
    game = two_scenes()
    files = game.files()
    files[game.main.native_file(game.crack.image)] = bomb()
    done, kib = measured(t, t.put(zipped(files), "bomb.zip"))
    check(kib < 300 * 1024, "held %d KiB" % kib)
    check(done.code in (0, 5), done.code, done.err)
    if done.code == 0:
        row = [f for f in done.json["findings"] if game.crack.image in f["file"] + f["asset"]]
        check(row, done.json["findings"])
        whole(done.json)


def test_a_config_that_expands_1000_times_is_not_expanded(t):
    files = {CONFIG: b"[" + b" " * (200 << 20) + b"]"}
    done, kib = measured(t, t.put(zipped(files), "bomb.zip"))
    check(kib < 300 * 1024, "held %d KiB" % kib)
    check(done.code in (3, 5), done.code, done.err)
    check(done.said)


@each(("a parent", "../../x"), ("a parent inside", "assets/../../x"),
      ("an absolute path", "/etc/x"), ("a drive", "C:\\x"), ("backslashes", "..\\..\\x"))
def test_a_zip_with_an_entry_that_leads_out_is_read_without_it(t, name):
    pairs = list(two_scenes().files().items()) + [(name, b"evil")]
    report = t.report(zipped(pairs))
    # libarchive turns backslashes
    equal(finding(report, "file-unreadable")["file"].replace("\\", "/"),
          name.replace("\\", "/"))
    hurt(report, 5376)


def test_a_tar_with_an_entry_that_leads_out_is_read_without_it(t):
    files = dict(two_scenes().files(), **{"../../x": b"evil"})
    report = t.report(tarred(files))
    equal(finding(report, "file-unreadable")["file"], "../../x")
    hurt(report, 5376)


def test_a_tar_with_a_link_out_does_not_follow_it(t):
    game = two_scenes()
    files = game.files()
    native = game.main.native_file(game.crack.image)
    del files[native]
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for path, content in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
        info = tarfile.TarInfo(native)
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    report = t.report(out.getvalue())
    hurt(report, 256 + 4096)


def test_a_zip_that_holds_a_path_twice_is_read(t):
    game = two_scenes()
    path = game.main.native_file(game.crack.image)
    pairs = [(path, png(4, 4))] + list(game.files().items())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        content = zipped(pairs)
    report = t.report(content)
    whole(report)
    check(scene(report, "hurt")["decoded_bytes"] in (5376, 5376 - 1024 + 64))
    again = t.report(content)
    del report["build"]["path"], again["build"]["path"]
    equal(again, report)


@each(("zip", ".zip"), ("tar", ".tar"), ("tar.gz", ".tar.gz"), ("tar.xz", ".tar.xz"))
def test_a_truncated_archive_says_so(t, ext):
    files = two_scenes().files()
    content = zipped(files) if ext == ".zip" else tarred(files, ext[5:])
    path = t.put(content[:len(content) // 2], "half" + ext)
    done = t.run("report", "--format", "json", path)
    if done.code == 0:
        # what came before the end was enough to go on; it must not be silent
        check("file-unreadable" in rules(done.json), rules(done.json))
    else:
        equal(done.code, 3)
        has(done.said, path)


def test_a_zip_whose_entry_is_damaged_is_read_without_it(t):
    game = two_scenes()
    files = game.files()
    path = game.main.native_file(game.crack.image)
    content = bytearray(zipped(files))
    at = content.index(path.encode()) + len(path)
    for i in range(at + 40, at + 60):
        content[i] ^= 0xff
    report = t.report(bytes(content))
    check({"file-unreadable", "image-broken"} & set(rules(report)), rules(report))
    whole(report)


def zip_bundle(spoil=lambda content: content):
    """A remote bundle 'side' of which all but the config lies in res.zip."""
    game = two_scenes("3.8 minigame")
    game.side.folder = "remote/side/"
    game.extra = {"assets": dict(game.settings()["assets"], remoteBundles=["side"])}
    game.side.edit = lambda c: c.update(isZip=True, zipVersion="")
    files = game.files()
    inner = {"res/" + p[len(game.side.folder):]: files.pop(p) for p in list(files)
             if p.startswith(game.side.folder) and not p.endswith("config.json")}
    files["remote/side/res.zip"] = spoil(zipped(inner))
    return files


def test_a_zip_bundle_is_read(t):
    report = t.report(zip_bundle())
    equal(rules(report), [])
    hurt(report, 5376)


def test_a_zip_bundle_in_an_archive_is_read(t):
    hurt(t.report(zipped(zip_bundle())), 5376)


@each(("cut off", lambda c: c[:len(c) // 2]), ("empty", lambda c: b""),
      ("text", lambda c: b"not found\n"), ("a Git LFS pointer", lambda c: LFS))
def test_a_zip_bundle_whose_zip_is_damaged_is_a_finding(t, spoil):
    report = t.report(zip_bundle(spoil))
    row = finding(report, "file-unreadable")
    equal(row["file"], "remote/side/res.zip")
    whole(report)


def test_a_zip_bundle_with_an_entry_that_leads_out_is_read_without_it(t):
    def add(content):
        out = io.BytesIO(content)
        with zipfile.ZipFile(out, "a") as z:
            z.writestr("../../etc/x", b"1")
        return out.getvalue()

    for files in (zip_bundle(add), zipped(zip_bundle(add))):
        report = t.report(files)
        equal(finding(report, "file-unreadable")["file"], "remote/side/res.zip/../../etc/x")
        hurt(report, 5376)


def test_a_zip_bundle_whose_zip_is_absent_misses_its_files(t):
    files = zip_bundle()
    del files["remote/side/res.zip"]
    report = t.report(files)
    check("import-missing" in rules(report), rules(report))
    whole(report)
