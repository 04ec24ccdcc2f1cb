# SPDX-License-Identifier: Apache-2.0
"""Sizes of image files from their own headers, and of textures by format.

Nothing is decoded: width, height, alpha and payload sizes are all that the
cost model needs. Sources: the file formats' own specifications, the engine's
Image.cpp and image-asset.ts for the compressed containers.
"""
import gzip
import struct


class BadImage(Exception):
    """No header of a known image file."""


class Picture:
    """What a file's header says."""

    def __init__(self, kind, width, height, alpha=None, payload=None, block=None):
        self.kind, self.width, self.height = kind, width, height
        self.alpha = alpha
        self.payload = payload        # bytes handed to the GPU; None when decoded
        self.block = block            # ASTC only
        self.levels = 1               # supplied levels
        self.container = False        # multi-mip container
        self.components = None        # JPEG only

    @property
    def compressed(self):
        return self.payload is not None


def read_png(d):
    if len(d) < 29 or d[12:16] != b"IHDR":
        raise BadImage("png without a header")
    width, height, _depth, colour = struct.unpack(">IIBB", d[16:26])
    alpha, at = colour in (4, 6), 8
    while not alpha and at + 8 <= len(d):
        size, name = struct.unpack(">I4s", d[at:at + 8])
        if name in (b"IDAT", b"IEND"):
            break
        alpha = name == b"tRNS"
        at += 12 + size
    return Picture("png", width, height, alpha)


def read_jpeg(d):
    at = 2
    while at + 4 <= len(d):
        if d[at] != 0xFF:
            at += 1
            continue
        mark = d[at + 1]
        if mark in (0xFF, 0x00, 0x01) or 0xD0 <= mark <= 0xD8:
            at += 1 if mark == 0xFF else 2
            continue
        if mark in (0xD9, 0xDA):
            break
        size = struct.unpack(">H", d[at + 2:at + 4])[0]
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            height, width, parts = struct.unpack(">HHB", d[at + 5:at + 10])
            picture = Picture("jpeg", width, height, False)
            picture.components = parts
            return picture
        at += 2 + size
    raise BadImage("jpeg without a frame header")


def read_webp(d):
    name = d[12:16]
    if name == b"VP8X":
        width = 1 + int.from_bytes(d[24:27], "little")
        height = 1 + int.from_bytes(d[27:30], "little")
        return Picture("webp", width, height, bool(d[20] & 0x10))
    if name == b"VP8L" and d[20] == 0x2F:
        bits = int.from_bytes(d[21:25], "little")
        return Picture("webp", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF),
                       bool(bits >> 28 & 1))
    if name == b"VP8 " and d[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", d[26:30])
        return Picture("webp", width & 0x3FFF, height & 0x3FFF, False)
    raise BadImage("webp without a known chunk")


def read_bmp(d):
    size = struct.unpack("<I", d[14:18])[0]
    if size == 12:
        width, height = struct.unpack("<HH", d[18:22])
    else:
        width, height = struct.unpack("<ii", d[18:26])
    return Picture("bmp", abs(width), abs(height), None)


def read_pvr3(d):
    height, width = struct.unpack("<II", d[24:32])
    header = 52 + struct.unpack("<I", d[48:52])[0]
    return Picture("pvr", width, height, None, len(d) - header)


def read_pvr2(d, swapped):
    header, height, width = struct.unpack("<III", d[:12])
    if swapped:
        width, height = height, width
    return Picture("pvr", width, height, None, len(d) - header)


def read_pkm(d):
    width, height = struct.unpack(">HH", d[12:16])
    return Picture("pkm", width, height, None, len(d) - 16)


def read_astc(d):
    width = int.from_bytes(d[7:10], "little")
    height = int.from_bytes(d[10:13], "little")
    return Picture("astc", width, height, None, len(d) - 16, (d[4], d[5]))


def read_container(d, swapped):
    count = struct.unpack("<I", d[4:8])[0]
    if not 1 <= count <= 32 or 8 + 4 * count > len(d):
        raise BadImage("container of %d levels" % count)
    sizes = struct.unpack("<%dI" % count, d[8:8 + 4 * count])
    at, first, payload = 8 + 4 * count, None, 0
    for size in sizes:
        if at + size > len(d):
            raise BadImage("container is cut off")
        level = read(d[at:at + size], swapped)
        first = first or level
        payload += level.payload or 0
        at += size
    first.payload, first.levels, first.container = payload, count, True
    return first


def read(d, swapped_pvr2=False):
    """The Picture of a file's bytes; the content decides, never the extension."""
    if len(d) < 16:
        raise BadImage("%d bytes are no image" % len(d))
    try:
        if d[:2] == b"\x1f\x8b":
            return read(gzip.decompress(d), swapped_pvr2)
        if d[:8] == b"\x89PNG\r\n\x1a\n":
            return read_png(d)
        if d[:2] == b"\xff\xd8":
            return read_jpeg(d)
        if d[:4] == b"RIFF" and d[8:12] == b"WEBP":
            return read_webp(d)
        if d[:4] == b"CMIP":
            return read_container(d, swapped_pvr2)
        if d[:4] == b"PVR\x03":
            return read_pvr3(d)
        if d[44:48] == b"PVR!":
            return read_pvr2(d, swapped_pvr2)
        if d[:4] == b"PKM ":
            return read_pkm(d)
        if d[:4] == b"\x13\xab\xa1\x5c":
            return read_astc(d)
        if d[:4] == b"GIF8":
            return Picture("gif", *struct.unpack("<HH", d[6:10]))
        if d[:2] == b"BM":
            return read_bmp(d)
    except (struct.error, IndexError, EOFError, OSError) as e:
        raise BadImage("header is cut off (%s)" % e)
    raise BadImage("no known image header")


# ---------------------------------------------------------------------- formats

ASTC_BLOCKS = [(4, 4), (5, 4), (5, 5), (6, 5), (6, 6), (8, 5), (8, 6), (8, 8),
               (10, 5), (10, 6), (10, 8), (10, 10), (12, 10), (12, 12)]

# name: (block width, block height, true bytes a block, bytes the engine counts)
FORMATS = {
    "RGBA8888": (1, 1, 4, 4), "BGRA8888": (1, 1, 4, 4), "RGB888": (1, 1, 4, 3),
    "RGBA4444": (1, 1, 2, 2), "RGB5A1": (1, 1, 2, 2), "RGB565": (1, 1, 2, 2),
    "A8": (1, 1, 1, 1), "I8": (1, 1, 1, 1), "R8": (1, 1, 1, 1), "AI8": (1, 1, 2, 1),
    "RGBA16F": (1, 1, 8, 8), "RGBA32F": (1, 1, 16, 16), "RGB32F": (1, 1, 12, 12),
    "RGB_ETC1": (4, 4, 8, 8), "RGB_ETC2": (4, 4, 8, 8), "RGBA_ETC2": (4, 4, 16, 16),
    "RGB_PVRTC_2": (8, 4, 8, 8), "RGBA_PVRTC_2": (8, 4, 8, 8),
    "RGB_PVRTC_4": (4, 4, 8, 8), "RGBA_PVRTC_4": (4, 4, 8, 8),
    "RGB_A_PVRTC_2": (8, 4, 8, 8), "RGB_A_PVRTC_4": (4, 4, 8, 8),
    "RGBA_ETC1": (4, 4, 8, 8),
}
for _b in ASTC_BLOCKS:
    FORMATS["RGBA_ASTC_%dx%d" % _b] = _b + (16, 16)

CUSTOM = {1024: "RGB_A_PVRTC_2", 1025: "RGB_A_PVRTC_4", 1026: "RGBA_ETC1"}
PLAIN3 = {1: "A8", 2: "I8", 3: "AI8", 4: "R8", 24: "RGB888", 32: "RGB32F",
          35: "RGBA8888", 36: "BGRA8888", 41: "RGBA16F", 44: "RGBA32F",
          47: "RGB565", 49: "RGB5A1", 50: "RGBA4444"}
PLAIN2 = {4: "RGB_ETC1", 5: "RGB_PVRTC_2", 6: "RGBA_PVRTC_2", 7: "RGB_PVRTC_4",
          8: "RGBA_PVRTC_4", 9: "A8", 10: "I8", 11: "AI8", 12: "RGB565",
          13: "RGB5A1", 14: "RGBA4444", 15: "RGB888", 16: "RGBA8888",
          20: "RGBA32F", 28: "RGB_ETC2", 29: "RGBA_ETC2"}


def pixel_format(number, engine):
    """Name of `@number` in the numbering of the engine's version."""
    if number in CUSTOM:
        return CUSTOM[number]
    if engine < (3, 0, 0):
        table, astc = PLAIN2, 30
    else:
        shift = 4 if engine < (3, 4, 0) else 0
        table = dict(PLAIN3)
        for n, name in ((72, "RGB_ETC1"), (73, "RGB_ETC2"), (77, "RGBA_ETC2"),
                        (83, "RGB_PVRTC_2"), (84, "RGBA_PVRTC_2"),
                        (85, "RGB_PVRTC_4"), (86, "RGBA_PVRTC_4")):
            table[n + shift] = name
        astc = 89 + shift
    if astc <= number < astc + len(ASTC_BLOCKS):
        return "RGBA_ASTC_%dx%d" % ASTC_BLOCKS[number - astc]
    return table.get(number)


def level_bytes(name, width, height):
    bw, bh, true_bytes, _ = FORMATS[name]
    return -(-width // bw) * -(-height // bh) * true_bytes


def engine_level_bytes(name, width, height, old_pvrtc):
    """The engine's own arithmetic, with its errors."""
    if old_pvrtc and "PVRTC_2" in name:
        return max(width, 16) * max(height, 8) // 4
    if old_pvrtc and "PVRTC_4" in name:
        return max(width, 8) * max(height, 8) // 2
    bw, bh, _, counted = FORMATS[name]
    return -(-width // bw) * -(-height // bh) * counted
