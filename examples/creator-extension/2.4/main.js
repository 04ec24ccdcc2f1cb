/* main.js - check the memory of the game when Cocos Creator 2.4 has built it.
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * 'build-finished' comes when the files are all written; each handler gets the options of
 * the build (platform, dest, project) and a callback that lets the editor go on, with an
 * error if there is one:
 * https://docs.cocos.com/creator/2.4/manual/en/publish/custom-project-build-template.html
 * https://docs.cocos.com/creator/2.4/manual/en/extension/api/editor-framework/main/builder.html
 * The error as an argument is shown by the page of an older version, as event.reply(error):
 * https://github.com/cocos/cocos-docs/blob/10971f773fb60c66c6f288f10a4505abc893fa44/en/publish/custom-project-build-template.md
 *
 * The build panel of 2.4 takes no options of packages, so settings/packaudit.json of the
 * project holds them. */
"use strict";

const fs = require("fs");
const path = require("path");
const { run } = require("./run");

const KEYS = ["enabled", "devices", "failOn", "rules", "program"];

function settingsOf(project) {
    const file = path.join(project, "settings", "packaudit.json");
    if (!fs.existsSync(file)) {
        return {};
    }
    let settings;
    try {
        settings = JSON.parse(fs.readFileSync(file, "utf8").replace(/^\uFEFF/, ""));
    } catch (error) {
        throw new Error(`packaudit: ${file}: ${error.message}`);
    }
    if (settings === null || typeof settings !== "object" || Array.isArray(settings)) {
        throw new Error(`packaudit: ${file}: expected an object`);
    }
    const wrong = Object.keys(settings).find((key) => !KEYS.includes(key));
    if (wrong !== undefined) {
        throw new Error(`packaudit: ${file}: no key '${wrong}', there are ${KEYS.join(", ")}`);
    }
    return settings;
}

async function check(options) {
    const project = options.project || Editor.Project.path;
    const settings = settingsOf(project);
    if (settings.enabled === false) {
        return;
    }
    const verdict = await run(settings, options.dest, project);
    if (!verdict.fits) {
        Editor.error(verdict.output);
        throw new Error(verdict.message);
    }
    Editor.log(verdict.output);
}

function onBuildFinished(options, callback) {
    check(options).then(
        () => callback(),
        (error) => {
            Editor.error(error.message);
            callback(error);
        }
    );
}

module.exports = {
    load() {
        Editor.Builder.on("build-finished", onBuildFinished);
    },

    unload() {
        Editor.Builder.removeListener("build-finished", onBuildFinished);
    },
};
