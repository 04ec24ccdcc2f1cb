/* engine.h - which engine runs a build, and where: found from the build itself, with the
 * reason.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BUNDLE_ENGINE_H
#define PA_BUNDLE_ENGINE_H

#include "base/arena.h"

/** Where the game runs; decides how images are decoded, uploaded and kept. */
typedef enum engine_target {
    TARGET_NATIVE,
    TARGET_WEB, /**< WebGL2 */
    TARGET_WEBGL1,
    TARGET_MINIGAME, /**< WeChat and its like: WebGL1 rules */
    TARGET_COUNT
} engine_target;

const char *target_name(engine_target target);

/** False when the name is none; `*out` stays. */
bool target_of_name(str name, engine_target *out);

/** The target that a platform of the settings means ("web-mobile", "android",
 * "wechatgame"); a 2.4 web build is WebGL1. False when the platform is not known. */
bool target_of_platform(str platform, bool is_2_4, engine_target *out);

/** 3.8.5 as 30805, so that versions compare as numbers; 0 is unknown. */
typedef uint32_t engine_version;

#define ENGINE(major, minor, patch)                                                      \
    ((engine_version)((major)*10000 + (minor)*100 + (patch)))

/** Reads "3.8.5", "v3.8", "3.8.4-oh"; 0 when it is no version. */
engine_version engine_version_of(str text);

/** True for 2.4.x: other formats, other rules. */
static inline bool engine_is_2_4(engine_version version) {
    return version < ENGINE(3, 0, 0);
}

/** The version that an engine's own script states (ENGINE_VERSION = "2.4.8"), or the
 * empty text. */
str engine_version_in_script(str script);

#endif
