/* recipes.c - recipes of a rules file, each line checked where it stands.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/recipes.h"

#include "base/limits.h"
#include "codec/astc_encode.h"

static const char *const use_names[RECIPE_USE_COUNT] = {
    [RECIPE_MATERIAL] = "material",
    [RECIPE_SPRITE] = "sprite",
    [RECIPE_PARTICLES] = "particles",
    [RECIPE_TRAIL] = "trail",
    [RECIPE_SKY] = "sky",
    [RECIPE_LIGHT] = "light",
    [RECIPE_TERRAIN] = "terrain",
    [RECIPE_SPINE] = "spine",
    [RECIPE_DRAGONBONES] = "dragonbones",
    [RECIPE_TILEDMAP] = "tiledmap",
    [RECIPE_FONT] = "font",
    [RECIPE_NORMALMAP] = "normalmap",
    [RECIPE_CUBE] = "cube",
    [RECIPE_OTHER] = "other",
    [RECIPE_CODE] = "code",
};

static const char *const keys[] = {
    "at",          "bundle",    "scene",   "use",
    "min_side",    "min_bytes", "alpha",   "keep",
    "compress",    "preset",    "quality", "max_side",
    "psnr",        "ssim",      "linear",  "frames_of_code",
    "drop_unused", NULL};

static const struct {
    const char *key;
    recipe_deed deed;
} deeds[] = {{"drop_unused", RECIPE_DROP_UNUSED}};
enum { DEED_COUNT = sizeof deeds / sizeof deeds[0] };

/* "32", "0.95": thousandths, of at most three digits behind the point. */
static pa_status read_milli(const yaml_node *node, uint64_t most, uint32_t *out,
                            pa_error *err) {
    str text = node->kind == YAML_SCALAR ? str_trim(node->text) : (str){0};
    size_t point = str_find(text, '.', 0);
    str digits = str_part(text, point + 1, text.size);
    uint64_t whole = 0;
    uint64_t part = 0;
    bool is_read = str_to_u64(str_part(text, 0, point), most, &whole) &&
                   digits.size <= 3 && (digits.size > 0 || point == text.size) &&
                   (digits.size == 0 || str_to_u64(digits, 999, &part));
    for (size_t i = digits.size; i < 3; i++) {
        part *= 10;
    }
    uint64_t milli = whole * 1000 + part;
    if (!is_read || milli == 0 || milli > most * 1000) {
        return yaml_fail(node, err,
                         "'%.*s' takes a number above 0 and up to %u, with at most three "
                         "digits behind the point",
                         STR_ARGS(node->key), (unsigned)most);
    }
    *out = (uint32_t)milli;
    return PA_OK;
}

/* A word of a table. */
static pa_status find_word(const yaml_node *node, const char *const *words,
                           uint32_t count, const char *what, uint32_t *out,
                           pa_error *err) {
    str text = {0};
    if (yaml_text(node, &text, err) != PA_OK) {
        return err->status;
    }
    yaml_guess guess = {.word = text};
    for (uint32_t i = 0; i < count; i++) {
        if (str_is(text, words[i])) {
            *out = i;
            return PA_OK;
        }
        yaml_guess_try(&guess, str_of(words[i]));
    }
    char hint[96];
    return yaml_fail(node, err, "there is no %s '%.*s'%s", what, STR_ARGS(text),
                     yaml_guess_text(&guess, hint, sizeof hint));
}

static pa_status read_use(const yaml_node *node, recipe_row *out, pa_error *err) {
    uint32_t use = 0;
    pa_status status = find_word(node, use_names, RECIPE_USE_COUNT, "use", &use, err);
    out->uses |= UINT32_C(1) << use;
    return status;
}

static pa_status read_format(const yaml_node *node, recipe_row *out, pa_error *err) {
    str text = {0};
    encoding_kind one = {0};
    if (yaml_text(node, &text, err) != PA_OK) {
        return err->status;
    }
    if (!encoding_parse(text, &one)) {
        return yaml_fail(node, err,
                         "there is no format '%.*s'; known are " ENCODING_NAMES,
                         STR_ARGS(text));
    }
    if (out->format_count == RECIPE_MAX_FORMATS) {
        return yaml_fail(node, err, "a recipe has at most %d formats",
                         RECIPE_MAX_FORMATS);
    }
    out->formats[out->format_count++] = one;
    return PA_OK;
}

/* One value, or a list of them. */
static pa_status read_each(const yaml_node *node, recipe_row *out,
                           pa_status (*read)(const yaml_node *, recipe_row *, pa_error *),
                           pa_error *err) {
    if (node == NULL || node->kind == YAML_SCALAR) {
        return node == NULL ? PA_OK : read(node, out, err);
    }
    pa_status status = yaml_expect(node, YAML_LIST, err);
    for (const yaml_node *n = yaml_first(node); status == PA_OK && n != NULL;
         n = n->next) {
        status = read(n, out, err);
    }
    return status;
}

static pa_status read_preset(const yaml_node *node, recipe_row *out, pa_error *err) {
    const char *names[ASTC_PRESET_COUNT];
    for (unsigned i = 0; i < ASTC_PRESET_COUNT; i++) {
        names[i] = astc_preset_name((astc_preset)i);
    }
    return find_word(node, names, ASTC_PRESET_COUNT, "preset", &out->preset, err);
}

static pa_status read_count(const yaml_node *in, const char *key, uint64_t most,
                            uint32_t *out, pa_error *err) {
    const yaml_node *node = yaml_get(in, key);
    uint64_t number = 0;
    pa_status status = node == NULL ? PA_OK : yaml_u64(node, 1, most, &number, err);
    *out = (uint32_t)number;
    return status;
}

/* Which images. */
static pa_status read_match(const yaml_node *in, recipe_row *out, pa_error *err) {
    const struct {
        const char *key;
        str *text;
    } texts[] = {{"at", &out->at}, {"bundle", &out->bundle}, {"scene", &out->scene}};
    const yaml_node *least = yaml_get(in, "min_bytes");
    const yaml_node *alpha = yaml_get(in, "alpha");
    pa_status status = PA_OK;
    for (size_t i = 0; status == PA_OK && i < sizeof texts / sizeof texts[0]; i++) {
        const yaml_node *node = yaml_get(in, texts[i].key);
        status = node == NULL ? PA_OK : yaml_text(node, texts[i].text, err);
    }
    if (status == PA_OK) {
        status = read_each(yaml_get(in, "use"), out, read_use, err);
    }
    if (status == PA_OK) {
        status = read_count(in, "min_side", PA_MAX_IMAGE_SIDE_PX, &out->min_side_px, err);
    }
    if (status == PA_OK && least != NULL) {
        status = yaml_size(least, &out->min_bytes, err);
    }
    out->has_alpha = alpha != NULL;
    return status == PA_OK && alpha != NULL ? yaml_bool(alpha, &out->alpha, err) : status;
}

/* How sides become smaller. */
static pa_status read_scaling(const yaml_node *in, recipe_row *out, pa_error *err) {
    const struct {
        const char *key;
        bool *flag;
    } flags[] = {{"linear", &out->linear}, {"frames_of_code", &out->frames_of_code}};
    pa_status status =
        read_count(in, "max_side", PA_MAX_IMAGE_SIDE_PX, &out->max_side_px, err);
    for (size_t i = 0; status == PA_OK && i < sizeof flags / sizeof flags[0]; i++) {
        const yaml_node *node = yaml_get(in, flags[i].key);
        if (node != NULL && out->max_side_px == 0) {
            return yaml_fail(node, err,
                             "'%s' says how sides become smaller: it needs "
                             "'max_side'",
                             flags[i].key);
        }
        status = node == NULL ? PA_OK : yaml_bool(node, flags[i].flag, err);
    }
    return status;
}

/* What is done to them. */
static pa_status read_actions(const yaml_node *in, recipe_row *out, pa_error *err) {
    const yaml_node *preset = yaml_get(in, "preset");
    const yaml_node *psnr = yaml_get(in, "psnr");
    const yaml_node *ssim = yaml_get(in, "ssim");
    pa_status status = read_each(yaml_get(in, "compress"), out, read_format, err);
    out->preset = ASTC_MEDIUM;
    if (status == PA_OK && preset != NULL) {
        status = read_preset(preset, out, err);
    }
    if (status == PA_OK) {
        status = read_count(in, "quality", 100, &out->quality, err);
    }
    if (status == PA_OK) {
        status = read_scaling(in, out, err);
    }
    if (status == PA_OK && psnr != NULL) {
        status =
            read_milli(psnr, (uint64_t)QUALITY_MAX_DB, &out->floor.psnr_millidb, err);
    }
    return status == PA_OK && ssim != NULL
               ? read_milli(ssim, 1, &out->floor.ssim_milli, err)
               : status;
}

static pa_status read_deeds(const yaml_node *in, recipe_row *out, pa_error *err) {
    pa_status status = PA_OK;
    for (int i = 0; status == PA_OK && i < DEED_COUNT; i++) {
        const yaml_node *node = yaml_get(in, deeds[i].key);
        bool is_wanted = false;
        status = node == NULL ? PA_OK : yaml_bool(node, &is_wanted, err);
        out->deeds |= is_wanted ? deeds[i].deed : 0;
    }
    return status;
}

static pa_status read_recipe(const yaml_node *in, recipe_row *out, pa_error *err) {
    const yaml_node *keep = yaml_get(in, "keep");
    out->line = in->place.line;
    if (yaml_expect(in, YAML_MAP, err) != PA_OK || yaml_only(in, keys, err) != PA_OK ||
        read_match(in, out, err) != PA_OK || read_actions(in, out, err) != PA_OK ||
        read_deeds(in, out, err) != PA_OK) {
        return err->status;
    }
    if (keep != NULL && yaml_bool(keep, &out->keeps, err) != PA_OK) {
        return err->status;
    }
    bool does = out->format_count > 0 || out->max_side_px > 0 || out->deeds > 0;
    if (does == out->keeps) {
        return yaml_fail(in, err,
                         "a recipe needs something to do, like 'compress', 'max_side' or "
                         "'drop_unused: true', or 'keep: true' alone");
    }
    return PA_OK;
}

pa_status recipes_parse(const yaml_node *list, arena *mem, recipe_row **out,
                        uint32_t *count, pa_error *err) {
    *out = NULL;
    *count = 0;
    if (yaml_is_empty(list)) {
        return PA_OK;
    }
    pa_status status = yaml_expect(list, YAML_LIST, err);
    if (status != PA_OK) {
        return status;
    }
    *out = arena_alloc(mem, (size_t)list->count + 1, sizeof **out);
    if (*out == NULL) {
        return error_nomem(err);
    }
    for (const yaml_node *n = list->first; n != NULL && status == PA_OK; n = n->next) {
        status = read_recipe(n, &(*out)[(*count)++], err);
    }
    return status;
}
