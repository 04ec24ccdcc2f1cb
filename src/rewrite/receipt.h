/* receipt.h - what was done to which asset: schema packaudit.receipt/1.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_RECEIPT_H
#define PA_REWRITE_RECEIPT_H

#include "audit/audit.h"
#include "codec/json_write.h"
#include "packaudit/rewrite.h"
#include "rewrite/manifests.h"
#include "rewrite/regroup.h"
#include "rewrite/signatures.h"
#include "rewrite/work.h"

/** What there is to tell; borrowed unless it says otherwise. */
typedef struct receipt {
    const pa_audit *before;
    const plan *asked;
    const work_list *list;
    buf place;           /**< of its file, with a NUL; owned */
    size_t file_count;   /**< of the new build */
    uint64_t file_bytes; /**< likewise */
    patch_counts patched;
    signature_facts signature;
    manifest_list manifests; /**< owned */
    regrouped packs;         /**< with an order; owned */
} receipt;

/** Writes it to its place, whole or not at all. */
pa_status receipt_write(receipt *in, const pa_rewrite_options *options, pa_error *err);

/** Takes it away again. */
void receipt_remove(const receipt *in);

/** The same in a few lines for people, appended to `out`. */
pa_status receipt_text(const receipt *in, const pa_rewrite_options *options, buf *out,
                       pa_error *err);

/** receipt_packs.c: requests of each load before and after; nothing without an order. */
void receipt_packs_json(const receipt *in, json_writer *w);
void receipt_packs_text(const receipt *in, buf *out);

/** Frees what it owns. */
void receipt_clear(receipt *in);

#endif
