# SPDX-License-Identifier: Apache-2.0
"""Documents of a build as the oracle reads them, to compare builds with other packs."""
import os
import sys

from harness import ROOT

sys.path.insert(0, os.path.join(ROOT, "tests", "oracle"))
import bundles  # noqa: E402
import documents  # noqa: E402


def spelled(raw):
    """A document with every number of a table replaced by what stands there."""
    if not documents.is_compiled(raw):
        return raw
    form = documents.Compiled(raw)
    made = form.decode()

    def key(k):
        return form.strings[k] if k >= 0 else k

    refs = [(form.refs[i], key(form.refs[i + 1]), form.refs[i + 2])
            for i in range(0, len(form.refs) - 1, 3)]
    holders = [(o, key(k)) for o, k in zip(form.dep_objs, form.dep_keys)]
    return (made.class_name, made.content, made.listed, made.objects, made.native_flag,
            refs, form.refs[-1:], holders)


def raw_of(bundle, asset):
    packs = bundle.entries[asset].packs
    return bundle.pack(packs[0])[asset] if packs else bundle.import_data(asset)[1]


def documents_of(folder):
    """{(bundle, uuid): document} of every document that can be read."""
    found = {}
    for bundle in bundles.Build(folder).bundles:
        for asset in bundle.own():
            try:
                found[bundle.name, asset] = spelled(raw_of(bundle, asset))
            except (FileNotFoundError, documents.BadDocument):
                found[bundle.name, asset] = None
    return found


def holders_of(folder):
    """{(bundle, uuid): packs that list it}."""
    return {(b.name, a): list(b.entries[a].packs)
            for b in bundles.Build(folder).bundles for a in b.own()}


def fetched(folder, uuids):
    """Files that hold some assets: what a load of them asks for."""
    files = {}
    for bundle in bundles.Build(folder).bundles:
        for asset in set(uuids) & set(bundle.own()):
            packs = bundle.entries[asset].packs
            path = bundle.file(packs[0] if packs else asset, ".json")
            files[path] = len(bundle.tree.read(path))
    return files
