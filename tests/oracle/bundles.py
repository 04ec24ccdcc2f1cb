# SPDX-License-Identifier: Apache-2.0
"""A build as it lies on disk or in a zip: its settings, bundles and documents.

Sources: config.ts, url-transformer.ts and pack-manager.ts of the engine for
how ids become files; the settings files of built games for the rest.
"""
import io
import json
import os
import re
import zipfile

import documents
from documents import BadDocument, decode_uuid

CONFIG = re.compile(r"^(cc\.)?config(\.[0-9a-f]{5,})?\.json$")
SETTINGS = re.compile(r"(?:^|/)src/settings(?:\.[0-9a-f]{5,})?\.(json|js)$")
WEB = ("web-desktop", "web-mobile", "web")
NATIVE = ("android", "ios", "mac", "windows", "win32", "linux", "ohos", "harmonyos",
          "harmonyos-next", "openharmony", "huawei-agc", "google-play", "native",
          "jsb-link", "jsb-default", "xr-meta", "xr-pico", "xr-rokid")


def read_file(path):
    with open(path, "rb") as f:
        return f.read()


class Tree:
    """Files by path relative to the build's root, whatever holds them."""

    def __init__(self, path):
        self.readers = {}
        if os.path.isdir(path):
            for folder, dirs, names in os.walk(path):
                dirs.sort()
                for name in sorted(names):
                    full = os.path.join(folder, name)
                    inner = os.path.relpath(full, path).replace(os.sep, "/")
                    self.readers[inner] = lambda full=full: read_file(full)
        else:
            self.mount(zipfile.ZipFile(path), "", "")

    def mount(self, archive, strip, prefix):
        for name in archive.namelist():
            if name.endswith("/") or not name.startswith(strip):
                continue
            inner = prefix + name[len(strip):]
            if inner not in self.readers:
                self.readers[inner] = lambda a=archive, n=name: a.read(n)

    def read(self, path):
        return self.readers[path]()

    def __contains__(self, path):
        return path in self.readers

    def json(self, path):
        return json.loads(self.read(path).decode("utf-8"))


class Entry:
    """What a bundle's config says of one uuid."""

    def __init__(self):
        self.packs, self.version, self.native_version = [], "", ""
        self.redirect, self.extension = None, ".json"


class Bundle:
    def __init__(self, tree, folder, config):
        self.tree, self.folder, self.config = tree, folder, config
        self.name = config.get("name") or os.path.basename(folder)
        self.native = {}
        self.release = config.get("debug") is False
        self.raw = config["uuids"]
        self.ids = [decode_uuid(u) for u in self.raw]
        self.entries = {u: Entry() for u in self.ids}
        self.paths, self.scenes = {}, []
        self.pack_files, self.asset_cache = {}, {}
        self.fill()
        if config.get("isZip"):
            self.mount_zip()

    def key(self, key):
        """The uuid that a table's key stands for."""
        if self.release and (isinstance(key, int) or re.match(r"^(0|[1-9]\d*)$", key)):
            if int(key) < len(self.ids):
                return self.ids[int(key)]
        return decode_uuid(str(key))

    def entry(self, uuid):
        return self.entries.setdefault(uuid, Entry())

    def fill(self):
        c = self.config
        types = c.get("types") or []
        for key, value in (c.get("paths") or {}).items():
            kind = value[1] if len(value) > 1 else None
            self.paths[self.key(key)] = (
                value[0], types[kind] if isinstance(kind, int) else kind)
        for url, key in (c.get("scenes") or {}).items():
            self.scenes.append((url, self.key(key)))
        self.packs = {}
        for pack, members in (c.get("packs") or {}).items():
            members = [self.key(m) for m in members]
            self.packs[pack] = members
            self.entries[pack] = Entry()
            for m in members:
                known = self.entry(m).packs
                known.insert(0, pack) if len(members) == 1 else known.append(pack)
        for name, field in (("import", "version"), ("native", "native_version")):
            pairs = (c.get("versions") or {}).get(name) or []
            for key, value in zip(pairs[::2], pairs[1::2]):
                setattr(self.entry(self.key(key)), field, "." + value)
        pairs = c.get("redirect") or []
        for key, dep in zip(pairs[::2], pairs[1::2]):
            self.entry(self.key(key)).redirect = c["deps"][int(dep)]
        for extension, keys in (c.get("extensionMap") or {}).items():
            for key in keys:
                uuid = self.key(key)
                if uuid in self.entries:
                    self.entries[uuid].extension = extension

    def mount_zip(self):
        version = self.config.get("zipVersion") or ""
        name = self.folder + "res" + ("." + version if version else "") + ".zip"
        if name in self.tree:
            archive = zipfile.ZipFile(io.BytesIO(self.tree.read(name)))
            self.tree.mount(archive, "res/", self.folder)

    def own(self):
        """Every asset that this bundle stores: no packs, no redirects."""
        return [u for u, e in self.entries.items()
                if e.redirect is None and u not in self.packs]

    def file(self, uuid, extension, native=False):
        e = self.entries[uuid]
        base = self.config.get("nativeBase" if native else "importBase")
        version = e.native_version if native else e.version
        return "%s%s/%s/%s%s%s" % (self.folder, base, uuid[:2], uuid, version, extension)

    # ------------------------------------------------------------- documents

    def import_data(self, uuid):
        """(path, parsed content) of an import file that is in no pack."""
        extension = self.entries[uuid].extension
        tries = {".cconb": (".cconb", ".bin"), ".ccon": (".json", ".ccon")}.get(
            extension, (extension,))
        for t in tries:
            path = self.file(uuid, t)
            if path in self.tree:
                break
        else:
            raise FileNotFoundError(self.file(uuid, tries[0]))
        data = self.tree.read(path)
        if data[:4] == b"CCON":
            return path, documents.parse_cconb(data)
        parsed = parse_json(data)
        if documents.is_text_ccon(parsed):
            documents.need(parsed.get("version") in (1, 2), "ccon version")
            for chunk in parsed["chunks"]:
                name = path[:path.rindex(".")] + chunk
                if name not in self.tree:
                    raise FileNotFoundError(name)
            parsed = parsed["document"]
        return path, parsed

    def pack(self, pack):
        """{member: raw document} of a pack; raises what went wrong, every time."""
        if pack not in self.pack_files:
            try:
                self.pack_files[pack] = self.read_pack(pack)
            except (FileNotFoundError, BadDocument) as e:
                self.pack_files[pack] = e
        out = self.pack_files[pack]
        if isinstance(out, Exception):
            raise out
        return out

    def read_pack(self, pack):
        members = self.packs[pack]
        path = self.file(pack, ".json")
        if path in self.tree:
            data = parse_json(self.tree.read(path))
            parts, _kind = documents.unpack(data, members)
        else:
            binary = self.file(pack, ".bin")
            if binary not in self.tree:
                raise FileNotFoundError(path)
            parts = documents.parse_binp(self.tree.read(binary))
            documents.need(len(parts) == len(members), "binp entries")
        return dict(zip(members, parts))

    def document(self, uuid, pack=None):
        """The decoded document of an asset this bundle stores."""
        packs = self.entries[uuid].packs
        pack = pack or (packs[0] if packs else None)
        key = (uuid, pack)
        if key not in self.asset_cache:
            try:
                raw = self.pack(pack)[uuid] if pack else self.import_data(uuid)[1]
                self.asset_cache[key] = documents.decode(raw)
            except (FileNotFoundError, BadDocument) as e:
                self.asset_cache[key] = e
            except (TypeError, ValueError, KeyError, IndexError) as e:
                self.asset_cache[key] = BadDocument("%s: %s" % (type(e).__name__, e))
        out = self.asset_cache[key]
        if isinstance(out, Exception):
            raise out
        return out


def parse_json(data):
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError) as e:
        raise BadDocument("no json: %s" % e)


# ------------------------------------------------------------------------ build

class Build:
    def __init__(self, path, engine=None, target=None):
        self.tree = Tree(path)
        self.settings = self.find_settings(path)
        self.find_bundles()
        self.engine, self.engine_source = self.find_engine(engine)
        self.target, self.target_source = self.find_target(target)
        self.version = tuple(int(x) for x in re.findall(r"\d+", self.engine)[:3])

    def find_settings(self, path):
        found = sorted((p for p in self.tree.readers if SETTINGS.search(p)),
                       key=lambda p: (p.count("/"), p))
        if found:
            name, data = found[0], self.tree.read(found[0])
        else:
            name, data = outer_settings(path)
        self.settings_name = name
        if data is None:
            return {}
        text = data.decode("utf-8")
        return json.loads(text) if name.endswith(".json") else loose_settings(text)

    def setting(self, group, key):
        inner = self.settings.get(group)
        if isinstance(inner, dict) and key in inner:
            return inner[key]
        return self.settings.get(key)

    def find_bundles(self):
        candidates = {}
        for path in self.tree.readers:
            folder, _, name = path.rpartition("/")
            if CONFIG.match(name):
                try:
                    config = self.tree.json(path)
                except ValueError:
                    continue
                if isinstance(config, dict) and {"uuids", "importBase"} <= set(config):
                    candidates.setdefault(folder, []).append((name, config))
        self.bundles, self.by_name = [], {}
        self.native_configs = False
        versions = self.setting("assets", "bundleVers") or {}
        for folder in sorted(candidates):
            for name, config in candidates[folder]:
                wanted = versions.get(config.get("name"))
                if wanted and "config.%s.json" % wanted in name:
                    break
            self.native_configs |= name.startswith("cc.")
            bundle = Bundle(self.tree, folder + "/" if folder else "", config)
            self.bundles.append(bundle)
            self.by_name.setdefault(bundle.name, bundle)
        if not self.bundles:
            raise SystemExit("no bundle found")

    def find_engine(self, given):
        if given:
            return given, "given"
        if self.settings.get("CocosEngine"):
            return self.settings["CocosEngine"], "settings CocosEngine"
        found = self.engine_file()
        if found:
            return found
        configs = [b.config for b in self.bundles]
        if any("dependencyRelationships" in c for c in configs):
            members = [m for c in configs if c.get("debug") is False
                       for p in (c.get("packs") or {}).values() for m in p]
            if members and all(isinstance(m, int) for m in members):
                return "3.8.2", "guess: dependencyRelationships and numeric pack members"
            return "3.8.0", "guess: dependencyRelationships"
        if any("hasPreloadScript" in c for c in configs):
            return "3.7.0", "guess: hasPreloadScript"
        if isinstance(self.settings.get("assets"), dict):
            return "3.6.0", "guess: grouped settings"
        if any("extensionMap" in c for c in configs):
            return "3.4.0", "guess: extensionMap"
        if any("@" in u for b in self.bundles for u in b.ids):
            return "3.0.0", "guess: @ ids"
        for b in self.bundles:
            for uuid in b.own():
                try:
                    form = b.document(uuid).form
                except (FileNotFoundError, BadDocument):
                    continue
                if form == "compiled":
                    return "2.4.5", "guess: compiled documents, no @ ids"
        return "2.4.0", "guess: verbose documents, no @ ids"

    def engine_file(self):
        """The version string that the engine's own script assigns."""
        for path in sorted(self.tree.readers):
            if re.search(r"(^|/)(cocos[^/]*|cc[^/]*)\.js$", path):
                m = re.search(rb"(?:ENGINE_VERSION|CocosEngine)\s*[=:]\s*"
                              rb"[\"'](\d+\.\d+\.\d+)", self.tree.read(path))
                if m:
                    return m.group(1).decode(), "engine file " + path
        return None

    def find_target(self, given):
        old = self.engine.startswith("2.")
        web = "webgl1" if old else "web"
        platform = self.setting("engine", "platform")
        self.platform = platform
        if given:
            return given, "given"
        if platform:
            kind = web if platform in WEB else (
                "native" if platform in NATIVE else "minigame")
            return kind, "settings platform %s" % platform
        if self.native_configs:
            return "native", "cc.config.json"
        names = self.tree.readers
        if "game.json" in names or any(
                re.search(r"(^|/)subpackages/[^/]+/config", n) for n in names):
            return "minigame", "game.json or subpackages"
        if any(b.config.get("isZip") for b in self.bundles):
            return "minigame", "guess: zip bundles"
        if any(".ccon" in (b.config.get("extensionMap") or {}) for b in self.bundles):
            return "minigame", "guess: .ccon documents beside config.json"
        return web, "guess: nothing says otherwise"

    def find(self, uuid, bundle):
        """(bundle that stores it or None, reason) as the engine looks it up."""
        entry = bundle.entries.get(uuid)
        if entry is None:
            return None, "not listed in %s" % bundle.name
        if entry.redirect is None:
            return bundle, None
        other = self.by_name.get(entry.redirect)
        if other is None:
            return None, "redirected to %s, which is absent" % entry.redirect
        entry = other.entries.get(uuid)
        if entry is None or entry.redirect is not None:
            return None, "redirected to %s, which does not store it" % other.name
        return other, None


def outer_settings(path):
    """A bundle folder's or assets folder's settings lie one or two levels above."""
    if os.path.isdir(path):
        for up in ("..", "../.."):
            folder = os.path.join(os.path.abspath(path), up, "src")
            for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
                if SETTINGS.search("src/" + name):
                    return name, read_file(os.path.join(folder, name))
    return None, None


def loose_settings(text):
    """The few fields of a 2.4 settings script that matter here."""
    out = {}
    for key in ("platform", "launchScene"):
        m = re.search(r"\b%s\"?\s*:\s*\"([^\"]*)\"" % key, text)
        if m:
            out[key] = m.group(1)
    m = re.search(r"\bbundleVers\"?\s*:\s*\{([^}]*)\}", text)
    if m:
        out["bundleVers"] = dict(re.findall(r"\"?([^\s,\"]+)\"?\s*:\s*\"([^\"]*)\"",
                                            m.group(1)))
    return out
