/* font_edit.h - bitmap fonts and label atlases follow the image of their sprite frame to
 * other sides.
 *
 * A label shows a glyph as large as its own font size divided by that of the font says
 * (`bmfontScale`): glyphs, their distances and the font's size scaled alike look as
 * before. Distances of pairs are scaled by that from 3.7.3 on, and were pixels of the
 * screen before. Sources: cocos-engine 2.4.15
 * cocos2d/core/renderer/utils/label/bmfont.js; 3.0.0 to 3.7.4
 * cocos/2d/assembler/label/bmfontUtils.ts; 3.8.5 text-processing.ts.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_FONT_EDIT_H
#define PA_REWRITE_FONT_EDIT_H

#include "rewrite/frame_edit.h"

/** The editor of all fonts whose frames `in` edits. */
document_editor font_editor(const frame_edit *in);

#endif
