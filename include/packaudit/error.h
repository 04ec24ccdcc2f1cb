/** error.h - how packaudit says that something failed.
 *
 *  A function that can fail returns a pa_status and fills the pa_error its caller owns.
 * The first failure wins; each layer that knows a name adds it in front, so that the text
 * reads from the outside in: "game.apk: assets/main/config.json: byte 311: expected ':'
 * after a key".
 *
 *  SPDX-License-Identifier: Apache-2.0 */
#ifndef PACKAUDIT_ERROR_H
#define PACKAUDIT_ERROR_H

/** What kind of failure it was. The program's exit status follows from it
 * (pa_status_exit). */
typedef enum pa_status {
    PA_OK,
    PA_NOMEM,       /**< memory ran out */
    PA_IO,          /**< the operating system refused to read */
    PA_FORMAT,      /**< the input is not what it should be */
    PA_LIMIT,       /**< the input exceeds a limit that protects this machine */
    PA_UNSUPPORTED, /**< a form that exists but is not read */
    PA_USAGE,       /**< the caller asked for something that makes no sense */
    PA_OUTPUT,      /**< the result could not be written; nothing was changed */
    PA_CANCELLED,   /**< the caller asked to stop */
    PA_INTERNAL     /**< a bug of packaudit */
} pa_status;

enum { PA_ERROR_TEXT_SIZE = 1024 };

/** A failure with its place, in storage of the caller. Every function empties it first,
 * so that one may serve many calls. */
typedef struct pa_error {
    pa_status status;
    char text[PA_ERROR_TEXT_SIZE]; /**< one line of UTF-8, lower case, no full stop */
} pa_error;

/** The process exit status that stands for `status`: 0, 2, 3, 4, 5, 70 or 130. */
int pa_status_exit(pa_status status);

#endif
