/*
 * ccon.h - animation clips in the engine's CCON containers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PA_GENERATOR_CCON_H
#define PA_GENERATOR_CCON_H

#include <stddef.h>

#include "text.h"

struct clip {
    const char *name;
    double duration_s;
    const float *times_s;  /* key_count of them */
    const float *values_y; /* the node's y at each */
    size_t key_count;
};

/* The clip as the document (JSON) and its chunk of curve bytes. */
void clip_document(struct text *document, struct text *chunk, const struct clip *clip);
/* CCONB version 1: the document is JSON. Version 2: it is MessagePack. */
void cconb_add(struct text *out, const struct clip *clip, unsigned version);
/* The pack of such files that the engine reads since 3.8.7. */
void binp_add(struct text *out, const struct text *const *files, size_t count);

#endif
