// Loads a scene in the stages that `packaudit order --format json` planned. Creator 3.0 and later.
//
//     import { loadSceneStaged } from './loadSceneStaged.js';
//     const load = loadSceneStaged('sponza', { plan, onProgress: (p) => bar.progress = p.part });
//     load.then(() => …, (error) => …);        // load.cancel() stops between two assets
//
// Each stage is one assetManager.loadAny. A stage is over when the engine has let go of what
// it held only while loading:
//   - decoded images: an upload takes the texture's reference to its image back, and the
//     image is freed in the next tick (3.8.5 cocos/asset/assets/simple-texture.ts
//     _onAfterAssignImage, cocos/asset/asset-manager/release-manager.ts tryRelease);
//   - staging: the device thread frees it when it has executed the upload, at most one frame
//     behind (native/cocos/renderer/gfx-agent/DeviceAgent.cpp, MAX_CPU_FRAME_AHEAD = 1).
// So three drawn frames are enough. Everything loaded keeps a reference of ours until the
// scene runs: nothing else holds it before.
//
// SPDX-License-Identifier: Apache-2.0
import { assetManager, director, Director } from 'cc';

const FRAMES_BETWEEN_STAGES = 3;
const SCHEMA = 'packaudit.order/1';

export class LoadCancelled extends Error {
  constructor(name) {
    super(`loading '${name}' was cancelled`);
    this.name = 'LoadCancelled';
  }
}

// ---- the plan ------------------------------------------------------------------------

function isCalled(scene, name) {
  const short = (url) => url.replace(/^db:\/\//, '').replace(/\.(scene|fire)$/, '');
  return scene.url !== '' && (scene.name === name || short(scene.url) === short(name));
}

/** The plan of a change from the scene that runs, else that of the scene alone. */
function choosePlan(plan, name) {
  const to = plan.scenes.find((scene) => isCalled(scene, name));
  const running = director.getScene();
  const from = running && plan.scenes.find((scene) => scene.uuid === running.uuid);
  if (!to) {
    return { reason: `the plan has no scene '${name}'` };
  }
  const change =
    from && from !== to && plan.transitions.find((t) => t.from === from.id && t.to === to.id);
  return { chosen: change || to };
}

/** The bundle that stores an asset, not one that redirects to it. */
function bundleOf(bundles, uuid) {
  return bundles.find((bundle) => {
    const info = bundle.getAssetInfo(uuid);
    return info && !info.redirect;
  });
}

/** FNV-1a over "UUID VERSION NATIVE_VERSION\n", as packaudit works it out; null when the
 * bundles lack an asset. Uuids and versions are ASCII. */
function matchOf(chosen, bundles) {
  let hash = 0x811c9dc5;
  for (const stage of chosen.stages) {
    for (const uuid of stage.assets) {
      const bundle = bundleOf(bundles, uuid);
      if (!bundle) {
        return null;
      }
      const info = bundle.getAssetInfo(uuid);
      const row = `${uuid} ${info.ver || ''} ${info.nativeVer || ''}\n`;
      for (let i = 0; i < row.length; i++) {
        hash = Math.imul(hash ^ row.charCodeAt(i), 16777619);
      }
    }
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

// ---- the engine, as promises ---------------------------------------------------------

const call = (work) =>
  new Promise((resolve, reject) => {
    work((error, value) => (error ? reject(error) : resolve(value)));
  });

function loadBundle(name) {
  return assetManager.getBundle(name) || call((done) => assetManager.loadBundle(name, done));
}

/** All of them, one after the other: a bundle before those that redirect to it is no must. */
async function loadBundles(names) {
  const bundles = [];
  for (const name of names) {
    bundles.push(await loadBundle(name));
  }
  return bundles;
}

async function waitFrames(count) {
  for (let i = 0; i < count; i++) {
    await new Promise((resolve) => director.once(Director.EVENT_AFTER_DRAW, resolve));
  }
}

/** The engine's own loading of whatever is not there yet, then the scene runs. */
async function runScene(name, state) {
  const bundle = assetManager.bundles.find((one) => Boolean(one.getSceneInfo(name)));
  if (!bundle) {
    throw new Error(`no loaded bundle has a scene '${name}'`);
  }
  const asset = await call((done) => bundle.loadScene(name, done));
  state.check();
  await new Promise((resolve) => director.runScene(asset, undefined, resolve));
}

// ---- stages --------------------------------------------------------------------------

/** Starts one after the other without waiting, in the plan's order. */
async function loadStage(stage, state) {
  let finished = 0;
  const tell = () => state.tell(++finished / stage.assets.length);
  const one = async (uuid) => {
    const request = { uuid, bundle: bundleOf(state.bundles, uuid).name };
    const asset = await call((done) => assetManager.loadAny([request], done));
    const loaded = Array.isArray(asset) ? asset[0] : asset;
    loaded.addRef();
    state.held.push(loaded);
    tell();
  };
  const results = await Promise.allSettled(stage.assets.map(one));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) {
    throw failed.reason;
  }
}

async function loadStages(chosen, state) {
  for (const [index, stage] of chosen.stages.entries()) {
    state.stage = index;
    state.stages = chosen.stages.length;
    await loadStage(stage, state);
    state.check();
    await waitFrames(FRAMES_BETWEEN_STAGES);
    state.check();
  }
}

/** The plan that can be carried out, or the reason why the engine has to load by itself. */
async function preparePlan(name, plan) {
  if (!plan || plan.schema !== SCHEMA) {
    return { reason: 'there is no plan' };
  }
  const { chosen, reason } = choosePlan(plan, name);
  if (reason || chosen.outcome === 'at_once') {
    return { reason };
  }
  if (chosen.outcome !== 'in_stages') {
    return { reason: `the plan says that '${name}' fits in no order` };
  }
  try {
    const bundles = await loadBundles(chosen.bundles);
    const found = matchOf(chosen, bundles);
    return found === chosen.match
      ? { chosen, bundles }
      : { reason: `the plan is for another build (${chosen.match}, not ${found})` };
  } catch (error) {
    return { reason: `a bundle of the plan cannot be loaded: ${error.message || error}` };
  }
}

async function run(name, plan, state) {
  try {
    const { chosen, bundles, reason } = await preparePlan(name, plan);
    state.check();
    if (reason) {
      console.warn(`loadSceneStaged: ${reason}; the engine loads '${name}' at once`);
    }
    if (chosen) {
      state.bundles = bundles;
      await loadStages(chosen, state);
    }
    await runScene(name, state);
  } finally {
    for (const asset of state.held) {
      asset.decRef();
    }
  }
}

/** A promise that is done when the scene runs. It rejects with what the engine failed with,
 * or with LoadCancelled after its `cancel()`; what was loaded is then released.
 * onProgress gets { part (0 to 1), stage, stages }. */
export function loadSceneStaged(name, { plan, onProgress } = {}) {
  const state = {
    held: [],
    bundles: [],
    stage: 0,
    stages: 1,
    isCancelled: false,
    check() {
      if (this.isCancelled) {
        throw new LoadCancelled(name);
      }
    },
    tell(part) {
      if (onProgress && !this.isCancelled) {
        onProgress({
          part: (this.stage + part) / this.stages,
          stage: this.stage,
          stages: this.stages,
        });
      }
    },
  };
  const promise = run(name, plan, state);
  promise.cancel = () => {
    state.isCancelled = true;
  };
  return promise;
}
