/*
 * bundle.c - one asset bundle: its config, its packs, its import and native files.
 *
 * Written as a release build of 3.8.2 and later has it: ids compressed, keys of the
 * tables numbers, pack ids among the ids, the most used id first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bundle.h"

#include <stdlib.h>
#include <string.h>

#include "ccon.h"
#include "uuid.h"

struct asset {
    const char *id;
    struct section *section;
    const char *texture_base;
    const char *texture_image_id;
    const char *extension; /* ".ccon", ".cconb" or NULL */
    struct text file;      /* of a .cconb */
    bool is_packed;
};

struct pack {
    const char *id;
    enum pack_kind kind;
    struct asset **members;
    size_t member_count;
};

struct path {
    const char *id;
    const char *path;
    const char *type;
    bool is_sub;
};

struct pair {
    const char *id;
    const char *value;
};

struct entry {
    const char *id;
    size_t use_count;
};

struct bundle {
    const char *folder;
    const char *name;
    struct asset **assets;
    size_t asset_count;
    struct pack **packs;
    size_t pack_count;
    struct path *paths;
    size_t path_count;
    struct pair *scenes;
    size_t scene_count;
    struct pair *redirects;
    size_t redirect_count;
    struct entry *entries; /* the id table, made when the bundle is written */
    size_t entry_count;
};

struct bundle *bundle_new(const char *assets_folder, const char *name)
{
    struct bundle *bundle = keep_bytes(sizeof *bundle);
    bundle->folder = keep("%s/%s", assets_folder, name);
    bundle->name = name;
    return bundle;
}

const char *bundle_name(const struct bundle *bundle)
{
    return bundle->name;
}

static struct asset *asset_new(struct bundle *bundle, const char *id)
{
    for (size_t i = 0; i < bundle->asset_count; i++) {
        if (strcmp(bundle->assets[i]->id, id) == 0) {
            die("the asset '%s' is twice in the bundle '%s'", id, bundle->name);
        }
    }
    struct asset *asset = keep_bytes(sizeof *asset);
    asset->id = id;
    bundle->assets = keep_grow(bundle->assets, bundle->asset_count, sizeof asset);
    bundle->assets[bundle->asset_count++] = asset;
    return asset;
}

struct asset *bundle_document(struct bundle *bundle, const char *id,
                              struct section *section)
{
    struct asset *asset = asset_new(bundle, id);
    asset->section = section;
    return asset;
}

struct asset *bundle_texture(struct bundle *bundle, const char *id, const char *base,
                             const char *image_id)
{
    struct asset *asset = asset_new(bundle, id);
    asset->texture_base = base;
    asset->texture_image_id = image_id;
    asset->section = section_custom(
        "cc.Texture2D", false,
        keep("{\"base\":\"%s\",\"mipmaps\":[\"%s\"]}", base, uuid_compressed(image_id)));
    return asset;
}

static void write_file(const struct bundle *bundle, const char *base, const char *id,
                       const char *extension, const void *bytes, size_t size_bytes)
{
    file_write(keep("%s/%s/%.2s/%s%s", bundle->folder, base, id, id, extension), bytes,
               size_bytes);
}

void bundle_ccon(struct bundle *bundle, const char *id, const struct text *document,
                 const struct text *chunk)
{
    struct asset *asset = asset_new(bundle, id);
    asset->extension = ".ccon";
    struct text json = {0};
    text_add(&json, "{\"version\":1,\"document\":%s,\"chunks\":[\".bin\"]}",
             document->data);
    write_file(bundle, "import", id, ".json", json.data, json.size_bytes);
    write_file(bundle, "import", id, ".bin", chunk->data, chunk->size_bytes);
    text_free(&json);
}

struct asset *bundle_cconb(struct bundle *bundle, const char *id, const struct text *file)
{
    struct asset *asset = asset_new(bundle, id);
    asset->extension = ".cconb";
    asset->file = *file;
    return asset;
}

void bundle_native(struct bundle *bundle, const char *id, const char *extension,
                   const void *bytes, size_t size_bytes)
{
    write_file(bundle, "native", id, extension, bytes, size_bytes);
}

void bundle_path(struct bundle *bundle, const char *id, const char *path,
                 const char *type, bool is_sub)
{
    bundle->paths = keep_grow(bundle->paths, bundle->path_count, sizeof(struct path));
    bundle->paths[bundle->path_count++] = (struct path){id, path, type, is_sub};
}

void bundle_scene(struct bundle *bundle, const char *id, const char *url)
{
    bundle->scenes = keep_grow(bundle->scenes, bundle->scene_count, sizeof(struct pair));
    bundle->scenes[bundle->scene_count++] = (struct pair){id, url};
}

void bundle_redirect(struct bundle *bundle, const char *id, const char *other)
{
    for (size_t i = 0; i < bundle->redirect_count; i++) {
        if (strcmp(bundle->redirects[i].id, id) == 0) {
            return;
        }
    }
    bundle->redirects =
        keep_grow(bundle->redirects, bundle->redirect_count, sizeof(struct pair));
    bundle->redirects[bundle->redirect_count++] = (struct pair){id, other};
}

struct pack *bundle_pack(struct bundle *bundle, enum pack_kind kind, const char *name)
{
    struct pack *pack = keep_bytes(sizeof *pack);
    pack->id = uuid_short('0', keep("pack %s of %s", name, bundle->name));
    pack->kind = kind;
    bundle->packs = keep_grow(bundle->packs, bundle->pack_count, sizeof pack);
    bundle->packs[bundle->pack_count++] = pack;
    return pack;
}

void pack_add(struct pack *pack, struct asset *asset)
{
    if (asset->is_packed) {
        die("the asset '%s' is in two packs", asset->id);
    }
    asset->is_packed = true;
    pack->members = keep_grow(pack->members, pack->member_count, sizeof asset);
    pack->members[pack->member_count++] = asset;
}

static int compare_members(const void *a, const void *b)
{
    const struct asset *const *left = a;
    const struct asset *const *right = b;
    return strcmp((*left)->id, (*right)->id);
}

static int compare_packs(const void *a, const void *b)
{
    const struct pack *const *left = a;
    const struct pack *const *right = b;
    return strcmp((*left)->id, (*right)->id);
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *left = a;
    const struct entry *right = b;
    if (left->use_count != right->use_count) {
        return left->use_count > right->use_count ? -1 : 1;
    }
    return strcmp(left->id, right->id);
}

static void count_use(struct bundle *bundle, const char *id)
{
    for (size_t i = 0; i < bundle->entry_count; i++) {
        if (strcmp(bundle->entries[i].id, id) == 0) {
            bundle->entries[i].use_count++;
            return;
        }
    }
    bundle->entries =
        keep_grow(bundle->entries, bundle->entry_count, sizeof(struct entry));
    bundle->entries[bundle->entry_count++] = (struct entry){id, 0};
}

static void make_entries(struct bundle *bundle)
{
    for (size_t i = 0; i < bundle->asset_count; i++) {
        count_use(bundle, bundle->assets[i]->id);
    }
    for (size_t i = 0; i < bundle->redirect_count; i++) {
        count_use(bundle, bundle->redirects[i].id);
        count_use(bundle, bundle->redirects[i].id);
    }
    for (size_t i = 0; i < bundle->pack_count; i++) {
        count_use(bundle, bundle->packs[i]->id);
        for (size_t m = 0; m < bundle->packs[i]->member_count; m++) {
            count_use(bundle, bundle->packs[i]->members[m]->id);
        }
    }
    for (size_t i = 0; i < bundle->path_count; i++) {
        count_use(bundle, bundle->paths[i].id);
    }
    for (size_t i = 0; i < bundle->scene_count; i++) {
        count_use(bundle, bundle->scenes[i].id);
    }
    qsort(bundle->entries, bundle->entry_count, sizeof(struct entry), compare_entries);
}

static size_t entry_index(const struct bundle *bundle, const char *id)
{
    size_t i = 0;
    while (strcmp(bundle->entries[i].id, id) != 0) {
        i++;
    }
    return i;
}

static size_t type_index(const char **types, size_t *type_count, const char *type)
{
    for (size_t i = 0; i < *type_count; i++) {
        if (strcmp(types[i], type) == 0) {
            return i;
        }
    }
    if (*type_count == 32) {
        die("more than 32 types of assets in one bundle");
    }
    types[*type_count] = type;
    return (*type_count)++;
}

static void print_paths(struct text *out, const struct bundle *bundle, const char **types,
                        size_t *type_count)
{
    text_add(out, "},\"scenes\":{");
    for (size_t i = 0; i < bundle->scene_count; i++) {
        text_comma(out);
        text_add(out, "\"%s\":%zu", bundle->scenes[i].value,
                 entry_index(bundle, bundle->scenes[i].id));
    }
    struct text paths = {0};
    text_add(&paths, "],\"paths\":{");
    /* The writer of real configs is a script: number keys come out in rising order. */
    for (size_t e = 0; e < bundle->entry_count; e++) {
        for (size_t i = 0; i < bundle->path_count; i++) {
            const struct path *path = &bundle->paths[i];
            if (strcmp(path->id, bundle->entries[e].id) == 0) {
                text_comma(&paths);
                text_add(&paths, "\"%zu\":[\"%s\",%zu%s]", e, path->path,
                         type_index(types, type_count, path->type),
                         path->is_sub ? ",1" : "");
            }
        }
    }
    text_add_bytes(&paths, out->data, out->size_bytes);
    text_free(out);
    *out = paths;
}

static void print_packs(struct text *out, const struct bundle *bundle)
{
    text_add(out, "},\"packs\":{");
    for (size_t i = 0; i < bundle->pack_count; i++) {
        text_comma(out);
        text_add(out, "\"%s\":[", bundle->packs[i]->id);
        for (size_t m = 0; m < bundle->packs[i]->member_count; m++) {
            text_comma(out);
            text_add(out, "%zu", entry_index(bundle, bundle->packs[i]->members[m]->id));
        }
        text_add(out, "]");
    }
    text_add(out, "},\"versions\":{\"import\":[],\"native\":[]},\"redirect\":[");
}

static void print_extensions(struct text *out, const struct bundle *bundle)
{
    static const char *const extensions[] = {".ccon", ".cconb"};
    for (size_t x = 0; x < 2; x++) {
        bool is_open = false;
        for (size_t e = 0; e < bundle->entry_count; e++) {
            for (size_t i = 0; i < bundle->asset_count; i++) {
                const struct asset *asset = bundle->assets[i];
                if (asset->extension == NULL ||
                    strcmp(asset->extension, extensions[x]) != 0 ||
                    strcmp(asset->id, bundle->entries[e].id) != 0) {
                    continue;
                }
                if (!is_open) {
                    text_comma(out);
                    text_add(out, "\"%s\":[", extensions[x]);
                    is_open = true;
                }
                text_comma(out);
                text_add(out, "%zu", e);
            }
        }
        text_add(out, "%s", is_open ? "]" : "");
    }
}

static void write_config(const struct bundle *bundle)
{
    const char *types[32];
    size_t type_count = 0;
    const char *deps[8];
    size_t dep_count = 0;
    struct text redirects = {0};
    for (size_t i = 0; i < bundle->redirect_count; i++) {
        const struct pair *pair = &bundle->redirects[i];
        text_add(&redirects, "%s%zu,\"%zu\"", i == 0 ? "" : ",",
                 entry_index(bundle, pair->id),
                 type_index(deps, &dep_count, pair->value));
    }
    struct text out = {0};
    text_add(&out,
             "{\"importBase\":\"import\",\"nativeBase\":\"native\",\"name\":\"%s\","
             "\"deps\":[",
             bundle->name);
    for (size_t i = 0; i < dep_count; i++) {
        text_comma(&out);
        text_add(&out, "\"%s\"", deps[i]);
    }
    text_add(&out, "],\"uuids\":[");
    for (size_t i = 0; i < bundle->entry_count; i++) {
        text_comma(&out);
        text_add(&out, "\"%s\"", uuid_compressed(bundle->entries[i].id));
    }
    struct text rest = {0};
    print_paths(&rest, bundle, types, &type_count);
    print_packs(&rest, bundle);
    text_add(&rest, "%s],\"debug\":false,\"extensionMap\":{",
             redirects.size_bytes == 0 ? "" : redirects.data);
    print_extensions(&rest, bundle);
    text_add(&rest, "},\"hasPreloadScript\":true,\"dependencyRelationships\":{},"
                    "\"types\":[");
    for (size_t i = 0; i < type_count; i++) {
        text_comma(&rest);
        text_add(&rest, "\"%s\"", types[i]);
    }
    text_add(&rest, "]}");
    text_add_bytes(&out, rest.data, rest.size_bytes);
    file_write(keep("%s/cc.config.json", bundle->folder), out.data, out.size_bytes);
    text_free(&out);
    text_free(&rest);
    text_free(&redirects);
}

static void pack_documents(struct text *out, const struct pack *pack)
{
    struct section **sections = keep_bytes(pack->member_count * sizeof *sections);
    for (size_t i = 0; i < pack->member_count; i++) {
        sections[i] = pack->members[i]->section;
    }
    document_add(out, sections, pack->member_count, true);
}

static void pack_typed(struct text *out, const struct pack *pack)
{
    bool is_images = pack->kind == PACK_IMAGES;
    text_add(out, "{\"type\":\"%s\",\"data\":[",
             is_images ? "cc.ImageAsset" : "cc.Texture2D");
    for (size_t i = 0; i < pack->member_count; i++) {
        const struct asset *asset = pack->members[i];
        text_comma(out);
        if (is_images) {
            document_add(out, &asset->section, 1, false);
        } else {
            text_add(out, "[\"%s\",[\"%s\"]]", asset->texture_base,
                     uuid_compressed(asset->texture_image_id));
        }
    }
    text_add(out, "]}");
}

static void write_pack(const struct bundle *bundle, const struct pack *pack)
{
    struct text out = {0};
    const char *extension = ".json";
    if (pack->kind == PACK_BINARY) {
        const struct text **files = keep_bytes(pack->member_count * sizeof *files);
        for (size_t i = 0; i < pack->member_count; i++) {
            files[i] = &pack->members[i]->file;
        }
        binp_add(&out, files, pack->member_count);
        extension = ".bin";
    } else if (pack->kind == PACK_DOCUMENTS) {
        pack_documents(&out, pack);
    } else {
        pack_typed(&out, pack);
    }
    write_file(bundle, "import", pack->id, extension, out.data, out.size_bytes);
    text_free(&out);
}

void bundle_write(struct bundle *bundle)
{
    for (size_t i = 0; i < bundle->pack_count; i++) {
        qsort(bundle->packs[i]->members, bundle->packs[i]->member_count,
              sizeof(struct asset *), compare_members);
        write_pack(bundle, bundle->packs[i]);
    }
    if (bundle->pack_count != 0) {
        qsort(bundle->packs, bundle->pack_count, sizeof(struct pack *), compare_packs);
    }
    for (size_t i = 0; i < bundle->asset_count; i++) {
        const struct asset *asset = bundle->assets[i];
        struct text out = {0};
        if (asset->is_packed) {
            continue;
        }
        if (asset->section != NULL) {
            document_add(&out, &asset->section, 1, false);
            write_file(bundle, "import", asset->id, ".json", out.data, out.size_bytes);
        } else if (asset->file.size_bytes != 0) {
            write_file(bundle, "import", asset->id, ".bin", asset->file.data,
                       asset->file.size_bytes);
        }
        text_free(&out);
    }
    make_entries(bundle);
    write_config(bundle);
}
