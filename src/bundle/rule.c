/* rule.c - the table of rules.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/rule.h"

#include <string.h>

#define ENGINE "https://github.com/cocos/cocos-engine/"

static const rule_row rows[] = {
    [RULE_SCENE_OVER] =
        {"scene-over-budget", LEVEL_ERROR, UNIT_PEAK, "a scene does not fit the device",
         "What the scene keeps in memory, or what its loading holds at the very least, "
         "is "
         "more than the device has for images. Loading it fails: malloc returns nothing, "
         "or the system ends the game.",
         "compress its largest textures to a format of the GPU (ASTC 6x6 takes a ninth "
         "of "
         "PNG), make them smaller, or load parts of the scene later",
         ENGINE "issues/4040; the lower bound of src/memory/load_cost.h"},
    [RULE_SCENE_MAY_EXCEED] =
        {"scene-may-exceed", LEVEL_WARNING, UNIT_PEAK,
         "loading a scene may not fit the device",
         "The engine decodes images in several threads and never waits for those that "
         "are "
         "done: how many wait at once depends on the device's speed. If they all do, the "
         "budget is exceeded.",
         "load the scene in stages, or compress its textures: those need no decoding",
         ENGINE "issues/17012; native/cocos/bindings/manual/jsb_global.cpp, 3.8.5"},
    [RULE_TRANSITION_OVER] =
        {"transition-over-budget", LEVEL_ERROR, UNIT_PEAK,
         "a change of scene does not fit the device",
         "The engine loads the next scene completely before it frees the last one, so "
         "both "
         "are in memory at once: each may fit alone, and the change does not.",
         "go through an empty scene, set autoReleaseAssets on the scene that is left, or "
         "make either smaller",
         ENGINE "issues/4040; cocos/game/director.ts (runSceneImmediate), 3.8.5"},
    [RULE_TRANSITION_MAY_EXCEED] =
        {"transition-may-exceed", LEVEL_WARNING, UNIT_PEAK,
         "a change of scene may not fit the device",
         "With the last scene still there, and with every scene visited before that "
         "never "
         "frees its assets, the most that loading can hold is above the budget.",
         "go through an empty scene, set autoReleaseAssets on every scene, or load in "
         "stages",
         ENGINE "issues/17666; cocos/asset/asset-manager/release-manager.ts, 3.8.5"},
    [RULE_ALLOCATION] =
        {"allocation-too-large", LEVEL_WARNING, UNIT_PEAK,
         "a single request of memory is too large for 32 bits",
         "A 32-bit process has 2 to 4 GiB of addresses, in pieces: one request above 64 "
         "MiB "
         "fails long before memory runs out, and the engine does not check all of them.",
         "make the texture smaller, or compress it",
         "native/cocos/bindings/manual/jsb_global.cpp (convertRGB2RGBA), 3.8.5: malloc "
         "without a check"},
    [RULE_DEVICE_KIND] = {"device-of-another-kind", LEVEL_WARNING, UNIT_NONE,
                          "a device of another kind than the build",
                          "A browser or a mini game on a phone has other limits than a "
                          "native app on the same "
                          "phone, and the engine spends memory by other rules there.",
                          "judge web and mini-game builds by web_* or wechat_* profiles, "
                          "native ones by phones; "
                          "'packaudit devices' lists them",
                          "the device's profile: packaudit devices NAME"},
    [RULE_PACKAGE_OVER] =
        {"package-over-limit", LEVEL_ERROR, UNIT_PACKAGE,
         "the package is larger than the platform takes",
         "Stores and mini-game platforms refuse an upload above their limit.",
         "move bundles to a server (Remote in the bundle's settings), or compress images",
         "the device's profile: packaudit devices NAME"},
    [RULE_BUDGET_OVER] =
        {"budget-exceeded", LEVEL_ERROR, UNIT_PEAK,
         "a budget of the rules file is exceeded",
         "The team decided on this limit, in packaudit.yaml.",
         "take back what grew, or change the budget with those who set it",
         "the rules file"},
    [RULE_BUDGET_MAY_EXCEED] = {"budget-may-exceed", LEVEL_WARNING, UNIT_PEAK,
                                "a budget of the rules file may be exceeded",
                                "Only the upper bound of the peak is above the limit: a "
                                "slow or a fast device can "
                                "reach it, another does not.",
                                "take back what grew, or load in stages",
                                "the rules file"},
    [RULE_GROWTH] = {"growth-exceeded", LEVEL_ERROR, UNIT_PEAK,
                     "more growth than the rules file allows",
                     "Builds die of many small steps: the step from the baseline to this "
                     "build is larger "
                     "than the allowance.",
                     "look at what came with 'packaudit diff', take it back, or write a "
                     "waiver with a date",
                     "the rules file and the baseline"},
    [RULE_RULES_UNMATCHED] = {"rules-unmatched", LEVEL_WARNING, UNIT_NONE,
                              "a line of the rules file is about nothing in this build",
                              "A budget whose pattern matches nothing guards nothing: "
                              "the scene or the bundle was "
                              "renamed, or the pattern has a typing error.",
                              "correct the pattern or delete the line", "the rules file"},
    [RULE_WAIVER_EXPIRED] = {"waiver-expired", LEVEL_ERROR, UNIT_NONE,
                             "a waiver has expired",
                             "A waiver is a promise with a date. The date is over, and "
                             "what it covered is judged "
                             "again.",
                             "mend what it covered, or agree on a new date",
                             "the rules file"},
    [RULE_WAIVER_UNUSED] = {"waiver-unused", LEVEL_WARNING, UNIT_NONE,
                            "a waiver covers nothing",
                            "What it was written for is mended or has another name. Left "
                            "alone, it would hide "
                            "the next defect.",
                            "delete it", "the rules file"},
    [RULE_FILE_UNREADABLE] = {"file-unreadable", LEVEL_WARNING, UNIT_NONE,
                              "a file cannot be taken",
                              "What lies in it is not in the figures.",
                              "mend the permissions, the link or the archive entry", ""},
    [RULE_CONFIG_UNREADABLE] =
        {"config-unreadable", LEVEL_ERROR, UNIT_NONE, "a bundle's config is no config",
         "The engine cannot load the bundle, and none of its assets is in the figures.",
         "build again; an encrypted config has to be audited before it is encrypted",
         "cocos/asset/asset-manager/config.ts, 3.8.5"},
    [RULE_CONFIG_STALE] = {"config-stale", LEVEL_NOTE, UNIT_NONE,
                           "an older config lies beside the live one",
                           "The build was written over an older one: its files are "
                           "shipped, and nothing reads "
                           "them.",
                           "empty the folder before building",
                           "cocos/asset/asset-manager/url-transformer.ts"},
    [RULE_CONFIG_INDEX] = {"config-index", LEVEL_ERROR, UNIT_NONE,
                           "a config names an asset it does not list",
                           "The engine would load nothing, or another asset.",
                           "build again",
                           "cocos/asset/asset-manager/config.ts (processOptions), 3.8.5"},
    [RULE_SETTINGS_UNREADABLE] =
        {"settings-unreadable", LEVEL_WARNING, UNIT_NONE, "the settings are unreadable",
         "Engine version, target and launch scene are then guesses.",
         "build again, or give --engine and --target", "cocos/core/settings.ts, 3.8.5"},
    [RULE_ENGINE_GUESSED] = {"engine-guessed", LEVEL_NOTE, UNIT_NONE,
                             "the engine version is a guess",
                             "What an image costs differs between versions.",
                             "give --engine", ""},
    [RULE_TARGET_GUESSED] =
        {"target-guessed", LEVEL_NOTE, UNIT_NONE, "the target is a guess",
         "What an image costs differs between native, web and mini games.",
         "give --target", ""},
    [RULE_BUNDLE_ABSENT] =
        {"bundle-absent", LEVEL_ERROR, UNIT_NONE,
         "a redirect leads to a bundle that is absent",
         "Assets shared with that bundle cannot be loaded, and are not in the figures.",
         "audit the build together with its remote bundles, or build the bundle",
         "cocos/asset/asset-manager/config.ts (redirect), 3.8.5"},
    [RULE_REDIRECT_LOST] =
        {"redirect-lost", LEVEL_ERROR, UNIT_NONE,
         "a redirect leads to a bundle without the asset",
         "Loading the asset fails. Mostly bundles of different builds were put together.",
         "build all bundles at once",
         "cocos/asset/asset-manager/config.ts (redirect), 3.8.5"},
    [RULE_ASSET_UNKNOWN] = {"asset-unknown", LEVEL_WARNING, UNIT_NONE,
                            "a reference to an asset no config lists",
                            "The engine logs an error when it loads the user, and the "
                            "asset is missing there.",
                            "open the user in the editor, and choose the asset anew",
                            "cocos/asset/asset-manager/load.ts, 3.8.5"},
    [RULE_ASSET_TWICE] =
        {"asset-twice", LEVEL_NOTE, UNIT_PACKAGE, "one uuid is stored in several bundles",
         "Bundles of equal priority each keep a copy of what they share: the package is "
         "larger by each. In memory it counts once, as long as both copies are the same.",
         "give the bundle that should own it a higher priority", ENGINE "issues/15595"},
    [RULE_IMPORT_MISSING] =
        {"import-missing", LEVEL_ERROR, UNIT_NONE, "an import file is absent",
         "On the web a missing file fails the whole scene; what it would bring is not in "
         "the "
         "figures.",
         "build again; look for upload or ignore rules that drop files",
         "cocos/asset/asset-manager/pack-manager.ts, 3.8.5"},
    [RULE_DOCUMENT_BROKEN] =
        {"document-broken", LEVEL_ERROR, UNIT_NONE,
         "an import document cannot be decoded",
         "The engine fails on it, and what it would bring is not in the figures.",
         "build again; look for a tool that changed the file",
         "cocos/serialization/deserialize.ts, 3.8.5"},
    [RULE_PACK_COUNT] =
        {"pack-count", LEVEL_ERROR, UNIT_NONE,
         "a pack has not as many sections as the config says",
         "The engine logs error 4915 and goes on with the wrong documents.",
         "build again", "cocos/asset/asset-manager/pack-manager.ts (unpackJson), 3.8.5"},
    [RULE_NATIVE_MISSING] =
        {"native-missing", LEVEL_NOTE, UNIT_NONE, "a native file is absent",
         "A mesh, sound or font is missing when the game runs.",
         "build again; look for upload or ignore rules that drop files",
         "cocos/asset/asset-manager/load.ts, 3.8.5"},
    [RULE_IMAGE_MISSING] =
        {"image-missing", LEVEL_ERROR, UNIT_NONE, "an image file is absent",
         "On the web it fails the whole scene; natively the texture stays empty.",
         "build again; look for upload or ignore rules that drop files",
         "cocos/asset/asset-manager/download-dom-image.ts, 3.8.5"},
    [RULE_IMAGE_BROKEN] =
        {"image-broken", LEVEL_ERROR, UNIT_MEMORY, "an image cannot be decoded",
         "The file is cut off or damaged. Header-only tools call it good; the engine "
         "shows "
         "nothing, or fails the scene.",
         "export the image again; empty the editor's texture cache if it was compressed",
         "native/cocos/platform/Image.cpp, 3.8.5"},
    [RULE_IMAGE_EXTENSION] =
        {"image-extension", LEVEL_NOTE, UNIT_NONE, "content and extension disagree",
         "Native engines look at the content, browsers and servers at the name.",
         "save the image as what its name says",
         "native/cocos/platform/Image.cpp (initWithImageData), 3.8.5"},
    [RULE_IMAGE_REFUSED] =
        {"image-native-refused", LEVEL_ERROR, UNIT_MEMORY,
         "native decoders refuse the image",
         "Native engines read PNG, JPEG of one or three components, WebP and GPU "
         "formats. "
         "CMYK JPEG, BMP and GIF work in a browser and fail on a device.",
         "save it as an RGB JPEG or a PNG",
         "native/cocos/platform/Image.cpp (initWithJpgData), 3.8.5"},
    [RULE_PAYLOAD_SIZE] =
        {"payload-size", LEVEL_ERROR, UNIT_MEMORY,
         "a compressed file holds not what its header says",
         "The engine's parsers do not compare the two: the upload fails, or reads beyond "
         "the "
         "end. A full disk while compressing leaves such files.",
         "empty the editor's texture cache and build again",
         "cocos/asset/assets/image-asset.ts (parseASTCTex, parsePKMTex), 3.8.5"},
    [RULE_VARIANT_NONE] =
        {"variant-none", LEVEL_ERROR, UNIT_MEMORY, "no alternative that the device reads",
         "The engine takes the first alternative that the device supports; with none it "
         "logs 3121 and shows nothing.",
         "add PNG or JPG to the compression preset, behind the GPU formats",
         ENGINE "issues/14376; cocos/asset/assets/image-asset.ts, 3.8.5"},
    [RULE_VARIANT_MISSING] =
        {"variant-missing", LEVEL_WARNING, UNIT_MEMORY, "an alternative's file is absent",
         "The builder catches a failure of the compressor, logs it, and goes on: devices "
         "that "
         "would take this alternative get nothing.",
         "build again and look for texture compression in the build's log",
         ENGINE "issues/14147"},
    [RULE_VARIANT_SURPLUS] =
        {"variant-surplus", LEVEL_WARNING, UNIT_NONE,
         "an image names more alternatives than there are",
         "The engine knows eight extensions; what stands beyond them is not read.",
         "build again with one version of the editor",
         "cocos/asset/assets/image-asset.ts (extnames), 3.8.5"},
    [RULE_FORMAT_DISAGREES] = {"format-disagrees", LEVEL_WARNING, UNIT_MEMORY,
                               "header and pixel format disagree",
                               "The engine takes the number in the document, whatever "
                               "the file says: the picture is "
                               "noise, or the upload fails.",
                               "build again with one version of the editor",
                               "cocos/asset/assets/image-asset.ts, 3.8.5"},
    [RULE_TEXTURE_SIDE] =
        {"texture-too-large", LEVEL_ERROR, UNIT_MEMORY,
         "a texture is larger than a device makes",
         "The GPU refuses it, and what uses it is black.",
         "make the image smaller, or cut it in two",
         "https://webglfundamentals.org (survey of texture sizes); the device's profile"},
    [RULE_MIPS_MISSING] =
        {"mips-missing", LEVEL_WARNING, UNIT_MEMORY,
         "mipmaps are asked for, and the file has none",
         "The engine makes room for the whole chain and fills only the levels that a "
         "compressed file brings: drawn smaller than its full size the texture is black. "
         "The room is paid.",
         "set the texture's mip filter to none, or compress it with mipmaps",
         ENGINE "issues/16820; cocos/asset/assets/simple-texture.ts, 3.8.5"},
    [RULE_NPOT_WEBGL1] =
        {"npot-webgl1", LEVEL_NOTE, UNIT_NONE,
         "mipmaps or repeat on sides that are no powers of two",
         "WebGL 1, so 2.4 on the web and mini games, can do neither. The engine clamps "
         "the texture and leaves the mipmaps out: a pattern that should repeat is "
         "smeared beyond its edge, and what is far away flickers. Sprites do not repeat "
         "and are not judged.",
         "give the image sides that are powers of two, or clamp it without mipmaps",
         "2.4 cocos2d/renderer/gfx/texture-2d.js (_setTexInfo); "
         "https://registry.khronos.org/webgl/specs/latest/1.0/ (6.6)"},
    [RULE_CMIP_LEAK] = {"mip-container-leak", LEVEL_WARNING, UNIT_MEMORY,
                        "a container of mipmaps leaks on native",
                        "From 3.7.0 the native reader copies every level and never frees "
                        "the copies: each "
                        "load adds the file's size, for the life of the process.",
                        "compress without mipmaps, or set the mip filter to none",
                        "native/cocos/base/Compressed.cpp (getChunk), 3.8.5"},
    [RULE_CMIP_WRAP] = {"mip-container-wrap", LEVEL_ERROR, UNIT_PEAK,
                        "a container of mipmaps makes the engine ask for gigabytes",
                        "A side of the small levels is 0, and the size of zero blocks "
                        "wraps around: native "
                        "engines then ask for up to 2.8 GB, or read beyond the file.",
                        "make the image square, or choose blocks of 4x4 or 8x8",
                        "native/cocos/renderer/gfx-base/GFXDef.cpp (formatSize), 3.8.5"},
    [RULE_RGB8_METAL] = {"rgb8-metal", LEVEL_WARNING, UNIT_MEMORY,
                         "a texture of RGB8 on Metal",
                         "Metal has no RGB8: the engine stores four bytes a pixel, and "
                         "up to 3.8.8 its upload "
                         "reads beyond the end of the data.",
                         "give the texture an alpha channel, or move to engine 3.8.9",
                         ENGINE "issues/19175"},
    [RULE_IMAGE_KEPT_TWICE] =
        {"image-kept-twice", LEVEL_WARNING, UNIT_MEMORY,
         "a texture names its image twice",
         "The engine frees the decoded copy after the upload, but takes back one "
         "reference "
         "only: with two, the copy stays as long as the texture.",
         "move to engine 3.8.9, or build with an editor that writes one reference",
         ENGINE "issues/19207"},
    [RULE_PIXELS_TWICE] =
        {"pixels-twice", LEVEL_WARNING, UNIT_MEMORY, "the same pixels in several files",
         "Each copy is downloaded, decoded and kept on the GPU by itself. Compared is "
         "what was decoded, so that other names and formats hide nothing.",
         "keep one of them, and let all users refer to it; of models, take out embedded "
         "textures",
         ENGINE "issues/10354"},
    [RULE_ALPHA_UNUSED] =
        {"alpha-unused", LEVEL_NOTE, UNIT_MEMORY, "an opaque image stores alpha",
         "Every alpha is 255. A PNG of it takes four bytes a pixel in memory with alpha "
         "or without, so that nothing is lost there but a little package; compressed to "
         "ETC2 it takes twice the bits, which is what the bytes count.",
         "export it without alpha",
         "native/cocos/platform/Image.cpp, 3.8.5; Khronos data format specification "
         "(ETC2)"},
    [RULE_IMAGE_ONE_COLOUR] =
        {"image-one-colour", LEVEL_WARNING, UNIT_MEMORY, "an image of a single colour",
         "All of its pixels are the same, and each is paid.",
         "use a 2 x 2 image stretched to the size, or a built-in texture with a colour",
         ""},
    [RULE_IMAGE_NEARLY_EMPTY] =
        {"image-nearly-empty", LEVEL_WARNING, UNIT_MEMORY,
         "a sprite's image is nearly empty",
         "All that is not transparent lies in an eighth of it or less, and transparent "
         "pixels take as much memory as others.",
         "cut it to what can be seen, or let an auto atlas trim it",
         "https://docs.cocos.com/creator/3.8/manual/en/asset/auto-atlas.html"},
    [RULE_SPRITE_BORDER] =
        {"sprite-border", LEVEL_NOTE, UNIT_MEMORY,
         "a wide transparent border in a sprite",
         "All that is not transparent lies in half of the image or less. The trimming of "
         "a sprite frame does not make its texture smaller.",
         "trim the image, or let an auto atlas trim it",
         "https://docs.cocos.com/creator/3.8/manual/en/asset/auto-atlas.html"},
    [RULE_TEXTURE_OVERSIZED] =
        {"texture-oversized", LEVEL_WARNING, UNIT_MEMORY,
         "a texture is far larger than what is shown of it",
         "Nothing but sprite frames uses it, and all of their rectangles together lie in "
         "a quarter of it or less: the rest is paid and never seen. How large a node "
         "draws a frame is not judged, because widgets, code and the screen decide that "
         "when the game runs.",
         "cut the image to what its frames show, or pack it into an auto atlas",
         "cocos/2d/assets/sprite-frame.ts, 3.8.5"},
    [RULE_MIPS_ON_SPRITES] =
        {"mips-on-sprites", LEVEL_NOTE, UNIT_MEMORY,
         "mipmaps on a texture that only sprites use",
         "Mipmaps add a third, and a sprite that is never much smaller than its image "
         "never "
         "reads them.",
         "set the mip filter to none",
         "https://wechat-miniprogram.github.io/minigame-unity-webgl-transform/ "
         "(PerfOptimization)"},
    [RULE_PLAIN_FORMAT] =
        {"plain-format", LEVEL_NOTE, UNIT_MEMORY,
         "images are plain where the device reads a format of the GPU",
         "PNG, JPG and WebP make the package smaller, not memory: each becomes four "
         "bytes a pixel. ASTC 4x4 takes one, 6x6 less than half of one, and needs no "
         "decoding.",
         "add ASTC or ETC2 to the compression preset",
         "https://docs.cocos.com/creator/manual/en/asset/compress-texture.html"},
    [RULE_ATLAS_ORIGINALS] = {"atlas-originals", LEVEL_WARNING, UNIT_PACKAGE,
                              "originals are shipped beside their atlas",
                              "The images were packed into an auto atlas, their sprite "
                              "frames point at the atlas, and the images are shipped as "
                              "well: they were referred to by themselves, or lie in the "
                              "folder of a bundle. Told by ids, which only 3.x keeps.",
                              "refer to the sprite frames, not to the image or texture; "
                              "move the images out of the bundle's folder",
                              ENGINE "issues/19143; " ENGINE "issues/19184"},
    [RULE_AUTO_RELEASE_OFF] =
        {"auto-release-off", LEVEL_WARNING, UNIT_MEMORY, "scenes never free their assets",
         "autoReleaseAssets is off, which is the default: what such a scene loaded stays "
         "when it is left, and every scene visited adds to it.",
         "tick autoReleaseAssets on the scenes, or release their assets in code",
         "https://docs.cocos.com/creator/manual/en/asset/release-manager.html"},
    [RULE_NAME_ONLY_LARGE] =
        {"name-only-large", LEVEL_WARNING, UNIT_MEMORY,
         "large assets that only code can load",
         "No scene refers to them: when they are loaded, and whether they are freed, is "
         "not "
         "in any scene's figures.",
         "declare them in 'states' of packaudit.yaml, so that they are judged",
         ENGINE "issues/16515"},
    [RULE_UNREFERENCED] =
        {"unreferenced", LEVEL_NOTE, UNIT_PACKAGE, "assets that nothing can reach",
         "No scene, no start and no name leads to them; only code that knows a uuid "
         "could load "
         "them.",
         "delete them from the project, or take them out of the bundle's folder", ""},
    [RULE_FILE_UNKNOWN] =
        {"file-unknown", LEVEL_NOTE, UNIT_PACKAGE, "files that no config knows",
         "They lie where a bundle's assets lie, are shipped, and the engine never asks "
         "for them: it makes names of the ids and hashes in the config, and these are "
         "not there. Mostly an older build left them.",
         "empty the folder before building",
         "cocos/asset/asset-manager/url-transformer.ts, 3.8.5"},
};
_Static_assert(sizeof rows / sizeof rows[0] == RULE_COUNT, "a row for every rule");

static const char *const level_names[] = {
    [LEVEL_OFF] = "off",
    [LEVEL_NOTE] = "note",
    [LEVEL_WARNING] = "warning",
    [LEVEL_ERROR] = "error",
};
_Static_assert(sizeof level_names / sizeof level_names[0] == LEVEL_COUNT, "every level");

static const char *const unit_names[] = {
    [UNIT_NONE] = "",
    [UNIT_PEAK] = "too many",
    [UNIT_MEMORY] = "of memory when loaded",
    [UNIT_PACKAGE] = "of files",
};
_Static_assert(sizeof unit_names / sizeof unit_names[0] == UNIT_COUNT, "every unit");

const rule_row *rule_get(rule_id rule) {
    return &rows[rule];
}

rule_id rule_of_name(str name) {
    unsigned i = 0;
    while (i < RULE_COUNT && !str_is(name, rows[i].name)) {
        i++;
    }
    return (rule_id)i;
}

const char *level_name(finding_level level) {
    return level_names[level];
}

bool level_of_name(str name, finding_level *out) {
    for (unsigned i = 0; i < LEVEL_COUNT; i++) {
        if (str_is(name, level_names[i])) {
            *out = (finding_level)i;
            return true;
        }
    }
    return false;
}

const char *rule_unit_name(rule_unit unit) {
    return unit_names[unit];
}
