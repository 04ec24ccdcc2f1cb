/* config.h - one bundle: its config.json as tables of what the engine looks up.
 *
 * Source: cocos-engine 3.8.5 cocos/asset/asset-manager/config.ts (Config.init,
 * processOptions), 2.4 cocos2d/core/asset-manager/config.js and utilities.js.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BUNDLE_CONFIG_H
#define PA_BUNDLE_CONFIG_H

#include "base/map.h"
#include "bundle/finding.h"
#include "codec/json.h"
#include "codec/tree.h"

#define NO_INDEX UINT32_MAX

/** The folder in the zip of a bundle whose content the engine takes for the bundle's:
 * pal/minigame, "unzipDir + '/res/'". */
#define ZIP_BUNDLE_FOLDER "res/"

/** One id that a config lists: an asset of this bundle, one stored in another, or a pack.
 */
typedef struct entry {
    str uuid;           /**< full form */
    str path;           /**< addressable path, empty when it has none */
    str type;           /**< class that `paths` names, empty when it has none */
    str import_version; /**< md5 part of the import file's name, or empty */
    str native_version;
    str extension; /**< key of extensionMap (".cconb", ".ccon"), or empty for plain JSON
                    */
    uint32_t redirect; /**< index into bundle.deps, NO_INDEX when the bundle stores it */
    uint32_t
        pack; /**< index into bundle.packs of the pack it is taken from, or NO_INDEX */
    uint32_t section; /**< its place there */
    bool is_pack;
} entry;

typedef struct pack {
    uint32_t entry;    /**< of the pack's own id */
    uint32_t *members; /**< entries, in the order of the sections */
    uint32_t count;
} pack;

typedef struct scene_row {
    str url; /**< "db://assets/….scene" */
    uint32_t entry;
} scene_row;

typedef struct bundle {
    str name;
    str folder;      /**< in the tree, with '/' behind it unless empty */
    str import_base; /**< "import/" */
    str native_base;
    tree_id config; /**< the config file */
    bool is_debug;
    bool is_zip;
    str zip_version;
    tree_id zip;            /**< the zip that was unpacked into it, or TREE_NONE */
    bool has_relationships; /**< shape marks that date a build without settings */
    bool has_preload_script;
    bool has_extension_map;
    bool has_number_members;
    bool has_sub_ids;
    bool has_versions;
    str *deps;             /**< names of bundles that redirects lead to */
    uint32_t *dep_bundles; /**< of each dep, NO_INDEX when it is absent; set by
                              documents.c */
    uint32_t dep_count;
    entry *entries;
    uint32_t entry_count;
    uint32_t entry_capacity;
    pack *packs;
    uint32_t pack_count;
    scene_row *scenes;
    uint32_t scene_count;
    map by_uuid;          /**< full uuid to entry */
    uint32_t *first_copy; /**< of each entry, NO_INDEX: a pack or a redirect; set by
                             documents.c */
} bundle;

/** True for a name a config can have: config.json, cc.config.json, either with an md5
 * part. */
bool config_is_name(str file_name);

/** The md5 part of such a name, or the empty text. */
str config_name_version(str file_name);

/** True when parsed JSON has the shape of a bundle's config. */
bool config_is_shape(const json *doc);

/** Reads a parsed config into `out`. Texts are copied into `mem`. Entries that point
 * nowhere become findings about `path`. Clear with bundle_clear. */
pa_status config_read(const json *doc, str path, arena *mem, bundle *out,
                      finding_list *findings, pa_error *err);

/** The entry that a key of a table stands for, or NO_INDEX. */
uint32_t config_entry(const json *doc, const bundle *in, json_ref key, arena *scratch);

/** "FOLDER/import/ab/abcd….VERSION" + tail in `mem`: the path of a file of an entry. */
str bundle_file_path(const bundle *in, const entry *e, bool is_native, str tail,
                     arena *mem);

/** The entry of a full uuid, or NULL. */
const entry *bundle_find(const bundle *in, str uuid);

void bundle_clear(bundle *in);

#endif
