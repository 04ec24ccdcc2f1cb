// Loads every scene of a build and of the same build with other packs in its own engine,
// and holds what the browser asked for against the receipt.
//
//   packaudit order BUILD --device DEVICE --format json -o order.json
//   packaudit rewrite BUILD -o NEW --order order.json
//   node tests/engine/regrouped.mjs --build BUILD --regrouped NEW
//
// Exit status: 0 every scene that the original loads is loaded by the other, with the same
// textures, no new error in the console, and as many requests and bytes as the receipt
// says of both; 1 not.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { CHROMIUM_FLAGS, browserPath } from './browser.mjs';
import { readBuild } from './build.mjs';
import { Page, firstLine } from './page.mjs';
import { serve } from './server.mjs';

const FOLDERS = /\/(?<kind>import|native)\/[0-9a-f]{2}\//;

/** Files below import/ and native/ that were asked for, and their sizes. */
function sumOf(root, urls) {
  const sum = { import_requests: 0, import_bytes: 0, native_requests: 0, native_bytes: 0 };
  for (const url of new Set(urls)) {
    const { kind } = FOLDERS.exec(url)?.groups || {};
    const file = path.join(root, decodeURIComponent(new URL(url).pathname));
    if (kind && fs.existsSync(file)) {
      sum[`${kind}_requests`]++;
      sum[`${kind}_bytes`] += fs.statSync(file).size;
    }
  }
  return sum;
}

/** Requests of one scene, once the game has started, and what it left in the GPU. */
async function loadScene(open, root, scene) {
  const page = open();
  const urls = [];
  try {
    await page.open();
    await page.boot();
    if (!(await page.prepare(scene))) {
      return { error: 'the running engine does not know this scene' };
    }
    page.page.on('request', (request) => urls.push(request.url()));
    const loaded = await page.ask('loadScene', scene.url);
    return {
      error: loaded.error,
      sum: sumOf(root, urls),
      textures: loaded.snapshot?.scene_image_texture_bytes,
      uuids: JSON.stringify(
        (loaded.snapshot?.textures || []).map((one) => [one.uuid, one.bytes]).sort(),
      ),
      errors: page.errors,
    };
  } catch (error) {
    return { error: firstLine(error) };
  } finally {
    await page.close();
  }
}

async function loadAll(browser, folder, options) {
  const build = readBuild(folder);
  const server = await serve(folder, { quiet: true, silence: true });
  const open = () => new Page(browser, server, build, options);
  const found = new Map();
  try {
    for (const scene of build.scenes) {
      found.set(scene.url, await loadScene(open, fs.realpathSync(folder), scene));
    }
  } finally {
    await server.close();
  }
  return found;
}

/** A receipt's figures in the terms of the browser. */
function isTold(told, sum) {
  return (
    told.import_requests === sum.import_requests &&
    told.import_bytes === sum.import_bytes &&
    told.requests === sum.import_requests + sum.native_requests &&
    told.bytes === sum.import_bytes + sum.native_bytes
  );
}

function judge(load, before, after) {
  const errors = (after.errors || []).filter((one) => !before.errors.includes(one));
  return {
    'it loads': !after.error,
    'same textures': after.uuids === before.uuids,
    'no new error': errors.length === 0,
    'before as told': before.sum && isTold(load.before, before.sum),
    'after as told': after.sum && isTold(load.after, after.sum),
  };
}

function say(load, before, after, proof) {
  const wrong = Object.keys(proof).filter((what) => !proof[what]);
  const figure = (one) =>
    one.sum
      ? `${one.sum.import_requests}+${one.sum.native_requests} requests, ` +
        `${one.sum.import_bytes}+${one.sum.native_bytes} bytes`
      : one.error;
  console.log(`${wrong.length ? 'NO ' : 'yes'} ${load.name}: ${figure(before)}`);
  console.log(`      now ${figure(after)}${wrong.map((what) => `; not: ${what}`).join('')}`);
}

async function main() {
  const { values } = parseArgs({
    options: {
      build: { type: 'string' },
      regrouped: { type: 'string' },
      receipt: { type: 'string' },
      browser: { type: 'string' },
    },
  });
  const receipt = values.receipt || `${values.regrouped}.receipt.json`;
  const { loads } = JSON.parse(fs.readFileSync(receipt, 'utf8')).packs;
  const options = { webgl: 2, compressed: [], timeout_ms: 60000, settle_ms: 500 };
  const browser = await chromium.launch({
    executablePath: browserPath(values.browser),
    args: CHROMIUM_FLAGS,
    headless: true,
  });
  try {
    const before = await loadAll(browser, values.build, options);
    const after = await loadAll(browser, values.regrouped, options);
    let isGood = true;
    for (const load of loads.filter((one) => before.has(one.id))) {
      const old = before.get(load.id);
      if (old.error) {
        console.log(`    ${load.name}: not shown by the original: ${old.error}`);
        continue;
      }
      const proof = judge(load, old, after.get(load.id));
      say(load, old, after.get(load.id), proof);
      isGood &&= Object.values(proof).every(Boolean);
    }
    return isGood ? 0 : 1;
  } finally {
    await browser.close().catch(() => {});
  }
}

process.exitCode = await main();
