/* SPDX-License-Identifier: Apache-2.0 */
"use strict";

module.exports = {
    description: "Checks what each scene costs in memory after every build, and fails the build when it does not fit",
    enabled: {
        label: "Check memory",
        description: "Run packaudit when the build is done",
    },
    devices: {
        label: "Devices",
        description: "Names of device profiles, or files with profiles, separated by commas; empty: those of packaudit.yaml",
        placeholder: "iphone_2g, android_low_2g",
    },
    failOn: {
        label: "Fail on",
        description: "What makes the build fail",
        error: "errors",
        warning: "warnings and errors",
        never: "nothing, only tell",
    },
    rules: {
        label: "Rules file",
        description: "Path from the project's folder on; empty: the packaudit.yaml beside or above the build",
        placeholder: "packaudit.yaml",
    },
    program: {
        label: "Program",
        description: "Where packaudit is; empty: in PATH",
        placeholder: "/usr/local/bin/packaudit",
    },
};
