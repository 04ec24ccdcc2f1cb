#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `packaudit report` must say of a build, worked out a second time.

Slow and plain on purpose: it shares no code and no idea with the program, so
that where the two agree both are probably right.
Usage: oracle.py BUILD [--engine VERSION] [--target native|web|webgl1|minigame]
"""
import argparse
import collections
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import images as pictures                                    # noqa: E402
from bundles import Build                                    # noqa: E402
from documents import BadDocument, decode_uuid               # noqa: E402

EXTENSIONS = [".png", ".jpg", ".jpeg", ".bmp", ".webp", ".pvr", ".pkm", ".astc"]
PLAIN = [".webp", ".jpg", ".jpeg", ".bmp", ".png"]
COMPRESSED = [".astc", ".pkm", ".pvr"]
FACES = ("front", "back", "left", "right", "top", "bottom")
TEXTURES = ("cc.Texture2D", "cc.TextureCube", "cc.RenderTexture")


def power_of_two(n):
    return n > 0 and n & (n - 1) == 0


def full_chain(width, height):
    return max(width, height, 1).bit_length()


class Image:
    """An image asset: the alternative taken, its header and its costs."""

    def __init__(self, uuid, bundle):
        self.uuid, self.bundle = uuid, bundle
        self.file = self.picture = self.error = self.pixel_format = None
        self.file_bytes = 0
        self.scenes = []

    @property
    def known(self):
        return self.picture is not None

    @property
    def pixels(self):
        return self.picture.width * self.picture.height if self.known else 0

    @property
    def decoded_bytes(self):
        if not self.known:
            return 0
        p = self.picture
        return p.payload if p.compressed else 4 * p.width * p.height


class Texture:
    """A texture asset: which images fill it, and what it takes."""

    def __init__(self, uuid, kind):
        self.uuid, self.kind = uuid, kind
        self.images = []              # uuids, level by level, face by face
        self.named = set()            # images in its own dependency list as well
        self.mip = False
        self.layers, self.levels = 1, 1
        self.width = self.height = None
        self.format = None
        self.gpu_bytes = self.counter_bytes = 0
        self.baked = False


class Oracle:
    def __init__(self, build):
        self.build = build
        self.old = build.version < (3, 0, 0)
        self.images, self.textures, self.missing = {}, {}, []
        self.unresolved, self.assets = [], {}
        self.undecodable, self.absent = [], []
        self.count_documents()

    # --------------------------------------------------------------- documents

    def count_documents(self):
        self.total = 0
        for bundle in self.build.bundles:
            for uuid in bundle.own():
                self.total += 1
                for pack in bundle.entries[uuid].packs or [None]:
                    self.try_document(bundle, uuid, pack)
        gone = {}
        for m in self.missing:
            gone[m["file"]] = m
        self.missing = list(gone.values())

    def try_document(self, bundle, uuid, pack):
        try:
            doc = bundle.document(uuid, pack)
        except FileNotFoundError as e:
            self.missing.append({"bundle": bundle.name, "uuid": pack or uuid,
                                 "file": str(e), "kind": "pack" if pack else "import"})
            self.absent.append({"bundle": bundle.name, "uuid": uuid, "pack": pack})
        except BadDocument as e:
            self.undecodable.append({"bundle": bundle.name, "uuid": uuid, "pack": pack,
                                     "reason": str(e)})
        else:
            self.check_native(bundle, uuid, doc)

    def check_native(self, bundle, uuid, doc):
        if not isinstance(doc.content, dict):
            return
        native = doc.content.get("_native")
        if not isinstance(native, str) or not native or native.startswith("/"):
            return
        extension = native
        if doc.class_name == "cc.TTFFont":
            extension = os.path.splitext(native)[1]
            if extension == ".ttf":
                extension = "/" + native
        path = bundle.file(uuid, extension, native=True)
        if path not in bundle.tree:
            self.missing.append({"bundle": bundle.name, "uuid": uuid, "file": path,
                                 "kind": "native"})

    def asset(self, uuid, bundle):
        """(document, storing bundle) of what `bundle` calls uuid; None if unreadable."""
        home, reason = self.build.find(uuid, bundle)
        if home is None:
            self.unresolved.append(
                {"bundle": bundle.name, "uuid": uuid, "reason": reason})
            return None, None
        try:
            return home.document(uuid), home
        except (FileNotFoundError, BadDocument):
            return None, home

    def dependencies(self, doc):
        """Every uuid a document names, the hidden ones of custom contents too."""
        out = list(doc.listed)
        for name, content in doc.objects:
            if not isinstance(content, dict):
                continue
            if name == "cc.Texture2D":
                out += strings(content.get("mipmaps"))
            elif name == "cc.TextureCube":
                for face in content.get("mipmaps") or []:
                    out += [face[f] for f in FACES if isinstance(face.get(f), str)]
                atlas = content.get("mipmapAtlas") or {}
                out += [atlas[f] for f in FACES if isinstance(atlas.get(f), str)]
            elif name == "cc.SpriteAtlas":
                frames = content.get("spriteFrames")
                if isinstance(frames, list):
                    out += strings(frames[1::2])
            elif name == "cc.SpriteFrame" and doc.form == "verbose":
                out += strings([content.get("texture")])
        seen, unique = set(), []
        for u in out:
            u = decode_uuid(u)
            if u and u not in seen:
                seen.add(u)
                unique.append(u)
        return unique

    def closure(self, roots):
        """{uuid: (document, bundle)} of everything that the roots bring in."""
        out, queue = {}, collections.deque(roots)
        while queue:
            uuid, bundle = queue.popleft()
            if uuid in out:
                continue
            doc, home = self.asset(uuid, bundle)
            out[uuid] = (doc, home)
            if doc is None:
                continue
            self.register(uuid, home, doc)
            for d in self.dependencies(doc):
                if d not in out:
                    queue.append((d, home))
        return out

    # -------------------------------------------------------- images, textures

    def register(self, uuid, bundle, doc):
        if uuid in self.assets:
            return
        self.assets[uuid] = doc
        kind, content = doc.class_name, doc.content
        if kind == "cc.ImageAsset":
            fmt = content.get("fmt", "") if isinstance(content, dict) else content
            self.images[uuid] = self.image(uuid, bundle, fmt)
        elif kind == "cc.Texture2D" and isinstance(content, str):
            fields = content.split(",")
            texture = self.textures[uuid] = Texture(uuid, kind)
            texture.mip = len(fields) == 8 and fields[6] == "1"
            if fields[0]:
                self.images[uuid] = self.image(uuid, bundle, fields[0])
                texture.images = [uuid]
        elif kind in TEXTURES:
            self.textures[uuid] = self.texture(uuid, kind, content, doc)

    def texture(self, uuid, kind, content, doc):
        t = Texture(uuid, kind)
        base = (content.get("base") or "").split(",") if isinstance(content, dict) else []
        t.mip = len(base) > 4 and base[4] not in ("", "0")
        if kind == "cc.RenderTexture":
            t.width = content.get("w", content.get("width"))
            t.height = content.get("h", content.get("height"))
            return t
        if kind == "cc.Texture2D":
            t.images = [decode_uuid(u) for u in strings(content.get("mipmaps"))]
            t.levels = max(1, len(t.images))
        elif kind == "cc.TextureCube":
            t.layers = 6
            atlas = content.get("mipmapAtlas")
            if atlas and content.get("mipmapMode") == 2:
                t.baked, faces = True, [atlas]
                layout = content.get("mipmapLayout") or []
                t.layout = sorted(layout, key=lambda r: r.get("level", 0))
                t.levels = max(1, len(layout))
            else:
                faces = content.get("mipmaps") or []
                t.levels = max(1, len(faces))
            t.images = [decode_uuid(f[k]) for f in faces for k in FACES if f.get(k)]
        t.named = set(doc.listed) & set(t.images)
        return t

    def image(self, uuid, bundle, fmt):
        image = Image(uuid, bundle.name)
        chosen, alternatives = self.choose(fmt)
        for extension, _ in alternatives:
            path = bundle.file(uuid, extension, native=True)
            if path not in bundle.tree:
                self.missing.append({
                    "bundle": bundle.name, "uuid": uuid, "file": path,
                    "kind": "image" if (extension, _) == chosen else "alternative"})
        if chosen is None:
            image.error = "no alternative fits: %r" % fmt
            return image
        image.file = bundle.file(uuid, chosen[0], native=True)
        if image.file not in bundle.tree:
            image.error = "file is absent"
            return image
        data = bundle.tree.read(image.file)
        image.file_bytes = len(data)
        swapped = self.build.target != "native" and self.build.version >= (3, 7, 0)
        try:
            image.picture = pictures.read(data, swapped)
        except pictures.BadImage as e:
            image.error = str(e)
            return image
        image.pixel_format = self.format_of(image.picture, chosen[1])
        if self.build.target == "native":
            if image.picture.kind in ("bmp", "gif") or image.picture.components == 4:
                image.error = "cannot be decoded on native"
        return image

    def choose(self, fmt):
        """The alternative a device takes that reads WebP and nothing compressed."""
        alternatives = []
        for part in fmt.split("_"):
            name, at, number = part.partition("@")
            if self.old:
                name = name[:1]
            if name.isdigit() and int(name) < len(EXTENSIONS):
                name = EXTENSIONS[int(name)]
            alternatives.append((name, int(number) if at else None))
        for order in (PLAIN, COMPRESSED):
            for extension in order:
                if extension == ".astc" and self.build.version < (2, 4, 11):
                    continue
                for a in alternatives:
                    if a[0] == extension:
                        return a, alternatives
        if self.build.version < (3, 4, 0) and alternatives[0][0]:
            return alternatives[0], alternatives
        return None, alternatives

    def format_of(self, picture, number):
        if not picture.compressed:
            return "RGBA8888"
        if picture.kind == "astc" and self.build.target != "native":
            return "RGBA_ASTC_%dx%d" % picture.block
        name = pictures.pixel_format(number, self.build.version) if number else None
        return name or "RGBA8888"

    # -------------------------------------------------------------------- costs

    def cleans(self):
        """CLEANUP_IMAGE_CACHE as the running game has it."""
        target, version = self.build.target, self.build.version
        device = target in ("native", "minigame")
        if self.old:
            return device
        value = version >= (3, 6, 0) and device
        if version >= (3, 6, 0):
            macros = self.build.settings.get("engine", {}).get("macros") or {}
        else:
            macros = self.build.settings.get("macros") or {}
        return bool(macros.get("CLEANUP_IMAGE_CACHE", value))

    def kept_bytes(self, image):
        """CPU bytes of an image that nothing cleans up."""
        if not image.known:
            return 0
        p, target = image.picture, self.build.target
        if p.container:
            return p.payload
        if target == "native":
            return image.decoded_bytes
        if p.compressed:
            return image.file_bytes
        if target == "minigame":
            return 4 * image.pixels
        bitmap = (self.build.platform == "web-desktop"
                  and self.build.version <= (3, 8, 0))
        return 4 * image.pixels if bitmap else image.file_bytes

    def measure(self, t):
        """Fill in a texture's size, levels and bytes from its images."""
        if t.kind == "cc.RenderTexture":
            w, h = min(t.width or 1, 2048), min(t.height or 1, 2048)
            t.format = "RGBA8888"
            t.gpu_bytes, t.counter_bytes = 8 * w * h, 9 * w * h
            return
        base = self.images.get(t.images[0]) if t.images else None
        if base is None or not base.known:
            return
        p = base.picture
        t.width, t.height, t.format = p.width, p.height, base.pixel_format
        if t.baked and t.layout:
            t.width, t.height = t.layout[0]["width"], t.layout[0]["height"]
        supplied = p.levels if p.container and len(t.images) == t.layers else t.levels
        t.levels = self.levels(t, supplied, p.compressed)
        name = t.format
        sizes = [(max(1, t.width >> i), max(1, t.height >> i)) for i in range(t.levels)]
        t.gpu_bytes = t.layers * sum(pictures.level_bytes(name, *s) for s in sizes)
        old = self.build.version < (3, 6, 3)
        if self.old:
            t.counter_bytes = 0
        elif self.build.target == "native":
            t.counter_bytes = pictures.engine_level_bytes(name, *sizes[0], False)
        else:
            t.counter_bytes = t.layers * sum(
                pictures.engine_level_bytes(name, *s, old) for s in sizes)

    def levels(self, t, supplied, compressed):
        pot = power_of_two(t.width) and power_of_two(t.height)
        if not t.mip:
            return supplied
        if self.old:
            return full_chain(t.width, t.height) if pot and not compressed else 1
        target, version = self.build.target, self.build.version
        any_size = target == "web" or (target == "native" and version < (3, 6, 0))
        return full_chain(t.width, t.height) if any_size or pot else supplied

    def retained(self, assets):
        """CPU bytes that stay of a closure's images after upload."""
        found = [u for u in assets if u in self.images]
        if not self.cleans():
            return sum(self.kept_bytes(self.images[u]) for u in found)
        if self.old:
            return 0
        kept = set(u for u in found if self.images[u].known
                   and self.images[u].picture.container)
        filled = set()
        for uuid, (doc, _home) in assets.items():
            if doc is None:
                continue
            t = self.textures.get(uuid)
            if t is None:
                kept |= set(self.dependencies(doc)) & set(found)
            else:
                filled |= set(t.images)
                kept |= t.named & set(found)
                if t.baked:
                    kept |= set(t.images) & set(found)
        kept |= set(found) - filled
        return sum(self.kept_bytes(self.images[u]) for u in kept)

    # ------------------------------------------------------------------- report

    def report(self):
        everything = []
        for bundle in self.build.bundles:
            everything += [(u, bundle) for u in bundle.own()]
        launch = self.build.setting("launch", "launchScene")
        scenes, bags = [], []
        for bundle in self.build.bundles:
            for url, uuid in bundle.scenes:
                bag = self.closure([(uuid, bundle)])
                bags.append((bundle, url, uuid, bag))
        named = {b.name: self.closure([(u, b) for u in b.paths])
                 for b in self.build.bundles}
        for uuid, bundle in everything:          # images that nothing leads to
            if uuid not in self.assets:
                try:
                    self.register(uuid, bundle, bundle.document(uuid))
                except (FileNotFoundError, BadDocument):
                    pass
        for t in self.textures.values():
            self.measure(t)
        by_scene = set()
        for bundle, url, uuid, bag in bags:
            scenes.append(self.scene(bundle, url, uuid, bag, url == launch))
            by_scene |= set(bag)
        gone = {m["file"]: m for m in self.missing}
        lost = {(m["bundle"], m["uuid"]): m for m in self.unresolved}
        b = self.build
        return {
            "build": {"engine": b.engine, "engine_source": b.engine_source,
                      "target": b.target, "target_source": b.target_source,
                      "bundles": len(b.bundles), "scenes": len(scenes),
                      "images": len(self.images), "cleanup_image_cache": self.cleans()},
            "scenes": scenes,
            "images": [self.image_row(i) for _, i in sorted(self.images.items())],
            "textures": [self.texture_row(t) for _, t in sorted(self.textures.items())],
            "dynamic": self.dynamic(named, by_scene),
            "documents": {"total": self.total, "undecodable": self.undecodable,
                          "absent": self.absent},
            "missing": [gone[k] for k in sorted(gone)],
            "unresolved": [lost[k] for k in sorted(lost)],
        }

    def scene(self, bundle, url, uuid, bag, launch):
        found = sorted(u for u in bag if u in self.images)
        textures = sorted(u for u in bag if u in self.textures)
        pics = [self.images[u] for u in found]
        texs = [self.textures[u] for u in textures]
        plain = [t for t in texs if t.kind != "cc.RenderTexture"]
        targets = [t for t in texs if t.kind == "cc.RenderTexture"]
        name = url.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        for i in pics:
            i.scenes.append(name)
        gpu, retained = sum(t.gpu_bytes for t in plain), self.retained(bag)
        doc = bag[uuid][0]
        root = doc.first("cc.Scene") if doc else None
        return {
            "name": name, "url": url, "uuid": uuid, "bundle": bundle.name,
            "launch": launch, "readable": doc is not None,
            "auto_release": bool((root or {}).get("autoReleaseAssets", False)),
            "assets": len(bag), "images": len(pics), "textures": len(texs),
            "images_of_unknown_size": sum(not i.known for i in pics),
            "file_bytes": sum(i.file_bytes for i in pics),
            "pixels": sum(i.pixels for i in pics),
            "decoded_bytes": sum(i.decoded_bytes for i in pics),
            "gpu_bytes": gpu,
            "engine_counter_bytes": sum(t.counter_bytes for t in plain),
            "retained_cpu_bytes": retained, "resident_bytes": gpu + retained,
            "render_texture_bytes": sum(t.gpu_bytes for t in targets),
            "render_texture_counter_bytes": sum(t.counter_bytes for t in targets),
            "image_uuids": found, "texture_uuids": textures,
        }

    def image_row(self, i):
        p = i.picture
        return {"uuid": i.uuid, "bundle": i.bundle, "file": i.file,
                "format": p.kind if p else None,
                "width": p.width if p else None, "height": p.height if p else None,
                "file_bytes": i.file_bytes,
                "decoded_bytes": i.decoded_bytes if p else None,
                "has_alpha": p.alpha if p else None, "error": i.error,
                "scenes": sorted(set(i.scenes))}

    def texture_row(self, t):
        return {"uuid": t.uuid, "class": t.kind, "format": t.format,
                "width": t.width, "height": t.height, "levels": t.levels,
                "layers": t.layers, "gpu_bytes": t.gpu_bytes, "images": t.images}

    def dynamic(self, named, by_scene):
        out = []
        for name in sorted(named):
            rest = [u for u in named[name] if u not in by_scene]
            found = [u for u in rest if u in self.images]
            if found:
                out.append({"bundle": name, "images": len(found), "gpu_bytes": sum(
                    self.textures[u].gpu_bytes for u in rest if u in self.textures
                    and self.textures[u].kind != "cc.RenderTexture")})
        return out


def strings(values):
    return [v for v in values or [] if isinstance(v, str)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build")
    parser.add_argument("--engine")
    parser.add_argument("--target", choices=("native", "web", "webgl1", "minigame"))
    args = parser.parse_args()
    build = Build(args.build, args.engine, args.target)
    json.dump(Oracle(build).report(), sys.stdout, indent=1, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main()
