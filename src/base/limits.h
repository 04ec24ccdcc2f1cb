/* limits.h - every bound that keeps hostile input from hurting this machine, with its
 * reason.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BASE_LIMITS_H
#define PA_BASE_LIMITS_H

#include <stdint.h>

enum {
    /** Deepest nesting met in 44,049 real documents is 14. */
    PA_MAX_JSON_DEPTH = 128,
    /** Longest path of an archive entry or file below the build, name that code loads, or
       url of a scene, in bytes; real ones are < 200. */
    PA_MAX_PATH_BYTES = 1024,
    /** Deepest folder below the build that is searched; real ones are < 12. */
    PA_MAX_FOLDER_DEPTH = 64,
    /** Files in one build, and entries in one archive. The largest met has 39,213. */
    PA_MAX_FILES = 4 * 1000 * 1000,
    /** Files and folders that cannot be taken: each is told, and real builds have none.
     */
    PA_MAX_GAPS = 100 * 1000,
    /** Folders walked, and entries of a build that are no files: links may make endless
       ways through few folders. The largest build met has 1,153. */
    PA_MAX_FOLDERS = 200 * 1000,
    /** Bundles in one build, with older configs and settings that lie beside the live
       ones. The largest met has dozens. */
    PA_MAX_BUNDLES = 10000,
    /** Scenes in one build: every ordered pair of them is a change that is measured, and
       games have dozens. */
    PA_MAX_SCENES = 2000,
    /** Width or height of a picture; GPUs end at 16384, JPEG at 65500. */
    PA_MAX_IMAGE_SIDE_PX = 65535,
    /** Levels of a multi-mip container: a 65535 px side has 16. */
    PA_MAX_MIP_LEVELS = 16
};

/** Images and textures that changes of scene are added up of: what all scenes hold, times
 * the scenes. 300 scenes of 3,000 textures each make 540 million and take some seconds.
 */
#define PA_MAX_CHANGE_STEPS (UINT64_C(10) * 1000 * 1000 * 1000)

/** Textures and images that load orders are planned of, added up over the changes of
 * scene that do not fit at once: some seconds. */
#define PA_MAX_ORDER_ITEMS (UINT64_C(4) * 1000 * 1000)

/** Bytes of one configuration or import document. The largest met is 2.9 MB; a
 * parsed one takes ten times its bytes. */
#define PA_MAX_DOCUMENT_BYTES (UINT64_C(64) << 20)

/** Bytes of one image or other native file that is read whole. */
#define PA_MAX_NATIVE_BYTES (UINT64_C(1) << 30)

/** Bytes that one thread keeps from job to job, so that it need not ask for them again.
 */
#define PA_MAX_KEPT_BYTES (UINT64_C(16) << 20)

/** Bytes of zip bundles held in memory when they lie inside another archive: all of them
 * together. */
#define PA_MAX_NESTED_ARCHIVE_BYTES (UINT64_C(1) << 30)

/** Bytes of the directory of a zip that is written again; the largest met has 5 MB. */
#define PA_MAX_ZIP_DIRECTORY_BYTES (UINT64_C(256) << 20)

/** Bytes that all entries of one archive may claim together: 64 GiB. */
#define PA_MAX_ARCHIVE_TOTAL_BYTES (UINT64_C(64) << 30)

/** A zip entry that expands further than this is not game data: DEFLATE ends at 1032:1,
 * and real JSON stays under 60:1. Only entries above PA_RATIO_FREE_BYTES are judged. */
#define PA_MAX_EXPANSION_RATIO 250
#define PA_RATIO_FREE_BYTES (UINT64_C(4) << 20)

/** Pixels of one picture that is decoded: 16384 x 16384, the largest texture any GPU
 * takes. */
#define PA_MAX_IMAGE_PIXELS (UINT64_C(1) << 28)

#endif
