#!/usr/bin/env node
// Shows the scenes of a build and of rewritten ones in headless Chromium, each in a page
// of its own, and tells how alike the pictures are. See README.md.
// Promises: builds are only read; the page reaches no other host; scripts of the scenes
// do not run and time stands still, so that two pictures of one build are the same.
// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { CHROMIUM_FLAGS, browserPath } from './browser.mjs';
import { readBuild, chooseScenes } from './build.mjs';
import { Page, firstLine } from './page.mjs';
import { serve } from './server.mjs';

const USAGE = `usage: node pictures.mjs --build DIR [option ...] REWRITTEN ...

  --scenes A,B    these scenes (default: every scene)
  --least N       SSIM below which a picture fails (default 0.97)
  --out DIR       keep the pictures here
  --timeout S     seconds for the start and for each load (default 60)
  --browser FILE  Chromium`;
const SETTLE_LIMIT_MS = 8000;

/** Runs in a page: mean SSIM of luma, windows of 8 x 8 every 4 pixels, and how much of
 * the picture is not of one colour. */
async function alike(sources) {
  const pixels = [];
  for (const source of sources) {
    const image = new Image();
    image.src = source;
    await image.decode();
    const { width, height } = image;
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    const luma = new Float64Array(width * height);
    for (let i = 0; i < luma.length; i++) {
      luma[i] = 0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2];
    }
    pixels.push({ luma, width, height });
  }
  const [a, b] = pixels;
  let [sum, count, drawn] = [0, 0, 0];
  for (let y = 0; y + 8 <= a.height; y += 4) {
    for (let x = 0; x + 8 <= a.width; x += 4) {
      let [ma, mb, aa, bb, ab] = [0, 0, 0, 0, 0];
      for (let i = 0; i < 64; i++) {
        const at = (y + (i >> 3)) * a.width + x + (i & 7);
        const [p, q] = [a.luma[at], b.luma[at]];
        ma += p / 64;
        mb += q / 64;
        aa += (p * p) / 64;
        bb += (q * q) / 64;
        ab += (p * q) / 64;
      }
      const [va, vb, cov] = [aa - ma * ma, bb - mb * mb, ab - ma * mb];
      const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];
      sum +=
        ((2 * ma * mb + c1) * (2 * cov + c2)) /
        ((ma * ma + mb * mb + c1) * (va + vb + c2));
      drawn += va > 1;
      count++;
    }
  }
  return { ssim: sum / count, drawn: drawn / count };
}

async function show(browser, build, server, scene, options) {
  const page = new Page(browser, server, build, options);
  try {
    await page.open();
    await page.boot();
    await page.ask('watchLaunches', true);
    const info = await page.prepare(scene);
    if (!info) {
      throw new Error('the running engine does not know this scene');
    }
    await page.page.evaluate(() => {
      const { director } = window.__packauditEngine.engine();
      director.getScheduler().setTimeScale(0);
    });
    const refused = await page.ask('runScene', scene.url);
    if (refused) {
      throw new Error(refused);
    }
    await page.frames(3);
    await page.settle(SETTLE_LIMIT_MS);
    await page.frames(3);
    const { textures } = await page.ask('snapshot', info.uuid);
    const compressed = textures.filter((one) => one.class === 'compressed_image').length;
    const png = await page.page.screenshot({ timeout: options.timeout_ms });
    return { png, compressed, textures: textures.length, errors: page.errors };
  } catch (error) {
    return { error: firstLine(error), errors: page.errors };
  } finally {
    if (page.context) {
      await page.close();
    }
  }
}

async function withBuild(folder, work) {
  const build = readBuild(folder);
  const server = await serve(folder, {
    quiet: true,
    silence: true,
    local: build.has_remote_folder,
  });
  try {
    return await work(build, server);
  } finally {
    await server.close();
  }
}

function keep(options, scene, name, shown) {
  if (options.out && shown.png) {
    mkdirSync(options.out, { recursive: true });
    writeFileSync(path.join(options.out, `${scene.name}.${name}.png`), shown.png);
  }
}

async function compareScene(browser, scene, folders, options) {
  const judge = await browser.newPage();
  const shot = (folder) =>
    withBuild(folder, (build, server) => show(browser, build, server, scene, options));
  const url = (shown) => `data:image/png;base64,${shown.png.toString('base64')}`;
  const before = await shot(options.build);
  if (before.error) {
    console.log(`not shown  ${scene.name}: ${before.error}`);
    return true;
  }
  keep(options, scene, 'before', before);
  const rows = [['the same again', await shot(options.build)]];
  for (const folder of folders) {
    rows.push([path.basename(folder), await shot(folder)]);
  }
  let isGood = true;
  for (const [name, after] of rows) {
    if (after.error) {
      console.log(`FAILED     ${scene.name}, ${name}: ${after.error}`);
      isGood = false;
      continue;
    }
    keep(options, scene, name, after);
    const { ssim, drawn } = await judge.evaluate(alike, [url(before), url(after)]);
    const news = after.errors.filter((text) => !before.errors.includes(text));
    const isAlike = ssim >= options.least && !news.length;
    isGood &&= isAlike || name === 'the same again';
    console.log(
      `${isAlike ? 'alike    ' : 'DIFFERENT'}  ${scene.name}, ${name}: SSIM ` +
        `${ssim.toFixed(4)}, ${Math.round(drawn * 100)} % drawn, ` +
        `${after.compressed} of ${after.textures} textures compressed` +
        (news.length ? `, new error: ${news[0]}` : ''),
    );
  }
  await judge.close();
  return isGood;
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      build: { type: 'string' },
      scenes: { type: 'string' },
      least: { type: 'string', default: '0.97' },
      out: { type: 'string' },
      timeout: { type: 'string', default: '60' },
      browser: { type: 'string' },
    },
  });
  if (!values.build || !positionals.length) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const { chromium } = await import('playwright-core');
  const options = {
    build: path.resolve(values.build),
    out: values.out,
    least: Number(values.least),
    webgl: 2,
    compressed: ['all'],
    timeout_ms: Number(values.timeout) * 1000,
    settle_ms: 1000,
  };
  const all = readBuild(options.build).scenes;
  const scenes = values.scenes ? chooseScenes(all, values.scenes.split(',')) : all;
  const browser = await chromium.launch({
    executablePath: browserPath(values.browser),
    args: CHROMIUM_FLAGS,
    headless: true,
  });
  let isGood = scenes.length > 0;
  try {
    for (const scene of scenes) {
      const folders = positionals.map((folder) => path.resolve(folder));
      isGood = (await compareScene(browser, scene, folders, options)) && isGood;
    }
  } finally {
    await browser.close();
  }
  return isGood ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`pictures: ${error.message}\n`);
  process.exitCode = 3;
}
