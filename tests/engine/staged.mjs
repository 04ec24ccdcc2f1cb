// Loads a scene of a web build at once and by its plan, with the loaders of
// examples/runtime in the build's own engine, and tells what each asked for and held.
//
//   packaudit order BUILD --device DEVICE --format json -o plan.json
//   packaudit report BUILD --format json -o report.json
//   node tests/engine/staged.mjs --build BUILD --plan plan.json --report report.json --scene NAME
//
// The engine runs as on native targets: CPU copies are cleaned up, and nothing limits how
// many images are under way (page/images.js).
//
// Exit status: 0 the stages loaded exactly the planned images in the planned order, held no
// more than the plan says and left the same textures, and loading at once held more; 1 not.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { launchBrowser } from './browser.mjs';
import { chooseScenes, readBuild } from './build.mjs';
import { Page } from './page.mjs';
import { serve } from './server.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const RUNTIME = path.join(HERE, '../../examples/runtime');

/** The loader as a function of `cc`. */
function loaderText(is24) {
  const folder = is24 ? 'creator-2.4' : 'creator-3x';
  const text = fs.readFileSync(path.join(RUNTIME, folder, 'loadSceneStaged.js'), 'utf8');
  const body = is24
    ? text
    : `${text
        .replace(/^import .*'cc';$/m, 'const { assetManager, director, Director } = cc;')
        .replace(/^export /gm, '')}\nmodule.exports = { loadSceneStaged };`;
  return `(cc) => { const module = {}; ${body}\nreturn module.exports.loadSceneStaged; }`;
}

/** What one way of loading asked for and held. `plan` null: the engine's own way. */
async function load(open, scene, plan) {
  const page = open();
  try {
    await page.open();
    await page.page.addInitScript({ path: path.join(HERE, 'page', 'images.js') });
    await page.page.reload();
    await page.boot();
    const info = await page.prepare(scene);
    const text = loaderText(scene.url.endsWith('.fire'));
    const result = await page.page.evaluate(
      async ([name, given, code, uuid]) => {
        const cc = window.__packauditEngine.engine();
        cc.macro.CLEANUP_IMAGE_CACHE = true; // as on native targets
        cc.macro.ALLOW_IMAGE_BITMAP = false; // 2.4: elements, which can be watched
        cc.assetManager.allowImageBitmap = false; // 3.x
        const { downloader, presets } = cc.assetManager;
        for (const limits of [downloader, presets.scene, presets.default]) {
          limits.maxConcurrency = 10000;
          limits.maxRequestsPerFrame = 10000;
        }
        const warnings = [];
        const { warn } = console;
        console.warn = (...all) => warnings.push(all.join(' '));
        window.__packauditImages.begin();
        const staged = (0, eval)(code)(cc);
        await staged(name, { plan: given });
        console.warn = warn;
        const after = window.__packauditEngine.snapshot(uuid);
        return {
          ...window.__packauditImages.read(),
          texture_bytes: after.scene_image_texture_bytes,
          warnings: warnings.filter((one) => one.startsWith('loadSceneStaged')),
        };
      },
      [scene.name, plan, text, info.uuid],
    );
    return { ...result, asked: [...new Set(result.asked)] };
  } finally {
    await page.close();
  }
}

/** Of each image the stages that load a texture of it. */
function stagesOfImages(stages, report) {
  const images = new Map(report.textures.map((one) => [one.uuid, one.images]));
  const found = new Map();
  stages.forEach((stage, index) => {
    for (const uuid of stage.assets) {
      for (const image of images.get(uuid) || [uuid]) {
        found.set(image, [...(found.get(image) || []), index]);
      }
    }
  });
  return found;
}

/** Every image that is fetched is planned, and none before those of earlier stages. */
function keepsOrder(stages, report, staged, atOnce) {
  const of = stagesOfImages(stages, report);
  let stage = 0;
  for (const image of staged) {
    const own = of.get(image);
    if (!own || Math.max(...own) < stage) {
      return false;
    }
    stage = Math.max(stage, own[0]);
  }
  return JSON.stringify([...staged].sort()) === JSON.stringify([...atOnce].sort());
}

async function main() {
  const { values } = parseArgs({
    options: {
      build: { type: 'string' },
      plan: { type: 'string' },
      report: { type: 'string' },
      scene: { type: 'string' },
      browser: { type: 'string' },
    },
  });
  const build = readBuild(values.build);
  const [scene] = chooseScenes(build.scenes, [values.scene]);
  const plan = JSON.parse(fs.readFileSync(values.plan, 'utf8'));
  const report = JSON.parse(fs.readFileSync(values.report, 'utf8'));
  const planned = plan.scenes.find((one) => one.url === scene.url);
  const options = { webgl: 2, compressed: [], timeout_ms: 120000, settle_ms: 500 };
  const server = await serve(values.build, { quiet: true, silence: true });
  const browser = await launchBrowser(values.browser, options.timeout_ms);
  const open = () => new Page(browser, server, build, options);
  try {
    const atOnce = await load(open, scene, null);
    const staged = await load(open, scene, plan);
    const figure = {
      images: Math.max(...planned.stages.map((stage) => stage.images)),
      bytes: Math.max(...planned.stages.map((stage) => stage.decoded_bytes)),
    };
    const proof = {
      'same textures': staged.texture_bytes === atOnce.texture_bytes,
      'planned assets in the planned order': keepsOrder(
        planned.stages,
        report,
        staged.asked,
        atOnce.asked,
      ),
      'staged within the plan':
        staged.most_images <= figure.images && staged.most_bytes <= figure.bytes,
      'at once beyond it':
        atOnce.most_images > figure.images && atOnce.most_bytes > figure.bytes,
      'no warning': staged.warnings.length === 0,
    };
    console.log(`${values.build} ${scene.name}: ${planned.stages.length} stages`);
    console.log(`  plan     ${figure.images} images, ${figure.bytes} bytes at once`);
    for (const [what, one] of Object.entries({ staged, 'at once': atOnce })) {
      console.log(
        `  ${what.padEnd(8)} ${one.most_images} images, ${one.most_bytes} bytes at once, ` +
          `${one.asked.length} asked for, ${one.texture_bytes} bytes of textures`,
      );
    }
    staged.warnings.forEach((one) => console.log(`  ${one}`));
    for (const [what, holds] of Object.entries(proof)) {
      console.log(`  ${holds ? 'yes' : 'NO '} ${what}`);
    }
    return Object.values(proof).every(Boolean) ? 0 : 1;
  } finally {
    await browser.close().catch(() => {});
    await server.close();
  }
}

process.exitCode = await main();
