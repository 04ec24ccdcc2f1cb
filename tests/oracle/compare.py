#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Print where a report of packaudit and one of oracle.py differ; exit 1 if they do.

Usage: compare.py OURS.json ORACLE.json [--all]
With --all, every key that both hold is compared, textures and dynamic as well.
"""
import json
import sys

SCENE = ("decoded_bytes", "gpu_bytes", "engine_counter_bytes", "retained_cpu_bytes",
         "images", "textures")
SCENE_ALL = SCENE + ("file_bytes", "pixels", "resident_bytes", "launch", "auto_release",
                     "bundle", "name", "render_texture_bytes",
                     "render_texture_counter_bytes")
IMAGE = ("width", "height")
IMAGE_ALL = IMAGE + ("file_bytes", "decoded_bytes", "file", "bundle", "has_alpha")
TEXTURE = ("class", "width", "height", "levels", "layers", "gpu_bytes", "images")
DYNAMIC = ("images", "gpu_bytes")


class Differences:
    def __init__(self):
        self.count = 0

    def say(self, what, ours, theirs):
        self.count += 1
        print("%s: ours %s, oracle %s" % (what, short(ours), short(theirs)))

    def keys(self, what, ours, theirs, keys, only_shared):
        for key in keys:
            if only_shared and (key not in ours or key not in theirs):
                continue
            # an unknown size may be null, 0 or left out
            a, b = ours.get(key) or 0, theirs.get(key) or 0
            if a != b:
                self.say("%s %s" % (what, key), ours.get(key), theirs.get(key))

    def uuids(self, what, ours, theirs):
        a, b = set(ours or []), set(theirs or [])
        for uuid in sorted(a - b):
            self.say(what, uuid, "nothing")
        for uuid in sorted(b - a):
            self.say(what, "nothing", uuid)

    def rows(self, what, ours, theirs, name, keys, only_shared=False):
        a = {r.get(name): r for r in ours}
        b = {r.get(name): r for r in theirs}
        self.uuids(what, a, b)
        for key in sorted(set(a) & set(b)):
            self.keys("%s %s" % (what, key), a[key], b[key], keys, only_shared)
        return [(a[k], b[k]) for k in sorted(set(a) & set(b))]


def short(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else text[:117] + "..."


def main():
    names = [a for a in sys.argv[1:] if a != "--all"]
    everything = "--all" in sys.argv[1:]
    if len(names) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    with open(names[0], encoding="utf-8") as f:
        ours = json.load(f)
    with open(names[1], encoding="utf-8") as f:
        theirs = json.load(f)
    d = Differences()
    d.keys("build", ours["build"], theirs["build"],
           ("engine", "target", "bundles", "scenes", "images"), False)
    pairs = d.rows("scene", ours["scenes"], theirs["scenes"], "url",
                   SCENE_ALL if everything else SCENE, everything)
    for a, b in pairs:
        for key in ("image_uuids", "texture_uuids"):
            d.uuids("scene %s %s" % (a["url"], key), a.get(key), b.get(key))
    d.rows("image", ours["images"], theirs["images"], "uuid",
           IMAGE_ALL if everything else IMAGE, everything)
    if everything:
        d.rows("texture", ours.get("textures", []), theirs["textures"], "uuid",
               TEXTURE, True)
        d.rows("dynamic", ours.get("dynamic", []), theirs["dynamic"], "bundle",
               DYNAMIC, True)
    print("%d difference%s" % (d.count, "" if d.count == 1 else "s"), file=sys.stderr)
    return 1 if d.count else 0


if __name__ == "__main__":
    sys.exit(main())
