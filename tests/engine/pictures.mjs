#!/usr/bin/env node
// Shows the scenes of a build and of rewritten ones in headless Chromium, each in a page
// of its own, and tells how alike the pictures are, whether the textures are those that
// were predicted, and whether the console says anything new. See README.md.
// Promises: builds are only read; the page reaches no other host; scripts of the scenes
// do not run and time stands still, so that two pictures of one build are the same.
// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { alike } from './alike.mjs';
import { launchBrowser } from './browser.mjs';
import { readBuild, chooseScenes } from './build.mjs';
import { compareScene, compareTextures } from './compare.mjs';
import { Page, firstLine } from './page.mjs';
import { serve } from './server.mjs';

const USAGE = `usage: node pictures.mjs --build DIR [option ...] REWRITTEN ...

  --scenes A,B    these scenes (default: every scene)
  --least N       SSIM below which a picture fails (default 0.97)
  --scaled DIR    one more rewritten build, with smaller images: 0.95 is enough for it
  --reports DIR   NAME.json, the report of each build by its folder's name, original.json
                  that of the original: what the textures have to be
  --code          the scripts of the scenes run, and so does time
  --out DIR       keep the pictures here
  --timeout S     seconds for the start and for each load (default 60)
  --browser FILE  Chromium`;
const SETTLE_LIMIT_MS = 8000;
const LEAST_SCALED = 0.95;
const LEAST_DRAWN = 0.01; // of the picture; below it shows nothing that could differ
const SHOWN = 8;

async function standStill(page) {
  await page.ask('watchLaunches', true);
  await page.page.evaluate(() => {
    const { director } = window.__packauditEngine.engine();
    director.getScheduler().setTimeScale(0);
  });
}

/** What the game drew, without what its page has around it. */
async function picture(page, options) {
  const canvas = page.locator('#GameCanvas');
  const shown = (await canvas.count()) === 1 ? canvas : page;
  return shown.screenshot({ timeout: options.timeout_ms });
}

async function show(browser, build, server, scene, options) {
  const page = new Page(browser, server, build, options);
  try {
    await page.open();
    await page.boot();
    const info = await page.prepare(scene);
    if (!info) {
      throw new Error('the running engine does not know this scene');
    }
    if (!options.code) {
      await standStill(page);
    }
    const loaded = await page.ask('loadScene', scene.url);
    const refused = loaded.error || (await page.ask('runScene', scene.url));
    if (refused) {
      throw new Error(refused);
    }
    await page.frames(3);
    await page.settle(SETTLE_LIMIT_MS);
    await page.frames(3);
    return {
      uuid: info.uuid,
      engine: await page.ask('version'),
      loaded: loaded.snapshot,
      settled: await page.ask('snapshot', info.uuid),
      png: await picture(page.page, options),
      errors: page.errors.map((text) => text.replaceAll(server.origin, '')),
    };
  } catch (error) {
    return { error: firstLine(error), errors: page.errors };
  } finally {
    if (page.context) {
      await page.close();
    }
  }
}

async function shot(browser, folder, scene, options) {
  const build = readBuild(folder);
  const server = await serve(folder, {
    quiet: true,
    silence: true,
    local: build.has_remote_folder,
  });
  try {
    return await show(browser, build, server, scene, options);
  } finally {
    await server.close();
  }
}

function keep(options, scene, name, png) {
  if (options.out) {
    mkdirSync(options.out, { recursive: true });
    writeFileSync(path.join(options.out, `${scene.name}.${name}.png`), png);
  }
}

/** Bytes of the textures that the scene brings and of all that are there when it is shown,
 * and what differs from the report, as lines. */
function judgeTextures(shown, report) {
  const scene = compareScene(shown, report, 'loaded');
  const all = compareTextures(shown.settled, report);
  return {
    scene_bytes: scene.recorded,
    shown_bytes: all.recorded,
    lines: [...scene.lines, ...all.lines],
  };
}

/** How many of the pictures' textures a rewritten build has otherwise, by its receipt. */
function countChanged(shown, folder) {
  const file = `${folder}.receipt.json`;
  const textures = shown.settled.textures.filter((one) => one.images.length);
  if (!existsSync(file)) {
    return { changed: null, images: textures.length };
  }
  const { images } = JSON.parse(readFileSync(file, 'utf8'));
  const uuids = new Set(images.filter((one) => one.is_changed).map((one) => one.asset));
  const changed = textures.filter((one) => one.images.some((uuid) => uuids.has(uuid)));
  return { changed: changed.length, images: textures.length };
}

function verdictOf(row) {
  if (row.news.length) {
    return 'NEW ERROR';
  }
  if (row.textures && row.textures.lines.length) {
    return 'TEXTURES';
  }
  if (row.changed === 0) {
    return 'unchanged';
  }
  if (row.drawn < LEAST_DRAWN) {
    return 'blank';
  }
  if (row.steady < row.least) {
    return 'moves';
  }
  if (row.isOriginal) {
    return 'still';
  }
  if (row.is_same) {
    return 'the same';
  }
  return row.ssim >= row.least ? 'alike' : 'DIFFERENT';
}

const COLUMNS = [
  ['scene', 20],
  ['way', 14],
  ['SSIM', 7],
  ['of drawn', 9],
  ['drawn', 6],
  ['changed', 9],
  ['scene bytes', 12],
  ['shown bytes', 12],
  ['', 0],
];

function print(cells) {
  console.log(
    COLUMNS.map(([, width], i) =>
      i < 2 ? cells[i].padEnd(width) : `${cells[i].padStart(width)} `,
    )
      .join(' ')
      .trimEnd(),
  );
}

function printRow(scene, name, row) {
  print([
    scene.name,
    name,
    row.ssim.toFixed(4),
    row.ssim_drawn.toFixed(4),
    `${Math.round(row.drawn * 100)} %`,
    row.changed === null ? '' : `${row.changed} of ${row.images}`,
    row.textures ? String(row.textures.scene_bytes) : '',
    row.textures ? String(row.textures.shown_bytes) : '',
    row.verdict,
  ]);
  const details = [
    ...row.news.map((text) => `new error: ${text}`),
    ...(row.textures ? row.textures.lines : []),
  ];
  details.slice(0, SHOWN).forEach((line) => console.log(`    ${line}`));
}

/** Shows one scene of every build; a row for each that was shown. */
async function compareOne(browser, scene, builds, options) {
  const judge = await browser.newPage();
  const before = await shot(browser, options.build, scene, options);
  if (before.error) {
    console.log(`${scene.name}: the original does not show it: ${before.error}`);
    return [];
  }
  keep(options, scene, 'before', before.png);
  const known = [...before.errors];
  const rows = [];
  let steady = 1;
  for (const { name, folder, least, isOriginal } of builds) {
    const after = await shot(browser, folder, scene, options);
    if (after.error) {
      console.log(`${scene.name}, ${name}: FAILED: ${after.error}`);
      after.errors.slice(0, SHOWN).forEach((text) => console.log(`    ${text}`));
      rows.push({ verdict: 'FAILED' });
      continue;
    }
    keep(options, scene, name, after.png);
    const row = {
      after,
      least,
      isOriginal,
      ...countChanged(after, folder),
      ...(await alike(judge, before.png, after.png)),
    };
    if (isOriginal) {
      steady = row.ssim;
      known.push(...after.errors);
    }
    row.steady = steady;
    row.news = after.errors.filter((text) => !known.includes(text));
    const report = options.reports[isOriginal ? 'original' : name];
    row.textures = report ? judgeTextures(after, report) : null;
    row.verdict = verdictOf(row);
    printRow(scene, name, row);
    rows.push(row);
  }
  await judge.close();
  return rows;
}

function readReports(folder, builds) {
  const names = folder ? ['original', ...builds.map((one) => one.name)] : [];
  return Object.fromEntries(
    names.map((name) => [
      name,
      JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8')),
    ]),
  );
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      build: { type: 'string' },
      scenes: { type: 'string' },
      least: { type: 'string', default: '0.97' },
      scaled: { type: 'string', multiple: true, default: [] },
      reports: { type: 'string' },
      code: { type: 'boolean' },
      out: { type: 'string' },
      timeout: { type: 'string', default: '60' },
      browser: { type: 'string' },
    },
  });
  if (!values.build || !(positionals.length + values.scaled.length)) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const rewritten = (least) => (folder) => ({
    name: path.basename(folder),
    folder: path.resolve(folder),
    least,
  });
  const builds = [
    ...positionals.map(rewritten(Number(values.least))),
    ...values.scaled.map(rewritten(LEAST_SCALED)),
  ];
  const options = {
    build: path.resolve(values.build),
    out: values.out,
    reports: readReports(values.reports, builds),
    code: values.code,
    webgl: 2,
    compressed: ['all'],
    timeout_ms: Number(values.timeout) * 1000,
    settle_ms: 1000,
  };
  const again = {
    name: 'the same again',
    folder: options.build,
    least: 0,
    isOriginal: true,
  };
  const all = readBuild(options.build).scenes;
  const scenes = values.scenes ? chooseScenes(all, values.scenes.split(',')) : all;
  const browser = await launchBrowser(values.browser, options.timeout_ms);
  const rows = [];
  try {
    print(COLUMNS.map(([title]) => title));
    for (const scene of scenes) {
      rows.push(...(await compareOne(browser, scene, [again, ...builds], options)));
    }
  } finally {
    await browser.close();
  }
  return summary(rows);
}

function summary(rows) {
  const counts = {};
  for (const { verdict } of rows) {
    counts[verdict] = (counts[verdict] || 0) + 1;
  }
  const engine = rows.map((row) => row.after && row.after.engine).find(Boolean);
  const told = Object.entries(counts).map(([verdict, count]) => `${count} ${verdict}`);
  console.log(`engine ${engine}: ${told.join(', ') || 'nothing shown'}`);
  const isGood = Object.keys(counts).every((one) => /^(alike|the same|unchanged|blank|moves|still)$/.test(one));
  return isGood && counts.alike ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`pictures: ${error.message}\n`);
  process.exitCode = 3;
}
