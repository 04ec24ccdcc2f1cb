/* alpha.h - alpha that is stored and says nothing: of an image whose every pixel is
 * opaque.
 *
 * A PNG becomes smaller as a file; what it decodes to stays RGBA8. On native it would
 * first decode to 3 bytes a pixel and then be converted (cocos-engine 3.8.5
 * native/cocos/bindings/manual/jsb_global.cpp, createImageInfo): it would need more
 * memory while it loads, so that there it stays. ETC2 with alpha has blocks of 16 bytes,
 * of which the last 8 are the very block of ETC2 without (Khronos Data Format
 * Specification 1.3, 22): half of it stays on the GPU and no colour changes.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_ALPHA_H
#define PA_REWRITE_ALPHA_H

#include "audit/audit.h"
#include "base/buf.h"

/** True when an alternative stores alpha that may be left out of an opaque image. */
bool alpha_is_stored(const pa_audit *audit, const image *row, uint32_t variant_index);

/** Why nothing is to be left out of an image, or NULL. */
const char *alpha_refuses(const pa_audit *audit, const image *row, const picture *pixels);

/** Appends the ETC2 RGB file of an ETC2 RGBA file, block by block. PA_FORMAT when it is
 * none; `*is_opaque` is false, and nothing appended, when a pixel is not opaque. */
pa_status alpha_drop_etc2(bytes file, buf *out, bool *is_opaque, pa_error *err);

#endif
