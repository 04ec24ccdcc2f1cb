/* run.js - run packaudit on a build and say whether it fits.
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The same file serves Creator 3.x and 2.4: it keeps to what node 12 knows. */
"use strict";

const { execFile } = require("child_process");
const path = require("path");

/* A report of 64 MiB is no report; execFile would end the program there. */
const MOST_OUTPUT = 64 << 20;

/* "iphone_2g, android_low_2g" or ["iphone_2g"] to a list. */
function listOf(value) {
    const parts = Array.isArray(value) ? value : String(value || "").split(/[,;，；\n]/);
    return parts.map((part) => String(part).trim()).filter((part) => part !== "");
}

function trimmed(value) {
    return value === undefined || value === null ? "" : String(value).trim();
}

/* A path that people wrote: from the project's folder on, `project://` as the editor writes
 * it included. */
function fromProject(project, value) {
    const file = value.replace(/^project:\/\//, "");
    return project ? path.resolve(project, file) : file;
}

/* "bin/packaudit" is a path, "packaudit" a name to find in PATH. */
function programOf(project, value) {
    const isPath = /[\\/]/.test(value);
    return isPath ? fromProject(project, value) : value || "packaudit";
}

/* Each value is one argument, whatever it holds: no shell reads them. */
function argumentsOf(settings, build, project) {
    const list = ["check", "--color", "never"];
    for (const device of listOf(settings.devices)) {
        const isFile = /[\\/]|\.ya?ml$/i.test(device);
        list.push("--device", isFile ? fromProject(project, device) : device);
    }
    const rules = trimmed(settings.rules);
    if (rules !== "") {
        list.push("--rules", rules === "none" ? rules : fromProject(project, rules));
    }
    const failOn = trimmed(settings.failOn);
    if (failOn !== "") {
        list.push("--fail-on", failOn);
    }
    return list.concat("--", build);
}

function whyNotRun(code, program) {
    if (code === "ENOENT" && /[\\/]/.test(program)) {
        return `there is no '${program}': set the path of packaudit right`;
    }
    if (code === "ENOENT") {
        return (
            `'${program}' is not in PATH: install packaudit, or set its path ` +
            "(an editor started from the desktop may not have the PATH of your terminal)"
        );
    }
    return `cannot run '${program}': ${code}`;
}

/* Resolves to { fits, output, message }: `message` is for the error when it does not fit.
 * Rejects when packaudit could not judge. */
function run(settings, build, project) {
    const program = programOf(project, trimmed(settings.program));
    return new Promise((resolve, reject) => {
        const options = { maxBuffer: MOST_OUTPUT, windowsHide: true };
        execFile(program, argumentsOf(settings, build, project), options, (error, out, err) => {
            const said = trimmed(err);
            const output = [out.trim(), said].filter((part) => part !== "").join("\n");
            if (!error) {
                resolve({ fits: true, output });
            } else if (error.code === 1) {
                const message = "the build does not fit: its findings are above, in the console";
                resolve({ fits: false, output, message: `packaudit: ${message}` });
            } else if (typeof error.code === "number") {
                reject(new Error(said || `packaudit ended with ${error.code}`));
            } else if (error.code) {
                reject(new Error(`packaudit: ${whyNotRun(error.code, program)}`));
            } else {
                reject(new Error(`packaudit: '${program}' was ended by ${error.signal}`));
            }
        });
    });
}

module.exports = { run };
