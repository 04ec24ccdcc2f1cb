// Scenes that run: one alone after it was loaded, or several after each other in one
// page, each by the engine's own change of scene.
// SPDX-License-Identifier: Apache-2.0
import { firstLine } from './page.mjs';

// The release waits for the next tick (a timer or the end of a frame, by version).
const FRAMES_TO_RELEASE = 3;
const SETTLE_LIMIT_MS = 20000;

export function mebibytes(bytes) {
  return `${(bytes / 1048576).toFixed(2)} MiB`;
}

export function sceneRecord(scene, info) {
  return {
    name: scene.name,
    url: scene.url,
    uuid: info ? info.uuid : null,
    bundle: info ? info.bundle : scene.bundle,
  };
}

async function settled(page, record, options) {
  record.is_settled = await page.settle(Math.min(options.timeout_ms, SETTLE_LIMIT_MS));
  record.settled = await page.ask('snapshot', record.uuid);
  record.settled.scene = (await page.ask('status')).scene;
}

/** Runs a scene that is loaded already. */
export async function runStep(page, scene, record, options) {
  try {
    const refused = await page.ask('runScene', scene.url);
    if (refused) {
      record.run_error = refused;
    }
    await settled(page, record, options);
  } catch (error) {
    record.run_error = firstLine(error);
  }
}

/** One change of scene; what leaving it will free is decided at its end, as games do. */
async function changeStep(page, scene, record, how, options) {
  try {
    const { error, overlap } = await page.ask('changeScene', scene.url, record.uuid);
    if (error) {
      throw new Error(error);
    }
    record.overlap = overlap;
    record.references = await page.ask('references', record.uuid);
    await page.frames(FRAMES_TO_RELEASE);
    await settled(page, record, options);
    const release = await page.ask('setAutoRelease', how);
    record.auto_release = release.as_built;
    record.releases_on_leaving = release.on_leaving;
    if (!release.is_running || release.uuid !== record.uuid) {
      throw new Error(`another scene runs in its place: '${record.settled.scene}'`);
    }
  } catch (error) {
    record.run_error = firstLine(error);
  }
}

/** Scenes one after the other in one page. */
export async function recordSequence(open, scenes, options, progress) {
  const page = open();
  const result = { code: options.code, steps: [] };
  try {
    await page.open();
    result.boot = (await page.boot()).snapshot;
    result.engine = await page.ask('version');
    await page.ask('watchLaunches', !options.code);
    for (const [i, scene] of scenes.entries()) {
      const info = await page.prepare(scene);
      if (!info) {
        throw new Error(`the running engine does not know the scene '${scene.name}'`);
      }
      const step = sceneRecord(scene, info);
      await changeStep(page, scene, step, options.auto_release[i], options);
      result.steps.push(step);
      progress(
        `  ${scene.name}: ` +
          (step.run_error || mebibytes(step.settled.image_texture_bytes)),
      );
    }
  } catch (error) {
    result.error = firstLine(error);
  }
  result.errors = page.errors;
  await page.close();
  return result;
}
