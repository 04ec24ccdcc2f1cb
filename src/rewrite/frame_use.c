/* frame_use.c - walk who shows frames, once.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/frame_use.h"

#include "base/alloc.h"
#include "rewrite/atlas.h"

/* What a holder takes of a frame. */
typedef enum frame_show {
    SHOWS_SPRITE, /* as its type and its size mode say */
    SHOWS_FITTED, /* its picture, in a size of its own */
    SHOWS_NOTHING,
    SHOWS_GLYPHS, /* parts of it, which follow */
    SHOWS_PIXELS  /* tiles, counted in its pixels */
} frame_show;

/* How the holder of a reference to a frame, or to an atlas of some, shows it. */
static const struct {
    const char *holder;
    frame_show show;
    const char *why;
} shows[] = {
    {"cc.Sprite._spriteFrame", SHOWS_SPRITE, NULL},
    {"cc.Sprite._atlas", SHOWS_NOTHING, NULL},
    {"cc.ParticleSystem2D._spriteFrame", SHOWS_FITTED, NULL},
    {"cc.ParticleSystem._spriteFrame", SHOWS_FITTED, NULL},
    {"cc.ParticleAsset.spriteFrame", SHOWS_FITTED, NULL},
    {"cc.Mask._spriteFrame", SHOWS_FITTED, NULL}, /* as a simple Sprite */
    {"cc.PageViewIndicator.spriteFrame", SHOWS_FITTED, NULL},
    {"cc.PageViewIndicator._spriteFrame", SHOWS_FITTED, NULL},
    {"cc.SpriteAtlas.", SHOWS_NOTHING, NULL}, /* who has the atlas counts */
    {"cc.BitmapFont.", SHOWS_GLYPHS, NULL},
    {"cc.LabelAtlas.", SHOWS_GLYPHS, NULL},
    {"cc.TiledMapAsset.", SHOWS_PIXELS, "a tiled map counts its pixels"},
};
enum { SHOW_COUNT = sizeof shows / sizeof shows[0] };

typedef struct walk {
    const pa_audit *audit;
    arena *mem;
    image_frames *rows;
    bool *is_font;         /* of each asset: the frame of a bitmap font */
    bool resizes_at_start; /* a Sprite gives its node the frame's size when it loads */
    bool overrides_type;   /* instances of prefabs may have Sprites of other types */
} walk;

const char *use_reason(arena *mem, const char *format, const char *what) {
    buf text = {0};
    buf_format(&text, format, what);
    str kept = text.failed ? (str){0} : arena_copy(mem, buf_str(&text));
    buf_clear(&text);
    return kept.at == NULL ? "memory ran out" : kept.at;
}

/* ---- who shows a frame --------------------------------------------------------------
 */

static const char *sprite_fixes(const walk *w, const copy *user, sprite_look look,
                                bool has_border) {
    if (w->overrides_type && str_is(user->document.class_name, "cc.Prefab")) {
        return "a prefab shows a sprite frame of it, and instances of prefabs in this "
               "build set the type of a component, maybe to TILED";
    }
    if (look.type == SPRITE_TILED) {
        return "a Sprite of type TILED repeats a sprite frame of it, whose tiles would "
               "shrink";
    }
    if (look.type == SPRITE_SLICED && has_border) {
        return "a Sprite of type SLICED shows a sprite frame of it whose borders would "
               "shrink";
    }
    if (w->resizes_at_start && look.size != SPRITE_CUSTOM) {
        return "a Sprite whose size mode is TRIMMED or RAW takes the size of a sprite "
               "frame of it when it loads: only CUSTOM keeps it";
    }
    return NULL;
}

/* Why the frames of an image stay as they are. */
typedef struct reason {
    const char *fixed;
    const char *by_code;
} reason;

static reason holder_fixes(const walk *w, const copy *user, const reference *by,
                           bool has_border) {
    for (size_t i = 0; i < SHOW_COUNT; i++) {
        if (str_starts(str_of(by->holder), shows[i].holder)) {
            return (reason){.fixed = shows[i].show == SHOWS_SPRITE
                                         ? sprite_fixes(w, user, by->look, has_border)
                                         : shows[i].why};
        }
    }
    return (reason){.by_code =
                        use_reason(w->mem,
                                   "%s has a sprite frame of it and may give it to a "
                                   "Sprite, which then takes its size "
                                   "(--frames-of-code if none does)",
                                   by->holder)};
}

static reason name_fixes(const walk *w, const copy *named) {
    const bundle *b = &w->audit->g.found.bundles[named->bundle];
    bool has_name = b->entries[named->entry].path.size > 0;
    return (reason){.by_code = has_name
                                   ? "code can load a sprite frame of it by name and "
                                     "give it to a Sprite, which then takes its "
                                     "size (--frames-of-code if none does)"
                                   : NULL};
}

static void fix(const walk *w, uint32_t image_index, reason why) {
    if (image_index == NO_INDEX) {
        return;
    }
    image_frames *row = &w->rows[image_index];
    row->fixed = row->fixed == NULL ? why.fixed : row->fixed;
    row->by_code = row->by_code == NULL ? why.by_code : row->by_code;
}

/* What is said of an atlas is said of the images of all its frames. */
static void fix_atlas(const walk *w, const copy *atlas, reason why) {
    for (uint32_t i = 0; i < atlas->document.reference_count; i++) {
        if (atlas->targets[i] != NO_INDEX) {
            fix(w, frame_image(w->audit, &w->audit->g.copies[atlas->targets[i]]), why);
        }
    }
}

static void fix_target(const walk *w, uint32_t target, const copy *user,
                       const reference *by) {
    const copy *to = &w->audit->g.copies[target];
    if (to->document.kind == ASSET_SPRITE_ATLAS) {
        fix_atlas(w, to, holder_fixes(w, user, by, false));
        return;
    }
    bool has_border = to->document.frame != NULL && to->document.frame->has_border;
    bool is_shown = user->document.kind != ASSET_SPRITE_ATLAS;
    if (w->is_font[to->asset] && is_shown && font_frame(w->audit, user) != to) {
        fix(w, frame_image(w->audit, to),
            (reason){.fixed = "the picture of a bitmap font is shown as a whole, too"});
    }
    fix(w, frame_image(w->audit, to), holder_fixes(w, user, by, has_border));
}

static void walk_user(const walk *w, const copy *user) {
    for (uint32_t i = 0; i < user->document.reference_count; i++) {
        uint32_t target = user->targets[i];
        asset_class kind =
            target == NO_INDEX ? ASSET_OTHER : w->audit->g.copies[target].document.kind;
        if (kind == ASSET_SPRITE_FRAME || kind == ASSET_SPRITE_ATLAS) {
            fix_target(w, target, user, &user->document.references[i]);
        }
    }
}

static void walk_named(const walk *w, const copy *named) {
    if (named->document.kind == ASSET_SPRITE_FRAME) {
        fix(w, frame_image(w->audit, named), name_fixes(w, named));
    } else if (named->document.kind == ASSET_SPRITE_ATLAS) {
        fix_atlas(w, named, name_fixes(w, named));
    }
}

/* ---- all of them --------------------------------------------------------------------
 */

pa_status frames_of_images(const pa_audit *audit, arena *mem, image_frames **out,
                           pa_error *err) {
    const game *g = &audit->g;
    walk w = {
        .audit = audit, .mem = mem, .resizes_at_start = g->engine < ENGINE(3, 3, 0)};
    w.rows = arena_alloc(mem, (size_t)audit->images.count + 1, sizeof *w.rows);
    if (w.rows == NULL) {
        return error_nomem(err);
    }
    *out = w.rows;
    for (uint32_t i = 0; i < g->copy_count; i++) {
        w.overrides_type |= g->copies[i].document.overrides_type;
    }
    pa_status status = font_frames(audit, mem, &w.is_font, err);
    if (status == PA_OK) {
        status = frame_parts_take(audit, w.is_font, mem, w.rows, err);
    }
    for (uint32_t i = 0; status == PA_OK && i < g->copy_count; i++) {
        walk_user(&w, &g->copies[i]);
    }
    for (uint32_t i = 0; status == PA_OK && i < g->copy_count; i++) {
        walk_named(&w, &g->copies[i]);
    }
    return status;
}

/* ---- judgement ----------------------------------------------------------------------
 */

static bool lies_inside(const frame_data *frame, const sides_change *by) {
    double across = frame->is_rotated ? frame->height_px : frame->width_px;
    double down = frame->is_rotated ? frame->width_px : frame->height_px;
    return frame->left_px >= 0 && frame->top_px >= 0 && across > 0 && down > 0 &&
           frame->left_px + across <= by->old_width_px &&
           frame->top_px + down <= by->old_height_px;
}

const char *frames_refuse(const image_frames *frames, const sides_change *by,
                          bool trusts_code, arena *mem) {
    if (frames->fixed != NULL) {
        return frames->fixed;
    }
    if (frames->by_code != NULL && !trusts_code) {
        return frames->by_code;
    }
    if (frames->are_glyphs && (uint64_t)by->new_width_px * by->old_height_px !=
                                  (uint64_t)by->new_height_px * by->old_width_px) {
        return "it has a bitmap font, which has one scale for both directions, and its "
               "sides are odd";
    }
    for (uint32_t i = 0; i < frames->count; i++) {
        if (!lies_inside(frames->items[i], by)) {
            return "a sprite frame, glyph or region of it does not lie in it: the engine "
                   "shows something "
                   "else there";
        }
    }
    return frames->are_several ? atlas_refuses(frames->items, frames->count, by, mem)
                               : NULL;
}
