/* SPDX-License-Identifier: Apache-2.0 */
"use strict";

module.exports = {
    description: "每次构建后检查各场景的内存占用，超出预算时让构建失败",
    enabled: {
        label: "检查内存",
        description: "构建完成后运行 packaudit",
    },
    devices: {
        label: "目标设备",
        description: "设备配置的名称或文件，用逗号分隔；留空则采用 packaudit.yaml 中的设备",
        placeholder: "iphone_2g, android_low_2g",
    },
    failOn: {
        label: "失败条件",
        description: "出现什么问题时让构建失败",
        error: "错误",
        warning: "警告和错误",
        never: "从不失败，仅提示",
    },
    rules: {
        label: "规则文件",
        description: "相对于项目目录的路径；留空则使用构建目录旁或其上级目录中的 packaudit.yaml",
        placeholder: "packaudit.yaml",
    },
    program: {
        label: "程序路径",
        description: "packaudit 所在的位置；留空则从 PATH 中查找",
        placeholder: "/usr/local/bin/packaudit",
    },
};
