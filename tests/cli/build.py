# SPDX-License-Identifier: Apache-2.0
"""Make small builds of Cocos Creator for the tests: a dict of paths and bytes.

    game = Game()                        # a web release of 3.8; see ERAS for the others
    main = game.bundle("main")
    wall = main.picture("wall", png(64, 32))
    main.scene("hall", {"wall": wall.texture})
    files = game.files()                 # {"assets/main/config.json": b"...", ...}

A test breaks what it wants to break in `files`, or before that in `Bundle.edit`, and
writes them with `write` or one of the containers. Ids follow from names.
"""
import base64
import hashlib
import io
import json
import os
import struct
import tarfile
import types
import zipfile
import zlib

# ---- ids -----------------------------------------------------------------------------

BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def uuid(name):
    """The id of an asset called so."""
    h = hashlib.md5(name.encode()).hexdigest()
    return "-".join((h[:8], h[8:12], "4" + h[13:16], "8" + h[17:20], h[20:]))


def short(full):
    """The 22 characters of an id; what is no id stays."""
    head, at, tail = full.partition("@")
    digits = head.replace("-", "")
    if len(head) != 36:
        return full
    text = digits[:2]
    for i in range(2, 32, 3):
        a, b, c = (int(d, 16) for d in digits[i:i + 3])
        text += BASE64[a << 2 | b >> 2] + BASE64[(b & 3) << 4 | c]
    return text + at + tail


# ---- pictures ------------------------------------------------------------------------

def png_of(rows, width, height, claims=None, level=-1):
    """An RGBA PNG of rows of bytes; `claims`: what its header says."""
    def chunk(kind, body):
        return (struct.pack(">I", len(body)) + kind + body +
                struct.pack(">I", zlib.crc32(kind + body)))

    body = b"".join(b"\0" + bytes(row) for row in rows)
    w, h = claims or (width, height)
    head = struct.pack(">IIBBBBB", w, h, 8, 6, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) +
            chunk(b"IDAT", zlib.compress(body, level)) + chunk(b"IEND", b""))


def png(width, height, claims=None, opaque=False):
    """A PNG of noise that needs nearly all its bytes."""
    seed = bytearray()
    while len(seed) < 4 * width:
        seed += hashlib.md5(bytes((width & 255, height & 255, len(seed) & 255))).digest()
    if opaque:
        seed[3::4] = b"\xff" * len(seed[3::4])
    return png_of([seed[:4 * width]] * height, width, height, claims)


def astc(width, height, block=6):
    blocks = -(-width // block) * -(-height // block)
    return (b"\x13\xab\xa1\x5c" + bytes((block, block, 1)) + width.to_bytes(3, "little") +
            height.to_bytes(3, "little") + b"\1\0\0" + bytes(16 * blocks))


def pkm(width, height):
    """ETC2 RGB, 8 bytes for each block of 4 x 4."""
    w, h = -(-width // 4) * 4, -(-height // 4) * 4
    return b"PKM 20" + struct.pack(">HHHHH", 1, w, h, width, height) + bytes(w * h // 2)


# 16 x 8, made with libjpeg-turbo and libwebp
JPEG = base64.b64decode("""
/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQ
c1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSk
pKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAAIABADAREAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAA
AAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAk
M2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKT
lJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QA
HwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdh
cRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hp
anN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk
5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwBECxnbCqAhuBBHvOPqflP4Ub6gEuNx83buRs4mkLEA+iDp26UJ
WBvoj//Z""")
WEBP = base64.b64decode(
    "UklGRioAAABXRUJQVlA4TB4AAAAvD8ABAM1kRP8DRNo2cArma/4NHZ1P/hzEBLCscQc=")

# ---- import documents ----------------------------------------------------------------

FILE_NATIVE = -1  # the root is instance 0 and has a native file


def custom(class_name, content, native=False, refs=()):
    """A document of one object that reads its own content; refs: pairs of key and id."""
    instances = [content] + ([FILE_NATIVE] if native else [])
    keys = [k for k, _ in refs]
    return [1, [short(u) for _, u in refs] or 0, keys or 0, [class_name], 0, instances, [0], 0,
            [0] * len(refs), list(range(len(refs))), list(range(len(refs)))]


def image_doc(fmt="0"):
    return custom("cc.ImageAsset", {"fmt": fmt, "w": 0, "h": 0}, native=True)


def texture_doc(images, base="2,2,2,2,0,0"):
    return custom("cc.Texture2D", {"base": base, "mipmaps": [short(i) for i in images]})


def texture_doc_2_4(fmt="0"):
    return custom("cc.Texture2D", fmt + ",9729,9729,33071,33071,0,0,1", native=True)


def frame_doc(texture, name="frame", is_2_4=False):
    if is_2_4:
        content = {"name": name, "rect": [0, 0, 1, 1], "offset": [0, 0],
                   "originalSize": [1, 1], "capInsets": [0, 0, 0, 0]}
        return custom("cc.SpriteFrame", content, refs=[("_textureSetter", texture)])
    content = {"name": name, "rect": {"x": 0, "y": 0, "width": 1, "height": 1},
               "offset": {"x": 0, "y": 0}, "originalSize": {"width": 1, "height": 1},
               "rotated": False, "capInsets": [0, 0, 0, 0], "packable": True}
    return custom("cc.SpriteFrame", content, refs=[("_textureSource", texture)])


def holder_doc(class_name, refs):
    """An object of a class whose properties hold assets: {"property": id}."""
    keys = list(refs)
    n = len(keys)
    fields = [class_name, ["_name"] + keys, 2] + [6] * n
    mask = [0] + list(range(n + 1)) + [2]
    return [1, [short(u) for u in refs.values()] or 0, keys or 0, [fields], [mask],
            [[0, ""] + list(range(n))], 0, 0, [0] * n, list(range(n)), list(range(n))]


def scene_doc(name, refs, auto_release=False):
    """A scene with one component (cc.Sprite) whose properties hold assets."""
    keys = list(refs)
    n = len(keys)
    classes = [["cc.SceneAsset", ["_name", "scene"], 2, 1],
               ["cc.Scene", ["_name", "autoReleaseAssets", "_components"], 1, 9],
               ["cc.Sprite", ["_name"] + keys, 2] + [6] * n]
    masks = [[0, 0, 1, 2], [1, 0, 1, 2, 3], [2] + list(range(n + 1)) + [2]]
    component = [2, ""] + list(range(n))
    instances = [[0, name, 1], [1, name, auto_release, [component]]]
    return [1, [short(u) for u in refs.values()] or 0, ["scene"] + keys, classes, masks,
            instances, 0, 0, [1] * n, [i + 1 for i in range(n)], list(range(n))]


def pack_doc(documents):
    """A compiled pack: documents made above behind tables they share."""
    uuids, strings, classes, masks, sections = [], [], [], [], []
    for d in documents:
        at_uuid, at_string, at_class, at_mask = map(len, (uuids, strings, classes, masks))
        uuids += d[1] or []
        strings += d[2] or []
        classes += d[3]
        masks += [[m[0] + at_class] + m[1:] for m in d[4] or []]

        def shift(value, at_mask=at_mask):
            fields = [[shift(e) for e in f] if isinstance(f, list) and f and
                      isinstance(f[0], list) else f for f in value[1:]]
            return [value[0] + at_mask] + fields

        instances = d[5] if d[6] else [shift(o) for o in d[5]]
        sections.append([instances, [t + at_class for t in d[6]] if d[6] else 0, d[7], d[8],
                         [k + at_string for k in d[9]], [u + at_uuid for u in d[10]]])
    return [1, uuids or 0, strings or 0, classes, masks or 0, sections]


def msgpack(value):
    if value is None or isinstance(value, bool):
        return {None: b"\xc0", False: b"\xc2", True: b"\xc3"}[value]
    if isinstance(value, int):
        if 0 <= value < 128:
            return bytes((value,))
        return b"\xd3" + struct.pack(">q", value)
    if isinstance(value, float):
        return b"\xcb" + struct.pack(">d", value)
    if isinstance(value, str):
        body = value.encode()
        return b"\xda" + struct.pack(">H", len(body)) + body
    if isinstance(value, dict):
        body = b"".join(msgpack(k) + msgpack(v) for k, v in value.items())
        return b"\xde" + struct.pack(">H", len(value)) + body
    return b"\xdc" + struct.pack(">H", len(value)) + b"".join(map(msgpack, value))


def cconb(document, version=1, chunks=(b"\0" * 8,)):
    body = msgpack(document) if version == 2 else json.dumps(document).encode()
    out = bytearray(b"CCON" + struct.pack("<III", version, 0, len(body)) + body)
    for chunk in chunks:
        out += bytes(-len(out) % 8) + struct.pack("<I", len(chunk)) + chunk
    out[8:12] = struct.pack("<I", len(out))
    return bytes(out)


def binp(parts):
    table, data = b"", b""
    for part in parts:
        table += struct.pack("<II", len(data), len(part))
        data += part + bytes(-len(part) % 4)
    return b"BINP" + struct.pack("<II", 2, len(parts)) + table + data


def clip_doc(refs):
    """An animation clip in the verbose form, that holds assets."""
    clip = {"__type__": "cc.AnimationClip", "_name": "clip"}
    clip.update((k, {"__uuid__": u}) for k, u in refs.items())
    return [clip]


# ---- bundles -------------------------------------------------------------------------

# what differs between versions of the editor and kinds of build
ERAS = {
    "3.8": dict(engine="3.8.5", platform="web-mobile", numbers=True),
    "3.8 debug": dict(engine="3.8.5", platform="web-mobile", debug=True),
    "3.8.7": dict(engine="3.8.7", platform="web-mobile", numbers=True),
    "3.8 native": dict(engine="3.8.5", platform="android", numbers=True, config="cc.config"),
    "3.8 minigame": dict(engine="3.8.5", platform="wechatgame", numbers=True),
    "3.7 native": dict(engine="3.7.3", platform="ios", config="cc.config"),
    "3.4": dict(engine="3.4.2", platform="web-desktop", flat=True),
    "2.4": dict(platform="web-mobile", flat=True, is_2_4=True, numbers=True),
    "2.4 native": dict(platform="android", flat=True, is_2_4=True, numbers=True),
}


class Bundle:
    def __init__(self, game, name):
        self.game, self.name, self.folder = game, name, "assets/%s/" % name
        self.assets = {}     # id: document or bytes; None: stored elsewhere
        self.natives = {}    # id: {".png": bytes}
        self.paths = {}      # id: [path, type]
        self.scenes = {}     # url: id
        self.packs = {}      # pack id: (kind, [id])
        self.redirects = {}  # id: bundle
        self.extensions = {}  # id: ".cconb" or ".ccon"
        self.md5 = None      # the hash in all file names
        self.edit = lambda config: None

    def add(self, asset, document, path=None, type_name="cc.Asset", natives=None):
        self.assets[asset] = document
        if path:
            self.paths[asset] = [path, type_name]
        if natives:
            self.natives[asset] = natives
        return asset

    def picture(self, name, content, ext=".png", fmt=None, path=True):
        """An image and its texture; several files with `content` a dict and `fmt`."""
        files = content if isinstance(content, dict) else {ext: content}
        image = uuid(name)
        path = "textures/" + name if path else None
        if self.game.is_2_4:
            self.add(image, texture_doc_2_4(fmt or "0"), path, "cc.Texture2D", files)
            return types.SimpleNamespace(image=image, texture=image)
        fmt = fmt or {".png": "0", ".jpg": "1", ".webp": "4", ".pkm": "6", ".astc": "7"}[ext]
        texture = image + "@6c48a"
        self.add(image, image_doc(fmt), path, "cc.ImageAsset", files)
        self.add(texture, texture_doc([image]), path and path + "/texture", "cc.Texture2D")
        return types.SimpleNamespace(image=image, texture=texture)

    def scene(self, name, refs, auto_release=False):
        asset = self.add(uuid("scene " + name), scene_doc(name, refs, auto_release))
        end = ".fire" if self.game.is_2_4 else ".scene"
        self.scenes["db://assets/%s%s" % (name, end)] = asset
        return asset

    def redirect(self, asset, bundle):
        self.assets[asset] = None
        self.redirects[asset] = bundle

    def pack(self, pack_id, members, kind="compiled"):
        self.packs[pack_id] = (kind, list(members))

    # where files lie

    def file(self, base, asset, ext):
        version = "." + self.md5 if self.md5 else ""
        return "%s%s/%s/%s%s%s" % (self.folder, base, asset[:2], asset, version, ext)

    def import_file(self, asset, ext=".json"):
        return self.file("import", asset, ext)

    def native_file(self, asset, ext=".png"):
        return self.file("native", asset, ext)

    # what they hold

    def packed(self, kind, members):
        documents = [self.assets[m] for m in members]
        if kind == "compiled":
            return pack_doc(documents)
        if kind == "list":
            return documents
        if kind == "images":
            return {"type": "cc.ImageAsset", "data": documents}
        if kind == "textures 2.4":
            return {"type": "cc.Texture2D", "data": "|".join(d[5][0] for d in documents)}
        assert kind == "textures"
        pairs = [[d[5][0]["base"], d[5][0]["mipmaps"]] for d in documents]
        return {"type": "cc.Texture2D", "data": pairs}

    def config(self):
        era = self.game.era
        ids = list(self.assets)
        if not self.game.is_2_4:
            ids += list(self.packs)
        deps = sorted(set(self.redirects.values()))
        debug = era.get("debug", False)

        def name(asset):
            return asset if debug and not self.game.is_2_4 else short(asset)

        def key(asset, as_text=False):
            if debug or asset not in ids:
                return name(asset)
            return str(ids.index(asset)) if as_text else ids.index(asset)

        def member(asset):
            return key(asset, not era.get("numbers"))

        def versions(assets):
            return [v for a in assets if self.md5 for v in (key(a), self.md5)]

        own = [a for a in self.assets if self.assets[a] is not None]
        config = {
            "importBase": "import", "nativeBase": "native", "name": self.name, "deps": deps,
            "uuids": [name(a) for a in ids],
            "paths": {str(key(a)): p for a, p in self.paths.items()},
            "scenes": {url: key(a) for url, a in self.scenes.items()},
            "packs": {p: [member(a) for a in m] for p, (_, m) in self.packs.items()},
            "versions": {"import": versions(own + list(self.packs)),
                         "native": versions(self.natives)},
            "redirect": [v for a, b in self.redirects.items()
                         for v in (key(a), str(deps.index(b)))],
            "debug": debug, "extensionMap": {}, "types": []}
        for asset, ext in self.extensions.items():
            config["extensionMap"].setdefault(ext, []).append(member(asset))
        if self.game.is_2_4:
            del config["extensionMap"]
        self.edit(config)
        return config

    def files(self):
        out = {}
        name = self.game.era.get("config", "config")
        stem = name + ("." + self.md5 if self.md5 else "")
        out[self.folder + stem + ".json"] = text_of(self.config())
        in_packs = {m for _, members in self.packs.values() for m in members}
        for asset, document in self.assets.items():
            if document is None or asset in in_packs:
                continue
            out[self.import_file(asset)] = text_of(document)
        for pack, (kind, members) in self.packs.items():
            if kind == "binary":
                out[self.import_file(pack, ".bin")] = binp([self.assets[m] for m in members])
            else:
                out[self.import_file(pack)] = text_of(self.packed(kind, members))
        for asset, ext in self.extensions.items():
            if asset not in in_packs and ext == ".cconb":
                out[self.import_file(asset, ".cconb")] = out.pop(self.import_file(asset))
        for asset, natives in self.natives.items():
            for ext, content in natives.items():
                out[self.native_file(asset, ext)] = content
        return out


def text_of(value):
    if isinstance(value, bytes):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class Game:
    def __init__(self, era="3.8"):
        self.era = dict(ERAS[era])
        self.is_2_4 = self.era.get("is_2_4", False)
        self.bundles = []
        self.macros = {}
        self.launch = None
        self.extra = {}      # more settings
        self.has_settings = True

    def bundle(self, name):
        self.bundles.append(Bundle(self, name))
        return self.bundles[-1]

    def settings(self):
        era = self.era
        versions = {b.name: b.md5 for b in self.bundles if b.md5}
        if era.get("flat"):
            out = {"platform": era["platform"], "launchScene": self.launch or "",
                   "bundleVers": versions, "remoteBundles": [], "subpackages": []}
            if "engine" in era:
                out["CocosEngine"] = era["engine"]
        else:
            out = {"CocosEngine": era["engine"],
                   "engine": {"debug": False, "platform": era["platform"],
                              "macros": self.macros, "builtinAssets": []},
                   "assets": {"bundleVers": versions, "remoteBundles": [], "subpackages": [],
                              "projectBundles": [b.name for b in self.bundles]},
                   "launch": {"launchScene": self.launch or ""}}
        out.update(self.extra)
        return out

    def files(self):
        out = {}
        for bundle in self.bundles:
            out.update(bundle.files())
        if not self.has_settings:
            return out
        if self.is_2_4:
            # the editor's minifier leaves keys without quotes
            pairs = ("%s:%s" % (k, json.dumps(v)) for k, v in self.settings().items())
            out["src/settings.js"] = ("window._CCSettings={%s};" % ",".join(pairs)).encode()
        else:
            out["src/settings.json"] = text_of(self.settings())
        return out


def two_scenes(era="3.8"):
    """The game most tests break: 'whole' needs what no test touches, 'hurt' the rest.

    whole: wall 64 x 32 (8192 bytes). hurt: crack 16 x 16 (1024), brick 8 x 8 (256), and
    sky 32 x 32 (4096), which the bundle 'side' stores.
    """
    game = Game(era)
    main, side = game.bundle("main"), game.bundle("side")
    wall = main.picture("wall", png(64, 32))
    crack = main.picture("crack", png(16, 16))
    brick = main.picture("brick", png(8, 8))
    sky = side.picture("sky", png(32, 32))
    main.redirect(sky.texture, "side")
    main.scene("whole", {"wall": wall.texture})
    main.scene("hurt", {"crack": crack.texture, "brick": brick.texture, "sky": sky.texture})
    game.launch = next(iter(main.scenes))
    game.main, game.side = main, side
    game.wall, game.crack, game.brick, game.sky = wall, crack, brick, sky
    return game


# ---- containers ----------------------------------------------------------------------

def write(files, folder):
    for path, content in files.items():
        full = os.path.join(folder, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as f:
            f.write(content)
    return folder


def zipped(files, top=""):
    """The bytes of a zip; `files` may be a list of pairs, to hold a path twice."""
    out = io.BytesIO()
    pairs = files.items() if isinstance(files, dict) else files
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for path, content in pairs:
            z.writestr(zipfile.ZipInfo(top + path, (2021, 6, 21, 6, 0, 0)), content,
                       zipfile.ZIP_DEFLATED)
    return out.getvalue()


def tarred(files, compression=""):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:" + compression) as t:
        for path, content in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(content)
            t.addfile(info, io.BytesIO(content))
    return out.getvalue()
