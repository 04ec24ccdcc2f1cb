/* engine.c - names of targets, platforms and versions.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/engine.h"

static const char *const target_names[] = {
    [TARGET_NATIVE] = "native",
    [TARGET_WEB] = "web",
    [TARGET_WEBGL1] = "webgl1",
    [TARGET_MINIGAME] = "minigame",
};
_Static_assert(sizeof target_names / sizeof target_names[0] == TARGET_COUNT,
               "every target");

/* Platforms as settings name them. Sources: settings of real builds; cocos-engine 3.8.5
 * pal/system-info/enum-type/platform.ts and platforms/. */
static const struct {
    const char *name;
    engine_target target;
} platforms[] = {
    {"web-mobile", TARGET_WEB},
    {"web-desktop", TARGET_WEB},
    {"fb-instant-games", TARGET_WEB},
    {"android", TARGET_NATIVE},
    {"ios", TARGET_NATIVE},
    {"ios-app-clip", TARGET_NATIVE},
    {"mac", TARGET_NATIVE},
    {"windows", TARGET_NATIVE},
    {"win32", TARGET_NATIVE},
    {"linux", TARGET_NATIVE},
    {"ohos", TARGET_NATIVE},
    {"openharmony", TARGET_NATIVE},
    {"harmonyos-next", TARGET_NATIVE},
    {"google-play", TARGET_NATIVE},
    {"huawei-agc", TARGET_NATIVE},
    {"xr-meta", TARGET_NATIVE},
    {"jkw-game", TARGET_MINIGAME},
    {"cocos-play", TARGET_MINIGAME},
    {"link-sure", TARGET_MINIGAME},
    {"qtt", TARGET_MINIGAME},
    {"wechatgame", TARGET_MINIGAME},
    {"wechatgame-subcontext", TARGET_MINIGAME},
    {"bytedance-mini-game", TARGET_MINIGAME},
    {"bytedance", TARGET_MINIGAME},
    {"baidugame", TARGET_MINIGAME},
    {"baidu-mini-game", TARGET_MINIGAME},
    {"alipay", TARGET_MINIGAME},
    {"alipay-mini-game", TARGET_MINIGAME},
    {"taobao", TARGET_MINIGAME},
    {"taobao-mini-game", TARGET_MINIGAME},
    {"taobao-creative-app", TARGET_MINIGAME},
    {"xiaomi", TARGET_MINIGAME},
    {"xiaomi-quick-game", TARGET_MINIGAME},
    {"oppo-mini-game", TARGET_MINIGAME},
    {"quickgame", TARGET_MINIGAME},
    {"vivo-mini-game", TARGET_MINIGAME},
    {"qgame", TARGET_MINIGAME},
    {"huawei-quick-game", TARGET_MINIGAME},
    {"huawei", TARGET_MINIGAME},
    {"honor-mini-game", TARGET_MINIGAME},
    {"sud", TARGET_MINIGAME},
    {"migu-mini-game", TARGET_MINIGAME},
};

const char *target_name(engine_target target) {
    return target_names[target];
}

bool target_of_name(str name, engine_target *out) {
    for (int i = 0; i < TARGET_COUNT; i++) {
        if (str_is(name, target_names[i])) {
            *out = (engine_target)i;
            return true;
        }
    }
    return false;
}

bool target_of_platform(str platform, bool is_2_4, engine_target *out) {
    for (size_t i = 0; i < sizeof platforms / sizeof platforms[0]; i++) {
        if (str_is(platform, platforms[i].name)) {
            bool is_old_web = is_2_4 && platforms[i].target == TARGET_WEB;
            *out = is_old_web ? TARGET_WEBGL1 : platforms[i].target;
            return true;
        }
    }
    return false;
}

engine_version engine_version_of(str text) {
    if (str_starts(text, "v")) {
        text = str_part(text, 1, text.size);
    }
    uint64_t parts[3] = {0};
    size_t count = 0;
    size_t i = 0;
    while (count < 3) {
        size_t end = i;
        while (end < text.size && text.at[end] >= '0' && text.at[end] <= '9') {
            end++;
        }
        if (!str_to_u64(str_part(text, i, end), 99, &parts[count])) {
            break;
        }
        count++;
        i = end;
        if (i >= text.size || text.at[i] != '.') {
            break;
        }
        i++;
    }
    bool is_version = count >= 2 && parts[0] >= 2;
    return is_version ? ENGINE((uint32_t)parts[0], (uint32_t)parts[1], (uint32_t)parts[2])
                      : 0;
}

static bool is_version_byte(char byte) {
    return (byte >= '0' && byte <= '9') || byte == '.';
}

/* The first quoted version in `text`: "2.4.8". */
static str quoted_version(str text) {
    for (size_t i = 0; i + 1 < text.size; i++) {
        if (text.at[i] != '"' && text.at[i] != '\'') {
            continue;
        }
        size_t end = i + 1;
        while (end < text.size && is_version_byte(text.at[end])) {
            end++;
        }
        str version = str_part(text, i + 1, end);
        if (end < text.size && text.at[end] == text.at[i] &&
            engine_version_of(version) != 0) {
            return version;
        }
    }
    return (str){0};
}

/* Minifiers leave `x("VERSION","3.8.3");y.CocosEngine=z.ENGINE_VERSION=x`: the version
 * stands just before the mark. 2.4 has it right behind. */
str engine_version_in_script(str script) {
    static const char mark[] = "ENGINE_VERSION";
    enum { BEFORE = 64, BEHIND = 24 };
    for (size_t at = 0; at < script.size;) {
        at += str_find_text(str_part(script, at, script.size), mark);
        if (at >= script.size) {
            break;
        }
        size_t behind = at + sizeof mark - 1;
        str version = quoted_version(str_part(script, behind, behind + BEHIND));
        if (version.size == 0) {
            version = quoted_version(str_part(script, at < BEFORE ? 0 : at - BEFORE, at));
        }
        if (version.size > 0) {
            return version;
        }
        at = behind;
    }
    return (str){0};
}
