/* document.h - what one import document says: its class, what it refers to, and the few
 * contents that a cost depends on. The same facts whichever of the serialized forms it
 * was written in.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BUNDLE_DOCUMENT_H
#define PA_BUNDLE_DOCUMENT_H

#include "base/arena.h"
#include "base/map.h"
#include "codec/json.h"

typedef enum asset_class {
    ASSET_OTHER,
    ASSET_IMAGE,   /* cc.ImageAsset: 3.x */
    ASSET_TEXTURE, /* cc.Texture2D; in 2.4 it is the image as well */
    ASSET_TEXTURE_CUBE,
    ASSET_RENDER_TEXTURE,
    ASSET_SPRITE_FRAME,
    ASSET_SPRITE_ATLAS,
    ASSET_SCENE,
    ASSET_CLASS_COUNT
} asset_class;

/** How a cc.Sprite shows its frame; the numbers are the engine's, the same from 2.4 to
 * 3.8 (CCSprite.js, sprite.ts). */
typedef enum sprite_type {
    SPRITE_SIMPLE,
    SPRITE_SLICED,
    SPRITE_TILED,
    SPRITE_FILLED,
    SPRITE_MESH /* 2.4 */
} sprite_type;

typedef enum sprite_size { SPRITE_CUSTOM, SPRITE_TRIMMED, SPRITE_RAW } sprite_size;

typedef struct sprite_look {
    uint8_t type; /**< a sprite_type */
    uint8_t size; /**< a sprite_size: where its node's size comes from */
} sprite_look;

/** How a document refers to another asset. */
typedef struct reference {
    str uuid; /**< full form */
    const char *
        holder; /**< "cc.Sprite._spriteFrame", "mipmaps[0]": the property that holds it */
    bool is_content;  /**< told by the content alone (mipmaps, cube faces, atlas frames):
                         the engine learns of it only when it makes the object */
    sprite_look look; /**< of a holder that is a cc.Sprite */
} reference;

/** cc.ImageAsset, or the image half of a 2.4 cc.Texture2D. */
typedef struct image_data {
    str formats;       /**< "7@93_0": the alternatives */
    uint32_t width_px; /**< as the document says; nearly always 0 */
    uint32_t height_px;
    /** The value that says all this, in the text that was read: for an editor that still
     *  has the text. JSON_NONE in a 2.4 pack of textures. */
    json_ref content;
} image_data;

enum { FILTER_NONE = 0 };

/** cc.Texture2D and cc.TextureCube. */
typedef struct texture_data {
    int32_t min_filter;
    int32_t mag_filter;
    int32_t wrap_s;
    int32_t wrap_t;
    int32_t mip_filter; /**< 3.x: 0 is none */
    int32_t anisotropy;
    bool gen_mipmaps; /**< 2.4 */
    bool premultiply; /**< 2.4 */
    bool packable;    /**< 2.4 */
    bool is_rgbe;
    bool is_baked;   /**< cube whose faces are atlases of levels (mipmapMode 2) */
    uint32_t layers; /**< 1, or 6 for a cube */
    uint32_t
        levels; /**< images a layer: entries of mipmaps; levels of the layout if baked */
    uint32_t image_from; /**< its images are references image_from … */
    uint32_t image_count;
    uint8_t *image_places;    /**< of each image: level * layers + layer; ids may lack */
    uint32_t layout_width_px; /**< baked: sides of level 0 in the atlas */
    uint32_t layout_height_px;
} texture_data;

/** cc.RenderTexture. */
typedef struct render_data {
    uint32_t width_px;
    uint32_t height_px;
} render_data;

/** cc.SpriteFrame: the part of its texture that it shows, in pixels. */
typedef struct frame_data {
    double left_px;
    double top_px;
    double width_px; /**< of the picture; rotated, it lies on its side in the texture */
    double height_px;
    bool is_rotated;
    bool has_border; /**< some of its capInsets are not 0 */
    /** The value that says all this, as that of an image. */
    json_ref content;
} frame_data;

typedef struct document {
    asset_class kind;
    str class_name;      /**< "cc.Prefab" */
    str name;            /**< _name of the root object, may be empty */
    str native;          /**< _native: ".bin", "font.ttf", or empty */
    bool auto_release;   /**< scene: cc.Scene.autoReleaseAssets */
    bool overrides_type; /**< an instance of a prefab in it sets a property "_type" */
    reference *references;
    uint32_t reference_count;
    image_data *image;     /**< NULL unless it has one */
    texture_data *texture; /**< NULL unless it is one */
    render_data *render;   /**< NULL unless it is one */
    frame_data *frame;     /**< NULL unless it is one with a rectangle */
} document;

/** What one thread needs to read documents. Zero-initialise it, set `mem` and `err`,
 * reuse it, clear it at the end. */
typedef struct document_reader {
    arena *mem; /**< where the facts go; outlives the reader */
    pa_error *err;
    json doc;              /**< the parsed file */
    map holders;           /**< texts of `holder`, each once */
    arena scratch;         /**< tables of the file being read */
    reference *references; /**< of the document being read */
    size_t reference_count;
    size_t reference_capacity;
    document *out;
    struct index_list *indices; /**< where a compiled document names shared rows, or NULL:
                                   nobody asks; indices.h */
} document_reader;

void document_reader_clear(document_reader *in);

/** The shared tables of a compiled file or pack. */
typedef struct compiled_tables compiled_tables;

/** True when the value is an array that begins with a number: the compiled form. */
bool document_is_compiled(const json *doc, json_ref root);

/** Reads the value `root` of in->doc, one document of either form. */
pa_status document_read(document_reader *in, json_ref root, document *out);

/** Opens the five shared tables at the front of a compiled pack, or of one file. The
 * tables live until arena_reset(&in->scratch). NULL on failure. */
compiled_tables *document_open_tables(document_reader *in, json_ref root);

/** Reads one document whose six own parts begin at `instances` (in a file the sixth
 * element, in a pack the first of a section). */
pa_status document_read_section(document_reader *in, const compiled_tables *tables,
                                json_ref instances, document *out);

/** A 3.x texture from the pair [base, [image, …]] that texture packs hold. */
pa_status document_read_texture_pair(document_reader *in, json_ref pair, document *out);

/** A 2.4 texture from the text that texture packs hold. */
pa_status document_read_texture_text(document_reader *in, str text, document *out);

/** Adds a reference to the document being read. `id` may be compressed; an empty one is
 * none. */
pa_status document_refer(document_reader *in, str id, const char *holder,
                         bool is_content);

/** The same for a property of a cc.Sprite. */
pa_status document_refer_shown(document_reader *in, str id, const char *holder,
                               sprite_look look);

/** What a cc.Sprite is before its properties say otherwise. */
sprite_look document_usual_look(void);

/** Takes `_type` and `_sizeMode` of a cc.Sprite. */
void document_take_look(const json *doc, str key, json_ref value, sprite_look *look);

/** How much of an owner, and of a key, a holder tells: names in games are < 40. */
enum { HOLDER_PART_BYTES = 120 };

/** "OWNER.KEY" as a text that lives as long as the facts, each cut to HOLDER_PART_BYTES;
 * NULL when memory ran out. */
const char *document_holder(document_reader *in, str owner, str key);

/** Which class a name stands for. */
asset_class document_class_of(str class_name);

/** Takes the facts from content that a class reads by a _deserialize of its own. */
pa_status content_read(document_reader *in, str class_name, json_ref content);
pa_status content_read_texture_text(document_reader *in, str text);
pa_status content_read_texture_pair(document_reader *in, json_ref pair);

/** Takes a plain property that a fact hangs on: _name, _native, autoReleaseAssets,
 * the path of an override. */
void content_take_property(document_reader *in, str owner, str key, json_ref value,
                           bool is_root);

pa_status compiled_read(document_reader *in, const compiled_tables *tables,
                        json_ref instances);
pa_status verbose_read(document_reader *in, json_ref root);

#endif
