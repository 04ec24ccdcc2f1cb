/* foldings.c - many findings of a rule as one with a list, once levels and waivers have
 * been applied to each.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/judge.h"
#include "bundle/finding_fold.h"

/* What is absent or broken: three can be read one by one, more have one cause. */
#define BROKEN 0, 0, 4

/* What is wasted: of findings about a MiB or more the first twenty fill a screen. */
#define WASTED 20, (UINT64_C(1) << 20), 2

static const finding_folding foldings[] = {
    {RULE_FILE_UNREADABLE, BROKEN, true, "files cannot be taken"},
    {RULE_IMPORT_MISSING, BROKEN, false, "import files are absent"},
    {RULE_DOCUMENT_BROKEN, BROKEN, true, "import documents cannot be decoded"},
    {RULE_NATIVE_MISSING, BROKEN, false, "native files are absent"},
    {RULE_IMAGE_MISSING, BROKEN, false,
     "image files are absent; their sizes and costs are unknown"},
    {RULE_IMAGE_BROKEN, BROKEN, true, "images cannot be decoded"},
    {RULE_IMAGE_EXTENSION, BROKEN, true,
     "images hold another format than their name says"},
    {RULE_IMAGE_REFUSED, BROKEN, true, "images are refused by native decoders"},
    {RULE_PAYLOAD_SIZE, BROKEN, true, "compressed files hold not what their header says"},
    {RULE_VARIANT_NONE, BROKEN, true, "images have no alternative that a device reads"},
    {RULE_VARIANT_MISSING, BROKEN, false,
     "alternatives of images are absent; devices that read them will find nothing"},
    {RULE_FORMAT_DISAGREES, BROKEN, true,
     "images hold another format than their documents say"},
    {RULE_TEXTURE_SIDE, BROKEN, true, "textures are larger than a device makes"},
    {RULE_MIPS_MISSING, WASTED, true, "textures ask for mipmaps that their files lack"},
    {RULE_CMIP_WRAP, WASTED, true,
     "containers of mipmaps make the engine ask for gigabytes"},
    {RULE_PIXELS_TWICE, WASTED, true, "groups of image files hold the same pixels"},
    {RULE_IMAGE_ONE_COLOUR, WASTED, true, "images are of a single colour"},
    {RULE_IMAGE_NEARLY_EMPTY, WASTED, true, "images are nearly empty"},
    {RULE_TEXTURE_OVERSIZED, WASTED, true, "textures are shown in small part"},
};

pa_status judge_fold(finding_list *list, pa_error *err) {
    pa_status status = PA_OK;
    for (size_t i = 0; status == PA_OK && i < sizeof foldings / sizeof foldings[0]; i++) {
        status = finding_fold(list, &foldings[i], err);
    }
    return status;
}
