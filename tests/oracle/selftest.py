#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks of the oracle itself: what no real build at hand holds, and broken input."""
import copy
import json
import os
import struct
import sys
import tempfile
import unittest
import zipfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import documents                                             # noqa: E402
import images                                                # noqa: E402
from bundles import Build                                    # noqa: E402
from documents import BadDocument, decode                    # noqa: E402
from oracle import Oracle                                    # noqa: E402

A = "11111111-1111-4111-8111-111111111111"
T = A + "@6c48a"
S = "22222222-2222-4222-8222-222222222222"

SCENE = [1, [T], ["asset", "scene"],
         [["cc.SceneAsset", ["_name", "scene"], 2, 1],
          ["cc.Scene", ["_name", "autoReleaseAssets", "asset"], 1, 6]],
         [[0, 0, 1, 2], [1, 0, 1, 2, 3]],
         [[0, "s", 1], [1, "s", True, 0]], 0, 0, [1], [0], [0]]


def png(width, height, colour=6):
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBBI", 13, b"IHDR", width, height,
                                             8, colour, 0, 0, 0, 0)


def astc(width, height, block):
    blocks = -(-width // block) * -(-height // block)
    return (b"\x13\xab\xa1\x5c" + bytes([block, block, 1]) + width.to_bytes(3, "little")
            + height.to_bytes(3, "little") + b"\1\0\0" + bytes(16 * blocks))


def container(levels):
    head = struct.pack("<4sI", b"CMIP", len(levels))
    return head + b"".join(struct.pack("<I", len(b)) for b in levels) + b"".join(levels)


def build(folder, image, fmt, base, settings, name="config.json", listed=None,
          ext=".png"):
    os.makedirs(folder + "/assets/main/import/11")
    os.makedirs(folder + "/assets/main/import/22")
    os.makedirs(folder + "/assets/main/native/11")
    os.makedirs(folder + "/src")

    def put(path, data):
        with open(folder + "/" + path, "wb") as f:
            f.write(data if isinstance(data, bytes) else json.dumps(data).encode())
    put("src/settings.json", settings)
    put("assets/main/" + name, {
        "name": "main", "importBase": "import", "nativeBase": "native", "deps": [],
        "uuids": [A, T, S], "paths": {}, "scenes": {"db://assets/s.scene": S},
        "packs": {}, "versions": {"import": [], "native": []}, "redirect": [],
        "debug": True})
    put("assets/main/import/22/%s.json" % S, SCENE)
    put("assets/main/import/11/%s.json" % A,
        [1, 0, 0, ["cc.ImageAsset"], 0, [{"fmt": fmt, "w": 0, "h": 0}, -1], [0], 0,
         [], [], []])
    put("assets/main/import/11/%s.json" % T,
        [1, [A] if listed else 0, ["x"], ["cc.Texture2D"], 0,
         [{"base": base, "mipmaps": [A]}], [0], 0] + (
             [[0], [0], [0]] if listed else [[], [], []]))
    put("assets/main/native/11/%s%s" % (A, ext), image)


def report(engine, platform, image, fmt, base, ext=".png", listed=None, macros=None,
           **options):
    with tempfile.TemporaryDirectory() as folder:
        settings = {"CocosEngine": engine, "platform": platform,
                    "engine": {"platform": platform, "macros": macros or {}}}
        build(folder, image, fmt, base, settings, ext=ext, listed=listed)
        return Oracle(Build(folder, **options)).report()


class Documents(unittest.TestCase):
    def test_scene(self):
        doc = decode(SCENE)
        self.assertEqual(doc.listed, [T])
        self.assertTrue(doc.first("cc.Scene")["autoReleaseAssets"])

    def broken(self, change):
        doc = copy.deepcopy(SCENE)
        change(doc)
        with self.assertRaises(BadDocument):
            decode(doc)

    def test_bad_mask(self):
        self.broken(lambda d: d[5].__setitem__(1, [7, "s", True, 0]))

    def test_bad_length(self):
        self.broken(lambda d: d[5][1].append(1))

    def test_bad_class(self):
        self.broken(lambda d: d[4][1].__setitem__(0, 9))

    def test_bad_slot(self):
        self.broken(lambda d: d[5][1].__setitem__(3, 1))

    def test_bad_uuid_index(self):
        self.broken(lambda d: d.__setitem__(10, [1]))

    def test_bad_type(self):
        self.broken(lambda d: d[3][1].__setitem__(3, 13))

    def test_bad_reference(self):
        self.broken(lambda d: d[5][0].__setitem__(2, 2))

    def test_cconb(self):
        packed = b"\x91\x82\xa8__type__\xa4cc.X\xa1n\xcb" + struct.pack(">d", 1.5)
        for version, body in ((1, b'[{"__type__":"cc.X","n":1.5}]'), (2, packed)):
            data = struct.pack("<4sIII", b"CCON", version, 0, len(body)) + body
            data += bytes(-len(data) % 8) + struct.pack("<I", 3) + b"abc"
            data = data[:8] + struct.pack("<I", len(data)) + data[12:]
            self.assertEqual(documents.parse_cconb(data),
                             [{"__type__": "cc.X", "n": 1.5}])
            with self.assertRaises(BadDocument):
                documents.parse_cconb(data + b"x")
            for binp in (struct.pack("<4sIIII", b"BINP", 2, 1, 0, len(data)) + data,
                         struct.pack("<4sIII", b"BINP", 1, 1, len(data)) + data):
                self.assertEqual(len(documents.parse_binp(binp)), 1)


class Costs(unittest.TestCase):
    def scene(self, *args, **options):
        return report(*args, **options)["scenes"][0]

    def check(self, scene, decoded, gpu, counter, retained):
        self.assertEqual((scene["decoded_bytes"], scene["gpu_bytes"],
                          scene["engine_counter_bytes"], scene["retained_cpu_bytes"]),
                         (decoded, gpu, counter, retained))

    def test_plain(self):
        image = png(1024, 1024)
        file, p = len(image), 4 << 20
        mips = 5592404
        rows = (("3.8.5", "android", "2,2,2,2,2,0", p, mips, p, 0),
                ("3.8.5", "android", "2,2,2,2,0,0", p, p, p, 0),
                ("3.5.2", "android", "2,2,2,2,2,0", p, mips, p, p),
                ("3.8.5", "web-mobile", "2,2,2,2,2,0", p, mips, mips, file),
                ("3.8.0", "web-desktop", "2,2,2,2,0,0", p, p, p, p),
                ("3.8.1", "web-desktop", "2,2,2,2,0,0", p, p, p, file),
                ("3.8.5", "wechatgame", "2,2,2,2,2,0", p, mips, mips, 0),
                ("3.5.2", "wechatgame", "2,2,2,2,2,0", p, mips, mips, p))
        for engine, platform, base, *want in rows:
            self.check(self.scene(engine, platform, image, "0", base), *want)

    def test_not_power_of_two(self):
        image, p, chain = png(5, 3), 60, 60 + 8 + 4
        for engine, platform, gpu in (("3.8.5", "android", p),
                                      ("3.5.0", "android", chain),
                                      ("3.8.5", "web-mobile", chain),
                                      ("3.8.5", "wechatgame", p)):
            scene = self.scene(engine, platform, image, "0", "2,2,2,2,2,0")
            self.assertEqual(scene["gpu_bytes"], gpu)
        scene = self.scene("3.8.5", "web-mobile", image, "0", "2,2,2,2,2,0",
                           target="webgl1")
        self.assertEqual(scene["gpu_bytes"], p)

    def test_two_edges_keep_the_copy(self):
        scene = self.scene("3.8.8", "ios", png(2, 2), "0", "2,2,2,2,0,0", listed=True)
        self.assertEqual(scene["retained_cpu_bytes"], 16)

    def test_settings_switch_cleaning(self):
        for value, kept in ((True, 0), (False, 16)):
            scene = self.scene("3.8.8", "ios", png(2, 2), "0", "2,2,2,2,0,0",
                               macros={"CLEANUP_IMAGE_CACHE": value})
            self.assertEqual(scene["retained_cpu_bytes"], kept)

    def test_container(self):
        levels = [astc(16 >> i, 16 >> i, 8) for i in range(3)]
        data = container(levels)
        scene = self.scene("3.8.5", "android", data, "7@96", "2,2,2,2,0,0", ext=".astc")
        self.check(scene, 64 + 16 + 16, 64 + 16 + 16, 64, 96)
        scene = self.scene("3.8.5", "android", data, "7@96", "2,2,2,2,2,0", ext=".astc")
        self.check(scene, 96, 64 + 16 * 4, 64, 96)

    def test_compressed_numbering(self):
        for engine, number in (("3.3.2", 100), ("3.4.0", 96)):
            scene = self.scene(engine, "android", astc(16, 16, 8), "7@%d" % number,
                               "2,2,2,2,0,0", ext=".astc")
            self.assertEqual(scene["gpu_bytes"], 64)

    def test_plain_alternative_first(self):
        scene = self.scene("3.8.5", "android", png(4, 4), "7@96_0", "2,2,2,2,0,0")
        self.assertEqual(scene["decoded_bytes"], 64)

    def test_zip(self):
        with tempfile.TemporaryDirectory() as folder:
            build(folder + "/b", png(4, 4), "0", "2,2,2,2,0,0", {"platform": "ios"})
            with zipfile.ZipFile(folder + "/b.zip", "w") as z:
                for at, _, names in os.walk(folder + "/b"):
                    for n in names:
                        full = os.path.join(at, n)
                        z.write(full, os.path.relpath(full, folder + "/b"))
            out = Oracle(Build(folder + "/b.zip")).report()
            self.assertEqual(out["scenes"][0]["decoded_bytes"], 64)


class Headers(unittest.TestCase):
    def test_sizes(self):
        pvr = struct.pack("<4sIIIIIIIIIIII", b"PVR\3", 0, 3, 0, 0, 0, 20, 30, 1, 1, 1, 1,
                          15) + bytes(15 + 100)
        pkm = b"PKM 10" + struct.pack(">HHHHH", 0, 8, 12, 5, 11) + bytes(48)
        old = struct.pack("<IIIIIIIIIII4sI", 52, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, b"PVR!",
                          1) + bytes(16)
        for data, want in ((pvr, ("pvr", 30, 20, 100)), (pkm, ("pkm", 5, 11, 48)),
                           (old, ("pvr", 8, 4, 16)), (astc(7, 9, 4), ("astc", 7, 9, 96)),
                           (png(3, 2), ("png", 3, 2, None))):
            p = images.read(data)
            self.assertEqual((p.kind, p.width, p.height, p.payload), want)
        self.assertEqual(images.read(old, True).width, 4)

    def test_pvrtc_counter(self):
        self.assertEqual(images.engine_level_bytes("RGB_PVRTC_2", 4, 4, True), 32)
        self.assertEqual(images.engine_level_bytes("RGB_PVRTC_2", 4, 4, False), 8)


if __name__ == "__main__":
    unittest.main()
