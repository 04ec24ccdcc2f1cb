/* hooks.js - check the memory of the game when Cocos Creator 3.x has built it.
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The editor loads this file in the process that builds and awaits the hooks:
 * https://docs.cocos.com/creator/3.8/manual/zh/editor/publish/custom-build-plugin.html
 * onAfterBuild(options, result) comes when the files are all written. An error that a hook
 * throws ends the build only if the module says so by `throwError` (BuildHook.throwError in
 * @cocos/creator-types 3.8.8, editor/packages/builder/@types/public/build-plugin.d.ts);
 * otherwise it is logged and the build is green: runPluginTask in
 * https://github.com/cocos/cocos-cli/blob/28ddaa23b711729d68c68fb995ef9f098bbf42a3/src/core/builder/worker/builder/manager/task-base.ts */
"use strict";

const { run } = require("./run");

exports.throwError = true;

/* IBuildResult: `dest` is what the build panel calls the build's folder, with remote bundles
 * and subpackages in it; `paths.output` is the same; `paths.dir` is where assets/ lies. */
function buildOf(result) {
    const paths = (result && result.paths) || {};
    return (result && result.dest) || paths.output || paths.dir;
}

function projectOf() {
    const project = typeof Editor === "undefined" ? undefined : Editor.Project;
    return project && project.path;
}

exports.onAfterBuild = async function (options, result) {
    const settings = (options.packages && options.packages.packaudit) || {};
    if (settings.enabled === false) {
        return;
    }
    const build = buildOf(result);
    if (!build) {
        throw new Error("packaudit: the editor did not say where the build is");
    }
    const verdict = await run(settings, build, projectOf());
    if (!verdict.fits) {
        console.error(verdict.output);
        throw new Error(verdict.message);
    }
    console.log(verdict.output);
};
