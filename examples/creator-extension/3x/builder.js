/* builder.js - what the extension adds to the build panel of Cocos Creator 3.x.
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The editor reads `configs` for every platform ('*'), shows `options` in the panel, hands
 * their values to the hooks as options.packages.packaudit, and loads `hooks` in the process
 * that builds: https://docs.cocos.com/creator/3.8/manual/zh/editor/publish/custom-build-plugin.html
 * (IBuildPluginConfig, IConfigItem in @cocos/creator-types 3.8.8,
 * editor/packages/builder/@types/public/build-plugin.d.ts). This file is read by the panel,
 * too: it uses nothing of the editor and nothing of node. */
"use strict";

const text = (key) => `i18n:packaudit.${key}`;

const input = (name, value) => ({
    label: text(`${name}.label`),
    description: text(`${name}.description`),
    default: value,
    render: { ui: "ui-input", attributes: { placeholder: text(`${name}.placeholder`) } },
});

exports.configs = {
    "*": {
        hooks: "./hooks",
        options: {
            enabled: {
                label: text("enabled.label"),
                description: text("enabled.description"),
                default: true,
                render: { ui: "ui-checkbox" },
            },
            devices: input("devices", ""),
            failOn: {
                label: text("failOn.label"),
                description: text("failOn.description"),
                default: "error",
                render: {
                    ui: "ui-select",
                    items: ["error", "warning", "never"].map((value) => ({
                        label: text(`failOn.${value}`),
                        value,
                    })),
                },
            },
            rules: input("rules", ""),
            program: input("program", ""),
        },
    },
};
