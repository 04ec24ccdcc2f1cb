/* patch_config.c - versions are replaced where they stand.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/patch_config.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "codec/splice.h"

pa_status config_edit_open(config_edit *in, pa_error *err) {
    size_t count = (size_t)in->b->entry_count + 1;
    in->import_versions = mem_zero(count, sizeof(str));
    in->native_versions = mem_zero(count, sizeof(str));
    return in->import_versions == NULL || in->native_versions == NULL ? error_nomem(err)
                                                                      : PA_OK;
}

void config_edit_version(config_edit *in, uint32_t entry_index, bool is_native,
                         str version) {
    str *list = is_native ? in->native_versions : in->import_versions;
    in->count += list[entry_index].size == 0;
    list[entry_index] = version;
}

void config_edit_clear(config_edit *in) {
    mem_free(in->import_versions);
    mem_free(in->native_versions);
    *in = (config_edit){0};
}

/* One list of pairs: key, md5 part. */
static pa_status edit_pairs(const config_edit *in, const json *doc, const char *kind,
                            const str *versions, splice_list *list, pa_error *err) {
    json_ref pairs = json_get(doc, json_get(doc, 0, "versions"), kind);
    json_ref item = json_first(doc, pairs);
    arena scratch = {0};
    pa_status status = PA_OK;
    for (uint32_t left = json_count(doc, pairs) / 2; status == PA_OK && left > 0;
         left--) {
        json_ref value = json_next(doc, item);
        uint32_t index = config_entry(doc, in->b, item, &scratch);
        if (index != NO_INDEX && versions[index].size > 0) {
            status = splice_replace(list, doc->text, json_span(doc, value),
                                    versions[index], err);
        }
        item = json_next(doc, value);
    }
    if (status == PA_OK) {
        status = arena_status(&scratch, err);
    }
    arena_clear(&scratch);
    return status;
}

static pa_status edit_text(const config_edit *in, str text, buf *edited, pa_error *err) {
    json doc = {0};
    splice_list list = {0};
    pa_status status = json_parse(&doc, text, err);
    if (status == PA_OK) {
        status = edit_pairs(in, &doc, "import", in->import_versions, &list, err);
    }
    if (status == PA_OK) {
        status = edit_pairs(in, &doc, "native", in->native_versions, &list, err);
    }
    json_ref zip_version = json_get(&doc, 0, "zipVersion");
    if (status == PA_OK && in->zip_version.size > 0 &&
        json_is(&doc, zip_version, JSON_STRING)) {
        status = splice_replace(&list, doc.text, json_span(&doc, zip_version),
                                in->zip_version, err);
    }
    if (status == PA_OK && list.count < in->count) {
        status = error_set(err, PA_UNSUPPORTED,
                           "%zu of %zu versions of files are not in the config's "
                           "'versions'",
                           in->count - list.count, in->count);
    }
    if (status == PA_OK) {
        status = splice_apply(&list, text, edited, err);
    }
    splice_clear(&list);
    json_clear(&doc);
    return status;
}

/* True for a script that carries the version of the bundle's config in its name:
 * index.VERSION.js beside the config, or in a folder that is called as the bundle is. */
static bool is_script_of(str path, const bundle *b, str version) {
    str name = str_file_name(path);
    str folder = str_folder(path);
    bool is_here = path.size > b->folder.size &&
                   str_equal(str_part(path, 0, path.size - name.size), b->folder);
    bool is_named_so = str_equal(str_file_name(folder), b->name);
    return (is_here || is_named_so) && str_starts(name, "index.") &&
           str_equal(name_hash_part(name), version) &&
           (str_ends(name, ".js") || str_ends(name, ".jsc"));
}

/* "FOLDER/index.OLD.js" with the new version. */
static pa_status rename_file(changes *what, tree_id file, str old, str version,
                             pa_error *err) {
    str path = tree_get(what->files, file)->path;
    str name = str_file_name(path);
    size_t at = path.size - name.size + str_find_text(name, ".") + 1;
    while (!str_starts(str_part(path, at, path.size), old.at)) {
        at++;
    }
    str parts[] = {str_part(path, 0, at), version,
                   str_part(path, at + old.size, path.size)};
    what->rows[file].path = arena_join(&what->mem, parts, 3);
    return what->rows[file].path.at == NULL ? error_nomem(err) : PA_OK;
}

static pa_status rename_config(const bundle *b, changes *what, patch_counts *told,
                               str old, str version, pa_error *err) {
    arena scratch = {0};
    str ended = arena_copy(&scratch, old); /* with a NUL behind it */
    pa_status status = ended.at == NULL ? error_nomem(err) : PA_OK;
    for (tree_id id = 0; status == PA_OK && id < what->count; id++) {
        if (id == b->config || is_script_of(tree_get(what->files, id)->path, b, old)) {
            told->renamed += what->rows[id].path.size == 0;
            status = rename_file(what, id, ended, version, err);
        }
    }
    arena_clear(&scratch);
    return status;
}

pa_status config_put(const game *g, const bundle *b, buf *edited, changes *what,
                     patch_counts *told, str *version, pa_error *err) {
    *version = (str){0};
    str old = config_name_version(str_file_name(tree_get(what->files, b->config)->path));
    bool is_told = old.size > 0 &&
                   str_equal(settings_bundle_version(&g->found.settings, b->name), old);
    bool is_again = what->rows[b->config].is_edited;
    pa_status status = PA_OK;
    told->unnamed += old.size > 0 && !is_told && !is_again;
    if (is_told) {
        *version = name_version(hash_content(buf_str(edited)), old, &what->mem);
        status = version->at == NULL ? error_nomem(err)
                                     : rename_config(b, what, told, old, *version, err);
    }
    if (status == PA_OK) {
        changes_edit(what, b->config, edited);
    }
    return status;
}

pa_status config_edit_write(const config_edit *in, changes *what, patch_counts *told,
                            str *version, pa_error *err) {
    *version = (str){0};
    if (in->count == 0) {
        return PA_OK;
    }
    buf text = {0};
    buf edited = {0};
    pa_status status =
        changes_read(what, in->b->config, PA_MAX_DOCUMENT_BYTES, &text, err);
    if (status == PA_OK && edit_text(in, buf_str(&text), &edited, err) != PA_OK) {
        str path = tree_get(what->files, in->b->config)->path;
        status = error_in(err, "%.*s", STR_ARGS(path));
    }
    if (status == PA_OK) {
        status = config_put(in->g, in->b, &edited, what, told, version, err);
    }
    buf_clear(&edited);
    buf_clear(&text);
    return status;
}
