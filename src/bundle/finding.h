/* finding.h - what is wrong with a build and could be lived with: one list, one kind of
 * row, from the reading of files to the judgement of costs.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BUNDLE_FINDING_H
#define PA_BUNDLE_FINDING_H

#include "base/arena.h"
#include "base/error.h"
#include "bundle/rule.h"

/** Members beyond this tell nobody more, and a report of them could not be read. */
enum { FINDING_MAX_MEMBERS = 1000 };

/** A change of scene: two places in the audit's list of stages. */
typedef struct finding_change {
    uint32_t from;
    uint32_t to;
} finding_change;

/** One row; texts may be empty. Who finds it sets rule, message, asset, file, bytes,
 * device, scene, members; the judge (audit/judge.h) adds the rest. */
typedef struct finding {
    rule_id rule;
    finding_level level; /**< the rule's own, or what a rules file makes of it */
    str message;
    str scene;  /**< name of a scene or state that it is about or that needs the asset */
    str asset;  /**< uuid */
    str file;   /**< path in the build */
    str device; /**< name of the device that it is about */
    uint64_t bytes;     /**< at stake, in the rule's unit */
    const str *members; /**< one finding, many places: each of them in words */
    uint32_t member_count;
    const finding_change *changes; /**< all that it is about; those of the first members
                                      in their order */
    uint32_t change_count;
    bool is_folded; /**< it stands for many of its rule; file is that of one of them */
    str path;       /**< addressable path, or what people know the asset by */
    str bundle;     /**< that stores the asset or the file */
    str chain; /**< how it comes into `scene`: "fight > Sprite._spriteFrame hero > …" */
    str mend;  /**< the edit that mends it; the rule's unless somebody knows better */
    str owner; /**< who looks after it, by the rules file */
    str waiver; /**< reason of the waiver that covers it; it then counts for nothing */
    bool is_counted; /**< its limit counts images, files or pixels: it has no bytes */
    uint32_t line;   /**< of the rules file, or 0 */
    str key; /**< what else tells it from others of its rule, without a figure of the
                build: the measure and the words of a budget; not shown */
} finding;

/** Zero-initialise it. */
typedef struct finding_list {
    arena mem;
    finding *rows;
    size_t count;
    size_t capacity;
} finding_list;

/** Adds a row about `file` and `asset` (copied, may be empty) with a message made of
 * `format`. */
pa_status finding_add(finding_list *list, rule_id rule, str file, str asset,
                      pa_error *err, const char *format, ...) PA_PRINTF(6, 7);

/** The row added last, to be filled in further; its texts must live as long as the list:
 * finding_text copies them. */
finding *finding_last(finding_list *list);

/** A copy of a text that lives as long as the list; {0} when memory ran out. */
str finding_text(finding_list *list, const char *format, ...) PA_PRINTF(2, 3);

/** Gives the text of member `i`; {0} when memory ran out. */
typedef str (*finding_member)(finding_list *list, size_t i, const void *ctx);

/** Gives a row of the list, or one that will be, its members; of more than
 * FINDING_MAX_MEMBERS the last says how many are left out. */
pa_status finding_set_members(finding_list *list, finding *row, size_t count,
                              finding_member text_of, const void *ctx, pa_error *err);

/** Copies the rows of another list: those that a thread collected, or those of an audit
 * that is to be judged. */
pa_status finding_take(finding_list *into, const finding_list *from, pa_error *err);

/** Sorts: waived rows last; errors first, then by bytes, rule, device, scene, file,
 * asset, message. */
void finding_sort(finding_list *list);

void finding_list_clear(finding_list *list);

#endif
