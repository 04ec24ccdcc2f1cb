# SPDX-License-Identifier: Apache-2.0
"""Import documents of Cocos Creator: compiled, verbose, CCON, CCONB and packs.

Every reader here walks the whole structure and raises BadDocument on the first
index, mask or length that does not fit, so that a wrong idea about the format
cannot pass unnoticed. Sources: cocos/serialization/deserialize.ts and ccon.ts
of the engine, deserialize-compiled.ts of 2.4.
"""
import json
import struct

HEX = "0123456789abcdef"
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


class BadDocument(Exception):
    """The bytes are not what the format promises."""


def need(condition, what):
    if not condition:
        raise BadDocument(what)


def decode_uuid(text):
    """22 characters, with or without @sub, to the 36-character form."""
    head, at, tail = text.partition("@")
    if len(head) != 22:
        return text
    digits = [HEX.index(c) for c in head[:2].lower()] if all(
        c in "0123456789abcdefABCDEF" for c in head[:2]) else None
    if digits is None or any(c not in BASE64 for c in head[2:]):
        return text
    for i in range(2, 22, 2):
        a, b = BASE64.index(head[i]), BASE64.index(head[i + 1])
        digits += [a >> 2, (a & 3) << 2 | b >> 4, b & 15]
    h = "".join(HEX[d] for d in digits)
    return "-".join((h[:8], h[8:12], h[12:16], h[16:20], h[20:])) + at + tail


class Document:
    """One asset as read: its class, its plain content and what it names."""

    def __init__(self, class_name, content, listed, form):
        self.class_name = class_name
        self.content = content        # dict of properties, or a custom content
        self.listed = listed          # uuids the document lists itself, in order
        self.form = form              # "compiled" or "verbose"
        self.objects = []             # (class name, content) of every object

    def first(self, class_name):
        for name, content in self.objects:
            if name == class_name:
                return content
        return None


# ---------------------------------------------------------------- compiled form

class Compiled:
    """One file tuple of 11 elements; `decode` returns a Document."""

    def __init__(self, tuple11):
        need(isinstance(tuple11, list) and len(tuple11) == 11,
             "a compiled file has 11 elements, this one %s" % (
                 len(tuple11) if isinstance(tuple11, list) else "is no array"))
        need(tuple11[0] == 1, "version is %r, not 1" % (tuple11[0],))
        (self.uuids, self.strings, self.classes, self.masks, self.instances,
         self.types, self.refs, self.dep_objs, self.dep_keys,
         self.dep_uuids) = [[] if v == 0 and not isinstance(v, bool) else v
                            for v in tuple11[1:]]
        for name in ("uuids", "strings", "classes", "masks", "instances", "types",
                     "refs", "dep_objs", "dep_keys", "dep_uuids"):
            need(isinstance(getattr(self, name), list), name + " is no array")
        self.objects = []

    def integer(self, v, limit, what):
        need(isinstance(v, int) and not isinstance(v, bool), "%s is no integer" % what)
        need(0 <= v < limit, "%s %d is out of range (%d)" % (what, v, limit))
        return v

    def decode(self):
        items = self.instances
        need(items, "no instances")
        root, native = 0, False
        if isinstance(items[-1], (int, float)) and not isinstance(items[-1], bool):
            root, items = items[-1], items[:-1]
            need(isinstance(root, int), "root index is no integer")
            if root < 0:
                root, native = ~root, True
        self.count = len(items)
        normal = self.count - len(self.types)
        need(normal >= 0, "more instance types than instances")
        self.integer(root, self.count, "root index")
        self.check_refs()
        self.check_deps()
        made = [self.object(o) for o in items[:normal]]
        for kind, content in zip(self.types, items[normal:]):
            if kind >= 0:
                self.integer(kind, len(self.classes), "class index")
                c = self.classes[kind]
                name = c if isinstance(c, str) else c[0]
                made.append((name, content))
                self.objects.append(made[-1])
            else:
                made.append((None, self.value(~kind, content)))
        listed = [decode_uuid(self.uuids[i]) for i in self.dep_uuids]
        doc = Document(made[root][0], made[root][1], listed, "compiled")
        doc.objects = self.objects
        doc.native_flag = native
        return doc

    def check_refs(self):
        self.ref_owners = 0
        if not self.refs:
            return
        need(len(self.refs) % 3 == 1, "refs are no triples and a count")
        triples = len(self.refs) // 3
        self.ref_owners = self.integer(self.refs[-1], triples + 1, "owned refs")
        for i in range(triples):
            owner, key, target = self.refs[3 * i:3 * i + 3]
            if i >= self.ref_owners:
                self.integer(owner, self.count, "ref owner")
            self.key(key, "ref key")
            self.integer(target, self.count, "ref target")

    def key(self, key, what):
        need(isinstance(key, int), what + " is no integer")
        if key >= 0:
            self.integer(key, len(self.strings), what)

    def check_deps(self):
        need(len(self.dep_objs) == len(self.dep_keys) == len(self.dep_uuids),
             "dependency arrays differ in length")
        for o, k, u in zip(self.dep_objs, self.dep_keys, self.dep_uuids):
            self.integer(o, max(self.count, 1), "dependency owner")
            self.key(k, "dependency key")
            self.integer(u, len(self.uuids), "dependency uuid")

    def object(self, data):
        need(isinstance(data, list) and data, "object is no array")
        mask = self.masks[self.integer(data[0], len(self.masks), "mask")]
        need(len(data) == len(mask) - 1, "object of %d values for a mask of %d" % (
            len(data) - 1, len(mask) - 2))
        c = self.classes[self.integer(mask[0], len(self.classes), "class")]
        need(isinstance(c, list) and len(c) >= 3, "class of an object has no keys")
        name, keys, offset = c[0], c[1], c[2]
        plain = 3 - offset
        need(0 <= plain <= len(keys), "class offset %r" % (offset,))
        need(len(c) - 3 == len(keys) - plain, "class has %d keys and %d types" % (
            len(keys), len(c) - 3))
        advanced = mask[-1]
        need(isinstance(advanced, int) and 1 <= advanced <= len(data),
             "mask's advanced start %r" % (advanced,))
        content = {}
        entry = (name, content)
        self.objects.append(entry)
        for j in range(1, len(data)):
            k = self.integer(mask[j], len(keys), "key")
            if j < advanced:
                need(k < plain, "advanced key %r among plain ones" % keys[k])
                content[keys[k]] = data[j]
            else:
                need(k >= plain, "plain key %r among advanced ones" % keys[k])
                content[keys[k]] = self.value(c[k + offset], data[j])
        return entry

    def value(self, kind, v):
        if kind == 0:
            return v
        if kind == 1:
            return self.reference(v)
        if kind == 2:
            need(isinstance(v, list), "references are no array")
            return [self.reference(x) for x in v]
        if kind == 3:
            need(isinstance(v, list), "asset references are no array")
            return [self.asset(x) for x in v]
        if kind == 4:
            return self.object(v)
        if kind in (5, 8):
            return self.value_type(v)
        if kind == 6:
            return self.asset(v)
        if kind == 7:
            need(isinstance(v, list) and len(v) == 10, "trs has not 10 numbers")
            return v
        if kind == 9:
            need(isinstance(v, list), "objects are no array")
            return [self.object(x) for x in v]
        if kind == 10:
            need(isinstance(v, list) and len(v) == 2, "custom class is no pair")
            c = self.classes[self.integer(v[0], len(self.classes), "class")]
            entry = (c if isinstance(c, str) else c[0], v[1])
            self.objects.append(entry)
            return entry
        if kind == 11:
            need(isinstance(v, list) and v and isinstance(v[0], dict)
                 and len(v) % 3 == 1, "dict is no object and triples")
            out = dict(v[0])
            for i in range(1, len(v), 3):
                out[v[i]] = self.value(v[i + 1], v[i + 2])
            return out
        if kind == 12:
            need(isinstance(v, list) and v and isinstance(v[0], list)
                 and len(v) - 1 == len(v[0]), "typed array has not a type a value")
            return [self.value(t, x) for t, x in zip(v[1:], v[0])]
        raise BadDocument("data type %r is unknown" % (kind,))

    def reference(self, n):
        need(isinstance(n, int) and not isinstance(n, bool), "reference is no integer")
        if n >= 0:
            self.integer(n, self.count, "instance")
        else:
            self.integer(~n, self.ref_owners, "deferred reference")
        return ("instance", n)

    def asset(self, k):
        if k is None:
            return None
        self.integer(k, len(self.dep_uuids), "dependency slot")
        return ("asset", decode_uuid(self.uuids[self.dep_uuids[k]]))

    SIZES = {0: 2, 1: 3, 2: 4, 3: 4, 4: 1, 5: 2, 6: 4, 7: 16}

    def value_type(self, v):
        need(isinstance(v, list) and v and v[0] in self.SIZES, "value type %r" % (v,))
        need(len(v) - 1 >= self.SIZES[v[0]], "value type %r is short" % (v,))
        return v


def is_compiled(data):
    return (isinstance(data, list) and bool(data) and isinstance(data[0], int)
            and not isinstance(data[0], bool))


# ----------------------------------------------------------------- verbose form

def decode_verbose(data):
    top = data if isinstance(data, dict) else data[0] if data else None
    need(isinstance(top, dict) and "__type__" in top, "no __type__ in a verbose document")
    listed, objects = [], []
    stack = [data]
    ids = []
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            if isinstance(node.get("__uuid__"), str):
                listed.append(decode_uuid(node["__uuid__"]))
            if "__id__" in node:
                ids.append(node["__id__"])
            if isinstance(node.get("__type__"), str):
                objects.append((node["__type__"], node.get("content", node)))
            stack.extend(reversed(list(node.values())))
        elif isinstance(node, list):
            stack.extend(reversed(node))
    size = len(data) if isinstance(data, list) else 1
    for i in ids:
        need(isinstance(i, int) and 0 <= i < size, "__id__ %r is out of range" % (i,))
    doc = Document(top["__type__"], top.get("content", top), listed, "verbose")
    doc.objects = objects
    doc.native_flag = False
    return doc


def decode(data):
    return Compiled(data).decode() if is_compiled(data) else decode_verbose(data)


# ------------------------------------------------------------------------- CCON

class MessagePack:
    """A reader of the MessagePack subset and the one extension that CCON v2 uses."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        need(self.at + n <= len(self.data), "message pack ends early")
        self.at += n
        return self.data[self.at - n:self.at]

    def number(self, fmt):
        return struct.unpack(">" + fmt, self.take(struct.calcsize(">" + fmt)))[0]

    def text(self, n):
        return self.take(n).decode("utf-8")

    def array(self, n):
        return [self.read() for _ in range(n)]

    def map(self, n):
        return {self.read(): self.read() for _ in range(n)}

    def extension(self, n):
        kind = self.number("b")
        body = self.take(n)
        return None if kind == 0 and n == 1 else body

    def read(self):
        b = self.number("B")
        if b < 0x80:
            return b
        if b < 0x90:
            return self.map(b & 15)
        if b < 0xa0:
            return self.array(b & 15)
        if b < 0xc0:
            return self.text(b & 31)
        if b >= 0xe0:
            return b - 256
        if b in (0xc0, 0xc2, 0xc3):
            return {0xc0: None, 0xc2: False, 0xc3: True}[b]
        if b in (0xc4, 0xc5, 0xc6):
            return self.take(self.number("BHI"[b - 0xc4]))
        if b in (0xc7, 0xc8, 0xc9):
            return self.extension(self.number("BHI"[b - 0xc7]))
        if 0xca <= b <= 0xd3:
            return self.number("fdBHIQbhiq"[b - 0xca])
        if 0xd4 <= b <= 0xd8:
            return self.extension(1 << b - 0xd4)
        if b in (0xd9, 0xda, 0xdb):
            return self.text(self.number("BHI"[b - 0xd9]))
        if b in (0xdc, 0xdd):
            return self.array(self.number("HI"[b - 0xdc]))
        if b in (0xde, 0xdf):
            return self.map(self.number("HI"[b - 0xde]))
        raise BadDocument("message pack byte 0x%02x" % b)


def parse_cconb(data):
    """The document inside a binary CCON; its chunks are only measured."""
    need(len(data) >= 16 and data[:4] == b"CCON", "no CCON magic")
    version, total, size = struct.unpack_from("<III", data, 4)
    need(version in (1, 2), "ccon version %d" % version)
    need(total == len(data), "ccon says %d bytes and has %d" % (total, len(data)))
    need(16 + size <= total, "ccon document is cut off")
    body = data[16:16 + size]
    at = 16 + size
    while at < total:
        at = (at + 7) // 8 * 8
        need(at + 4 <= total, "ccon chunk is cut off")
        at += 4 + struct.unpack_from("<I", data, at)[0]
        need(at <= total, "ccon chunk is cut off")
    if version == 1:
        return json.loads(body.decode("utf-8"))
    reader = MessagePack(body)
    out = reader.read()
    need(reader.at == len(body), "bytes after the message pack value")
    return out


def parse_binp(data):
    need(len(data) >= 12 and data[:4] == b"BINP", "no BINP magic")
    version, count = struct.unpack_from("<II", data, 4)
    need(version in (1, 2), "binp version %d" % version)
    out = []
    if version == 2:
        start = 4 * (3 + 2 * count)
        for i in range(count):
            offset, size = struct.unpack_from("<II", data, 12 + 8 * i)
            out.append(data[start + offset:start + offset + size])
    else:
        at = 4 * (3 + count)
        for i in range(count):
            size = struct.unpack_from("<I", data, 12 + 4 * i)[0]
            out.append(data[at:at + size])
            at += size
    return [parse_cconb(b) for b in out]


def is_text_ccon(data):
    return isinstance(data, dict) and "document" in data and "chunks" in data


# ------------------------------------------------------------------------ packs

def unpack(data, members):
    """The members' documents, as raw data still to be decoded, and the pack's kind."""
    if isinstance(data, dict):
        kind, body = data.get("type"), data.get("data")
        if kind == "cc.Texture2D" and isinstance(body, str):
            parts = [[1, 0, 0, [kind], 0, [s, -1], [0], 0, [], [], []]
                     for s in body.split("|")]
        elif kind == "cc.Texture2D" and isinstance(body, list):
            parts = []
            for item in body:
                need(isinstance(item, list) and len(item) == 2, "texture pack entry")
                parts.append([1, 0, 0, [kind], 0, [{"base": item[0], "mipmaps": item[1]}],
                              [0], 0, [], [], []])
        elif kind == "cc.ImageAsset" and isinstance(body, list):
            parts = body
        else:
            raise BadDocument("pack of type %r" % (kind,))
        name = kind
    elif is_compiled(data):
        need(len(data) == 6, "a compiled pack has 6 elements, this one %d" % len(data))
        for section in data[5]:
            need(len(section) == 6, "section of %d elements, not 6" % len(section))
        parts = [data[:5] + section for section in data[5]]
        name = "compiled"
    else:
        need(isinstance(data, list), "pack is neither array nor object")
        parts, name = data, "list"
    need(len(parts) == len(members), "pack has %d entries for %d members" % (
        len(parts), len(members)))
    return parts, name
