/* creator.js - calls an extension as Cocos Creator does, and tells what became of the build.
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * node creator.js '{"editor": "3x", "extension": …, "build": …, "project": …, "settings": …}'
 * prints {"failed": …, "error": …, "console": [[level, text], …]}.
 *
 * 3.x: the builder script is found by contributions.builder, its defaults fill the settings,
 * and the hooks are awaited; what they throw ends the build only with `throwError`, as in
 * runPluginTask of cocos-cli, src/core/builder/worker/builder/manager/task-base.ts.
 * 2.4: the handlers of an event run one after the other, each until it calls back. */
"use strict";

const path = require("path");

const lines = [];
const note = (level) => (...parts) => lines.push([level, parts.join(" ")]);

const readPackage = (folder) => require(path.join(folder, "package.json"));

/* What the panel would hand over: the defaults, and what people changed. */
function panelSettings(config, changed) {
    const settings = {};
    for (const [key, option] of Object.entries(config.options)) {
        settings[key] = option.default;
    }
    return Object.assign(settings, changed);
}

async function build3(asked) {
    const about = readPackage(asked.extension);
    const script = path.join(asked.extension, about.contributions.builder);
    const config = require(script).configs["*"];
    const hooks = require(path.join(path.dirname(script), config.hooks));
    const options = {
        platform: "android",
        packages: asked.settings && { [about.name]: panelSettings(config, asked.settings) },
    };
    const result = { dest: asked.build, paths: { dir: asked.build, output: asked.build } };
    global.Editor = asked.project && { Project: { path: asked.project } };
    try {
        await hooks.onAfterBuild(options, result);
    } catch (error) {
        note("error")(String(error));
        return { failed: hooks.throwError === true, error: error.message };
    }
    return { failed: false };
}

function fakeBuilder() {
    const handlers = [];
    return {
        on: (event, handler) => handlers.push([event, handler]),
        removeListener(event, handler) {
            const at = handlers.findIndex(([e, h]) => e === event && h === handler);
            handlers.splice(at, at < 0 ? 0 : 1);
        },
        count: () => handlers.length,
        async emit(event, options) {
            for (const [, handler] of handlers.filter(([e]) => e === event)) {
                const error = await new Promise((done) => handler(options, done));
                if (error) {
                    return { failed: true, error: error.message };
                }
            }
            return { failed: false };
        },
    };
}

async function build24(asked) {
    const Builder = fakeBuilder();
    global.Editor = {
        Builder,
        Project: { path: asked.project },
        log: note("log"),
        warn: note("warn"),
        error: note("error"),
    };
    const main = require(path.join(asked.extension, readPackage(asked.extension).main));
    main.load();
    const outcome = await Builder.emit("build-finished", {
        platform: "android",
        dest: asked.build,
        project: asked.project,
    });
    main.unload();
    return Object.assign(outcome, { left: Builder.count() });
}

/* Every text that the editor is asked for, and the languages that lack it. */
function texts(asked) {
    const about = readPackage(asked.extension);
    const builder = path.join(asked.extension, about.contributions.builder);
    const asJson = JSON.stringify([about, require(builder).configs]);
    const keys = Array.from(asJson.matchAll(/"i18n:([^"]+)"/g), (found) => found[1]);
    const missing = [];
    for (const language of ["en", "zh"]) {
        const table = { [about.name]: require(path.join(asked.extension, "i18n", language)) };
        for (const key of keys) {
            const text = key.split(".").reduce((at, part) => at && at[part], table);
            if (typeof text !== "string" || text === "") {
                missing.push(`${language}: ${key}`);
            }
        }
    }
    return { keys: keys.length, missing };
}

async function main() {
    const say = console.log.bind(console);
    const asked = JSON.parse(process.argv[2]);
    for (const level of ["log", "warn", "error"]) {
        console[level] = note(level);
    }
    const ways = { "3x": build3, 2.4: build24, texts };
    const outcome = await ways[asked.editor](asked);
    say(JSON.stringify(Object.assign(outcome, { console: lines })));
}

main();
