#!/usr/bin/env node
// Runs a built web game in its own engine, in headless Chromium, and writes down every
// texture that each scene makes the engine allocate. See README.md.
// Promises: the build is only read; nothing but the build is served; the page reaches no
// other host; a scene is measured in a page of its own.
// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { launchBrowser } from './browser.mjs';
import { readBuild, chooseScenes } from './build.mjs';
import { Page, firstLine } from './page.mjs';
import { mebibytes, recordSequence, runStep, sceneRecord } from './sequence.mjs';
import { isSound, serve } from './server.mjs';

const SCHEMA = 'packaudit.engine-record/1';
const USAGE = `usage: node record.mjs --build DIR [option ...]

  --build DIR         the web build: the folder with its index.html
  --all               every scene (default: the launch scene)
  --scenes A,B        these scenes, by name, url or bundle:name
  --sequence A,B,A    these scenes one after the other in one page
  --auto-release HOW  in a sequence, what leaving a scene does: true (it frees its assets),
                      false, as-built (default), or one of these for each step: true,false
  --no-code           in a sequence, the scripts of the scenes do not run
  --out FILE          write the record here (default: standard output)
  --list              print the scenes and stop
  --no-run            only load each scene, do not run it
  --webgl 1|2         the newest WebGL that the page may have (default 2)
  --compressed LIST   compressed families that the page may use: astc,etc,etc1,pvrtc,s3tc,
                      bptc,rgtc or 'all' of what the browser has (default: none)
  --stub-audio        answer a sound that the build lacks with silence (the engine gives
                      up a scene for one missing sound)
  --timeout S         seconds for the start and for each load (default 60)
  --settle S          seconds without a new texture that count as settled (default 1)
  --browser FILE      Chromium (default: PACKAUDIT_CHROMIUM, then /usr/bin/chromium)

examples:
  node record.mjs --build build/web-mobile --all --out record.json
  node record.mjs --build build/web-mobile --sequence menu,game,menu
  node record.mjs --build build/web-mobile --sequence menu,game,menu --no-code \\
                  --auto-release true --out record.json`;

class UsageError extends Error {}

function readOptions() {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        build: { type: 'string' },
        all: { type: 'boolean' },
        scenes: { type: 'string' },
        sequence: { type: 'string' },
        'auto-release': { type: 'string' },
        'no-code': { type: 'boolean' },
        out: { type: 'string' },
        list: { type: 'boolean' },
        'no-run': { type: 'boolean' },
        'stub-audio': { type: 'boolean' },
        webgl: { type: 'string', default: '2' },
        compressed: { type: 'string', default: '' },
        timeout: { type: 'string', default: '60' },
        settle: { type: 'string', default: '1' },
        browser: { type: 'string' },
        help: { type: 'boolean' },
      },
    }));
  } catch (error) {
    throw new UsageError(error.message);
  }
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  if (!values.build) {
    throw new UsageError("no build given, try '--build DIR'");
  }
  const seconds = (name) => {
    const number = Number(values[name]);
    if (!(number > 0)) {
      throw new UsageError(`'--${name} ${values[name]}' is not a number of seconds`);
    }
    return number * 1000;
  };
  if (!['1', '2'].includes(values.webgl)) {
    throw new UsageError(`'--webgl ${values.webgl}' is neither 1 nor 2`);
  }
  const words = (text) =>
    (text || '')
      .split(',')
      .map((s) => s.trim())
      .filter(Boolean);
  return {
    build: path.resolve(values.build),
    out: values.out,
    all: values.all,
    list: values.list,
    run: !values['no-run'],
    silence: values['stub-audio'],
    scenes: words(values.scenes),
    ...sequenceOptions(words(values.sequence), words(values['auto-release']), values),
    webgl: Number(values.webgl),
    compressed: words(values.compressed).filter((word) => word !== 'none'),
    timeout_ms: seconds('timeout'),
    settle_ms: seconds('settle'),
    browser: values.browser,
  };
}

/** What each step of a sequence does; options that only a sequence has need one. */
function sequenceOptions(sequence, release, values) {
  if (!sequence.length && (release.length || values['no-code'])) {
    throw new UsageError("'--auto-release' and '--no-code' need '--sequence A,B'");
  }
  const wrong = release.find((word) => !['true', 'false', 'as-built'].includes(word));
  if (wrong) {
    throw new UsageError(`'--auto-release ${wrong}' is not true, false or as-built`);
  }
  if (release.length > 1 && release.length !== sequence.length) {
    throw new UsageError(
      `'--auto-release' has ${release.length} values for ${sequence.length} steps`,
    );
  }
  return {
    sequence,
    auto_release: sequence.map(
      (_, i) => release[release.length > 1 ? i : 0] || 'as-built',
    ),
    code: !values['no-code'],
  };
}

function progress(text) {
  process.stderr.write(`${text}\n`);
}

/** One scene alone: what the start brought, its assets bring, and running it adds. */
async function recordScene(open, scene, options) {
  const page = open();
  const record = sceneRecord(scene, null);
  try {
    await page.open();
    const boot = await page.boot();
    record.engine = await page.ask('version');
    record.contexts = await page.ask('contexts');
    record.boot = boot.snapshot;
    record.boot_scene = boot.scene || null;
    const info = await page.prepare(scene);
    if (!info) {
      throw new Error('the running engine does not know this scene');
    }
    Object.assign(record, sceneRecord(scene, info));
    const loaded = await page.ask('loadScene', scene.url);
    if (loaded.error) {
      throw new Error(loaded.error);
    }
    record.auto_release = loaded.auto_release;
    record.loaded = loaded.snapshot;
    if (options.run) {
      await runStep(page, scene, record, options);
    }
  } catch (error) {
    record.error = firstLine(error) + hint(page.server.log, options);
  }
  record.errors = page.errors;
  await page.close();
  return record;
}

/** A scene that fails or never arrives often does so for one missing sound. */
function hint(log, options) {
  const sound = [...log.missing].find(isSound);
  return sound && !options.silence
    ? `; the build lacks '${sound}', try --stub-audio`
    : '';
}

function pickScenes(build, options) {
  if (options.all) {
    return build.scenes;
  }
  if (options.scenes.length) {
    return chooseScenes(build.scenes, options.scenes);
  }
  const launch = build.scenes.filter((scene) => scene.url === build.launch);
  return launch.length ? launch.slice(0, 1) : build.scenes.slice(0, 1);
}

function summary(result) {
  if (!result.loaded) {
    return result.error;
  }
  const parts = [
    `${mebibytes(result.loaded.scene_image_texture_bytes)} of images in its closure`,
  ];
  if (result.settled) {
    parts.push(`${mebibytes(result.settled.texture_bytes)} of textures when it runs`);
  }
  if (result.run_error) {
    parts.push(`running it failed: ${result.run_error}`);
  }
  return parts.join(', ');
}

async function recordAll(browser, server, build, options) {
  const open = () => new Page(browser, server, build, options);
  const record = {
    schema: SCHEMA,
    build: options.build,
    engine: null,
    browser: browser.version(),
    webgl: options.webgl,
    compressed: options.compressed,
    launch: build.launch,
    scenes: [],
  };
  if (options.sequence.length) {
    record.sequence = await recordSequence(
      open,
      chooseScenes(build.scenes, options.sequence),
      options,
      progress,
    );
    record.engine = record.sequence.engine || null;
  } else {
    let stopped = null;
    for (const scene of pickScenes(build, options)) {
      const result = stopped
        ? { ...sceneRecord(scene, null), error: stopped, errors: [] }
        : await recordScene(open, scene, options);
      // An engine that did not start for one scene starts for none: do not wait again.
      stopped = stopped || (result.boot ? null : result.error);
      record.engine = record.engine || result.engine || null;
      record.scenes.push(result);
      progress(`  ${scene.name}: ${summary(result)}`);
    }
  }
  record.launch_scene_held_back = server.log.quieted > 0;
  record.not_found = [...server.log.missing].sort();
  return record;
}

function hasFailed(sequence) {
  return sequence && (sequence.error || sequence.steps.some((step) => step.run_error));
}

async function main() {
  const options = readOptions();
  const build = readBuild(options.build);
  if (options.list) {
    build.scenes.forEach((scene) =>
      console.log(`${scene.bundle}\t${scene.name}\t${scene.url}`),
    );
    return 0;
  }
  if (!build.scenes.length) {
    throw new Error(`no scene in '${options.build}'`);
  }
  const server = await serve(options.build, {
    quiet: true,
    silence: options.silence,
    local: build.has_remote_folder,
  });
  let browser = null;
  try {
    browser = await launchBrowser(options.browser, options.timeout_ms);
    progress(
      `${options.build}: ${build.scenes.length} scenes in ${build.bundles.length} bundles`,
    );
    const record = await recordAll(browser, server, build, options);
    const text = `${JSON.stringify(record, null, 1)}\n`;
    if (options.out) {
      writeFileSync(options.out, text);
    } else {
      process.stdout.write(text);
    }
    const failed = record.scenes.filter((scene) => scene.error).length;
    return failed || hasFailed(record.sequence) ? 1 : 0;
  } finally {
    if (browser) {
      await browser.close().catch(() => {});
    }
    await server.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`record: ${error.message}\n`);
  if (error instanceof UsageError) {
    process.stderr.write(`${USAGE}\n`);
  }
  process.exitCode = error instanceof UsageError ? 2 : 3;
}
