/* command_devices.c - packaudit devices: the profiles that are known, each figure with
 * its source.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/terminal.h"

static int run(const request *given) {
    request asked = *given;
    asked.report.has_color = terminal_has_color(&asked);
    if (asked.report.width == 0) {
        asked.report.width = terminal_width();
    }
    pa_error err = {0};
    pa_status status =
        pa_devices_write(asked.words[0], asked.devices, asked.audit.device_count,
                         &asked.report, terminal_sink, NULL, &err);
    return status == PA_OK ? 0 : terminal_fail(&err);
}

const command command_devices = {
    .name = "devices",
    .words = "[NAME]",
    .word_count = 1,
    .summary = "the device profiles that are built in, each figure with its source",
    .text = "Lists the device profiles, or explains one: memory of the process, what of "
            "it images may\n"
            "take, formats, limits, and where each figure is from. --device FILE adds "
            "the profiles of a\n"
            "YAML file, which may also change keys of those that are built in.",
    .options = "Dwch",
    .examples = {{"packaudit devices", "a table of all"},
                 {"packaudit devices iphone_2g", "one, with the sources"}},
    .run = run,
};
