/* document.c - one import document into facts.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/document.h"

#include <string.h>

#include "base/alloc.h"
#include "bundle/uuid.h"

static const struct {
    const char *name;
    asset_class kind;
} classes[] = {
    {"cc.ImageAsset", ASSET_IMAGE},         {"cc.Texture2D", ASSET_TEXTURE},
    {"cc.TextureCube", ASSET_TEXTURE_CUBE}, {"cc.RenderTexture", ASSET_RENDER_TEXTURE},
    {"cc.SpriteFrame", ASSET_SPRITE_FRAME}, {"cc.SpriteAtlas", ASSET_SPRITE_ATLAS},
    {"cc.SceneAsset", ASSET_SCENE},
};

asset_class document_class_of(str class_name) {
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        if (str_is(class_name, classes[i].name)) {
            return classes[i].kind;
        }
    }
    return ASSET_OTHER;
}

void document_reader_clear(document_reader *in) {
    json_clear(&in->doc);
    map_clear(&in->holders);
    arena_clear(&in->scratch);
    mem_free(in->references);
    *in = (document_reader){0};
}

const char *document_holder(document_reader *in, str owner, str key) {
    char text[2 * HOLDER_PART_BYTES + 1];
    size_t owner_size = owner.size < HOLDER_PART_BYTES ? owner.size : HOLDER_PART_BYTES;
    size_t key_size = key.size < HOLDER_PART_BYTES ? key.size : HOLDER_PART_BYTES;
    size_t size = 0;
    if (owner_size > 0) {
        memcpy(text, owner.at, owner_size);
        size = owner_size;
    }
    if (owner_size > 0 && key_size > 0 && key.at[0] != '[') {
        text[size++] = '.';
    }
    if (key_size > 0) {
        memcpy(text + size, key.at, key_size);
        size += key_size;
    }
    for (size_t i = 0; i < size; i++) {
        text[i] = (unsigned char)text[i] < 0x20 || text[i] == 0x7f ? '?' : text[i];
    }
    str holder = {text, size};
    const str *known = map_get_key(&in->holders, holder);
    if (known != NULL) {
        return known->at;
    }
    str copy = arena_copy(in->mem, holder);
    uint32_t unused = 0;
    if (copy.at == NULL || !map_add(&in->holders, copy, 0, &unused)) {
        error_nomem(in->err);
        return NULL;
    }
    return copy.at;
}

pa_status document_refer(document_reader *in, str id, const char *holder,
                         bool is_content) {
    if (holder == NULL) {
        return error_nomem(in->err);
    }
    if (id.size == 0) {
        return PA_OK;
    }
    str uuid = uuid_decode(in->mem, id);
    if (uuid.at == NULL ||
        mem_grow(&in->references, &in->reference_capacity, in->reference_count + 1,
                 sizeof *in->references) != 0) {
        return error_nomem(in->err);
    }
    in->references[in->reference_count++] =
        (reference){.uuid = uuid, .holder = holder, .is_content = is_content};
    return PA_OK;
}

pa_status document_refer_shown(document_reader *in, str id, const char *holder,
                               sprite_look look) {
    size_t before = in->reference_count;
    pa_status status = document_refer(in, id, holder, false);
    if (status == PA_OK && in->reference_count > before) {
        in->references[before].look = look;
    }
    return status;
}

sprite_look document_usual_look(void) {
    return (sprite_look){SPRITE_SIMPLE, SPRITE_TRIMMED};
}

void document_take_look(const json *doc, str key, json_ref value, sprite_look *look) {
    int64_t number = 0;
    if (!json_int(doc, value, &number) || number < 0 || number > UINT8_MAX) {
        return;
    }
    if (str_is(key, "_type")) {
        look->type = (uint8_t)number;
    } else if (str_is(key, "_sizeMode")) {
        look->size = (uint8_t)number;
    }
}

static void begin(document_reader *in, document *out) {
    *out = (document){0};
    in->out = out;
    in->reference_count = 0;
}

/* Moves the references from the reader's buffer to the facts. */
static pa_status end(document_reader *in, pa_status status) {
    document *out = in->out;
    in->out = NULL;
    if (status != PA_OK) {
        return status;
    }
    out->kind = document_class_of(out->class_name);
    out->references =
        arena_alloc(in->mem, in->reference_count + 1, sizeof *out->references);
    if (out->references == NULL) {
        return error_nomem(in->err);
    }
    if (in->reference_count > 0) {
        memcpy(out->references, in->references,
               in->reference_count * sizeof *in->references);
    }
    out->reference_count = (uint32_t)in->reference_count;
    return PA_OK;
}

bool document_is_compiled(const json *doc, json_ref root) {
    return json_is(doc, root, JSON_ARRAY) &&
           json_is(doc, json_first(doc, root), JSON_NUMBER);
}

static pa_status read_compiled_file(document_reader *in, json_ref root) {
    if (json_count(&in->doc, root) != 11) {
        return error_set(in->err, PA_FORMAT,
                         "a compiled document has 11 parts, this one %u",
                         json_count(&in->doc, root));
    }
    const compiled_tables *tables = document_open_tables(in, root);
    return tables == NULL ? in->err->status
                          : compiled_read(in, tables, json_at(&in->doc, root, 5));
}

pa_status document_read(document_reader *in, json_ref root, document *out) {
    begin(in, out);
    return end(in, document_is_compiled(&in->doc, root) ? read_compiled_file(in, root)
                                                        : verbose_read(in, root));
}

pa_status document_read_section(document_reader *in, const compiled_tables *tables,
                                json_ref instances, document *out) {
    begin(in, out);
    return end(in, compiled_read(in, tables, instances));
}

pa_status document_read_texture_pair(document_reader *in, json_ref pair, document *out) {
    begin(in, out);
    out->class_name = str_of("cc.Texture2D");
    return end(in, content_read_texture_pair(in, pair));
}

pa_status document_read_texture_text(document_reader *in, str text, document *out) {
    begin(in, out);
    out->class_name = str_of("cc.Texture2D");
    return end(in, content_read_texture_text(in, text));
}
