/* audit.h - the costs of a game, once for every way to look at it: a row a texture, a
 * scene, a bundle.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_AUDIT_AUDIT_H
#define PA_AUDIT_AUDIT_H

#include "audit/rules_file.h"
#include "bundle/closure.h"
#include "bundle/images.h"
#include "memory/image_cost.h"
#include "memory/load_cost.h"
#include "memory/texture.h"
#include "packaudit/audit.h"

/** One image going to the GPU. */
typedef struct texture_upload {
    uint32_t image;
    upload_cost cost;
} texture_upload;

typedef struct texture_row {
    uint32_t asset;
    uint32_t copy;
    bool is_render;   /**< a RenderTexture: its bytes are in no image sum */
    bool is_known;    /**< its first image's size is known */
    uint32_t *images; /**< rows of the image table, each once, in the document's order */
    uint32_t image_count;
    texture_upload
        *uploads; /**< one an image and level or face, in the document's order */
    uint32_t upload_count;
    texture_shape shape;
    texture_cost cost;
    uint64_t render_bytes;
    uint64_t render_counter_bytes;
} texture_row;

/** What a set of assets costs. */
typedef struct set_cost {
    uint64_t *assets; /**< bit set of assets */
    uint32_t *images; /**< rows of the image table, ascending */
    uint64_t *kept;   /**< CPU bytes that stay of each of them */
    uint32_t image_count;
    uint32_t *textures; /**< rows of the texture table, ascending */
    uint32_t texture_count;
    uint32_t
        unknown_images; /**< of these, whose size is unknown: the sums are too small */
    uint32_t
        unknown_documents; /**< absent or broken: what they refer to is not counted */
    uint64_t file_bytes;
    uint64_t pixels;
    uint64_t decoded_bytes;
    uint64_t gpu_bytes;
    uint64_t counter_bytes;
    uint64_t kept_bytes; /**< CPU copies that stay */
    uint64_t render_bytes;
    uint64_t render_counter_bytes;
    uint64_t mesh_bytes;         /**< files of meshes: as much on the CPU, where they stay
                                    readable by         default, and as much on the GPU
                                    (native/cocos/3d/assets/Mesh.cpp) */
    uint64_t other_native_bytes; /**< files of sounds, fonts, particles, raw data */
    load_peak load;              /**< loading all of it with nothing there before */
} set_cost;

/** What only code that names it can load from a bundle. */
typedef struct name_only_row {
    uint32_t bundle;
    uint32_t root_count; /**< addressable assets that no scene reaches */
    set_cost cost;
} name_only_row;

/** Stored assets that nothing leads to. */
typedef struct unreferenced_row {
    uint32_t bundle;
    uint32_t asset_count;
    uint32_t image_count;
    uint64_t file_bytes; /**< of those images */
} unreferenced_row;

/** A moment of the game that is judged: a scene, or a state that a rules file declares,
 * which is a scene with what code loads on top of it. */
typedef struct stage {
    str name;
    str id;          /**< "state:NAME" of a state, the url of a scene */
    str url;         /**< of its scene, empty when a state has none */
    str uuid;        /**< likewise */
    uint32_t bundle; /**< that lists the scene, or NO_INDEX */
    bool is_state;
    bool is_launch;
    bool auto_release;
    uint32_t *roots; /**< copies that are loaded; NO_INDEX where the build lacks one */
    uint32_t root_count;
} stage;

/** Going from one stage to another. */
typedef struct transition {
    uint64_t lower_bytes;
    uint64_t upper_bytes;
} transition;

/** The session that holds most: every scene that never frees is visited first. */
typedef struct session {
    uint32_t never_freed; /**< scenes without autoReleaseAssets */
    uint32_t from; /**< the change with the highest peak; NO_INDEX with one scene */
    uint32_t to;
    uint32_t steady_stage; /**< the scene in which most stays; NO_INDEX without scenes */
    uint64_t steady_bytes;
} session;

/** The game as one device takes it, or, without a device, as every device can. */
typedef struct audit_view {
    const device *device; /**< NULL: as every device takes it */
    image_reader reader;
    cost_model model;
    uint32_t *chosen;      /**< alternative of each image, or NO_INDEX */
    decode_cost *decodes;  /**< of each image's chosen alternative; zero when unknown */
    texture_row *textures; /**< in the order of the assets */
    uint32_t texture_count;
    uint32_t *texture_of_asset;
    set_cost *stages; /**< beside the audit's stages */
    set_cost startup; /**< what the launcher loads and keeps */
    name_only_row *name_only;
    uint32_t name_only_count;
    uint64_t *reached;       /**< assets that a scene or the start reaches */
    uint64_t *named;         /**< assets that a scene, the start or a name reaches */
    transition *transitions; /**< [from * stage_count + to]; the diagonal is zero */
    session worst;
    set_cost persistent;           /**< what a rules file declares never to be released */
    uint64_t undeclared_gpu_bytes; /**< of assets that only names reach, and no state
                                      declares */
} audit_view;

/** One name, or one folder of names. */
typedef struct loadable {
    uint32_t bundle;
    str path;            /**< "ui/battle", a folder with '/' behind it */
    uint32_t asset;      /**< NO_INDEX for a folder */
    uint32_t name_count; /**< names in a folder, 1 otherwise */
    uint32_t image_count;
    uint64_t gpu_bytes; /**< of everything it brings */
    uint64_t decoded_bytes;
    uint64_t
        only_by_name_bytes; /**< GPU bytes of it that no scene and no start reaches */
} loadable;

typedef struct loadable_list {
    loadable
        *rows; /**< heaviest first: by bytes only by name, then all bytes, then path */
    size_t count;
    loadable *folders; /**< likewise */
    size_t folder_count;
} loadable_list;

/** A script's literal that equals a name or a folder. */
typedef struct hint {
    tree_id file;
    const loadable *target;
} hint;

/** Files as they are shipped. */
typedef struct file_sum {
    uint64_t bytes; /**< unpacked, where an archive holds them */
    uint32_t count;
} file_sum;

struct pa_audit {
    arena mem;
    pa_depth depth;
    game g;
    image_table images;
    stage *stages; /**< the scenes in the order of the game, then the states */
    uint32_t stage_count;
    audit_view *views; /**< one a device, or one without */
    size_t view_count;
    uint64_t *native_bytes;  /**< of each asset: its native file that is no image */
    loadable_list loadables; /**< in the first view */
    hint *hints;             /**< by file, then path */
    size_t hint_count;
    unreferenced_row *unreferenced;
    uint32_t unreferenced_count;
    file_sum *bundle_files;    /**< beside the bundles: of a zip bundle the zip itself */
    file_sum package;          /**< all files but those of remote bundles */
    file_sum first_screen;     /**< of bundles, until the launch scene can be shown */
    device_list known_devices; /**< built in, then those of files */
    const device **devices;    /**< asked for; owned */
    uint32_t device_count;
    uint32_t device_capacity;
    rules_file rules;
    bool allows_unmatched;
    const char *rules_path; /**< borrowed from the options while the audit is made */
    finding_list findings;
};

/** Bytes that stay after loading. */
static inline uint64_t set_resident_bytes(const set_cost *cost) {
    return cost->gpu_bytes + cost->kept_bytes;
}

/** True when a set holds what could not be read: its sums are too small. */
static inline bool set_is_incomplete(const set_cost *cost) {
    return cost->unknown_images + cost->unknown_documents > 0;
}

/** The file that counts for an image in a view, or NULL when there is none. */
const picture *view_picture(const pa_audit *audit, const audit_view *view,
                            uint32_t image_index);

/** How the options say that work is to be done. */
pool audit_pool(const pa_options *options);

/* Steps of pa_audit_open. */

/** natives.c: sizes of native files that are no images, and what a set has of them. */
pa_status audit_size_natives(pa_audit *audit, pa_error *err);
void audit_add_natives(const pa_audit *audit, const closure *walked, set_cost *out);

/** package.c: sizes of bundles, package and first screen; needs the views. */
pa_status audit_size_package(pa_audit *audit, pa_error *err);

/** views.c: the names of the views marked (one bool a view), ", " between them, after
 * three only their number; gives how many are marked. */
uint32_t audit_name_views(const pa_audit *audit, const bool *is_marked, char *out,
                          size_t size);

/** views.c: the device of the only view marked, else empty. */
str audit_only_view(const pa_audit *audit, const bool *is_marked);

/** views.c: textures that a device cannot make. */
pa_status audit_check_sides(pa_audit *audit, pa_error *err);

/** twice.c: bytes and places of the finding about assets that several bundles store. */
pa_status audit_describe_twice(pa_audit *audit, pa_error *err);

/** devices.c: reads profiles and rules, makes a view for each device asked for. */
pa_status audit_make_views(pa_audit *audit, const pa_options *options, pa_error *err);

/** view.c: chooses alternatives, measures images, textures and sets. */
pa_status view_make(pa_audit *audit, audit_view *view, pa_error *err);

/** textures.c */
pa_status view_list_textures(pa_audit *audit, audit_view *view, pa_error *err);

/** set_cost.c: the cost of a walked closure, in memory of the audit. Images and textures
 * of `without` (a bit set of assets, or NULL) are left out. */
pa_status set_cost_of(pa_audit *audit, const audit_view *view, const closure *walked,
                      const uint64_t *without, set_cost *out, pa_error *err);

/** What the new textures of a load do with one image. */
typedef struct image_use {
    uint64_t traded_bytes;
    uint64_t staging_bytes;
    bool is_uploaded;
} image_use;

/** Memory that one thread reuses for one load after the other. Zero-initialise it. */
typedef struct load_scratch {
    image_use *uses; /**< one an image of the game, all zero between loads */
} load_scratch;

void load_scratch_clear(load_scratch *scratch);

/** load.c: the load of a set when the assets of `alive` (a bit set, or NULL) are there
 * already. PA_NOMEM is the one failure. */
pa_status set_load_of(const pa_audit *audit, const audit_view *view, const set_cost *set,
                      const uint64_t *alive, load_scratch *scratch, load_peak *out,
                      pa_error *err);

/** stages.c: scenes and declared states. */
pa_status audit_list_stages(pa_audit *audit, pa_error *err);

/** stages.c: adds the addressable assets that a pattern names to a growing list of
 * copies. */
pa_status audit_match_pattern(const pa_audit *audit, const rules_pattern *pattern,
                              uint32_t **roots, size_t *count, size_t *capacity,
                              pa_error *err);

/** Assets that are alive, and what they hold. */
typedef struct living {
    uint64_t *assets; /**< bit set */
    uint64_t resident_bytes;
} living;

/** transitions.c: adds a set to what is alive; textures and kept copies count once. */
void living_add(const pa_audit *audit, const audit_view *view, const set_cost *cost,
                living *all);

/** What an image has in the upper bound of a peak. */
typedef struct image_share {
    uint64_t added_bytes;    /**< these add up over images */
    uint64_t last_bytes;     /**< of these the largest counts, */
    uint64_t extra_bytes;    /**< of these the largest, as many as there are threads, */
    uint64_t callback_bytes; /**< and of these the largest one */
} image_share;

/** What is alive when a stage is loaded. */
typedef enum alive_before {
    ALIVE_NOTHING,
    ALIVE_FROM,    /**< the stage that is left */
    ALIVE_SETTLED, /**< that, and everything that is never freed */
} alive_before;

/** shares.c: shares in the peak of loading `to`, added to `out`, a row an image, all
 * zero. Their sums are the upper bound of that peak, but for blocks that a pool keeps
 * without need. */
pa_status view_shares(const pa_audit *audit, const audit_view *view, uint32_t from,
                      uint32_t to, alive_before alive, image_share *out, pa_error *err);

/** shares.c: the part of a peak that does not add up. `rows`: one an image. */
uint64_t shares_rest(const cost_model *model, const image_share *rows, size_t count);

/** transitions.c: every ordered pair of stages. */
pa_status view_make_transitions(pa_audit *audit, audit_view *view, const pool *how,
                                pa_error *err);

/** loadables.c: lists them in memory of the audit. Scenes are no loadables. */
pa_status loadables_of(pa_audit *audit, const audit_view *view, loadable_list *out,
                       pa_error *err);

/** hints.c: what the scripts of the build name; needs the loadables. */
pa_status audit_find_hints(pa_audit *audit, const pool *how, pa_error *err);

/** The scene that makes arriving at `to` dearest, by upper bound, or NO_INDEX with one
 * scene. */
uint32_t view_worst_predecessor(const pa_audit *audit, const audit_view *view,
                                uint32_t to);

#endif
